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

  /** Entries that `moveTo()` and `keyBefore()` may have to go through. */
  get steps(): number {
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
    [this.#durations, this.#compositionOffsets, this.#chunks] = this.#beginning();
    this.index = index;
    this.decodeTime = this.#durations.skip(index);
    this.#compositionOffsets.skip(index);
    if (this.isAtEnd) return;
    const { before, offset } = this.#chunks.skipTo(index);
    this.offset = offset;
    for (let sample = index - before; sample < index; sample++) this.offset += this.#tables.sizes.size(sample);
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

  /** The number of the last random access point that is presented at or before a time of the media, or of the first one. */
  keyBefore(mediaTime: number): number {
    const { syncSamples, durations, compositionOffsets } = this.#tables;
    if (!syncSamples) return Math.min(this.#sampleAt(mediaTime), this.count - 1);
    const times = new Runs(durations, null);
    const offsets = new Runs(compositionOffsets, 0);
    let [found, passed, time] = [0, 0, 0];
    for (let entry = 0; entry < syncSamples.count; entry++) {
      const index = syncSamples.unsigned(entry) - 1;
      if (index >= this.count || index < passed) break;
      time += times.skip(index - passed);
      offsets.skip(index - passed);
      passed = index;
      if (entry > 0 && time + offsets.value > mediaTime) break;
      found = index;
    }
    return found;
  }

  /** The number of the last sample that is decoded at or before a time. */
  #sampleAt(mediaTime: number): number {
    const { durations } = this.#tables;
    let [index, time] = [0, 0];
    for (let run = 0; run < durations.count; run++) {
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
