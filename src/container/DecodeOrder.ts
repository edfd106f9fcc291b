import type { MuxerSample, MuxerTrack } from './Muxer';

/** A frame that knows when it is decoded. */
export type OrderedSample = MuxerSample & { readonly decodeTimestamp: number };

/** Pictures that may be presented after one that is decoded behind them: the most that a decoded picture buffer of H.264 or H.265 has room for. */
const mostReordered = 16;

/** Baseline profile has no B pictures (ITU-T H.264, A.2.1). */
const mayReorder = ({ description: { codec } }: MuxerTrack): boolean => /^(avc[13]|hvc1|hev1)\./.test(codec) && !/^avc[13]\.42/.test(codec);

/**
 * Gives the frames of a track, which come in the order of decoding, times of decoding. Matroska and WebCodecs tell none of pictures that are reordered: those are as far apart as
 * the times of presentation in their own order, and so much earlier that no picture is decoded after it is presented. Up to 16 frames wait for that, until one
 * of them turns out to have times of its own.
 */
export class DecodeOrder {
  #waits: boolean;
  #waiting: MuxerSample[] = [];
  /** Times of presentation that no frame is decoded at yet, in ascending order. */
  #times: number[] = [];
  /** How much earlier frames are decoded; null before the first. */
  #lead: number | null = null;
  #last = -Infinity;

  constructor(track: MuxerTrack) {
    this.#waits = mayReorder(track);
  }

  push(sample: MuxerSample): OrderedSample[] {
    if (!this.#waits) return [this.#at(sample, sample.decodeTimestamp ?? sample.timestamp)];
    this.#waiting.push(sample);
    if (this.#lead === null && sample.decodeTimestamp !== undefined && sample.decodeTimestamp !== sample.timestamp) {
      this.#waits = false;
      return this.#waiting.splice(0).map((waiting) => this.#at(waiting, waiting.decodeTimestamp ?? waiting.timestamp));
    }
    let index = this.#times.length;
    while (index > 0 && this.#times[index - 1] > sample.timestamp) index--;
    this.#times.splice(index, 0, sample.timestamp);
    return this.#waiting.length > mostReordered ? [this.#next()] : [];
  }

  flush(): OrderedSample[] {
    const samples: OrderedSample[] = [];
    while (this.#waits && this.#waiting.length > 0) samples.push(this.#next());
    return samples;
  }

  #next(): OrderedSample {
    this.#lead ??= Math.max(...this.#times.map((time, index) => time - this.#waiting[index].timestamp));
    const sample = this.#waiting.shift()!;
    return this.#at(sample, Math.min(sample.timestamp, this.#times.shift()! - this.#lead));
  }

  #at(sample: MuxerSample, time: number): OrderedSample {
    this.#last = Math.max(this.#last, time);
    return { ...sample, decodeTimestamp: this.#last };
  }
}
