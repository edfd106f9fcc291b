/** A transfer function in powers of z⁻¹. */
export interface TransferFunction {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

/**
 * Magnitude and phase of a transfer function at the given frequencies; NaN for those outside [0, sampleRate / 2]
 * (https://webaudio.github.io/web-audio-api/#dom-biquadfilternode-getfrequencyresponse).
 */
export function frequencyResponse(
  { numerator, denominator }: TransferFunction,
  sampleRate: number,
  frequencyHz: Float32Array,
  magResponse: Float32Array,
  phaseResponse: Float32Array,
): void {
  const nyquistFrequency = sampleRate / 2;
  for (let index = 0; index < frequencyHz.length; ++index) {
    const frequency = frequencyHz[index]!;
    if (!(frequency >= 0 && frequency <= nyquistFrequency)) {
      magResponse[index] = NaN;
      phaseResponse[index] = NaN;
      continue;
    }
    const omega = (-2 * Math.PI * frequency) / sampleRate;
    const re = Math.cos(omega);
    const im = Math.sin(omega);
    const [numeratorRe, numeratorIm] = evaluate(numerator, re, im);
    const [denominatorRe, denominatorIm] = evaluate(denominator, re, im);
    const norm = denominatorRe * denominatorRe + denominatorIm * denominatorIm;
    const quotientRe = (numeratorRe * denominatorRe + numeratorIm * denominatorIm) / norm;
    const quotientIm = (numeratorIm * denominatorRe - numeratorRe * denominatorIm) / norm;
    magResponse[index] = Math.hypot(quotientRe, quotientIm);
    phaseResponse[index] = Math.atan2(quotientIm, quotientRe);
  }
}

/** Horner's scheme for a polynomial in one complex number. */
function evaluate(coefficients: readonly number[], re: number, im: number): [number, number] {
  let sumRe = 0;
  let sumIm = 0;
  for (let power = coefficients.length - 1; power >= 0; --power) {
    const productRe = sumRe * re - sumIm * im;
    sumIm = sumRe * im + sumIm * re;
    sumRe = productRe + coefficients[power]!;
  }
  return [sumRe, sumIm];
}
