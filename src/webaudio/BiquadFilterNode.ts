import type { BiquadFilterOptions, BiquadFilterType } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';
import { biquadTransferFunction } from './engine/biquadTransferFunction';
import { biquadTypes } from './engine/enumerations';
import { frequencyResponse } from './engine/frequencyResponse';
import { mostPositiveSingleFloat } from './engine/limits';
import { executing } from './exceptions';

const description = describeNode('BiquadFilterNode', NodeKind.Biquad);
const Q = describeParam(1);
/** Decibels; A = 10^(gain / 40) stays a finite float: 40 log10(FLT_MAX), about 1541. */
const gain = describeParam(0, undefined, 40 * Math.fround(Math.log10(mostPositiveSingleFloat)));

/** https://webaudio.github.io/web-audio-api/#BiquadFilterNode */
export class BiquadFilterNode extends AudioNode {
  readonly frequency: AudioParam;
  readonly detune: AudioParam;
  readonly Q: AudioParam;
  readonly gain: AudioParam;
  #type: BiquadFilterType;

  constructor(context: BaseAudioContext, options: Partial<BiquadFilterOptions> = {}) {
    super(context, description);
    this.#type = options.type ?? 'lowpass';
    this._setChannelOptions(options);
    this.frequency = this._param(context._paramRanges.filterFrequency, options.frequency);
    this.detune = this._param(context._paramRanges.detune, options.detune);
    this.Q = this._param(Q, options.Q);
    this.gain = this._param(gain, options.gain);
    this._create([biquadTypes[this.#type]]);
  }

  get type(): BiquadFilterType {
    return this.#type;
  }

  set type(type: BiquadFilterType) {
    this.#type = type;
    this.context._commands.message(this._id, NodeOp.SetBiquadType, 1, biquadTypes[type]);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-getfrequencyresponse */
  getFrequencyResponse(frequencyHz: Float32Array, magResponse: Float32Array, phaseResponse: Float32Array): void {
    checkResponseLengths('BiquadFilterNode', frequencyHz, magResponse, phaseResponse);
    const { sampleRate } = this.context;
    // computedFrequency: https://webaudio.github.io/web-audio-api/#computedfrequency
    const computedFrequency = this.frequency.value * 2 ** (this.detune.value / 1200);
    const transferFunction = biquadTransferFunction(this.#type, sampleRate, computedFrequency, this.Q.value, this.gain.value);
    frequencyResponse(transferFunction, sampleRate, frequencyHz, magResponse, phaseResponse);
  }
}

export function checkResponseLengths(
  interfaceName: string,
  frequencyHz: Float32Array,
  magResponse: Float32Array,
  phaseResponse: Float32Array,
): void {
  if (magResponse.length === frequencyHz.length && phaseResponse.length === frequencyHz.length) return;
  throw new DOMException(
    executing(
      'getFrequencyResponse',
      interfaceName,
      `the arrays have different lengths (${frequencyHz.length}, ${magResponse.length}, ${phaseResponse.length}).`,
    ),
    'InvalidAccessError',
  );
}
