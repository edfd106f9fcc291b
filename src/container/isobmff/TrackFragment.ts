import { fail } from '../failure';
import { limits } from '../limits';
import type { Sample } from '../outputs';
import type { DistantInfo } from './AuxiliaryInfo';
import type { Box } from './Box';
import type { FragmentDefaults, MovieTrack } from './movie';
import { SampleProtection } from './SampleProtection';
import type { SampleSource } from './sources';
import { type RunSample, trackFragmentFlags, TrackRun } from './track-run';

const isNonSync = 0x10000;
const noSample: RunSample = { duration: 0, size: 0, flags: 0, compositionOffset: 0 };

/** A traf box (ISO/IEC 14496-12, 8.8.6) as a source of samples. */
export class TrackFragment implements SampleSource {
  readonly #runs: readonly TrackRun[];
  /** Where runs count from that tell an offset. */
  readonly #dataBase: number;
  readonly #descriptionIndex: number;
  readonly #protection: SampleProtection | null;
  /** Ticks of the presentation over those of the media. */
  readonly #shift: number;
  /** Whether it says itself when it begins. */
  readonly hasDecodeTime: boolean;
  /** When the sample behind the last one is decoded, in ticks of the media. */
  readonly endDecodeTime: number;
  /** Where the data of the last run ends. */
  readonly dataEnd: number;
  #run = -1;
  #sample = noSample;
  /** Of the current sample, in ticks of the media. */
  decodeTime: number;
  offset: number;
  isAtEnd = false;

  /**
   * @param base where data begins, for runs that count from the fragment or the one before
   * @param decodeTime of the first sample, where the fragment does not tell
   */
  constructor(readonly owner: MovieTrack, traf: Box, moofOffset: number, base: number, decodeTime: number) {
    const { flags, reader } = traf.need('tfhd').full();
    reader.skip(4);
    this.#dataBase = flags & trackFragmentFlags.baseDataOffset ? reader.u64() : flags & trackFragmentFlags.baseIsMoof ? moofOffset : base;
    const defaults: FragmentDefaults = {
      descriptionIndex: flags & trackFragmentFlags.descriptionIndex ? reader.u32() : owner.defaults.descriptionIndex,
      duration: flags & trackFragmentFlags.duration ? reader.u32() : owner.defaults.duration,
      size: flags & trackFragmentFlags.size ? reader.u32() : owner.defaults.size,
      flags: flags & trackFragmentFlags.flags ? reader.u32() : owner.defaults.flags,
    };
    this.#descriptionIndex = Math.max(0, defaults.descriptionIndex - 1);
    const tfdt = traf.child('tfdt')?.full();
    this.hasDecodeTime = tfdt !== undefined;
    this.decodeTime = this.endDecodeTime = tfdt ? (tfdt.version === 1 ? tfdt.reader.u64() : tfdt.reader.u32()) : decodeTime;
    this.offset = this.dataEnd = this.#dataBase;
    this.#runs = runsOf(traf, defaults);
    for (const run of this.#runs) {
      this.endDecodeTime += run.duration;
      this.dataEnd = this.#beginOf(run, this.dataEnd) + run.size;
    }
    this.#protection = SampleProtection.of(owner, traf, this.#runs.map(({ count }) => count), flags & trackFragmentFlags.baseDataOffset ? this.#dataBase : moofOffset);
    const edit = owner.edits?.[0];
    this.#shift = edit ? edit.presentedAt - edit.mediaTime : 0;
    this.#load();
  }

  get runCount(): number {
    return this.#runs.length;
  }

  get trackId(): number {
    return this.owner.track.id;
  }

  get size(): number {
    return this.#sample.size;
  }

  get seconds(): number {
    return this.presentedDecodeTime / this.owner.track.timescale;
  }

  /** Ticks of the presentation. */
  get presentedDecodeTime(): number {
    return this.decodeTime + this.#shift;
  }

  get timestamp(): number {
    return this.presentedDecodeTime + this.#sample.compositionOffset;
  }

  get isKey(): boolean {
    return this.owner.isAlwaysKey || (this.#sample.flags & isNonSync) === 0;
  }

  get distantInfo(): DistantInfo | null {
    return this.#protection?.distantInfo ?? null;
  }

  giveDistantInfo(bytes: Uint8Array, position: number): void {
    this.#protection?.giveDistantInfo(bytes, position);
  }

  sample(data: Uint8Array): Sample {
    const descriptionIndex = this.#descriptionIndex;
    if (descriptionIndex >= this.owner.track.descriptions.length) fail(`a sample of description ${descriptionIndex + 1}, which is not there`, this.offset);
    return {
      type: 'sample',
      trackId: this.trackId,
      timestamp: this.timestamp,
      decodeTimestamp: this.presentedDecodeTime,
      duration: this.#sample.duration,
      isKey: this.isKey,
      descriptionIndex,
      data,
      offset: this.offset,
      encryption: this.#protection?.next(descriptionIndex) ?? null,
      trim: this.#trim(),
      alpha: null,
    };
  }

  /** What of the current sample lies before the edit's beginning. Only sound is cut. */
  #trim(): Sample['trim'] {
    const { edits, track: { type } } = this.owner;
    if (!edits || type !== 'audio') return null;
    const { duration, compositionOffset } = this.#sample;
    const start = Math.min(duration, Math.max(0, edits[0].mediaTime - this.decodeTime - compositionOffset));
    return start > 0 ? { start, end: 0 } : null;
  }

  advance(): void {
    this.decodeTime += this.#sample.duration;
    this.offset += this.#sample.size;
    this.#load();
  }

  #load(): void {
    while (this.#run < 0 || this.#runs[this.#run].isAtEnd) {
      if (this.#run + 1 === this.#runs.length) {
        this.isAtEnd = true;
        this.#sample = noSample;
        return;
      }
      this.offset = this.#beginOf(this.#runs[++this.#run], this.offset);
    }
    this.#sample = this.#runs[this.#run].next();
  }

  #beginOf({ dataOffset }: TrackRun, endOfLast: number): number {
    return dataOffset === null ? endOfLast : this.#dataBase + dataOffset;
  }
}

function runsOf(traf: Box, defaults: FragmentDefaults): TrackRun[] {
  const runs: TrackRun[] = [];
  let unlisted = 0;
  for (const trun of traf.children()) {
    if (trun.type !== 'trun') continue;
    if (runs.length === limits.entries) fail(`more than ${limits.entries} runs of samples`, trun.position);
    const run = new TrackRun(trun, defaults);
    if (!run.isListed) unlisted += run.count;
    if (unlisted > (run.size > 0 ? limits.unlistedSamples : limits.emptySamples)) fail(`${unlisted} samples that are not listed one by one`, trun.position);
    runs.push(run);
  }
  return runs;
}

/** The number of the track that a traf box is about. */
export function trackNumberOf(traf: Box): number {
  return traf.need('tfhd').full().reader.u32();
}
