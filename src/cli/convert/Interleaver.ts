import type { Muxer, MuxerSample, MuxerTrack } from '../../container/Muxer';

/** What a track is put into: its description once, before all samples that are in decoding order. */
export interface OutputTrack {
  readonly isDescribed: boolean;
  describe(track: MuxerTrack): void;
  put(sample: MuxerSample): void;
  /** No more samples come. One that was not described is left out of the file. */
  end(): void;
}

/** Seconds that one track may be ahead of another that gives nothing; what is held then goes out in whatever order. */
const mostAheadSeconds = 10;

/** Samples that stay in a queue after they were written: taking them out one by one would cost more. */
const mostWritten = 64;

class Queue implements OutputTrack {
  track: MuxerTrack | null = null;
  /** As the muxer counts; -1 before. */
  number = -1;
  samples: MuxerSample[] = [];
  #next = 0;
  hasEnded = false;

  get isDescribed(): boolean {
    return this.track !== null;
  }

  get isReady(): boolean {
    return this.track !== null || this.hasEnded;
  }

  get isEmpty(): boolean {
    return this.#next === this.samples.length;
  }

  describe(track: MuxerTrack): void {
    this.track = track;
  }

  put(sample: MuxerSample): void {
    this.samples.push(sample);
  }

  end(): void {
    this.hasEnded = true;
  }

  /** Seconds, of decoding. */
  get first(): number {
    return this.#seconds(this.samples[this.#next]);
  }

  get aheadSeconds(): number {
    return this.isEmpty ? 0 : this.#seconds(this.samples.at(-1)!) - this.first;
  }

  shift(): MuxerSample {
    const sample = this.samples[this.#next++];
    if (this.isEmpty || this.#next >= mostWritten) {
      this.samples.splice(0, this.#next);
      this.#next = 0;
    }
    return sample;
  }

  #seconds({ decodeTimestamp, timestamp }: MuxerSample): number {
    return (decodeTimestamp ?? timestamp) / this.track!.timescale;
  }
}

/** Writes the samples of all tracks in the order of their decoding times, once all tracks are described. */
export class Interleaver {
  readonly #muxer: Muxer;
  readonly #queues: readonly Queue[];
  #hasBegun = false;
  /** Seconds, the decoding time of what was written last. */
  seconds = 0;

  constructor(muxer: Muxer, tracks: number) {
    this.#muxer = muxer;
    this.#queues = Array.from({ length: tracks }, () => new Queue());
  }

  track(index: number): OutputTrack {
    return this.#queues[index];
  }

  /** Gives the muxer what can go. @throws MuxerError */
  advance(): void {
    if (!this.#begin()) return;
    for (;;) {
      const waiting = this.#queues.filter((queue) => !queue.isEmpty);
      if (waiting.length === 0) return;
      const isHeldUp = this.#queues.some(({ isEmpty, hasEnded }) => isEmpty && !hasEnded);
      if (isHeldUp && waiting.every(({ aheadSeconds }) => aheadSeconds < mostAheadSeconds)) return;
      const next = waiting.reduce((least, queue) => (queue.first < least.first ? queue : least));
      this.seconds = Math.max(this.seconds, next.first);
      this.#muxer.write(next.number, next.shift());
    }
  }

  /** @throws MuxerError */
  finish(): void {
    for (const queue of this.#queues) queue.end();
    this.advance();
    this.#muxer.finish();
  }

  #begin(): boolean {
    if (this.#hasBegun) return true;
    if (!this.#queues.every(({ isReady }) => isReady)) return false;
    for (const queue of this.#queues) if (queue.track) queue.number = this.#muxer.addTrack(queue.track);
    this.#hasBegun = true;
    return true;
  }
}
