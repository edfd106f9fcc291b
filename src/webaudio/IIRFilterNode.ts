import type { IIRFilterOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { checkResponseLengths } from './BiquadFilterNode';
import { frequencyResponse } from './engine/frequencyResponse';
import { constructing } from './exceptions';

const description = describeNode('IIRFilterNode', NodeKind.IIRFilter);

/** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createiirfilter */
const maxCoefficients = 20;

/** https://webaudio.github.io/web-audio-api/#IIRFilterNode */
export class IIRFilterNode extends AudioNode {
  readonly #feedforward: readonly number[];
  readonly #feedback: readonly number[];

  constructor(context: BaseAudioContext, options: Pick<IIRFilterOptions, 'feedforward' | 'feedback'> & Partial<IIRFilterOptions>) {
    super(context, description);
    const { feedforward, feedback } = options;
    checkLength('feedforward', feedforward);
    checkLength('feedback', feedback);
    if (feedforward.every((coefficient) => coefficient === 0)) throw invalidState('all feedforward coefficients are zero.');
    if (feedback[0] === 0) throw invalidState('the first feedback coefficient is zero.');
    this._setChannelOptions(options);
    this.#feedforward = feedforward;
    this.#feedback = feedback;
    this._create([feedforward.length, feedback.length, ...feedforward, ...feedback]);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-iirfilternode-getfrequencyresponse */
  getFrequencyResponse(frequencyHz: Float32Array, magResponse: Float32Array, phaseResponse: Float32Array): void {
    checkResponseLengths('IIRFilterNode', frequencyHz, magResponse, phaseResponse);
    const transferFunction = { numerator: this.#feedforward, denominator: this.#feedback };
    frequencyResponse(transferFunction, this.context.sampleRate, frequencyHz, magResponse, phaseResponse);
  }
}

function checkLength(name: string, { length }: readonly number[]): void {
  if (length >= 1 && length <= maxCoefficients) return;
  throw new DOMException(
    constructing('IIRFilterNode', `the number of ${name} coefficients (${length}) is outside the range [1, ${maxCoefficients}].`),
    'NotSupportedError',
  );
}

function invalidState(detail: string): DOMException {
  return new DOMException(constructing('IIRFilterNode', detail), 'InvalidStateError');
}
