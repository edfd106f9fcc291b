import type { MediaStreamTrack } from './MediaStreamTrack';
import type { PcmRing } from './PcmRing';
import { Source } from './Source';

/** Produces PCM, on any thread, while somebody reads a track. */
export abstract class AudioSource extends Source {
  readonly kind = 'audio';
  #ring: PcmRing | null = null;

  /** Where the PCM appears; null while nobody reads it, or none can be had. */
  get ring(): PcmRing | null {
    return this.#ring;
  }

  protected override _serve(tracks: readonly MediaStreamTrack[]): void {
    const isWanted = tracks.length > 0;
    if (isWanted === (this.#ring !== null)) return;
    if (isWanted) {
      this.#ring = this._start();
    } else {
      this._stop();
      this.#ring = null;
    }
    this.changed();
  }

  /** The ring is another one from now on: the format of the PCM has changed. */
  protected _replaceRing(ring: PcmRing): void {
    this.#ring = ring;
    this.changed();
  }

  /** Begins to produce. Without a ring there is silence, and the next change tries again. */
  protected abstract _start(): PcmRing | null;
  protected abstract _stop(): void;
}
