import type { AudioBufferOptions } from '../generated/webaudio-types';
import { PlatformObject } from '../webidl/platform-object';
import { isSupportedSampleRate, maxChannels, maxSampleRate, minSampleRate } from './engine/limits';
import { constructing, executing } from './exceptions';

/** https://webaudio.github.io/web-audio-api/#AudioBuffer */
export class AudioBuffer extends PlatformObject {
  /** [[sample rate]], hertz */
  readonly sampleRate: number;
  /** [[length]], frames */
  readonly length: number;
  /** [[number of channels]] */
  readonly numberOfChannels: number;
  /** [[internal data]], one array a channel. */
  readonly #channels: Float32Array[];
  /** One bit a channel: script holds this very array. */
  #exposed = 0;
  /** One bit a channel: an acquirer reads this memory, which therefore must not change; it is copied when script asks for it again. */
  #acquired = 0;
  /** What the last acquirer got, while nothing has changed since. */
  #contents: readonly Float32Array[] | null = null;

  /** `channels` adopts existing memory, for buffers that the implementation fills; a ScriptProcessorNode's may have no channel. */
  constructor(options: AudioBufferOptions, channels?: readonly Float32Array[]) {
    super();
    // Step 1: values outside their nominal range.
    const { numberOfChannels = 1, length, sampleRate } = options;
    if (channels === undefined) checkBufferRange(numberOfChannels, length, sampleRate, (detail) => constructing('AudioBuffer', detail));
    // Steps 2 and 3: assign the slots.
    this.numberOfChannels = numberOfChannels;
    this.length = length;
    this.sampleRate = sampleRate;
    // Step 4: zero-initialized data.
    this.#channels = channels === undefined ? allocateChannels(numberOfChannels, length) : [...channels];
  }

  /** Seconds. */
  get duration(): number {
    return this.length / this.sampleRate;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiobuffer-getchanneldata */
  getChannelData(channel: number): Float32Array {
    this.#checkChannel('getChannelData', 'channel index', channel);
    this.#unshare(channel);
    this.#exposed |= 1 << channel;
    this.#contents = null;
    return this.#channels[channel]!;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiobuffer-copyfromchannel */
  copyFromChannel(destination: Float32Array, channelNumber: number, bufferOffset = 0): void {
    this.#checkChannel('copyFromChannel', 'channelNumber', channelNumber);
    const source = this.#channels[channelNumber]!;
    const frames = Math.min(source.length - bufferOffset, destination.length);
    if (frames > 0) destination.set(view(source, bufferOffset, frames));
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiobuffer-copytochannel */
  copyToChannel(source: Float32Array, channelNumber: number, bufferOffset = 0): void {
    this.#checkChannel('copyToChannel', 'channelNumber', channelNumber);
    this.#unshare(channelNumber);
    const destination = this.#channels[channelNumber]!;
    const frames = Math.min(destination.length - bufferOffset, source.length);
    if (frames > 0) destination.set(view(source, 0, frames), bufferOffset);
  }

  /**
   * *Acquire the content*: immutable channel data for a renderer; empty where script has detached a channel.
   * Nothing is copied here: the memory script knew is detached and goes on behind a new array, and is copied only if script asks for it again.
   *
   * https://webaudio.github.io/web-audio-api/#acquire-the-content
   */
  _acquireContents(): readonly Float32Array[] {
    const channels = this.#channels;
    // Step 1: an ArrayBuffer is detached. Lengths are at least 1 otherwise.
    if (this.#exposed !== 0 && channels.some((channel) => channel.length === 0)) return [];
    // Step 2: detach those that script got; step 3: retain the memory behind them.
    for (let index = 0; this.#exposed !== 0 && index < channels.length; ++index) {
      if ((this.#exposed & (1 << index)) === 0) continue;
      channels[index] = new Float32Array(host.transferArrayBuffer(channels[index]!.buffer as ArrayBuffer));
    }
    // Step 4: copies for the next getChannelData(), made when it is called.
    this.#exposed = 0;
    this.#acquired = -1;
    return (this.#contents ??= [...channels]);
  }

  /** Gives a channel that an acquirer reads memory of its own. */
  #unshare(channel: number): void {
    const bit = 1 << channel;
    if ((this.#acquired & bit) === 0) return;
    this.#channels[channel] = new Float32Array(this.#channels[channel]!);
    this.#acquired &= ~bit;
    this.#contents = null;
  }

  #checkChannel(operation: string, argument: string, channel: number): void {
    if (channel < this.numberOfChannels) return;
    throw new DOMException(
      executing(operation, 'AudioBuffer', `${argument} (${channel}) exceeds number of channels (${this.numberOfChannels}).`),
      'IndexSizeError',
    );
  }
}

/** The nominal ranges of `createBuffer()`, which also hold for AudioBufferOptions and OfflineAudioContextOptions. */
export function checkBufferRange(numberOfChannels: number, length: number, sampleRate: number, message: (detail: string) => string): void {
  const problem =
    numberOfChannels < 1 || numberOfChannels > maxChannels
      ? `the number of channels (${numberOfChannels}) is outside the range [1, ${maxChannels}].`
      : length < 1
        ? `the number of frames (${length}) must be at least 1.`
        : !isSupportedSampleRate(sampleRate)
          ? `the sample rate (${sampleRate}) is outside the range [${minSampleRate}, ${maxSampleRate}].`
          : null;
  if (problem !== null) throw new DOMException(message(problem), 'NotSupportedError');
}

export function allocateChannels(numberOfChannels: number, length: number): Float32Array[] {
  const channels: Float32Array[] = [];
  for (let index = 0; index < numberOfChannels; ++index) channels.push(new Float32Array(length));
  return channels;
}

/** `subarray` without the array's species, which script can set. */
function view(array: Float32Array, offset: number, length: number): Float32Array {
  return new Float32Array(array.buffer, array.byteOffset + offset * Float32Array.BYTES_PER_ELEMENT, length);
}
