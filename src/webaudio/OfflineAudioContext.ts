import type { OfflineAudioContextOptions } from '../generated/webaudio-types';
import { EngineEvent } from '../generated/commands';
import type { OfflineEngine } from '../host/Host';
import { newPromise } from '../webidl/promise';
import type { PromiseCapability } from '../webidl/promise';
import { chooseRenderQuantumSize } from './AudioContext';
import { allocateChannels, AudioBuffer, checkBufferRange } from './AudioBuffer';
import { BaseAudioContext } from './BaseAudioContext';
import { constructing, executing, notFullyActive } from './exceptions';

/** A buffer of [[rendered buffers]], and the promise of the call of startRendering() that asked for it. */
interface Rendering {
  readonly channels: Float32Array[];
  /** Frames */
  readonly length: number;
  readonly promise: PromiseCapability<AudioBuffer>;
}

/**
 * https://webaudio.github.io/web-audio-api/#OfflineAudioContext
 *
 * `currentTime` goes on while a render is under way, quantum by quantum: it is how far the render has come.
 */
export class OfflineAudioContext extends BaseAudioContext<OfflineEngine> {
  /** Frames; null for a render of undefined length, which close() ends. */
  readonly length: number | null;
  readonly #numberOfChannels: number;
  /** [[rendering started]] */
  #renderingStarted = false;
  /** [[rendered buffers]] */
  readonly #renderedBuffers: Rendering[] = [];
  /** [[committed frames]] */
  #committedFrames = 0;
  /** [[rendered frames]] */
  #renderedFrames = 0;
  /** Promises of suspend() by quantized frame. */
  readonly #suspends = new Map<number, PromiseCapability<undefined>>();
  /** The rendering thread waits at a suspend for resume(). */
  #suspended = false;

  /**
   * https://webaudio.github.io/web-audio-api/#dom-offlineaudiocontext-offlineaudiocontext
   * https://webaudio.github.io/web-audio-api/#dom-offlineaudiocontext-offlineaudiocontext-numberofchannels-length-samplerate
   */
  constructor(options: OfflineAudioContextOptions);
  constructor(numberOfChannels: number, length: number, sampleRate: number);
  constructor(optionsOrNumberOfChannels: OfflineAudioContextOptions | number, lengthArgument?: number, sampleRateArgument?: number) {
    const inactive = notFullyActive((detail) => constructing('OfflineAudioContext', detail));
    if (inactive !== null) throw inactive;
    const options: Partial<OfflineAudioContextOptions> =
      typeof optionsOrNumberOfChannels === 'number'
        ? { numberOfChannels: optionsOrNumberOfChannels, length: lengthArgument, sampleRate: sampleRateArgument }
        : optionsOrNumberOfChannels;
    const { numberOfChannels = 1, length = null } = options;
    const sampleRate = options.sampleRate!;
    checkBufferRange(numberOfChannels, length ?? 1, sampleRate, (detail) => constructing('OfflineAudioContext', detail));
    const renderQuantumSize = chooseRenderQuantumSize('OfflineAudioContext', options.renderSizeHint, sampleRate);
    super({
      sampleRate,
      renderQuantumSize,
      numberOfChannels,
      maxChannelCount: numberOfChannels,
      offline: true,
      open: (events) => host.audio.openOffline({ sampleRate, renderQuantumSize, numberOfChannels }, events),
    });
    this.length = length;
    this.#numberOfChannels = numberOfChannels;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-offlineaudiocontext-startrendering */
  startRendering(chunkSize: number | null = null): Promise<AudioBuffer> {
    const promise = newPromise<AudioBuffer>();
    // Step 1
    const inactive = notFullyActive((detail) => executing('startRendering', 'OfflineAudioContext', detail));
    if (inactive !== null) {
      promise.reject(inactive);
      return promise.promise;
    }
    // Step 3
    if (this._controlThreadState === 'closed') {
      promise.reject(invalidState('startRendering', 'the context is closed.'));
      return promise.promise;
    }
    // Step 4: all frames are promised already.
    if (this.length !== null && this.#committedFrames >= this.length) {
      promise.reject(invalidState('startRendering', 'all frames have been rendered, or are being rendered.'));
      return promise.promise;
    }
    // Steps 5 to 7: memory for the buffer.
    const length = this.#bufferLength(chunkSize);
    let channels: Float32Array[];
    try {
      checkBufferRange(this.#numberOfChannels, length, this.sampleRate, (detail) => executing('startRendering', 'OfflineAudioContext', detail));
      channels = allocateChannels(this.#numberOfChannels, length);
    } catch (exception) {
      // Step 8
      promise.reject(exception);
      return promise.promise;
    }
    // Step 11: begin offline rendering.
    this._commands.flush();
    if (!this._engine.render(channels)) {
      promise.reject(new DOMException(executing('startRendering', 'OfflineAudioContext', 'the system has no thread for it.'), 'NotSupportedError'));
      return promise.promise;
    }
    this.#renderedBuffers.push({ channels, length, promise });
    // Step 9
    if (!this.#renderingStarted) {
      this.#renderingStarted = true;
      this._controlThreadState = 'running';
      this._setState('running');
    }
    // Step 10
    this.#committedFrames += length;
    // Step 12
    this._addPending(promise);
    // Step 13
    return promise.promise;
  }

  /**
   * Steps 5 and 6 of startRendering(), in frames.
   *
   * Deviation: what is left of a render with a length is not rounded up to a render quantum, so that the buffers together have
   * exactly that length; web-platform-tests and all use of the API rely on it.
   */
  #bufferLength(chunkSize: number | null): number {
    const remaining = this.length === null ? Infinity : this.length - this.#committedFrames;
    if (chunkSize === null) return this.length === null ? this.renderQuantumSize : remaining;
    return Math.min(Math.ceil(chunkSize / this.renderQuantumSize) * this.renderQuantumSize, remaining);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-offlineaudiocontext-resume */
  resume(): Promise<undefined> {
    const promise = newPromise<undefined>();
    // Step 1
    const inactive = notFullyActive((detail) => executing('resume', 'OfflineAudioContext', detail));
    if (inactive !== null) {
      promise.reject(inactive);
      return promise.promise;
    }
    // Step 3
    if (this._controlThreadState === 'closed' || !this.#renderingStarted) {
      const detail = this.#renderingStarted ? 'cannot resume a closed OfflineAudioContext.' : 'cannot resume an OfflineAudioContext that has not started.';
      promise.reject(invalidState('resume', detail));
      return promise.promise;
    }
    // Step 4
    this._controlThreadState = 'running';
    // Step 5
    if (this.#suspended) {
      this.#suspended = false;
      this._commands.flush();
      this._engine.resume();
    }
    this._addPending(promise);
    host.queueTask(() => {
      this._removePending(promise);
      promise.resolve(undefined);
      if (this._controlThreadState === 'running' && !this.#suspended) this._setState('running');
    });
    // Step 6
    return promise.promise;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-offlineaudiocontext-suspend */
  suspend(suspendTime: number): Promise<undefined> {
    const promise = newPromise<undefined>();
    const frame = this.#quantize(suspendTime);
    const problem = this.#suspendProblem(suspendTime, frame);
    if (problem !== null) {
      promise.reject(invalidState('suspend', problem));
      return promise.promise;
    }
    this.#suspends.set(frame, promise);
    this._addPending(promise);
    this._engine.suspendAt(frame);
    return promise.promise;
  }

  /** What of the argument's conditions does not hold, null if all do. */
  #suspendProblem(suspendTime: number, frame: number): string | null {
    if (this._controlThreadState === 'closed') return 'the OfflineAudioContext is closed.';
    if (suspendTime < 0) return `the suspend time (${suspendTime}) is negative.`;
    // Frame 0 is in the future until rendering begins.
    if (frame < this._currentFrame || (frame === this._currentFrame && this.#renderingStarted)) {
      return `the suspend time (${suspendTime}) is not later than the current time (${this.currentTime}).`;
    }
    if (this.length !== null && frame >= this.length) return `the suspend time (${suspendTime}) is not within the render duration (${this.length / this.sampleRate}).`;
    if (this.#suspends.has(frame)) return `a suspend is already scheduled at frame ${frame}.`;
    return null;
  }

  /** Rounds up to a render quantum boundary. A time that is a frame's but for the rounding of its division counts as that frame. */
  #quantize(time: number): number {
    const exact = time * this.sampleRate;
    const nearest = Math.round(exact);
    const frames = Math.abs(exact - nearest) <= 1e-9 * Math.abs(nearest) ? nearest : exact;
    return Math.ceil(frames / this.renderQuantumSize) * this.renderQuantumSize;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-offlineaudiocontext-close */
  close(): Promise<undefined> {
    const promise = newPromise<undefined>();
    // Step 1
    const inactive = notFullyActive((detail) => executing('close', 'OfflineAudioContext', detail));
    if (inactive !== null) {
      promise.reject(inactive);
      return promise.promise;
    }
    // Step 3
    if (this._controlThreadState === 'closed') {
      promise.reject(invalidState('close', 'cannot close a closed OfflineAudioContext.'));
      return promise.promise;
    }
    // Step 4
    this._controlThreadState = 'closed';
    // Step 5: the rendering thread ends at the next render quantum boundary.
    this._commands.close();
    this._addPending(promise);
    host.queueTask(() => {
      this.#rejectUnsettled();
      this._removePending(promise);
      promise.resolve(undefined);
      this._setState('closed');
    });
    // Step 6
    return promise.promise;
  }

  /** What can't happen any more in a closed context: the specification leaves it open, web-platform-tests name the exceptions. */
  #rejectUnsettled(): void {
    const aborted = new DOMException(executing('startRendering', 'OfflineAudioContext', 'the OfflineAudioContext was closed.'), 'AbortError');
    for (const { promise } of this.#renderedBuffers.splice(0)) {
      this._removePending(promise);
      promise.reject(aborted);
    }
    for (const promise of this.#suspends.values()) {
      this._removePending(promise);
      promise.reject(invalidState('suspend', 'the OfflineAudioContext was closed.'));
    }
    this.#suspends.clear();
  }

  protected override _handleEvent(type: number, first: number): void {
    if (this._controlThreadState === 'closed') return;
    if (type === EngineEvent.Suspended) this.#suspendedAt(first);
    else if (type === EngineEvent.Completed) this.#completed();
  }

  /** The rendering thread has come to a pause. */
  #suspendedAt(frame: number): void {
    const promise = this.#suspends.get(frame);
    if (promise === undefined) {
      // A pause for scripts, which have had their events by now.
      this._commands.flush();
      this._engine.resume();
      return;
    }
    this.#suspended = true;
    this._controlThreadState = 'suspended';
    this._setState('suspended');
    this.#suspends.delete(frame);
    this._removePending(promise);
    promise.resolve(undefined);
  }

  /** Step 4 of *begin offline rendering*, for the oldest of [[rendered buffers]]. */
  #completed(): void {
    // Step 4.3
    const { channels, length, promise } = this.#renderedBuffers.shift()!;
    const renderedBuffer = new AudioBuffer({ numberOfChannels: this.#numberOfChannels, length, sampleRate: this.sampleRate }, channels);
    // Step 4.1
    promise.resolve(renderedBuffer);
    // Step 4.2
    this._removePending(promise);
    // Step 4.4
    this.#renderedFrames += length;
    // Step 4.5
    if (this.length === null) return;
    // Step 4.5.1: the state changes in this task, and that is told before the complete event, which is the last one.
    if (this.#renderedFrames >= this.length) {
      this._controlThreadState = 'closed';
      this._unrefWorkletPorts();
      this._setState('closed');
    }
    // Step 4.5.2
    host.queueTask(() => this.fire('complete', { renderedBuffer }, 'OfflineAudioCompletionEvent'));
  }

  /** A render that is under way is among the pending promises. */
  protected override _isBusy(): boolean {
    return false;
  }
}

function invalidState(operation: string, detail: string): DOMException {
  return new DOMException(executing(operation, 'OfflineAudioContext', detail), 'InvalidStateError');
}
