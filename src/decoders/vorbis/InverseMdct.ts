/**
 * The inverse modified discrete cosine transform of `size` values, `y[n] = Σ x[k] cos(2π/size · (n + 1/2 + size/4)(k + 1/2))`, by a complex FFT of a quarter of
 * the size.
 */
export class InverseMdct {
  readonly #quarter: number;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #reversed: Uint16Array;
  /** cos and sin of 2π (n + 1/8) / size. */
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  /** Of 2π n / quarter, n below half of it. */
  readonly #rootCosines: Float64Array;
  readonly #rootSines: Float64Array;

  /** @param size a power of two from 64 on */
  constructor(readonly size: number) {
    const quarter = this.#quarter = size / 4;
    this.#real = new Float64Array(quarter);
    this.#imaginary = new Float64Array(quarter);
    const bits = Math.log2(quarter);
    this.#reversed = Uint16Array.from({ length: quarter }, (_, index) => {
      let reversed = 0;
      for (let bit = 0; bit < bits; bit++) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
      return reversed;
    });
    const twiddles = (wave: (angle: number) => number, count: number, offset: number, period: number) =>
      Float64Array.from({ length: count }, (_, index) => wave((2 * Math.PI * (index + offset)) / period));
    this.#cosines = twiddles(Math.cos, quarter, 1 / 8, size);
    this.#sines = twiddles(Math.sin, quarter, 1 / 8, size);
    this.#rootCosines = twiddles(Math.cos, quarter / 2, 0, quarter);
    this.#rootSines = twiddles(Math.sin, quarter / 2, 0, quarter);
  }

  /** @param input `size / 2` values @param output `size` values */
  transform(input: Float64Array, output: Float64Array): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const reversed = this.#reversed;
    const cosines = this.#cosines;
    const sines = this.#sines;
    const quarter = this.#quarter;
    const half = 2 * quarter;
    for (let index = 0; index < quarter; index++) {
      const even = input[2 * index];
      const odd = input[half - 1 - 2 * index];
      const to = reversed[index];
      real[to] = even * cosines[index] + odd * sines[index];
      imaginary[to] = odd * cosines[index] - even * sines[index];
    }
    this.#fft();
    // What a DCT-IV gives: value 2n, and value half - 1 - 2n; the transform's outputs are those, mirrored.
    for (let index = 0; index < quarter; index++) {
      const even = real[index] * cosines[index] + imaginary[index] * sines[index];
      const odd = real[index] * sines[index] - imaginary[index] * cosines[index];
      this.#place(output, 2 * index, even);
      this.#place(output, half - 1 - 2 * index, odd);
    }
  }

  /** y[n] = D[n + quarter], D being even around 0 - 1/2, odd around half - 1/2. */
  #place(output: Float64Array, at: number, value: number): void {
    const quarter = this.#quarter;
    if (at >= quarter) {
      output[at - quarter] = value;
      output[3 * quarter - 1 - at] = -value;
    } else {
      output[3 * quarter - 1 - at] = -value;
      output[3 * quarter + at] = -value;
    }
  }

  /** In place, inputs in bit-reversed order. */
  #fft(): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const cosines = this.#rootCosines;
    const sines = this.#rootSines;
    const size = this.#quarter;
    // The first two stages in one: their factors are 1 and -i.
    for (let at = 0; at < size; at += 4) {
      const [r0, r1, r2, r3] = [real[at] + real[at + 1], real[at] - real[at + 1], real[at + 2] + real[at + 3], real[at + 2] - real[at + 3]];
      const [i0, i1, i2, i3] = [imaginary[at] + imaginary[at + 1], imaginary[at] - imaginary[at + 1], imaginary[at + 2] + imaginary[at + 3], imaginary[at + 2] - imaginary[at + 3]];
      real[at] = r0 + r2;
      imaginary[at] = i0 + i2;
      real[at + 1] = r1 + i3;
      imaginary[at + 1] = i1 - r3;
      real[at + 2] = r0 - r2;
      imaginary[at + 2] = i0 - i2;
      real[at + 3] = r1 - i3;
      imaginary[at + 3] = i1 + r3;
    }
    for (let span = 4; span < size; span *= 2) {
      const step = size / (2 * span);
      for (let begin = 0; begin < size; begin += 2 * span) {
        for (let at = begin, to = begin + span, root = 0; at < begin + span; at++, to++, root += step) {
          const c = cosines[root];
          const s = sines[root];
          const r = real[to] * c + imaginary[to] * s;
          const i = imaginary[to] * c - real[to] * s;
          real[to] = real[at] - r;
          imaginary[to] = imaginary[at] - i;
          real[at] += r;
          imaginary[at] += i;
        }
      }
    }
  }
}
