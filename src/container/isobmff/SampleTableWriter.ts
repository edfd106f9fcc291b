import { fields, fullBox, mostU32 } from './box-writer';
import type { OutputSample } from './OutputTrack';

/** Values with how many samples in a row have each. */
class RunList {
  readonly runs: { count: number; readonly value: number }[] = [];

  add(value: number): void {
    const last = this.runs.at(-1);
    if (last?.value === value) last.count++;
    else this.runs.push({ count: 1, value });
  }

  box(type: string, version: number): Uint8Array {
    const entries = fields(16 + 8 * this.runs.length).u32(this.runs.length);
    for (const { count, value } of this.runs) entries.u32(count).i32(value);
    return fullBox(type, version, 0, entries);
  }
}

/** The tables of a track's samples (ISO/IEC 14496-12, 8.6 and 8.7), as they come. */
export class SampleTableWriter {
  readonly #durations = new RunList();
  readonly #compositionOffsets = new RunList();
  readonly #sizes: number[] = [];
  readonly #keys: number[] = [];
  readonly #chunkOffsets: number[] = [];
  /** First chunk, and samples of each from there on. */
  readonly #chunkRuns: { readonly first: number; readonly samples: number }[] = [];
  #chunkSamples = 0;
  #chunkBegan = 0;
  #dataEnd = -1;
  #last: OutputSample | null = null;
  #hasNegativeOffsets = false;

  /** @param mostChunkTicks after which another chunk begins */
  constructor(readonly mostChunkTicks: number) {}

  get count(): number {
    return this.#sizes.length;
  }

  /** @param offset of its data in the file */
  add(sample: OutputSample, offset: number): void {
    const { data: { length }, decodeTime, compositionTime, isKey } = sample;
    if (this.#last) this.#durations.add(decodeTime - this.#last.decodeTime);
    this.#last = sample;
    this.#compositionOffsets.add(compositionTime - decodeTime);
    this.#hasNegativeOffsets ||= compositionTime < decodeTime;
    this.#sizes.push(length);
    if (isKey) this.#keys.push(this.count);
    if (offset !== this.#dataEnd || decodeTime - this.#chunkBegan >= this.mostChunkTicks) {
      this.#endChunk();
      this.#chunkOffsets.push(offset);
      this.#chunkSamples = 0;
      this.#chunkBegan = decodeTime;
    }
    this.#chunkSamples++;
    this.#dataEnd = offset + length;
  }

  /** Ends the tables. Returns the duration of the media. @param lastDuration of the last sample */
  end(lastDuration: number): number {
    if (!this.#last) return 0;
    this.#durations.add(lastDuration);
    this.#endChunk();
    return this.#last.decodeTime + lastDuration;
  }

  #endChunk(): void {
    if (this.#chunkSamples > 0 && this.#chunkRuns.at(-1)?.samples !== this.#chunkSamples) {
      this.#chunkRuns.push({ first: this.#chunkOffsets.length, samples: this.#chunkSamples });
    }
  }

  boxes(): Uint8Array[] {
    const boxes = [this.#durations.box('stts', 0)];
    if (this.#compositionOffsets.runs.some(({ value }) => value !== 0)) boxes.push(this.#compositionOffsets.box('ctts', this.#hasNegativeOffsets ? 1 : 0));
    if (this.#keys.length < this.count) boxes.push(fullBox('stss', 0, 0, list(this.#keys)));
    const chunkRuns = fields(16 + 12 * this.#chunkRuns.length).u32(this.#chunkRuns.length);
    for (const { first, samples } of this.#chunkRuns) chunkRuns.u32(first).u32(samples).u32(1);
    boxes.push(fullBox('stsc', 0, 0, chunkRuns), fullBox('stsz', 0, 0, this.#sampleSizes()));
    const isLong = (this.#chunkOffsets.at(-1) ?? 0) > mostU32;
    boxes.push(isLong ? fullBox('co64', 0, 0, list(this.#chunkOffsets, 8)) : fullBox('stco', 0, 0, list(this.#chunkOffsets)));
    return boxes;
  }

  #sampleSizes(): Uint8Array {
    const [first = 0] = this.#sizes;
    const isCommon = first > 0 && this.#sizes.every((size) => size === first);
    return isCommon ? fields(8).u32(first).u32(this.count).finish() : fields(8 + 4 * this.count).u32(0).bytes(list(this.#sizes).finish()).finish();
  }
}

function list(values: readonly number[], bytes: 4 | 8 = 4): ReturnType<typeof fields> {
  const writer = fields(4 + bytes * values.length).u32(values.length);
  for (const value of values) {
    if (bytes === 8) writer.u64(value);
    else writer.u32(value);
  }
  return writer;
}

/** Without samples, which stand in fragments. */
export const emptyTables = (): Uint8Array[] => new SampleTableWriter(0).boxes();
