import { fail } from '../failure';
import { limits } from '../limits';
import type { Sample } from '../outputs';
import type { DistantInfo } from './AuxiliaryInfo';
import type { Edit } from './edits';
import type { MovieTrack } from './movie';
import { SampleCursor } from './SampleCursor';
import { SampleProtection } from './SampleProtection';
import type { SampleSource } from './sources';

/** Of audio, what is decoded before an edit's beginning so that its first frames are right: as much as FFmpeg takes. */
const prerollSeconds = 1;

const wholeTrack: Edit = { presentedAt: 0, mediaTime: 0, duration: Infinity, rate: 1 };

/**
 * The samples of a track that the movie box lists, as its edits present them: one edit after the other, each from the random access point before its beginning
 * to its end. Where a source can't seek, the first edit moves all, and none cuts anything off.
 */
export class PresentedTrack implements SampleSource {
  readonly #cursor: SampleCursor;
  readonly #edits: readonly Edit[];
  #protection: SampleProtection | null = null;
  #edit = 0;
  /** Samples that were passed over to find beginnings. */
  #passed = 0;
  isAtEnd = false;

  constructor(readonly owner: MovieTrack, readonly canSeek: boolean) {
    this.#cursor = new SampleCursor(owner.sampleTable);
    const edits = owner.edits ?? [wholeTrack];
    this.#edits = canSeek ? edits : [{ ...edits[0], duration: Infinity }];
    this.#protect();
    this.#beginEdit(0);
  }

  get count(): number {
    return this.#cursor.count;
  }

  get trackId(): number {
    return this.owner.track.id;
  }

  get offset(): number {
    return this.#cursor.offset;
  }

  get size(): number {
    return this.#cursor.size;
  }

  get seconds(): number {
    return (this.#cursor.decodeTime + this.#shift) / this.owner.track.timescale;
  }

  get #shift(): number {
    const { presentedAt, mediaTime } = this.#edits[this.#edit];
    return presentedAt - mediaTime;
  }

  get distantInfo(): DistantInfo | null {
    return this.#protection?.distantInfo ?? null;
  }

  giveDistantInfo(bytes: Uint8Array, position: number): void {
    this.#protection?.giveDistantInfo(bytes, position);
  }

  sample(data: Uint8Array): Sample {
    const { decodeTime, presentationTime, duration, descriptionIndex, isKey, offset } = this.#cursor;
    if (descriptionIndex >= this.owner.track.descriptions.length) fail(`a sample of description ${descriptionIndex + 1}, which is not there`, offset);
    return {
      type: 'sample',
      trackId: this.trackId,
      timestamp: presentationTime + this.#shift,
      decodeTimestamp: decodeTime + this.#shift,
      duration,
      isKey: isKey || this.owner.isAlwaysKey,
      descriptionIndex,
      data,
      offset,
      encryption: this.#protection?.next(descriptionIndex) ?? null,
      trim: this.#trim(),
      alpha: null,
    };
  }

  /** What of the current sample lies outside of its edit. Pictures are shown or not; only sound is cut. */
  #trim(): Sample['trim'] {
    const { presentationTime, duration } = this.#cursor;
    const { mediaTime, duration: editDuration } = this.#edits[this.#edit];
    const start = Math.min(duration, Math.max(0, mediaTime - presentationTime));
    const end = Math.min(duration - start, Math.max(0, presentationTime + duration - (mediaTime + editDuration)));
    if ((start === 0 && end === 0) || (this.owner.track.type !== 'audio' && start + end < duration)) return null;
    return { start, end };
  }

  advance(): void {
    this.#cursor.advance();
    if (this.#isBehindEdit()) this.#beginEdit(this.#edit + 1);
  }

  /** Whether no sample of the edit follows. Pictures before its end may follow in decoding order until the next random access point. */
  #isBehindEdit(): boolean {
    const { isAtEnd, isKey, presentationTime } = this.#cursor;
    const { mediaTime, duration } = this.#edits[this.#edit];
    return isAtEnd || ((isKey || this.owner.isAlwaysKey) && presentationTime >= mediaTime + duration);
  }

  /** Goes to the beginning of an edit, or of the first one after it that has samples. */
  #beginEdit(first: number): void {
    for (let edit = first; edit < this.#edits.length && this.count > 0; edit++) {
      this.#edit = edit;
      this.#moveTo(this.#firstSampleOf(this.#edits[edit]));
      if (!this.#isBehindEdit()) return;
    }
    this.isAtEnd = true;
  }

  /** The number of the sample that decoding begins with. */
  #firstSampleOf({ mediaTime }: Edit): number {
    if (!this.canSeek) return 0;
    const preroll = this.owner.isAlwaysKey ? Math.round(prerollSeconds * this.owner.track.timescale) : 0;
    return this.#cursor.keyBefore(mediaTime - preroll);
  }

  /** The presentation time, in seconds, of the last random access point at or before one. Goes there. */
  seek(seconds: number): number {
    const ticks = seconds * this.owner.track.timescale;
    let edit = 0;
    while (edit + 1 < this.#edits.length && this.#edits[edit + 1].presentedAt <= ticks) edit++;
    this.#edit = edit;
    this.isAtEnd = this.count === 0;
    if (this.isAtEnd) return seconds;
    this.#moveTo(this.#cursor.keyBefore(ticks - this.#shift));
    const found = (this.#cursor.presentationTime + this.#shift) / this.owner.track.timescale;
    if (this.#isBehindEdit()) this.#beginEdit(edit + 1);
    return found;
  }

  #moveTo(sample: number): void {
    if (this.#cursor.steps + this.#passed > limits.steps + this.#cursor.entries) fail('edits that jump around too often', this.owner.sampleTable.position);
    if (!this.#protection) return this.#cursor.moveTo(sample);
    // What protects a sample is known only after all before it.
    if (sample < this.#cursor.index) {
      this.#cursor.moveTo(0);
      this.#protect();
    }
    for (; this.#cursor.index < sample; this.#cursor.advance(), this.#passed++) this.#protection.skip(this.#cursor.descriptionIndex);
  }

  #protect(): void {
    this.#protection = SampleProtection.of(this.owner, this.owner.sampleTable, this.#cursor.chunkLengths());
  }
}
