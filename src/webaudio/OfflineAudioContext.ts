import type { OfflineAudioContextOptions } from '../generated/webaudio-types';
import { EngineEvent } from '../generated/commands';
import type { OfflineEngine } from '../host/Host';
import { newPromise } from '../webidl/promise';
import type { PromiseCapability } from '../webidl/promise';
import { chooseRenderQuantumSize } from './AudioContext';
import { allocateChannels, AudioBuffer, checkBufferRange } from './AudioBuffer';
import { BaseAudioContext } from './BaseAudioContext';
import { constructing, executing, notFullyActive } from './exceptions';

/** https://webaudio.github.io/web-audio-api/#OfflineAudioContext */
export class OfflineAudioContext extends BaseAudioContext<OfflineEngine> {
  /** Frames */
  readonly length: number;
  readonly #numberOfChannels: number;
  /** [[rendering started]] */
  #renderingStarted = false;
  /** The promise of startRendering(). */
  #rendering: PromiseCapability<AudioBuffer> | null = null;
  /** [[rendered buffer]]'s data, one array a channel. */
  #renderedChannels: Float32Array[] = [];
  /** Promises of suspend() by quantized frame. */
  readonly #suspends = new Map<number, PromiseCapability<undefined>>();
  /** Frames at which the rendering thread waits for ScriptProcessorNodes. */
  readonly #scriptFrames = new Set<number>();
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
    if (length === null) {
      // Deviation: a render of undefined length is in the IDL, but no published algorithm says what it does. Until one does, the
      // length is required, as it was before.
      throw new TypeError(constructing('OfflineAudioContext', "required member 'length' is undefined; a render of undefined length is not supported."));
    }
    checkBufferRange(numberOfChannels, length, sampleRate, (detail) => constructing('OfflineAudioContext', detail));
    const renderQuantumSize = chooseRenderQuantumSize('OfflineAudioContext', options.renderSizeHint, sampleRate);
    super({
      sampleRate,
      renderQuantumSize,
      numberOfChannels,
      maxChannelCount: numberOfChannels,
      offline: true,
      open: (events) => host.audio.openOffline({ sampleRate, renderQuantumSize, numberOfChannels, length }, events),
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
    if (chunkSize !== null) {
      // Deviation: incremental rendering is in the IDL, but no published algorithm says what it does.
      promise.reject(new DOMException(executing('startRendering', 'OfflineAudioContext', 'rendering in chunks is not supported.'), 'NotSupportedError'));
      return promise.promise;
    }
    // Step 2
    if (this.#renderingStarted || this._controlThreadState === 'closed') {
      promise.reject(invalidState('startRendering', this.#renderingStarted ? 'cannot call startRendering more than once.' : 'the context is closed.'));
      return promise.promise;
    }
    // Step 3
    this.#renderingStarted = true;
    // Steps 5 and 6: memory for the rendered buffer.
    try {
      this.#renderedChannels = allocateChannels(this.#numberOfChannels, this.length);
    } catch (exception) {
      promise.reject(exception);
      return promise.promise;
    }
    // Step 7: begin offline rendering.
    this.#rendering = promise;
    this._controlThreadState = 'running';
    this._commands.flush();
    const pauses = new Set([...this.#suspends.keys(), ...this.#scriptFrames]);
    this._engine.render(this.#renderedChannels, Float64Array.from([...pauses].sort((a, b) => a - b)));
    // The rendering thread runs: a task tells so, queued before any that the rendering thread itself causes.
    host.queueTask(() => {
      if (this._controlThreadState === 'closed') return;
      this._state = 'running';
      this.fire('statechange');
    });
    // Step 8
    this._addPending(promise);
    // Step 9
    return promise.promise;
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
    if (this.#renderingStarted) {
      this._commands.flush();
      this._engine.suspendAt(frame);
    }
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
    if (frame >= this.length) return `the suspend time (${suspendTime}) is not within the render duration (${this.length / this.sampleRate}).`;
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

  /**
   * The method is in the IDL, its algorithm in a proposal (https://github.com/WebAudio/web-audio-api/pull/2675), which this
   * follows.
   */
  close(): Promise<undefined> {
    const promise = newPromise<undefined>();
    if (this._controlThreadState === 'closed') {
      promise.reject(invalidState('close', 'cannot close a closed OfflineAudioContext.'));
      return promise.promise;
    }
    this._controlThreadState = 'closed';
    this._commands.close();
    this._addPending(promise);
    host.queueTask(() => {
      // A render cut short can't be delivered any more.
      this.#abort(invalidState('startRendering', 'the OfflineAudioContext was closed.'));
      this._removePending(promise);
      promise.resolve(undefined);
      this._setState('closed');
    });
    return promise.promise;
  }

  #abort(reason: DOMException): void {
    const unsettled: PromiseCapability<unknown>[] = [...this.#suspends.values()];
    if (this.#rendering !== null) unsettled.push(this.#rendering);
    this.#suspends.clear();
    this.#rendering = null;
    this.#renderedChannels = [];
    for (const promise of unsettled) {
      this._removePending(promise);
      promise.reject(reason);
    }
  }

  protected override _handleEvent(type: number, first: number): void {
    if (this._controlThreadState === 'closed') return;
    if (type === EngineEvent.Suspended) this.#suspendedAt(first);
    else if (type === EngineEvent.Completed) this.#completed();
  }

  override _expectScript(frame: number): void {
    const boundary = Math.ceil(frame / this.renderQuantumSize) * this.renderQuantumSize;
    if (boundary >= this.length || this.#scriptFrames.has(boundary)) return;
    this.#scriptFrames.add(boundary);
    if (this.#renderingStarted) this._engine.suspendAt(boundary);
  }

  /** The rendering thread has come to a pause. */
  #suspendedAt(frame: number): void {
    // Scripts have had their events by now.
    if (this.#scriptFrames.delete(frame) && !this.#suspends.has(frame)) {
      this._commands.flush();
      this._engine.resume();
      return;
    }
    this.#suspended = true;
    this._controlThreadState = 'suspended';
    this._setState('suspended');
    const promise = this.#suspends.get(frame);
    if (promise === undefined) return;
    this.#suspends.delete(frame);
    this._removePending(promise);
    promise.resolve(undefined);
  }

  /** The last step of *begin offline rendering*. */
  #completed(): void {
    const rendering = this.#rendering;
    if (rendering === null) return;
    this.#rendering = null;
    this._controlThreadState = 'closed';
    this._unrefWorkletPorts();
    const renderedBuffer = new AudioBuffer(
      { numberOfChannels: this.#numberOfChannels, length: this.length, sampleRate: this.sampleRate },
      this.#renderedChannels,
    );
    this.#renderedChannels = [];
    this._removePending(rendering);
    // Step 4.1
    rendering.resolve(renderedBuffer);
    // The state change is told before the complete event, which is the last one.
    this._setState('closed');
    // Step 4.2
    host.queueTask(() => this.fire('complete', { renderedBuffer }, 'OfflineAudioCompletionEvent'));
  }

  protected override _isBusy(): boolean {
    return this.#rendering !== null;
  }
}

function invalidState(operation: string, detail: string): DOMException {
  return new DOMException(executing(operation, 'OfflineAudioContext', detail), 'InvalidStateError');
}
