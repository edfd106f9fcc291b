import { RingWord } from '../generated/commands';

/** Bytes of a word of the header. */
const wordBytes = 8;
const headerFloats = (RingWord.Count * wordBytes) / Float32Array.BYTES_PER_ELEMENT;

/**
 * PCM on its way from one producer to any number of readers, in shared memory: producer and readers are on any thread, and none waits
 * for another. The header counts the frames written since the beginning; frame n lies at n modulo the capacity. Each reader keeps
 * its own position, and one that falls behind by more than the capacity has lost what was overwritten.
 * `native/audio/stream/PcmRing.h` is the same in C++, `RingWord` the layout.
 */
export class PcmRing {
  /** All of the memory: the header, then the channels one after the other. */
  readonly memory: Float32Array<SharedArrayBuffer>;
  readonly channels: number;
  /** Frames; a power of two. */
  readonly capacity: number;
  /** Hertz */
  readonly sampleRate: number;
  /** Seconds of audio that the producer hands over at once. */
  readonly blockSeconds: number;
  /** What the producer's clock is: a reader of the same clock needs no compensation. */
  readonly clock: object | null;
  readonly #counts: BigInt64Array;

  /** The ring in `memory`, as `allocate` made it. */
  constructor(memory: Float32Array<SharedArrayBuffer>, { blockSeconds = 0, clock = null }: { blockSeconds?: number; clock?: object | null } = {}) {
    this.memory = memory;
    this.blockSeconds = blockSeconds;
    this.clock = clock;
    const words = new Float64Array(memory.buffer, memory.byteOffset, RingWord.Count);
    this.channels = words[RingWord.Channels]!;
    this.capacity = words[RingWord.Capacity]!;
    this.sampleRate = words[RingWord.SampleRate]!;
    this.#counts = new BigInt64Array(memory.buffer, memory.byteOffset, RingWord.Count);
  }

  /** Memory for `seconds` of audio at least. */
  static allocate(channels: number, sampleRate: number, seconds: number): Float32Array<SharedArrayBuffer> {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(1, seconds * sampleRate)));
    const memory = new Float32Array(new SharedArrayBuffer((headerFloats + channels * capacity) * Float32Array.BYTES_PER_ELEMENT));
    const words = new Float64Array(memory.buffer, 0, RingWord.Count);
    words[RingWord.Channels] = channels;
    words[RingWord.Capacity] = capacity;
    words[RingWord.SampleRate] = sampleRate;
    return memory;
  }

  /** Frames written since the beginning. */
  get written(): number {
    return Number(Atomics.load(this.#counts, RingWord.Written));
  }

  /** Copies the frames from `position` on; false when they are not there yet, or not any more. */
  read(position: number, outputs: readonly Float32Array[]): boolean {
    const frames = outputs[0]!.length;
    if (position + frames > this.written) return false;
    outputs.forEach((output, channel) => {
      const start = position % this.capacity;
      const first = Math.min(frames, this.capacity - start);
      const samples = this.#samplesOf(channel);
      output.set(samples.subarray(start, start + first));
      output.set(samples.subarray(0, frames - first), first);
    });
    // What a write in progress may have touched while it was copied is not what was asked for.
    return Number(Atomics.load(this.#counts, RingWord.Writing)) - this.capacity <= position;
  }

  #samplesOf(channel: number): Float32Array {
    const start = headerFloats + channel * this.capacity;
    return this.memory.subarray(start, start + this.capacity);
  }
}
