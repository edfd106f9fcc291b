import type {
  MediaStreamTrackState,
  MediaTrackCapabilities,
  MediaTrackConstraints,
  MediaTrackSettings,
} from '../generated/mediastream-types';
import type { VideoFrameData } from '../host/Host';
import { EventTargetObject } from '../webidl/platform-object';
import { newPromise } from '../webidl/promise';
import { AudioSource } from './AudioSource';
import { overlongConstraint } from './constraints/constraint';
import { selectSettings } from './constraints/selectSettings';
import { generateIdentifier } from './identifiers';
import type { MediaStreamTrackAudioStats } from './MediaStreamTrackAudioStats';
import type { MediaStreamTrackVideoStats } from './MediaStreamTrackVideoStats';
import { OverconstrainedError } from './OverconstrainedError';
import type { PcmRing } from './PcmRing';
import type { Source } from './Source';
import { TrackSinks } from './TrackSinks';
import type { TrackSink } from './TrackSinks';
import type { VideoSink } from './VideoSource';

export type TrackStats = MediaStreamTrackAudioStats | MediaStreamTrackVideoStats;

/** https://w3c.github.io/mst-content-hint/#video-content-hints and #audio-content-hints */
const contentHints: Readonly<Record<string, readonly string[]>> = {
  audio: ['', 'speech', 'speech-recognition', 'music'],
  video: ['', 'motion', 'detail', 'text'],
};

/** https://w3c.github.io/mediacapture-main/#list-of-inherent-constrainable-track-properties */
const inherentProperties = ['deviceId', 'facingMode', 'groupId'] as const;

/** https://w3c.github.io/mediacapture-main/#mediastreamtrack */
export class MediaStreamTrack extends EventTargetObject {
  /** [[Source]] */
  readonly _source: Source;
  /** [[Id]] */
  readonly id: string;
  /** [[Kind]] */
  readonly kind: 'audio' | 'video';
  /** [[Label]] */
  readonly label: string;
  /** [[ReadyState]] */
  #readyState: MediaStreamTrackState = 'live';
  /** [[Enabled]] */
  #enabled = true;
  /** [[Muted]] */
  #muted: boolean;
  /** [[Capabilities]] */
  #capabilities: MediaTrackCapabilities;
  /** [[Constraints]] */
  #constraints: MediaTrackConstraints = {};
  /** [[Settings]] */
  #settings: MediaTrackSettings;
  /** [[Stats]] */
  readonly stats: TrackStats | null;
  #contentHint = '';
  readonly #sinks = new TrackSinks(() => this._source.flowChanged());

  /**
   * *Create a MediaStreamTrack*: https://w3c.github.io/mediacapture-main/#mediastreamtrack. `id` is given where another specification
   * initializes it, `original` when a track is cloned.
   */
  constructor(source: Source, { id = generateIdentifier(), original }: { id?: string; original?: MediaStreamTrack } = {}) {
    super();
    // Step 1
    this._source = source;
    this.id = id;
    this.kind = source.kind;
    this.label = source.label;
    this.#muted = source.muted;
    this.#capabilities = source.capabilities;
    [this.#settings] = source.possibleSettings({}) as [MediaTrackSettings];
    if (original !== undefined) this.#copy(original);
    // Step 2 is for devices, whose sources know their MediaDevices.
    // Step 3
    if (this.#readyState === 'live') source.addTrack(this);
    this.stats = source.createStats(this);
    // Step 4
  }

  /**
   * https://w3c.github.io/mediacapture-main/#track-clone
   *
   * Deviation: [[Enabled]] and the content hint are cloned too, as the text on newly created tracks supposes and browsers do.
   */
  #copy(track: MediaStreamTrack): void {
    // Steps 4 to 7
    this.#readyState = track.#readyState;
    this.#capabilities = track.#capabilities;
    this.#constraints = track.#constraints;
    this.#settings = track.#settings;
    this.#enabled = track.#enabled;
    this.#contentHint = track.#contentHint;
  }

  clone(): MediaStreamTrack {
    return new MediaStreamTrack(this._source, { original: this });
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(enabled: boolean) {
    if (enabled === this.#enabled) return;
    this.#enabled = enabled;
    this.#flowChanged();
  }

  get muted(): boolean {
    return this.#muted;
  }

  /** Unloading a document stops all sources: https://w3c.github.io/mediacapture-main/#dfn-stop-all-sources */
  get readyState(): MediaStreamTrackState {
    return host.isFullyActive?.() === false ? 'ended' : this.#readyState;
  }

  /** https://w3c.github.io/mst-content-hint/#dom-mediastreamtrack-contenthint */
  get contentHint(): string {
    return this.#contentHint;
  }

  set contentHint(hint: string) {
    if (contentHints[this.kind]!.includes(hint)) this.#contentHint = hint;
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-stop */
  stop(): void {
    // Step 2
    if (this.#readyState === 'ended') return;
    // Steps 3 and 4
    this.#setEnded();
  }

  /** https://w3c.github.io/mediacapture-main/#ends-nostop, in a task of its own. */
  _end(): void {
    // Step 1
    if (this.#readyState === 'ended') return;
    // Steps 2 and 3
    this.#setEnded();
    // Step 4
    this.fire('ended');
  }

  #setEnded(): void {
    this.#readyState = 'ended';
    this.#flowChanged();
    this._source.removeTrack(this);
  }

  /** https://w3c.github.io/mediacapture-main/#set-track-muted */
  _setMuted(newState: boolean): void {
    // Step 2
    if (this.#muted === newState) return;
    // Step 3
    this.#muted = newState;
    this.#flowChanged();
    // Steps 4 and 5
    this.fire(newState ? 'mute' : 'unmute');
  }

  // ---- constraints ----

  getCapabilities(): MediaTrackCapabilities {
    return this.#capabilities;
  }

  getConstraints(): MediaTrackConstraints {
    return this.#constraints;
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-getsettings */
  getSettings(): MediaTrackSettings {
    // Step 3
    if (this.#readyState === 'live') return this.#settings;
    // Step 2: what is inherent to the device stays.
    const settings: MediaTrackSettings = {};
    for (const property of inherentProperties) {
      if (this.#settings[property] !== undefined) settings[property] = this.#settings[property];
    }
    return settings;
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-applyconstraints */
  applyConstraints(newConstraints: MediaTrackConstraints): Promise<undefined> {
    const p = newPromise<undefined>();
    // Step 2
    if (this.#readyState === 'ended') {
      p.resolve(undefined);
      return p.promise;
    }
    // Step 3: the template method, https://w3c.github.io/mediacapture-main/#dom-constrainablepattern-applyconstraints
    // Step 4: tasks run in order, and nothing else is in parallel.
    host.queueTask(() => {
      const failedConstraint = this._applyConstraints(newConstraints);
      if (failedConstraint === null) p.resolve(undefined);
      else p.reject(new OverconstrainedError(failedConstraint, `Failed to execute 'applyConstraints' on 'MediaStreamTrack': '${failedConstraint}' can't be satisfied.`));
    });
    return p.promise;
  }

  /** The *ApplyConstraints algorithm*; returns the *failedConstraint*, or null. */
  _applyConstraints(newConstraints: MediaTrackConstraints): string | null {
    const overlong = overlongConstraint(newConstraints);
    if (overlong !== null) return overlong;
    // Steps 1 and 2
    const successfulSettings = selectSettings(this._source.possibleSettings(newConstraints), newConstraints);
    if (typeof successfulSettings === 'string') return successfulSettings;
    // Step 3
    this.#constraints = newConstraints;
    this.#settings = successfulSettings;
    this.stats?._flowChanged();
    this._source.flowChanged();
    // Step 4
    return null;
  }

  // ---- flow ----

  /** Whether media from the source passes: the track is live, enabled and not muted. */
  get _isFlowing(): boolean {
    return this.#readyState === 'live' && this.#enabled && !this.#muted;
  }

  /** Where the PCM of an audio track is; null while there is only silence. */
  get _ring(): PcmRing | null {
    return this._isFlowing && this._source instanceof AudioSource ? this._source.ring : null;
  }

  get _hasSinks(): boolean {
    return this.#sinks.size > 0;
  }

  /** Begins to read this track. The sink is held weakly. */
  _addSink(sink: TrackSink): void {
    this.#sinks.add(sink);
  }

  _removeSink(sink: TrackSink): void {
    this.#sinks.remove(sink);
  }

  _deliver(frame: VideoFrameData): void {
    if (!this._isFlowing) return;
    for (const sink of this.#sinks.all()) (sink as VideoSink).frame(frame);
  }

  /** Tells the sinks that what they read is different. */
  _changed(): void {
    for (const sink of this.#sinks.all()) sink.trackChanged();
  }

  #flowChanged(): void {
    this.stats?._flowChanged();
    this._source.flowChanged();
    this._changed();
  }
}
