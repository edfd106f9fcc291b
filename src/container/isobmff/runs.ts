import { fail } from '../failure';
import type { ChunkOffsets, WordTable } from './tables';

/** Goes through a table of runs: how many samples have which value. */
export class Runs {
  #run = -1;
  #left = 0;
  /** Of the sample it stands at; behind the last run, `behind`. */
  value = 0;

  /** @param behind null: the last value goes on */
  constructor(readonly table: WordTable, readonly behind: number | null) {
    this.#settle();
  }

  /** How many entries were gone through. */
  get entries(): number {
    return this.#run + 1;
  }

  /** Passes over samples, and returns the sum of their values. */
  skip(count: number): number {
    let sum = 0;
    let left = count;
    while (left > this.#left && this.#run < this.table.count) {
      sum += this.#left * this.value;
      left -= this.#left;
      this.#left = 0;
      this.#settle();
    }
    if (this.#run < this.table.count) {
      this.#left -= left;
      sum += left * this.value;
      this.#settle();
    } else {
      sum += left * this.value;
    }
    return sum;
  }

  #settle(): void {
    while (this.#left === 0 && this.#run < this.table.count) {
      if (++this.#run === this.table.count) {
        this.value = this.behind ?? this.value;
        return;
      }
      this.#left = this.table.unsigned(this.#run);
      if (this.#left > 0 || this.behind === null) this.value = this.table.signed(this.#run, 1);
    }
  }
}

/** Goes through the chunks of a track, sample by sample. */
export class Chunks {
  #chunk = -1;
  #run = -1;
  /** The first chunk behind the current run. */
  #runEnd = 0;
  /** Samples of the chunk that are left, with the one it stands at. */
  left = 0;
  descriptionIndex = 0;

  /** @param position of the tables, for messages */
  constructor(readonly offsets: ChunkOffsets, readonly runs: WordTable, readonly position: number) {}

  /** How many runs were gone through. */
  get entries(): number {
    return this.#run + 1;
  }

  /** Goes to the next chunk that has samples. Returns where it begins in the file. */
  next(): number {
    do {
      this.#enter(this.#chunk + 1);
    } while (this.left === 0);
    return this.offsets.offset(this.#chunk);
  }

  /**
   * Goes to the chunk that has a sample, counted from where it stands, which must be the beginning of all. Returns how many samples of the chunk are
   * before that one, and where the chunk begins.
   */
  skipTo(sample: number): { before: number; offset: number } {
    let left = sample;
    for (let run = 0; run < this.runs.count; run++) {
      const first = Math.max(this.#chunk + 1, this.runs.unsigned(run) - 1);
      const end = Math.min(this.offsets.count, run + 1 < this.runs.count ? this.runs.unsigned(run + 1) - 1 : Infinity);
      const perChunk = this.runs.unsigned(run, 1);
      const chunks = Math.max(0, end - first);
      if (left >= chunks * perChunk) {
        left -= chunks * perChunk;
        this.#chunk += chunks;
        continue;
      }
      this.#enter(first + Math.floor(left / perChunk));
      const before = left % perChunk;
      this.left -= before;
      return { before, offset: this.offsets.offset(this.#chunk) };
    }
    return fail('samples that no chunk has room for', this.position);
  }

  #enter(chunk: number): void {
    this.#chunk = chunk;
    if (chunk >= this.offsets.count) fail('samples that no chunk has room for', this.position);
    while (chunk >= this.#runEnd) {
      this.#run++;
      if (this.#run >= this.runs.count) fail('chunks that no run of the stsc box describes', this.position);
      this.#runEnd = this.#run + 1 < this.runs.count ? this.runs.unsigned(this.#run + 1) - 1 : Infinity;
    }
    this.left = this.runs.unsigned(this.#run, 1);
    this.descriptionIndex = Math.max(0, this.runs.unsigned(this.#run, 2) - 1);
  }
}
