import type { Sample } from './outputs';
import type { SampleDescription, Track } from './tracks';

/** A track to write: what a demuxer tells of one will do, as will the configuration that an encoder gives. */
export type MuxerTrack = Pick<Track, 'type' | 'timescale'> & Partial<Pick<Track, 'language' | 'label' | 'isDefault' | 'gapless'>> & {
  readonly description: Pick<SampleDescription, 'codec' | 'description'> & Partial<Pick<SampleDescription, 'video' | 'audio' | 'prerollFrames'>>;
};

/** A frame to write; times in ticks of its track's timescale. Its data must not change until it has been written. */
export type MuxerSample = Pick<Sample, 'timestamp' | 'isKey' | 'data'> & Partial<Pick<Sample, 'decodeTimestamp' | 'duration' | 'trim' | 'alpha'>>;

/** Bytes to write, at a position of the file. Positions go on where the last one ended, but where a muxer goes back to fill something in. */
export interface MuxerOutput {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Where the bytes go. */
export interface MuxerTarget {
  /** False: the output only ever goes on, and what can't be known before the end is left open. */
  readonly canSeek: boolean;
}

/** A codec or a number of tracks that the format can't hold, a frame of a track that is not there. */
export class MuxerError extends Error {
  override readonly name = 'MuxerError';
}

/**
 * A muxer: a writer without I/O. Tracks first, then samples in decoding order of each track (and about in that order across tracks), then `finish()`;
 * `read()` gives what is to be written, at any time, until it gives null.
 */
export abstract class Muxer {
  protected readonly tracks: MuxerTrack[] = [];
  #outputs: MuxerOutput[] = [];
  #next = 0;
  #position = 0;
  #state: 'tracks' | 'samples' | 'finished' = 'tracks';

  constructor(protected readonly target: MuxerTarget = { canSeek: false }) {}

  /** Returns the track's number, as `write()` takes it. @throws MuxerError where the format has no place for it */
  addTrack(track: MuxerTrack): number {
    if (this.#state !== 'tracks') throw new MuxerError('Tracks are added before the first sample.');
    this.checkTrack(track);
    return this.tracks.push(track) - 1;
  }

  /** @throws MuxerError */
  write(track: number, sample: MuxerSample): void {
    if (!this.tracks[track]) throw new MuxerError(`There is no track ${track}.`);
    if (this.#state === 'finished') throw new MuxerError('The file is finished.');
    this.#start();
    this.writeSample(track, sample);
  }

  /** Writes what is still held back, and whatever stands at the end. @throws MuxerError where there are no tracks */
  finish(): void {
    if (this.#state === 'finished') return;
    if (this.tracks.length === 0) throw new MuxerError('There are no tracks.');
    this.#start();
    this.writeEnd();
    this.#state = 'finished';
  }

  /** The next bytes to write; null where there are none for now. */
  read(): MuxerOutput | null {
    if (this.#next === this.#outputs.length) {
      this.#outputs = [];
      this.#next = 0;
      return null;
    }
    return this.#outputs[this.#next++];
  }

  #start(): void {
    if (this.#state !== 'tracks') return;
    this.#state = 'samples';
    this.writeStart();
  }

  /** @throws MuxerError where the format has no place for the track */
  protected abstract checkTrack(track: MuxerTrack): void;

  /** Once, before the first sample: all tracks are known. */
  protected abstract writeStart(): void;

  protected abstract writeSample(track: number, sample: MuxerSample): void;

  protected abstract writeEnd(): void;

  /** Where the next bytes of `emit()` will stand. */
  protected get position(): number {
    return this.#position;
  }

  /** Writes bytes at the end. */
  protected emit(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#outputs.push({ offset: this.#position, bytes });
    this.#position += bytes.length;
  }

  /** Writes over bytes that were written before. Only where the target can seek. */
  protected emitAt(offset: number, bytes: Uint8Array): void {
    this.#outputs.push({ offset, bytes });
  }
}
