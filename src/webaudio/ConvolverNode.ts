import type { ConvolverOptions } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import type { AudioBuffer } from './AudioBuffer';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { setting } from './exceptions';

const description = describeNode('ConvolverNode', NodeKind.Convolver, {
  channelCountMode: 'clamped-max',
  constraints: { atMostStereo: true },
});

/** https://webaudio.github.io/web-audio-api/#ConvolverNode */
export class ConvolverNode extends AudioNode {
  #buffer: AudioBuffer | null = null;
  normalize: boolean;

  /** https://webaudio.github.io/web-audio-api/#dom-convolvernode-convolvernode */
  constructor(context: BaseAudioContext, options: Partial<ConvolverOptions> = {}) {
    super(context, description);
    const { buffer = null } = options;
    // Step 1
    this.normalize = !(options.disableNormalization ?? false);
    // Step 2's exceptions, before anything is created.
    if (buffer !== null) this.#check(buffer);
    // Steps 3 to 7
    this._setChannelOptions(options);
    this._create();
    // Step 2
    if (buffer !== null) this.#set(buffer);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-convolvernode-buffer */
  get buffer(): AudioBuffer | null {
    return this.#buffer;
  }

  set buffer(buffer: AudioBuffer | null) {
    // Step 1
    if (buffer !== null) this.#check(buffer);
    // Step 2
    this.#set(buffer);
  }

  #check(buffer: AudioBuffer): void {
    const { numberOfChannels, sampleRate } = buffer;
    const problem =
      numberOfChannels !== 1 && numberOfChannels !== 2 && numberOfChannels !== 4
        ? `the buffer has ${numberOfChannels} channels; it must have 1, 2 or 4.`
        : sampleRate !== this.context.sampleRate
          ? `the buffer sample rate (${sampleRate}) does not match the sample rate of the context (${this.context.sampleRate}).`
          : null;
    if (problem !== null) throw new DOMException(setting('buffer', 'ConvolverNode', problem), 'NotSupportedError');
  }

  /** `normalize` takes effect together with the buffer. */
  #set(buffer: AudioBuffer | null): void {
    this.#buffer = buffer;
    const { _commands: commands } = this.context;
    commands.message(this._id, NodeOp.SetNormalize, 1, this.normalize ? 1 : 0);
    commands.messageWithData(this._id, NodeOp.SetBuffer, buffer?._acquireContents() ?? [], [buffer?.sampleRate ?? 0]);
  }
}
