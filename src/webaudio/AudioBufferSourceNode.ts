import type { AudioBufferSourceOptions } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import type { AudioBuffer } from './AudioBuffer';
import { describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import { AudioScheduledSourceNode, checkNotNegative } from './AudioScheduledSourceNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { setting } from './exceptions';

const description = describeNode('AudioBufferSourceNode', NodeKind.BufferSource, { numberOfInputs: 0 });
const playbackRate = describeParam(1, undefined, undefined, 'k-rate', true);
const detune = describeParam(0, undefined, undefined, 'k-rate', true);

/** The duration in a start message where none was given. */
const noDuration = -1;

/** https://webaudio.github.io/web-audio-api/#AudioBufferSourceNode */
export class AudioBufferSourceNode extends AudioScheduledSourceNode {
  readonly playbackRate: AudioParam;
  readonly detune: AudioParam;
  #buffer: AudioBuffer | null = null;
  /** [[buffer set]] */
  #bufferSet = false;
  #loop: boolean;
  #loopStart: number;
  #loopEnd: number;

  constructor(context: BaseAudioContext, options: Partial<AudioBufferSourceOptions> = {}) {
    super(context, description);
    this.playbackRate = this._param(playbackRate, options.playbackRate);
    this.detune = this._param(detune, options.detune);
    this.#loop = options.loop ?? false;
    this.#loopStart = options.loopStart ?? 0;
    this.#loopEnd = options.loopEnd ?? 0;
    this._create();
    if (options.buffer !== undefined) this.buffer = options.buffer;
    if (this.#loop || this.#loopStart !== 0 || this.#loopEnd !== 0) this.#sendLoop();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiobuffersourcenode-buffer */
  get buffer(): AudioBuffer | null {
    return this.#buffer;
  }

  set buffer(newBuffer: AudioBuffer | null) {
    // Step 2: a buffer is set once.
    if (newBuffer !== null && this.#bufferSet) {
      throw new DOMException(setting('buffer', 'AudioBufferSourceNode', 'cannot set buffer to non-null after it has been already been set to a non-null buffer.'), 'InvalidStateError');
    }
    // Step 3
    if (newBuffer !== null) this.#bufferSet = true;
    // Step 4
    this.#buffer = newBuffer;
    // Step 5: a started source acquires the content at once.
    if (this._sourceStarted) this.#acquireContents();
  }

  get loop(): boolean {
    return this.#loop;
  }

  set loop(loop: boolean) {
    this.#loop = loop;
    this.#sendLoop();
  }

  /** Seconds, a *playhead position* */
  get loopStart(): number {
    return this.#loopStart;
  }

  set loopStart(loopStart: number) {
    this.#loopStart = loopStart;
    this.#sendLoop();
  }

  /** Seconds, a *playhead position* */
  get loopEnd(): number {
    return this.#loopEnd;
  }

  set loopEnd(loopEnd: number) {
    this.#loopEnd = loopEnd;
    this.#sendLoop();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiobuffersourcenode-start */
  override start(when = 0, offset?: number, duration?: number): void {
    // Step 1: a source starts once.
    this._checkNotStarted();
    // Step 2: parameter constraints.
    checkNotNegative('start', 'AudioBufferSourceNode', 'start time', when);
    if (offset !== undefined) checkNotNegative('start', 'AudioBufferSourceNode', 'offset', offset);
    if (duration !== undefined) checkNotNegative('start', 'AudioBufferSourceNode', 'duration', duration);
    // Step 3
    this._sourceStarted = true;
    // Steps 4 and 5, in the order the renderer needs: acquire the contents, then queue the message to start.
    if (this.#buffer !== null) this.#acquireContents();
    this.context._commands.message(this._id, NodeOp.Start, 3, when, offset ?? 0, duration ?? noDuration);
    // Step 6: start running the rendering thread.
    this.context._sourceStarted(this);
  }

  /** *Acquire the content*; where that fails, and without a buffer, nothing is played. */
  #acquireContents(): void {
    const channels = this.#buffer?._acquireContents() ?? [];
    this.context._commands.messageWithData(this._id, NodeOp.SetBuffer, channels, [this.#buffer?.sampleRate ?? 0]);
  }

  #sendLoop(): void {
    this.context._commands.message(this._id, NodeOp.SetLoop, 3, this.#loop ? 1 : 0, this.#loopStart, this.#loopEnd);
  }
}
