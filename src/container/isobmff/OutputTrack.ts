import { sampleFormOf, type SampleForm } from '../codecs/SampleForm';
import { DecodeOrder, type OrderedSample } from '../DecodeOrder';
import type { MuxerSample, MuxerTrack } from '../Muxer';
import { mostU32 } from './box-writer';

/** A frame as it is written; times in ticks of the media, which begin with 0. */
export interface OutputSample {
  readonly data: Uint8Array;
  readonly decodeTime: number;
  readonly compositionTime: number;
  /** Null where the next frame tells. */
  readonly duration: number | null;
  readonly isKey: boolean;
  /** Ticks of sound at its end that are not to be heard. */
  readonly endTrim: number;
}

/** What both forms of MP4 do with a track's frames before they write them. */
export class OutputTrack {
  readonly timescale: number;
  readonly form: SampleForm;
  readonly #scale: number;
  readonly #order: DecodeOrder;
  /** Ticks to take from every time: frames of sound before the first to be heard. */
  readonly #delay: number;
  /** The time that the media begins with; null before the first frame. */
  #base: number | null = null;
  /** When the first frame is presented, and no earlier than at 0. */
  #start = Infinity;
  #end = 0;
  #lastDecodeTime = 0;
  /** Of the last frame; as far as the one before where that does not tell. */
  lastDuration = 0;

  /** @param beginsAtZero false: media that begins late is told by its own times, as fragments have them; true: by the edit list */
  constructor(readonly track: MuxerTrack, readonly id: number, readonly beginsAtZero: boolean) {
    // Ticks of Matroska may be no whole number a second.
    this.timescale = Number.isInteger(track.timescale) && track.timescale <= mostU32 ? track.timescale : Math.max(1, Math.min(1e9, Math.round(track.timescale)));
    this.#scale = this.timescale / track.timescale;
    this.form = sampleFormOf(track);
    this.#order = new DecodeOrder(track);
    const { gapless } = track;
    this.#delay = gapless && !gapless.isBeforeZero ? Math.round((gapless.startFrames / this.#sampleRate) * this.timescale) : 0;
  }

  push(sample: MuxerSample): OutputSample[] {
    return this.#order.push(sample).map((ordered) => this.#output(ordered));
  }

  flush(): OutputSample[] {
    return this.#order.flush().map((ordered) => this.#output(ordered));
  }

  /** Where in the media the presentation begins, and when it does; null where that is the beginning of both. */
  get edit(): { readonly mediaTime: number; readonly presentedAt: number } | null {
    if (this.#base === null) return null;
    const start = this.beginsAtZero ? Math.max(0, this.#start) : 0;
    const mediaTime = start - this.#base;
    return start === 0 && mediaTime === 0 ? null : { mediaTime, presentedAt: start };
  }

  /** When the last frame ends, and what of it is to be heard, in ticks of the presentation. */
  get end(): number {
    return Math.max(0, this.#end - Math.round(((this.track.gapless?.endFrames ?? 0) / this.#sampleRate) * this.timescale));
  }

  get #sampleRate(): number {
    return this.track.description.audio?.sampleRate || this.timescale;
  }

  #output({ data, timestamp, decodeTimestamp, duration, isKey, trim }: OrderedSample): OutputSample {
    const ticks = (time: number) => Math.round(time * this.#scale);
    const [decode, presentation] = [ticks(decodeTimestamp) - this.#delay, ticks(timestamp) - this.#delay];
    this.#base ??= this.beginsAtZero ? decode : Math.min(0, decode);
    const length = duration === undefined || duration === null ? null : ticks(duration);
    const decodeTime = Math.max(0, decode - this.#base); // Fragments can't tell a time below 0, as of a frame that comes late and belongs before the first one.
    this.lastDuration = length ?? (decodeTime > this.#lastDecodeTime ? decodeTime - this.#lastDecodeTime : this.lastDuration);
    this.#lastDecodeTime = decodeTime;
    const endTrim = trim ? ticks(trim.end) : 0;
    this.#start = Math.min(this.#start, presentation + (trim ? ticks(trim.start) : 0));
    this.#end = Math.max(this.#end, presentation + this.lastDuration - endTrim);
    return {
      data: this.form.convert(data, isKey),
      decodeTime,
      compositionTime: presentation - this.#base,
      duration: length,
      isKey,
      endTrim,
    };
  }
}
