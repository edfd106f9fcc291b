/**
 * Sample-rate conversion by a polyphase Kaiser-windowed sinc, for whole recordings: any output range can be computed at any
 * time, in any order. The transition band is centred just below the lower of the two Nyquist frequencies: flat to 0.91 of it, silent
 * from 1.02 on, so that what little aliases stays above 0.98, beyond hearing for every usual rate.
 */

/** Stop-band attenuation in decibels that the window is made for. */
const attenuation = 108;
/** Taps on either side of the centre when nothing is stretched for a lower output rate. */
const halfTaps = 64;
/** Centre of the transition band, in units of the lower Nyquist frequency. */
const centre = 0.965;
/** A ratio with more phases than this is served by interpolating between neighbours of an even grid. */
const mostExactPhases = 4096;
const gridPhases = 2048;
const blockFrames = 8192;

export class Resampler {
  readonly #step: number;
  readonly #phases: number;
  /** Input frames from one output frame to the next: `#step / #phases` where the ratio is exact. */
  readonly #advance: number;
  readonly #exact: boolean;
  /** Filter taps on either side; even. */
  readonly #half: number;
  /** `#phases` + 1 rows of 2 × `#half` coefficients. */
  readonly #rows: Float64Array;

  constructor(readonly inputRate: number, readonly outputRate: number) {
    const divisor = greatestCommonDivisor(inputRate, outputRate);
    const stretch = Math.max(1, inputRate / outputRate);
    this.#half = Math.ceil((halfTaps * stretch) / 2) * 2;
    this.#advance = inputRate / outputRate;
    this.#exact = outputRate / divisor <= mostExactPhases && Number.isInteger(inputRate) && Number.isInteger(outputRate);
    this.#phases = this.#exact ? outputRate / divisor : Math.ceil(gridPhases / stretch);
    this.#step = this.#exact ? inputRate / divisor : 0;
    this.#rows = filterRows(this.#phases, this.#half, stretch);
  }

  /** Input frames before and behind the one at its time that an output frame is made of. */
  get reach(): number {
    return this.#half;
  }

  /** Frames that `frames` input frames become: those that begin within the input, as Chromium counts. At least one. */
  outputLength(frames: number): number {
    return Math.max(1, Math.floor((frames * this.outputRate) / this.inputRate));
  }

  /**
   * Computes the range [from, to) of one channel or two, out of their whole inputs, which are silent beyond their ends. Two at
   * once cost a quarter less than one after the other: they share the coefficients.
   */
  process(inputs: readonly Float32Array[], outputs: readonly Float32Array[], from = 0, to = outputs[0].length): void {
    for (let start = from; start < to; start += blockFrames) this.#block(inputs, outputs, start, Math.min(to, start + blockFrames));
  }

  #block(inputs: readonly Float32Array[], outputs: readonly Float32Array[], from: number, to: number): void {
    const first = this.#inputFrame(from) - this.#half + 1;
    const last = this.#inputFrame(to - 1) + this.#half;
    const windows = inputs.map((input) => widened(input, first, last));
    if (this.#exact) this.#convolveExact(windows, first, outputs, from, to);
    else this.#convolveBetween(windows, first, outputs, from, to);
  }

  /** The input frame at or before output frame `frame`. */
  #inputFrame(frame: number): number {
    return Math.floor(this.#exact ? (frame * this.#step) / this.#phases : frame * this.#advance);
  }

  #convolveExact(
    windows: readonly Float64Array[], first: number, outputs: readonly Float32Array[], from: number, to: number,
  ): void {
    const taps = this.#half * 2;
    const product = windows.length === 2 ? productOfTwo : productOfOne;
    const sums = new Float64Array(2);
    for (let frame = from; frame < to; frame++) {
      const position = frame * this.#step;
      const whole = Math.floor(position / this.#phases);
      const row = position - whole * this.#phases;
      product(windows, whole - this.#half + 1 - first, this.#rows, row * taps, taps, sums);
      for (let channel = 0; channel < outputs.length; channel++) outputs[channel][frame] = sums[channel];
    }
  }

  #convolveBetween(
    windows: readonly Float64Array[], first: number, outputs: readonly Float32Array[], from: number, to: number,
  ): void {
    const taps = this.#half * 2;
    const product = windows.length === 2 ? productOfTwo : productOfOne;
    const sums = new Float64Array(2);
    const after = new Float64Array(2);
    for (let frame = from; frame < to; frame++) {
      const position = frame * this.#advance;
      const whole = Math.floor(position);
      const phase = (position - whole) * this.#phases;
      const row = Math.floor(phase);
      const start = whole - this.#half + 1 - first;
      product(windows, start, this.#rows, row * taps, taps, sums);
      product(windows, start, this.#rows, (row + 1) * taps, taps, after);
      for (let channel = 0; channel < outputs.length; channel++) {
        outputs[channel][frame] = sums[channel] + (after[channel] - sums[channel]) * (phase - row);
      }
    }
  }
}

/** `input[first … last]` with silence beyond its ends: widened once here rather than in every product. */
function widened(input: Float32Array, first: number, last: number): Float64Array {
  const window = new Float64Array(last - first + 1);
  const begin = Math.max(0, first);
  window.set(input.subarray(begin, Math.max(begin, last + 1)), begin - first);
  return window;
}

// Both write the inner product of each channel, from `start` on, with `taps` coefficients, from `row` on. Four sums each, so that one
// addition need not wait for the one before.

function productOfOne(
  windows: readonly Float64Array[], start: number, rows: Float64Array, row: number, taps: number, sums: Float64Array,
): void {
  const window = windows[0];
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (const end = start + taps; start < end; start += 4, row += 4) {
    a += window[start] * rows[row];
    b += window[start + 1] * rows[row + 1];
    c += window[start + 2] * rows[row + 2];
    d += window[start + 3] * rows[row + 3];
  }
  sums[0] = a + b + (c + d);
}

function productOfTwo(
  windows: readonly Float64Array[], start: number, rows: Float64Array, row: number, taps: number, sums: Float64Array,
): void {
  const left = windows[0];
  const right = windows[1];
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (const end = start + taps; start < end; start += 2, row += 2) {
    const even = rows[row];
    const odd = rows[row + 1];
    a += left[start] * even;
    b += left[start + 1] * odd;
    c += right[start] * even;
    d += right[start + 1] * odd;
  }
  sums[0] = a + b;
  sums[1] = c + d;
}

/** Row p holds the filter for an output frame p / `phases` of an input frame after its whole input frame. */
function filterRows(phases: number, half: number, stretch: number): Float64Array {
  const taps = half * 2;
  const beta = 0.1102 * (attenuation - 8.7); // Kaiser's formulas, for attenuations above 50 dB.
  const cutoff = centre / stretch; // In units of the input's Nyquist frequency.
  const rows = new Float64Array((phases + 1) * taps);
  const scale = 1 / besselI0(beta);
  for (let phase = 0; phase <= phases; phase++) {
    const row = rows.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const time = tap - (half - 1) - phase / phases;
      const angle = Math.PI * cutoff * time;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      const edge = time / half;
      row[tap] = sinc * besselI0(beta * Math.sqrt(Math.max(0, 1 - edge * edge))) * scale;
      sum += row[tap];
    }
    for (let tap = 0; tap < taps; tap++) row[tap] /= sum; // Each phase passes a constant unchanged.
  }
  return rows;
}

/** The modified Bessel function of the first kind and order zero. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
