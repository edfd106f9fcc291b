import type { AudioWorkletNodeOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import type { ProcessorFailure, RealmMessagePort } from '../host/Host';
import { AudioNode, describeNode } from './AudioNode';
import { AudioParamMap } from './AudioParamMap';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';
import { maxChannels } from './engine/limits';
import { constructing } from './exceptions';

const description = describeNode('AudioWorkletNode', NodeKind.AudioWorklet);

/** https://webaudio.github.io/web-audio-api/#AudioWorkletNode */
export class AudioWorkletNode extends AudioNode {
  readonly parameters = new AudioParamMap();
  readonly port: RealmMessagePort;

  /** https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-audioworkletnode */
  constructor(context: BaseAudioContext, name: string, options: AudioWorkletNodeOptions) {
    // Step 1
    const { audioWorklet } = context;
    const parameterDescriptors = audioWorklet._parametersOf(name);
    if (parameterDescriptors === undefined) {
      throw new DOMException(constructing('AudioWorkletNode', `no AudioWorkletProcessor '${name}' is registered in the AudioWorklet of this context.`), 'InvalidStateError');
    }
    // Step 3
    super(context, description, options.numberOfInputs, options.numberOfOutputs);
    this._setChannelOptions(options);
    // Step 4
    const outputChannels = configureOutputs(options);
    // Steps 5 to 7
    const { port1: nodePort, port2: processorPort } = new MessageChannel() as unknown as { port1: RealmMessagePort; port2: RealmMessagePort };
    // Steps 8 to 10, and the control message of step 13: sent first, since it is what may throw.
    const problem = audioWorklet._createProcessor(this, name, options, processorPort);
    if (problem !== null) {
      audioWorklet._forget(this._id);
      throw new DOMException(constructing('AudioWorkletNode', problem.message), 'DataCloneError');
    }
    // Step 11
    this.port = nodePort;
    // Step 12
    const { parameterData = {} } = options;
    for (const { name: paramName, defaultValue, minValue, maxValue, automationRate } of parameterDescriptors) {
      const initialValue = Object.hasOwn(parameterData, paramName) ? Math.fround(parameterData[paramName]!) : undefined;
      const param = this._param(describeParam(defaultValue, minValue, maxValue, automationRate), initialValue);
      this.parameters.backingMap.set(paramName, param);
    }
    this._create(outputChannels);
    context._setActiveWorklet(this._id, true);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-onprocessorerror */
  _processorError(failure: ProcessorFailure): void {
    this.fire('processorerror', failure, 'ErrorEvent');
  }
}

/**
 * https://webaudio.github.io/web-audio-api/#configuring-channels-with-audioworkletnodeoptions: whether the output follows the
 * input, and the number of channels of each output.
 */
function configureOutputs({ numberOfInputs, numberOfOutputs, outputChannelCount }: AudioWorkletNodeOptions): number[] {
  // Step 2
  if (numberOfInputs === 0 && numberOfOutputs === 0) {
    throw new DOMException(constructing('AudioWorkletNode', 'the numbers of inputs and of outputs are both zero.'), 'NotSupportedError');
  }
  // Step 4: one channel each, or as many as the one input has.
  if (outputChannelCount === undefined) {
    return [numberOfInputs === 1 && numberOfOutputs === 1 ? 1 : 0, ...Array.from({ length: numberOfOutputs }, () => 1)];
  }
  // Step 3.1
  const wrong = outputChannelCount.find((count) => count < 1 || count > maxChannels);
  if (wrong !== undefined) {
    throw new DOMException(
      constructing('AudioWorkletNode', `the channel count (${wrong}) of an output is outside the range [1, ${maxChannels}].`),
      'NotSupportedError',
    );
  }
  // Step 3.2
  if (outputChannelCount.length !== numberOfOutputs) {
    throw new DOMException(
      constructing('AudioWorkletNode', `the length of outputChannelCount (${outputChannelCount.length}) is not the number of outputs (${numberOfOutputs}).`),
      'IndexSizeError',
    );
  }
  // Steps 3.3 and 3.4
  return [0, ...outputChannelCount];
}
