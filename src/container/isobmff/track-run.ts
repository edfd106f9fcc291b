import type { ByteReader } from '../ByteReader';
import type { Box } from './Box';
import type { FragmentDefaults } from './movie';

/** Of a trun box (8.8.8). */
export const runFlags = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, compositionOffset: 0x800 };

/** Of a tfhd box (8.8.7). */
export const trackFragmentFlags = { baseDataOffset: 0x1, descriptionIndex: 0x2, duration: 0x8, size: 0x10, flags: 0x20, baseIsMoof: 0x20000 };

/** A sample as a run tells it. */
export interface RunSample {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
  readonly compositionOffset: number;
}

/** A trun box (ISO/IEC 14496-12, 8.8.8): samples whose data is in one piece. */
export class TrackRun {
  readonly count: number;
  /** Of the data, from the fragment's base on; null: right behind the run before. */
  readonly dataOffset: number | null;
  readonly #flags: number;
  readonly #firstFlags: number | null;
  readonly #reader: ByteReader;
  /** Where the reader stands at the first sample. */
  readonly #samplesAt: number;
  readonly #sampleBytes: number;
  #next = 0;

  constructor(trun: Box, readonly defaults: FragmentDefaults) {
    const { flags, reader } = trun.full();
    this.#flags = flags;
    this.#reader = reader;
    this.count = reader.u32();
    this.dataOffset = flags & runFlags.dataOffset ? reader.i32() : null;
    this.#firstFlags = flags & runFlags.firstFlags ? reader.u32() : null;
    this.#samplesAt = reader.at;
    this.#sampleBytes = 4 * [runFlags.duration, runFlags.size, runFlags.flags, runFlags.compositionOffset].filter((bit) => flags & bit).length;
    if (this.count * this.#sampleBytes > reader.remaining) reader.fail(`ends before its ${this.count} samples do`);
  }

  /** Whether each sample has bytes of its own in the box. */
  get isListed(): boolean {
    return this.#sampleBytes > 0;
  }

  get isAtEnd(): boolean {
    return this.#next === this.count;
  }

  /** The next sample, of which there must be one. */
  next(): RunSample {
    const isFirst = this.#next++ === 0;
    const duration = this.#flags & runFlags.duration ? this.#reader.u32() : this.defaults.duration;
    const size = this.#flags & runFlags.size ? this.#reader.u32() : this.defaults.size;
    const flags = this.#flags & runFlags.flags ? this.#reader.u32() : this.defaults.flags;
    // Signed in version 1; QuickTime writes negative ones into version 0 as well.
    const compositionOffset = this.#flags & runFlags.compositionOffset ? this.#reader.i32() : 0;
    return { duration, size, flags: isFirst && this.#firstFlags !== null ? this.#firstFlags : flags, compositionOffset };
  }

  /** Ticks of all samples. */
  get duration(): number {
    return this.#flags & runFlags.duration ? this.#sum(0) : this.count * this.defaults.duration;
  }

  /** Bytes of all samples. */
  get size(): number {
    return this.#flags & runFlags.size ? this.#sum(this.#flags & runFlags.duration ? 4 : 0) : this.count * this.defaults.size;
  }

  /** Of a field of all samples, `at` bytes behind the beginning of each. */
  #sum(at: number): number {
    const reader = this.#reader;
    const before = reader.at;
    let sum = 0;
    for (let index = 0; index < this.count; index++) {
      reader.moveTo(this.#samplesAt + index * this.#sampleBytes + at);
      sum += reader.u32();
    }
    reader.moveTo(before);
    return sum;
  }
}
