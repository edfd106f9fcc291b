import { EventTargetObject } from '../webidl/platform-object';
import { generateIdentifier } from './identifiers';
import type { MediaStreamTrack } from './MediaStreamTrack';

/** https://w3c.github.io/mediacapture-main/#mediastream */
export class MediaStream extends EventTargetObject {
  readonly id: string;
  /** The *track set*, in the order in which tracks were added. */
  readonly _tracks: Set<MediaStreamTrack>;

  /** https://w3c.github.io/mediacapture-main/#dom-mediastream-constructor: `id` is given where another specification initializes it. */
  constructor(streamOrTracks: MediaStream | readonly MediaStreamTrack[] = [], id = generateIdentifier()) {
    super();
    // Step 2
    this.id = id;
    // Step 3: no track is in a set twice.
    this._tracks = new Set(streamOrTracks instanceof MediaStream ? streamOrTracks._tracks : streamOrTracks);
  }

  getAudioTracks(): MediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === 'audio');
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === 'video');
  }

  getTracks(): MediaStreamTrack[] {
    return [...this._tracks];
  }

  getTrackById(trackId: string): MediaStreamTrack | null {
    return this.getTracks().find(({ id }) => id === trackId) ?? null;
  }

  /**
   * https://w3c.github.io/mediacapture-main/#dom-mediastream-addtrack
   *
   * Deviation: *add a track* fires `addtrack`, which by the event's description happens only when script did not do it itself.
   */
  addTrack(track: MediaStreamTrack): void {
    this._tracks.add(track);
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediastream-removetrack, with the same deviation. */
  removeTrack(track: MediaStreamTrack): void {
    this._tracks.delete(track);
  }

  /** *Add a track*, for the user agent: https://w3c.github.io/mediacapture-main/#mediastream */
  _add(track: MediaStreamTrack): void {
    if (this._tracks.has(track)) return;
    this._tracks.add(track);
    this.fire('addtrack', { track }, 'MediaStreamTrackEvent');
  }

  /** *Remove a track*, for the user agent: https://w3c.github.io/mediacapture-main/#mediastream */
  _remove(track: MediaStreamTrack): void {
    if (this._tracks.delete(track)) this.fire('removetrack', { track }, 'MediaStreamTrackEvent');
  }

  /** https://w3c.github.io/mediacapture-main/#dom-mediastream-clone */
  clone(): MediaStream {
    return new MediaStream(this.getTracks().map((track) => track.clone()));
  }

  /** https://w3c.github.io/mediacapture-main/#stream-active */
  get active(): boolean {
    return this.getTracks().some(({ readyState }) => readyState === 'live');
  }
}
