import type { AudioContextOptions, AudioSinkOptions, AudioTimestamp } from '../generated/webaudio-types';
import { EngineEvent, EngineState, StateWord } from '../generated/commands';
import type { RealtimeEngine } from '../host/Host';
import { defaultOutputId } from '../mediastream/devices/DeviceList';
import type { MediaStream } from '../mediastream/MediaStream';
import type { MediaStreamTrack } from '../mediastream/MediaStreamTrack';
import type { Source } from '../mediastream/Source';
import { newPromise } from '../webidl/promise';
import type { PromiseCapability } from '../webidl/promise';
import { AudioPlaybackStats } from './AudioPlaybackStats';
import { AudioSinkInfo } from './AudioSinkInfo';
import { BaseAudioContext } from './BaseAudioContext';
import { latencyCategories } from './engine/enumerations';
import {
  defaultRenderQuantumSize,
  isSupportedRenderQuantumSize,
  isSupportedSampleRate,
  maxSampleRate,
  minSampleRate,
} from './engine/limits';
import { constructing, executing, notFullyActive } from './exceptions';
import { MediaStreamAudioDestinationNode } from './MediaStreamAudioDestinationNode';
import { MediaStreamAudioSourceNode } from './MediaStreamAudioSourceNode';
import { MediaStreamTrackAudioSourceNode } from './MediaStreamTrackAudioSourceNode';
import type { TrackSourceNode } from './TrackSourceNode';

/** The engine's answer to a request. */
interface Answer {
  readonly failed: boolean;
}

const initialChannels = 2;

/** https://webaudio.github.io/web-audio-api/#AudioContext */
export class AudioContext extends BaseAudioContext<RealtimeEngine> {
  /** [[suspended by user]] */
  #suspendedByUser = false;
  /** [[sink ID]] */
  #sinkId: string | AudioSinkInfo = '';
  /** [[pending resume promises]], of the start of the rendering thread that is under way; null while none is. */
  #pendingResumePromises: PromiseCapability<undefined>[] | null = null;
  /** [[playback stats]] */
  readonly playbackStats: AudioPlaybackStats;
  /** Requests to the engine that it has not answered, by serial. */
  readonly #requests = new Map<number, (answer: Answer) => void>();
  #lastSerial = 0;
  /** Nodes that read a track, and streams that are read. */
  readonly #inputs = new Set<TrackSourceNode>();
  readonly #outputs = new Set<Source>();
  #wasActive = false;
  /** Calls of setSinkId() under way. */
  readonly #pendingSinkChanges = new Set<PromiseCapability<undefined>>();
  /** Their control messages; the first one is being run. */
  readonly #sinkChanges: (() => void)[] = [];

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-audiocontext */
  constructor(options: Partial<AudioContextOptions> = {}) {
    const inactive = notFullyActive((detail) => constructing('AudioContext', detail));
    if (inactive !== null) throw inactive;
    // Steps 2 to 4 are the initial values of the fields.
    // Steps 5 to 10: audioWorklet makes its MessagePort when it is first asked for.
    // Step 11.1: the sink at construction.
    const sinkId = options.sinkId ?? '';
    // Start processing, step 1: an identifier that is not known fails validation; the context then stays suspended.
    const isValidSink = validateSinkId(sinkId);
    const engineSink = isValidSink ? toEngineSink(sinkId) : '';
    // Step 11.3: the sample rate, of the default device for the types of AudioSinkOptions.
    const output = host.audio.outputInfo(engineSink);
    const sampleRate = options.sampleRate ?? Math.fround(typeof engineSink === 'string' ? output.sampleRate : host.audio.outputInfo('').sampleRate);
    if (!isSupportedSampleRate(sampleRate)) {
      throw new DOMException(
        constructing('AudioContext', `the sample rate (${sampleRate}) is outside the range [${minSampleRate}, ${maxSampleRate}].`),
        'NotSupportedError',
      );
    }
    // Step 11.4: the render quantum size.
    const renderQuantumSize = chooseRenderQuantumSize('AudioContext', options.renderSizeHint, sampleRate);
    super({
      sampleRate,
      renderQuantumSize,
      numberOfChannels: Math.min(initialChannels, output.maxChannelCount),
      maxChannelCount: output.maxChannelCount,
      offline: false,
      open: (events) =>
        host.audio.openRealtime(
          {
            sampleRate,
            renderQuantumSize,
            // Step 11.2: the latency asked for.
            latency: toLatency(options.latencyHint),
            sinkId: engineSink,
            numberOfChannels: Math.min(initialChannels, output.maxChannelCount),
          },
          events,
        ),
    });
    // Step 13
    this.playbackStats = new AudioPlaybackStats(this);
    // Step 12: an AudioContext is always allowed to start.
    if (!isValidSink) {
      host.queueTask(() => this.fire('error'));
      return;
    }
    this.#startProcessing(sinkId);
  }

  /** The rest of *sending a control message to start processing*. */
  #startProcessing(sinkId: string | AudioSinkOptions): void {
    // Step 4: [[sink ID]] is known to be valid; no failure of the device changes it, as the silent clock takes its place.
    this.#sinkId = typeof sinkId === 'string' ? sinkId : new AudioSinkInfo(sinkId.type);
    // Step 5
    this.#requestRunning();
  }

  /** Asks for the rendering thread to run, and settles all that waits for that. */
  #requestRunning(): PromiseCapability<undefined>[] {
    const promises: PromiseCapability<undefined>[] = [];
    this.#pendingResumePromises = promises;
    this.#request(
      (serial) => this._engine.setState(EngineState.Running, serial),
      ({ failed }) => {
        if (this.#pendingResumePromises === promises) this.#pendingResumePromises = null;
        for (const promise of promises) this._removePending(promise);
        if (failed) {
          for (const promise of promises) promise.reject(invalidState('resume', 'the audio device could not be started.'));
          this.fire('error');
          return;
        }
        if (!this.#suspendedByUser && this._controlThreadState !== 'closed') this._controlThreadState = 'running';
        for (const promise of promises) promise.resolve(undefined);
        this._setState('running');
      },
    );
    return promises;
  }

  protected override _startRenderingThread(): void {
    if (this._controlThreadState !== 'suspended' || this.#suspendedByUser || this.#pendingResumePromises !== null) return;
    this.#requestRunning();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-baselatency, seconds */
  get baseLatency(): number {
    return this._engine.state[StateWord.BaseLatency]!;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-outputlatency, seconds */
  get outputLatency(): number {
    return this._engine.state[StateWord.OutputLatency]!;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-sinkid */
  get sinkId(): string | AudioSinkInfo {
    return this.#sinkId;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-getoutputtimestamp */
  getOutputTimestamp(): AudioTimestamp {
    const { state } = this._engine;
    const currentFrame = state[StateWord.CurrentFrame]!;
    if (currentFrame === 0) return { contextTime: 0, performanceTime: 0 };
    // currentTime always exceeds the contextTime.
    const outputFrame = Math.max(0, Math.min(state[StateWord.OutputFrame]!, currentFrame - 1));
    return { contextTime: outputFrame / this.sampleRate, performanceTime: state[StateWord.OutputTime]! };
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-resume */
  resume(): Promise<undefined> {
    const promise = newPromise<undefined>();
    // Steps 1 to 3
    const problem = this.#problem('resume');
    if (problem !== null) {
      promise.reject(problem);
      return promise.promise;
    }
    // Step 4
    this.#suspendedByUser = false;
    // Step 5: not applicable, nothing interrupts a context
    // Step 6: not applicable, an AudioContext is always allowed to start
    // Step 7
    this._controlThreadState = 'running';
    // Step 8; a start that is under way settles this promise too.
    this._addPending(promise);
    (this.#pendingResumePromises ?? this.#requestRunning()).push(promise);
    // Step 9
    return promise.promise;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-suspend */
  suspend(): Promise<undefined> {
    const promise = newPromise<undefined>();
    // Steps 1 to 3
    const problem = this.#problem('suspend');
    if (problem !== null) {
      promise.reject(problem);
      return promise.promise;
    }
    // Step 4
    this._addPending(promise);
    // Step 5
    this.#suspendedByUser = true;
    // Step 6
    this._controlThreadState = 'suspended';
    // Step 7
    this.#pendingResumePromises = null;
    this.#request(
      (serial) => this._engine.setState(EngineState.Suspended, serial),
      () => {
        this._removePending(promise);
        promise.resolve(undefined);
        this._setState('suspended');
      },
    );
    // Step 8
    return promise.promise;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-close */
  close(): Promise<undefined> {
    const promise = newPromise<undefined>();
    // Steps 1 to 3
    const problem = this.#problem('close');
    if (problem !== null) {
      promise.reject(problem);
      return promise.promise;
    }
    // Step 4
    this._controlThreadState = 'closed';
    for (const node of [...this.#inputs]) node.trackChanged();
    for (const change of this.#pendingSinkChanges) {
      change.reject(invalidState('setSinkId', 'the AudioContext is closed.'));
      this._removePending(change);
    }
    this.#pendingSinkChanges.clear();
    // Step 5
    this._addPending(promise);
    this._commands.worklet?.closing();
    this.#request(
      (serial) => this._engine.setState(EngineState.Closed, serial),
      () => {
        this._removePending(promise);
        promise.resolve(undefined);
        this._setState('closed');
        // A closed engine answers nothing more.
        this.#requests.clear();
        this._commands.close();
      },
    );
    // Step 6
    return promise.promise;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiocontext-setsinkid */
  setSinkId(sinkId: string | AudioSinkOptions): Promise<undefined> {
    const p = newPromise<undefined>();
    const problem = this.#problem('setSinkId');
    if (problem !== null) {
      p.reject(problem);
      return p.promise;
    }
    // Step 2: nothing changes.
    if (this.#isCurrentSink(sinkId)) {
      p.resolve(undefined);
      return p.promise;
    }
    // Steps 3 and 4
    if (!validateSinkId(sinkId)) {
      // Deviation: the step names NotAllowedError for every failure; browsers and web-platform-tests keep that for the permission
      // and say NotFoundError of a device that is not there. It's a task later, so that close() may come before.
      this.#pendingSinkChanges.add(p);
      host.queueTask(() => {
        if (this.#pendingSinkChanges.delete(p)) {
          p.reject(new DOMException(executing('setSinkId', 'AudioContext', `there is no audio output device '${String(sinkId)}'.`), 'NotFoundError'));
        }
      });
      return p.promise;
    }
    // Steps 5 to 7
    this.#pendingSinkChanges.add(p);
    this._addPending(p);
    this.#sinkChanges.push(() => this.#changeSink(sinkId, p));
    if (this.#sinkChanges.length === 1) host.queueTask(this.#sinkChanges[0]!);
    return p.promise;
  }

  /** The control message is done; the next one runs. */
  #sinkChanged(): void {
    this.#sinkChanges.shift();
    if (this.#sinkChanges.length > 0) host.queueTask(this.#sinkChanges[0]!);
  }

  /** *Run a control message for setSinkId*, as tasks of the control thread around what the engine does. */
  #changeSink(sinkId: string | AudioSinkOptions, p: PromiseCapability<undefined>): void {
    // The context has been closed.
    if (!this.#pendingSinkChanges.has(p)) return;
    // Steps 3 and 4: nothing changes.
    if (this.#isCurrentSink(sinkId)) {
      this.#endSinkChange(p);
      p.resolve(undefined);
      this.#sinkChanged();
      return;
    }
    // Steps 5 and 6
    const wasRunning = this._state === 'running';
    // Step 9: paused while the device is exchanged.
    if (wasRunning) {
      this._state = 'suspended';
      this.fire('statechange');
    }
    // Step 10: acquire the new device.
    this.#request(
      (serial) => this._engine.setSink(toEngineSink(sinkId), serial),
      ({ failed }) => {
        if (!this.#pendingSinkChanges.has(p)) return;
        this.#endSinkChange(p);
        if (failed) {
          p.reject(new DOMException(executing('setSinkId', 'AudioContext', 'the audio output device could not be opened.'), 'InvalidAccessError'));
        } else {
          // Step 11
          this.#sinkId = typeof sinkId === 'string' ? sinkId : new AudioSinkInfo(sinkId.type);
          p.resolve(undefined);
          this.fire('sinkchange');
        }
        // Step 12; after a failure the old device plays on.
        host.queueTask(() => {
          if (wasRunning && this._state === 'suspended' && !this.#suspendedByUser && this._controlThreadState !== 'closed') {
            this._state = 'running';
            this._updateHold();
            this.fire('statechange');
          }
          this.#sinkChanged();
        });
      },
    );
  }

  #endSinkChange(p: PromiseCapability<undefined>): void {
    this.#pendingSinkChanges.delete(p);
    this._removePending(p);
  }

  #isCurrentSink(sinkId: string | AudioSinkOptions): boolean {
    const current = this.#sinkId;
    if (typeof sinkId === 'string') return sinkId === current;
    return typeof current !== 'string' && sinkId.type === current.type;
  }

  /** What the first steps of every state change reject with: the document is not fully active, or the context is closed. */
  #problem(operation: string): DOMException | null {
    const inactive = notFullyActive((detail) => executing(operation, 'AudioContext', detail));
    if (inactive !== null) return inactive;
    return this._controlThreadState === 'closed' ? invalidState(operation, 'the AudioContext is closed.') : null;
  }

  // ---- requests to the engine ----

  /** Sends a request after all commands so far; `answered` runs in a task of its own when the engine has dealt with it. */
  #request(send: (serial: number) => void, answered: (answer: Answer) => void): void {
    const serial = ++this.#lastSerial;
    this.#requests.set(serial, answered);
    this._updateHold();
    this._commands.flush();
    send(serial);
  }

  protected override _handleEvent(type: number, first: number, second: number): void {
    const serial = second;
    const answered = this.#requests.get(serial);
    if (answered !== undefined) {
      this.#requests.delete(serial);
      answered({ failed: type === EngineEvent.DeviceFailed });
      this._updateHold();
    } else if (type === EngineEvent.DeviceFailed && this._state !== 'closed') {
      // The device is gone while the context runs: https://webaudio.github.io/web-audio-api/#dom-audiocontext-onerror
      this.fire('error');
    }
  }

  protected override _isBusy(): boolean {
    return this.#requests.size > 0 || this._isActive();
  }

  /** Whether something sounds here, of its own or of what comes in; `asked` are the contexts that want to know because of that. */
  _isActive(asked?: Set<object>): boolean {
    if (this._state !== 'running') return false;
    if (this._hasSources) return true;
    if (this.#inputs.size === 0 || asked?.has(this)) return false;
    const all = (asked ?? new Set<object>()).add(this);
    return [...this.#inputs].some((node) => node._isActive(all));
  }

  override _updateHold(): void {
    super._updateHold();
    const isActive = this._isActive();
    if (isActive === this.#wasActive) return;
    this.#wasActive = isActive;
    for (const output of [...this.#outputs]) output.changed();
  }

  // ---- streams ----

  /** A node that reads a track lives while it does. */
  _setInput(node: TrackSourceNode, isReading: boolean): void {
    if (isReading) this.#inputs.add(node);
    else this.#inputs.delete(node);
  }

  /** Somebody reads what goes out to a stream, and wants to know whether something sounds. */
  _setOutput(source: Source, isRead: boolean): void {
    if (isRead) this.#outputs.add(source);
    else this.#outputs.delete(source);
  }

  createMediaStreamSource(mediaStream: MediaStream): MediaStreamAudioSourceNode {
    return new MediaStreamAudioSourceNode(this, { mediaStream });
  }

  createMediaStreamTrackSource(mediaStreamTrack: MediaStreamTrack): MediaStreamTrackAudioSourceNode {
    return new MediaStreamTrackAudioSourceNode(this, { mediaStreamTrack });
  }

  createMediaStreamDestination(): MediaStreamAudioDestinationNode {
    return new MediaStreamAudioDestinationNode(this);
  }

  /** The process does not exit by itself while something is heard or awaited. */
  protected override _hold(busy: boolean): void {
    if (!this._commands.closed) this._engine.keepAlive(busy);
  }
}

/** https://webaudio.github.io/web-audio-api/#validating-sink-identifier */
function validateSinkId(sinkId: string | AudioSinkOptions): boolean {
  // Step 3: not applicable, no Document
  // Step 4
  if (typeof sinkId !== 'string' || sinkId === '') return true;
  return sinkId === defaultOutputId || host.audio.outputDevices().some((device) => device.id === sinkId);
}

/** AudioSinkType has one value, "none", which the engine knows as null. */
function toEngineSink(sinkId: string | AudioSinkOptions): string | null {
  if (typeof sinkId !== 'string') return null;
  return sinkId === defaultOutputId ? '' : sinkId;
}

/** https://webaudio.github.io/web-audio-api/#dom-audiocontextoptions-latencyhint, seconds */
function toLatency(hint: AudioContextOptions['latencyHint'] = 'interactive'): number {
  return typeof hint === 'number' ? Math.max(0, hint) : latencyCategories[hint];
}

/** The steps for `renderSizeHint` of both kinds of context. "hardware" asks the user agent to choose; it chooses the default. */
export function chooseRenderQuantumSize(
  interfaceName: string,
  hint: AudioContextOptions['renderSizeHint'] = 'default',
  sampleRate: number,
): number {
  if (typeof hint !== 'number') return defaultRenderQuantumSize;
  if (!isSupportedRenderQuantumSize(hint, sampleRate)) {
    throw new DOMException(
      constructing(interfaceName, `the render quantum size (${hint}) is outside the range [1, ${Math.floor(6 * sampleRate)}].`),
      'NotSupportedError',
    );
  }
  return hint;
}

function invalidState(operation: string, detail: string): DOMException {
  return new DOMException(executing(operation, 'AudioContext', detail), 'InvalidStateError');
}
