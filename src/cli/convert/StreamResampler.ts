import { Resampler } from '../../webcodecs/resample';

/** `Resampler` for what comes piece by piece. It holds a few hundred frames. */
export class StreamResampler {
  readonly #resampler: Resampler;
  /** So many input frames are exactly so many output frames. */
  readonly #inputPeriod: number;
  readonly #outputPeriod: number;
  #planes: readonly Float32Array[] = [];
  /** Of the first input frame that is held; a whole number of periods. */
  #begin = 0;
  /** Of the next output frame. */
  #next = 0;

  constructor(readonly inputRate: number, readonly outputRate: number) {
    this.#resampler = new Resampler(inputRate, outputRate);
    const divisor = greatestCommonDivisor(inputRate, outputRate);
    this.#inputPeriod = inputRate / divisor;
    this.#outputPeriod = outputRate / divisor;
  }

  /** What can be known of the output now. */
  push(planes: readonly Float32Array[]): readonly Float32Array[] {
    this.#planes = planes.map((plane, channel) => (this.#planes.length === 0 ? plane : joined(this.#planes[channel], plane)));
    return this.#compute(Math.floor(((this.#end - this.#resampler.reach) * this.outputRate) / this.inputRate));
  }

  /** The rest, behind which there is silence. */
  finish(): readonly Float32Array[] {
    return this.#end === 0 ? [] : this.#compute(this.#resampler.outputLength(this.#end));
  }

  get #end(): number {
    return this.#begin + (this.#planes[0]?.length ?? 0);
  }

  /** Output frames up to `end`. */
  #compute(end: number): readonly Float32Array[] {
    if (end <= this.#next) return this.#planes.map(() => new Float32Array(0));
    const base = (this.#begin / this.#inputPeriod) * this.#outputPeriod;
    const outputs = this.#planes.map(() => new Float32Array(end - base));
    // Two channels at a time are what it does best.
    for (let channel = 0; channel < outputs.length; channel += 2) {
      this.#resampler.process(this.#planes.slice(channel, channel + 2), outputs.slice(channel, channel + 2), this.#next - base, end - base);
    }
    const made = outputs.map((output) => output.subarray(this.#next - base));
    this.#next = end;
    this.#forget();
    return made;
  }

  /** Drops what no output frame to come is made of. */
  #forget(): void {
    const needed = Math.floor((this.#next * this.inputRate) / this.outputRate) - this.#resampler.reach;
    const begin = Math.floor(needed / this.#inputPeriod) * this.#inputPeriod;
    if (begin <= this.#begin) return;
    this.#planes = this.#planes.map((plane) => plane.slice(begin - this.#begin));
    this.#begin = begin;
  }
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
