import type { Box } from './Box';
import { Chunks, Runs } from './runs';
import { type SampleTables, type WordTable, sampleTablesOf } from './tables';

/** PCM is given in pieces of so many samples at most, each of which is one frame in the table. */
const mostJoined = 1024;

/** Goes through the samples of a track that a movie box lists. Its memory is the tables themselves. */
export class SampleCursor {
  readonly #tables: SampleTables;
  readonly #position: number;
  /** Samples that are no more than a frame of PCM are joined. */
  readonly #joins: boolean;
  #durations: Runs;
  #compositionOffsets: Runs;
  #chunks: Chunks;

  /** The current sample's number, from 0 on. */
  index = 0;
  /** Entries of tables that were gone through to find samples. */
  steps = 0;
  #keys: KeySearch | null = null;
  /** Samples that the current one stands for: more than 1 where PCM is joined. */
  joined = 1;
  offset = 0;
  size = 0;
  /** Ticks of the media, as are the next two. */
  decodeTime = 0;
  duration = 0;
  compositionOffset = 0;
  isKey = true;
  descriptionIndex = 0;

  constructor(stbl: Box) {
    this.#tables = sampleTablesOf(stbl);
    this.#position = stbl.position;
    const { sizes, durations, compositionOffsets, syncSamples } = this.#tables;
    this.#joins = sizes.common > 0 && durations.count === 1 && durations.unsigned(0, 1) === 1 && compositionOffsets.count === 0 && !syncSamples;
    [this.#durations, this.#compositionOffsets, this.#chunks] = this.#beginning();
    this.moveTo(0);
  }

  get count(): number {
    return this.#tables.sizes.count;
  }

  /** When the sample behind the last one would be decoded, in ticks of the media. */
  get end(): number {
    return new Runs(this.#tables.durations, null).skip(this.count);
  }

  /** Entries of all tables that samples are found by. */
  get entries(): number {
    const { durations, compositionOffsets, chunkRuns, syncSamples } = this.#tables;
    return durations.count + compositionOffsets.count + chunkRuns.count + (syncSamples?.count ?? 0);
  }

  /** Samples of each chunk, as far as there are samples. */
  * chunkLengths(): Generator<number, void> {
    const [, , chunks] = this.#beginning();
    for (let left = this.count; left > 0;) {
      chunks.next();
      yield chunks.left;
      left -= chunks.left;
    }
  }

  get isAtEnd(): boolean {
    return this.index >= this.count;
  }

  get presentationTime(): number {
    return this.decodeTime + this.compositionOffset;
  }

  /** Goes to the next sample. */
  advance(): void {
    this.index += this.joined;
    this.offset += this.size;
    this.decodeTime += this.#durations.skip(this.joined);
    this.#compositionOffsets.skip(this.joined);
    this.#chunks.left -= this.joined;
    if (this.isAtEnd) return;
    if (this.#chunks.left === 0) this.offset = this.#chunks.next();
    this.#load();
  }

  /** Goes to a sample, by its number. */
  moveTo(index: number): void {
    let passed = index - this.index;
    if (passed < 0) {
      [this.#durations, this.#compositionOffsets] = this.#beginning();
      this.decodeTime = 0;
      passed = index;
    }
    const before = this.#durations.entries + this.#compositionOffsets.entries;
    this.index = index;
    this.decodeTime += this.#durations.skip(passed);
    this.#compositionOffsets.skip(passed);
    this.steps += this.#durations.entries + this.#compositionOffsets.entries - before;
    if (this.isAtEnd) return;
    [, , this.#chunks] = this.#beginning();
    const chunk = this.#chunks.skipTo(index);
    this.offset = chunk.offset;
    for (let sample = index - chunk.before; sample < index; sample++) this.offset += this.#tables.sizes.size(sample);
    this.steps += this.#chunks.entries + chunk.before;
    this.#load();
  }

  #load(): void {
    const { sizes, syncSamples } = this.#tables;
    this.joined = this.#joins ? Math.min(mostJoined, this.#chunks.left, this.count - this.index) : 1;
    this.duration = this.#durations.value * this.joined;
    this.compositionOffset = this.#compositionOffsets.value;
    this.size = sizes.common > 0 ? sizes.common * this.joined : sizes.size(this.index);
    this.descriptionIndex = this.#chunks.descriptionIndex;
    if (syncSamples) this.isKey = isListed(syncSamples, this.index + 1);
  }

  /** The number of the last random access point that is presented at or before a time of the media, or of the first one. Goes on from the time before. */
  keyBefore(mediaTime: number): number {
    if (!this.#tables.syncSamples) return Math.min(this.#sampleAt(mediaTime), this.count - 1);
    if (!this.#keys || mediaTime < this.#keys.mediaTime) this.#keys = new KeySearch(this.#tables, this.#tables.syncSamples);
    const before = this.#keys.entries;
    const found = this.#keys.before(mediaTime);
    this.steps += this.#keys.entries - before;
    return found;
  }

  /** The number of the last sample that is decoded at or before a time. */
  #sampleAt(mediaTime: number): number {
    const { durations } = this.#tables;
    let [index, time] = [0, 0];
    for (let run = 0; run < durations.count; run++, this.steps++) {
      const [samples, duration] = [durations.unsigned(run), durations.unsigned(run, 1)];
      if (time + samples * duration > mediaTime) return index + Math.max(0, Math.floor((mediaTime - time) / duration));
      index += samples;
      time += samples * duration;
    }
    return index;
  }

  #beginning(): [Runs, Runs, Chunks] {
    const { durations, compositionOffsets, chunks, chunkRuns } = this.#tables;
    return [new Runs(durations, null), new Runs(compositionOffsets, 0), new Chunks(chunks, chunkRuns, this.#position)];
  }
}

/** Looks for random access points, at later and later times. */
class KeySearch {
  readonly #times: Runs;
  readonly #offsets: Runs;
  readonly #samples: number;
  #entry = -1;
  #index = 0;
  #time = 0;
  #found = 0;
  mediaTime = -Infinity;

  constructor({ durations, compositionOffsets, sizes }: SampleTables, readonly syncSamples: WordTable) {
    this.#times = new Runs(durations, null);
    this.#offsets = new Runs(compositionOffsets, 0);
    this.#samples = sizes.count;
    this.#advance();
  }

  get entries(): number {
    return this.#entry + this.#times.entries + this.#offsets.entries;
  }

  before(mediaTime: number): number {
    this.mediaTime = mediaTime;
    while (this.#entry < this.syncSamples.count && (this.#entry === 0 || this.#time + this.#offsets.value <= mediaTime)) {
      this.#found = this.#index;
      this.#advance();
    }
    return this.#found;
  }

  /** Goes to the next entry. What is not in ascending order ends the list. */
  #advance(): void {
    if (++this.#entry >= this.syncSamples.count) return;
    const index = this.syncSamples.unsigned(this.#entry) - 1;
    if (index < this.#index || index >= this.#samples) {
      this.#entry = this.syncSamples.count;
      return;
    }
    this.#time += this.#times.skip(index - this.#index);
    this.#offsets.skip(index - this.#index);
    this.#index = index;
  }
}

/** Whether a list in ascending order has a number. */
function isListed(list: WordTable, value: number): boolean {
  let [low, high] = [0, list.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list.unsigned(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low < list.count && list.unsigned(low) === value;
}
