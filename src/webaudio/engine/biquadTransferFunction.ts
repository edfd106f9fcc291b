import type { BiquadFilterType } from '../../generated/webaudio-types';
import type { TransferFunction } from './frequencyResponse';

/** The intermediate variables of https://webaudio.github.io/web-audio-api/#filters-characteristics. */
interface Intermediate {
  /** A: amplitude of shelves and peaks */
  readonly A: number;
  readonly cosOmega: number;
  /** α_Q */
  readonly alphaQ: number;
  /** α_QdB */
  readonly alphaQdB: number;
  /** α_S */
  readonly alphaS: number;
}

/** b₀, b₁, b₂, a₀, a₁, a₂ */
type Coefficients = readonly [number, number, number, number, number, number];

const coefficients: Readonly<Record<BiquadFilterType, (variables: Intermediate) => Coefficients>> = {
  lowpass: ({ cosOmega, alphaQdB }) => [
    (1 - cosOmega) / 2,
    1 - cosOmega,
    (1 - cosOmega) / 2,
    1 + alphaQdB,
    -2 * cosOmega,
    1 - alphaQdB,
  ],
  highpass: ({ cosOmega, alphaQdB }) => [
    (1 + cosOmega) / 2,
    -(1 + cosOmega),
    (1 + cosOmega) / 2,
    1 + alphaQdB,
    -2 * cosOmega,
    1 - alphaQdB,
  ],
  bandpass: ({ cosOmega, alphaQ }) => [alphaQ, 0, -alphaQ, 1 + alphaQ, -2 * cosOmega, 1 - alphaQ],
  notch: ({ cosOmega, alphaQ }) => [1, -2 * cosOmega, 1, 1 + alphaQ, -2 * cosOmega, 1 - alphaQ],
  allpass: ({ cosOmega, alphaQ }) => [1 - alphaQ, -2 * cosOmega, 1 + alphaQ, 1 + alphaQ, -2 * cosOmega, 1 - alphaQ],
  peaking: ({ A, cosOmega, alphaQ }) => [
    1 + alphaQ * A,
    -2 * cosOmega,
    1 - alphaQ * A,
    1 + alphaQ / A,
    -2 * cosOmega,
    1 - alphaQ / A,
  ],
  lowshelf: ({ A, cosOmega, alphaS }) => {
    const slope = 2 * alphaS * Math.sqrt(A);
    return [
      A * (A + 1 - (A - 1) * cosOmega + slope),
      2 * A * (A - 1 - (A + 1) * cosOmega),
      A * (A + 1 - (A - 1) * cosOmega - slope),
      A + 1 + (A - 1) * cosOmega + slope,
      -2 * (A - 1 + (A + 1) * cosOmega),
      A + 1 + (A - 1) * cosOmega - slope,
    ];
  },
  highshelf: ({ A, cosOmega, alphaS }) => {
    const slope = 2 * alphaS * Math.sqrt(A);
    return [
      A * (A + 1 + (A - 1) * cosOmega + slope),
      -2 * A * (A - 1 + (A + 1) * cosOmega),
      A * (A + 1 + (A - 1) * cosOmega - slope),
      A + 1 - (A - 1) * cosOmega + slope,
      2 * (A - 1 - (A + 1) * cosOmega),
      A + 1 - (A - 1) * cosOmega - slope,
    ];
  },
};

/** Constant gains that the filters tend to at the ends of the frequency range, where the formulas become 0/0. */
const limits: Readonly<Record<BiquadFilterType, { zero(A: number): number; nyquist(A: number): number }>> = {
  lowpass: { zero: () => 0, nyquist: () => 1 },
  highpass: { zero: () => 1, nyquist: () => 0 },
  bandpass: { zero: () => 0, nyquist: () => 0 },
  notch: { zero: () => 1, nyquist: () => 1 },
  allpass: { zero: () => 1, nyquist: () => 1 },
  peaking: { zero: () => 1, nyquist: () => 1 },
  lowshelf: { zero: () => 1, nyquist: (A) => A * A },
  highshelf: { zero: (A) => A * A, nyquist: () => 1 },
};

/** Constant gains for Q → 0, where α_Q is infinite. */
const zeroQ: Readonly<Partial<Record<BiquadFilterType, (A: number) => number>>> = {
  bandpass: () => 1,
  notch: () => 0,
  allpass: () => -1,
  peaking: (A) => A * A,
};

/** The transfer function of a BiquadFilterNode; `frequency` is the *computedFrequency* in hertz, `gain` in decibels. */
export function biquadTransferFunction(
  type: BiquadFilterType,
  sampleRate: number,
  frequency: number,
  Q: number,
  gain: number,
): TransferFunction {
  const A = 10 ** (gain / 40);
  if (Q === 0 && zeroQ[type] !== undefined) return constant(zeroQ[type]!(A));
  const nyquistFrequency = sampleRate / 2;
  if (frequency <= 0) return constant(limits[type].zero(A));
  if (frequency >= nyquistFrequency) return constant(limits[type].nyquist(A));
  const omega = (2 * Math.PI * frequency) / sampleRate;
  const sinOmega = Math.sin(omega);
  const [b0, b1, b2, a0, a1, a2] = coefficients[type]({
    A,
    cosOmega: Math.cos(omega),
    alphaQ: sinOmega / (2 * Q),
    alphaQdB: sinOmega / (2 * 10 ** (Q / 20)),
    // S is 1
    alphaS: (sinOmega / 2) * Math.SQRT2,
  });
  return { numerator: [b0, b1, b2], denominator: [a0, a1, a2] };
}

function constant(gain: number): TransferFunction {
  return { numerator: [gain], denominator: [1] };
}
