import type { AudioData } from 'mediant/webcodecs';
import type { Sample } from '../../container/outputs';
import type { Track } from '../../container/tracks';

/** Float samples, a plane for each channel. */
export interface Sound {
  readonly sampleRate: number;
  readonly planes: readonly Float32Array[];
}

/** What a container says of a sample that was given to the decoder, in seconds. */
interface Told {
  readonly duration: number | null;
  readonly trimStart: number;
  readonly trimEnd: number;
}

/** Seconds that timestamps may be off what they should be (WebM's are rounded to milliseconds) before it is a gap, or an overlap. */
const toleranceSeconds = 0.04;
/** Silence that fills a gap is made in pieces. */
const mostSilenceSeconds = 1;
/** Samples on their way through the decoder; what never comes out must not gather. */
const mostTold = 256;

/**
 * What is heard of decoded audio: what the container says is to be left out is cut off (trims, encoder delay and padding, a last sample that is told to be
 * shorter), gaps are filled with silence, and all outside of a range is dropped.
 */
export class AudioTimeline {
  readonly #track: Track;
  readonly #begin: number;
  readonly #end: number;
  /** Seconds that timestamps count, but nothing is heard of. */
  readonly #delay: number;
  /** Where the first frame must be, in seconds, whatever its rounded timestamp says; null: where that says. */
  readonly #expected: number | null;
  readonly #told = new Map<number, Told>();
  /** The last output, which alone is cut to its sample's duration. */
  #held: { readonly data: AudioData; readonly told: Told | undefined; readonly isFirst: boolean } | null = null;
  /** The places of the next frame, and of the one behind the last that was given, in frames of `#rate`; null before the first. */
  #next: number | null = null;
  #heardUntil: number | null = null;
  #rate = 0;
  #isFirst = true;
  /** Seconds behind the beginning of the range where what is heard begins; null before. */
  startSeconds: number | null = null;

  /**
   * @param begin seconds, where the range that is wanted begins and ends
   * @param isFromStart whether the first sample is the track's
   */
  constructor(track: Track, { begin, end }: { readonly begin: number; readonly end: number }, isFromStart: boolean) {
    const { gapless, duration, timescale } = track;
    const rate = track.descriptions[0].audio!.sampleRate;
    const countsDelay = gapless !== null && !gapless.isBeforeZero;
    const [startSeconds, endSeconds] = [(gapless?.startFrames ?? 0) / rate, (gapless?.endFrames ?? 0) / rate];
    this.#track = track;
    this.#delay = countsDelay ? startSeconds : 0;
    this.#begin = begin;
    this.#end = countsDelay && duration !== null ? Math.min(end, duration / timescale - startSeconds - endSeconds) : end;
    this.#expected = gapless && isFromStart ? -startSeconds : null;
  }

  /** Microseconds, as the sample's chunk must have it. To be called for each before it is decoded. */
  timestampOf({ timestamp, duration, trim }: Sample): number {
    const { timescale } = this.#track;
    const microseconds = Math.round((timestamp * 1e6) / timescale);
    this.#told.set(microseconds, { duration: duration === null ? null : duration / timescale, trimStart: (trim?.start ?? 0) / timescale, trimEnd: (trim?.end ?? 0) / timescale });
    if (this.#told.size > mostTold) this.#told.delete(this.#told.keys().next().value!);
    return microseconds;
  }

  /** The decoder begins anew. */
  restart(): void {
    this.#isFirst = true;
  }

  /** What is heard of the outputs up to the one before. The data are closed. */
  * push(data: AudioData): Generator<Sound> {
    const held = this.#held;
    const told = this.#told.get(data.timestamp);
    this.#told.delete(data.timestamp);
    this.#held = { data, told, isFirst: this.#isFirst };
    this.#isFirst = false;
    if (held) yield* this.#place(held.data, held.told, held.isFirst, false);
  }

  /** What is heard of the last output. */
  * finish(): Generator<Sound> {
    if (this.#held) yield* this.#place(this.#held.data, this.#held.told, this.#held.isFirst, true);
    this.#held = null;
  }

  close(): void {
    this.#held?.data.close();
    this.#held = null;
  }

  * #place(data: AudioData, told: Told | undefined, isFirst: boolean, isLast: boolean): Generator<Sound> {
    const { numberOfFrames, sampleRate } = data;
    this.#changeRate(sampleRate);
    const frames = (seconds: number) => Math.round(seconds * sampleRate);
    const expected = told?.duration === null || told === undefined ? numberOfFrames : frames(told.duration);
    const tick = sampleRate / this.#track.timescale;
    // Decoders of Opus leave out by themselves what OpusHead tells them to.
    const missing = isFirst && expected - numberOfFrames > tick ? expected - numberOfFrames : 0;
    const overhang = isLast && numberOfFrames - expected >= tick ? numberOfFrames - expected : 0;
    const head = Math.max(0, frames(told?.trimStart ?? 0) - missing);
    const tail = frames(told?.trimEnd ?? 0) + overhang;

    let at = frames(data.timestamp / 1e6 - this.#delay) + missing;
    const next = this.#next ?? (this.#expected === null ? at : frames(this.#expected) + missing);
    // What is cut at its beginning begins something new, at a time that is exact.
    if (head === 0 && Math.abs(at - next) <= frames(toleranceSeconds)) at = next;
    this.#next = at + numberOfFrames - tail;

    const begin = Math.max(at + head, this.#heardUntil ?? frames(this.#begin));
    const end = Math.min(at + numberOfFrames - tail, frames(this.#end));
    if (end > begin) {
      this.startSeconds ??= begin / sampleRate - this.#begin;
      yield* silence(begin - (this.#heardUntil ?? begin), data);
      this.#heardUntil = end;
      yield { sampleRate, planes: planesOf(data, begin - at, end - begin) };
    }
    data.close();
  }

  #changeRate(sampleRate: number): void {
    if (this.#rate !== 0 && this.#rate !== sampleRate) {
      this.#next = this.#next && Math.round((this.#next * sampleRate) / this.#rate);
      this.#heardUntil = this.#heardUntil && Math.round((this.#heardUntil * sampleRate) / this.#rate);
    }
    this.#rate = sampleRate;
  }
}

function* silence(frames: number, { sampleRate, numberOfChannels }: AudioData): Generator<Sound> {
  for (let left = frames; left > 0;) {
    const length = Math.min(left, mostSilenceSeconds * sampleRate);
    left -= length;
    yield { sampleRate, planes: Array.from({ length: numberOfChannels }, () => new Float32Array(length)) };
  }
}

function planesOf(data: AudioData, frameOffset: number, frameCount: number): Float32Array[] {
  return Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(frameCount);
    data.copyTo(plane, { planeIndex, frameOffset, frameCount, format: 'f32-planar' });
    return plane;
  });
}
