/** Spectra in double precision. */

/** I₀, the modified Bessel function, by its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-18 * sum; ++k) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

/** A Kaiser window: what leaks is 200 dB down from 10 bins away on. */
const beta = 26;
export const leakBins = 10;

const kaiser = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => bessel(beta * Math.sqrt(1 - ((2 * n) / length - 1) ** 2)) / bessel(beta));

/** In place, by decimation in time; the length is a power of two. */
export function fourierTransform(re: Float64Array, im: Float64Array): void {
  const N = re.length;
  for (let i = 1, j = 0; i < N; ++i) {
    let bit = N >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j]!, re[i]!];
      [im[i], im[j]] = [im[j]!, im[i]!];
    }
  }
  for (let size = 2; size <= N; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; ++k) {
      const [wr, wi] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
      for (let a = k; a < N; a += size) {
        const b = a + half;
        const [xr, xi] = [re[b]! * wr - im[b]! * wi, re[b]! * wi + im[b]! * wr];
        re[b] = re[a]! - xr;
        im[b] = im[a]! - xi;
        re[a]! += xr;
        im[a]! += xi;
      }
    }
  }
}

/** Amplitudes of the bins up to half the sample rate, of a windowed signal whose length is a power of two: a sine's is its own. */
export function amplitudes(samples: ArrayLike<number>): Float64Array {
  const window = kaiser(samples.length);
  const re = window.map((weight, n) => weight * samples[n]!);
  const im = new Float64Array(samples.length);
  const scale = 2 / window.reduce((sum, weight) => sum + weight);
  fourierTransform(re, im);
  return Float64Array.from({ length: samples.length / 2 }, (_, k) => scale * Math.hypot(re[k]!, im[k]!));
}

/** In decibels, the loudest of what lies at no multiple of `fundamental`, over the loudest of all. */
export function aliases(samples: ArrayLike<number>, fundamental: number, sampleRate: number): number {
  const spectrum = amplitudes(samples);
  const period = (fundamental / sampleRate) * samples.length; // in bins
  let [loudest, alias] = [0, 0];
  spectrum.forEach((amplitude, bin) => {
    loudest = Math.max(loudest, amplitude);
    const distance = Math.abs(bin - period * Math.round(bin / period));
    if (distance > leakBins && bin > leakBins) alias = Math.max(alias, amplitude);
  });
  return 20 * Math.log10(alias / loudest);
}
