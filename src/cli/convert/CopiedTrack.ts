import type { Sample } from '../../container/outputs';
import type { SampleDescription, Track } from '../../container/tracks';
import { Failure } from '../Command';
import type { OutputTrack } from './Interleaver';
import { nameOf } from './TrackConverter';
import type { ConverterInit, TrackConverter } from './TrackConverter';

/** Coded frames as they are. Of a range, those that begin in it; of video, those that are decoded before its end, since others are made of them. */
export class CopiedTrack implements TrackConverter {
  readonly #track: Track;
  readonly #output: OutputTrack;
  /** Ticks */
  readonly #begin: number;
  readonly #end: number;
  readonly #isCut: boolean;
  #hasBegun = false;

  constructor({ track, range, isFromStart }: ConverterInit, output: OutputTrack) {
    this.#track = track;
    this.#output = output;
    this.#begin = Math.round(range.begin * track.timescale);
    this.#end = range.end * track.timescale;
    this.#isCut = !isFromStart;
    const { gapless } = track;
    output.describe({ ...track, description: track.descriptions[0], gapless: this.#isCut ? null : gapless });
  }

  async write(sample: Sample): Promise<void> {
    const { timestamp, decodeTimestamp, isKey, descriptionIndex, offset } = sample;
    if (descriptionIndex !== 0) throw this.#cannotFollow(` (at byte ${offset})`);
    if (this.#track.type === 'video' ? decodeTimestamp >= this.#end : timestamp >= this.#end) return;
    if (this.#isCut && timestamp < this.#begin) return;
    if (!this.#hasBegun && this.#isCut && !isKey) return;
    this.#hasBegun = true;
    this.#output.put({ ...sample, timestamp: timestamp - this.#begin, decodeTimestamp: decodeTimestamp - this.#begin });
  }

  async change({ codec, description }: SampleDescription): Promise<void> {
    const [was] = this.#track.descriptions;
    if (codec !== was.codec || !isSame(description, was.description)) throw this.#cannotFollow('');
  }

  async finish(): Promise<void> {
    this.#output.end();
  }

  close(): void {}

  #cannotFollow(where: string): Failure {
    const { type } = this.#track;
    return new Failure(`${nameOf(this.#track)} goes on with another description, which a copy can't follow${where}: name a codec with --${type}`);
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((byte, index) => byte === b[index]));
}
