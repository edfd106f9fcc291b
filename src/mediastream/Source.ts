import type { MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings } from '../generated/mediastream-types';
import type { MediaStreamTrack, TrackStats } from './MediaStreamTrack';

/**
 * What tracks get their data from, and where the APIs meet: a device, a graph of Web Audio, a remote peer, a decoder each bring a source of
 * their own, and whoever reads a track knows no more of it than this. Clones of a track share its source.
 * https://w3c.github.io/mediacapture-main/#mediastreamtrack
 *
 * A source lives on the control thread. What flows need not: see `AudioSource` and `VideoSource`.
 */
export abstract class Source {
  abstract readonly kind: 'audio' | 'video';
  readonly label: string = '';
  /** Tracks that have not ended. */
  readonly tracks = new Set<MediaStreamTrack>();
  #muted = false;

  /** The initial value of [[Capabilities]]. */
  get capabilities(): MediaTrackCapabilities {
    return {};
  }

  /** *Possible settings dictionaries* of an unconstrained track, those at which the fitness distance to the constraints can be least among them. */
  possibleSettings(_constraints: MediaTrackConstraints): MediaTrackSettings[] {
    return [{}];
  }

  /** Statistics of a track that is new. */
  createStats(_track: MediaStreamTrack): TrackStats | null {
    return null;
  }

  /** Whether more is to come that somebody who reads it should wait for: a process with nothing else to do exits. */
  isActive(_asked: Set<object>): boolean {
    return true;
  }

  /** Whether the source is temporarily unable to provide data. */
  get muted(): boolean {
    return this.#muted;
  }

  /** Sets the muted state of all tracks; in a task of its own. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const track of [...this.tracks]) track._setMuted(muted);
  }

  /** The source is disconnected or exhausted: its tracks end, each in a task of its own. */
  end(): void {
    for (const track of this.tracks) host.queueTask(() => track._end());
  }

  /** A track is new. */
  addTrack(track: MediaStreamTrack): void {
    this.tracks.add(track);
  }

  /** A track has ended. The last one *stops* the source: https://w3c.github.io/mediacapture-main/#source-stopped */
  removeTrack(track: MediaStreamTrack): void {
    if (this.tracks.delete(track) && this.tracks.size === 0) this._stopped();
  }

  /** Who reads a track, or what passes through it, has changed. */
  flowChanged(): void {
    this._serve([...this.tracks].filter((track) => track._isFlowing && track._hasSinks));
  }

  /** Tells everybody who reads a track that something is different: the data, or `isActive()`. */
  changed(): void {
    for (const track of [...this.tracks]) track._changed();
  }

  /** Produces for these tracks, and no others: those that somebody reads and that media passes through. */
  protected abstract _serve(tracks: readonly MediaStreamTrack[]): void;
  /** No track is left. */
  protected _stopped(): void {}
}
