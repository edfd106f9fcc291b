/** Numbers of colour spaces (ITU-T H.273), and how RGB of one becomes RGB of another. */
import type { ColorSpace, PixelFormat } from '../../host/CodecBackend';
import { isRgb } from './formats';

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

interface Chromaticities {
  readonly red: readonly [number, number];
  readonly green: readonly [number, number];
  readonly blue: readonly [number, number];
}

/** H.273 table 2, all with the white point D65. */
const primaries: Readonly<Record<NonNullable<ColorSpace['primaries']>, Chromaticities>> = {
  bt709: { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] },
  bt470bg: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  smpte170m: { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] },
  bt2020: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  smpte432: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
};
const whiteD65 = [0.3127, 0.329] as const;

/** K_R and K_B of H.273 table 4. */
export const lumaWeights: Readonly<Record<Exclude<NonNullable<ColorSpace['matrix']>, 'rgb'>, readonly [number, number]>> = {
  bt709: [0.2126, 0.0722],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  'bt2020-ncl': [0.2627, 0.0593],
};

export interface KnownColorSpace {
  readonly primaries: NonNullable<ColorSpace['primaries']>;
  readonly transfer: NonNullable<ColorSpace['transfer']>;
  readonly matrix: NonNullable<ColorSpace['matrix']>;
  readonly fullRange: boolean;
}

/** With what is unspecified filled in: sRGB for RGB formats, Rec. 709 for all others. */
export function knownColorSpace({ primaries: given, transfer, matrix, fullRange }: ColorSpace, format: PixelFormat): KnownColorSpace {
  const rgb = isRgb(format);
  return {
    primaries: given ?? 'bt709',
    transfer: transfer ?? (rgb ? 'iec61966-2-1' : 'bt709'),
    matrix: rgb ? 'rgb' : (matrix ?? 'bt709'),
    fullRange: fullRange ?? rgb,
  };
}

/**
 * Transfer functions that are treated as one: what a Rec. 709 camera encodes is shown as if it were sRGB, as all players do, rather
 * than darkened by the difference of the two curves.
 */
function displayTransfer(transfer: KnownColorSpace['transfer']): KnownColorSpace['transfer'] {
  return transfer === 'bt709' || transfer === 'smpte170m' ? 'iec61966-2-1' : transfer;
}

/** To linear light, 1 being the white of a standard-range picture. */
function toLinear(transfer: KnownColorSpace['transfer'], value: number): number {
  switch (displayTransfer(transfer)) {
    case 'linear':
      return value;
    case 'pq':
      return perceptualQuantizer(value) * (10000 / referenceWhite);
    case 'hlg': {
      // Rec. 2100 table 5, the inverse OETF; the picture is then taken as it is, without a system gamma.
      const light = value <= 0.5 ? (value * value) / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12;
      return light * (1000 / referenceWhite);
    }
    default:
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }
}

/** cd/m², Rec. ITU-R BT.2408 */
const referenceWhite = 203;

/** Rec. 2100 table 4, the EOTF in units of 10,000 cd/m². */
function perceptualQuantizer(value: number): number {
  const power = value ** (1 / 78.84375);
  return (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125);
}

function fromLinear(transfer: KnownColorSpace['transfer'], light: number): number {
  if (transfer === 'linear') return light;
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** From RGB of these primaries to CIE XYZ. */
function toXyz({ red, green, blue }: Chromaticities): Matrix3 {
  const column = ([x, y]: readonly [number, number]) => [x / y, 1, (1 - x - y) / y] as const;
  const [r, g, b, w] = [red, green, blue, whiteD65].map(column);
  const unscaled: Matrix3 = [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
  const [sr, sg, sb] = apply(inverse(unscaled), w);
  return [r[0] * sr, g[0] * sg, b[0] * sb, r[1] * sr, g[1] * sg, b[1] * sb, r[2] * sr, g[2] * sg, b[2] * sb];
}

function apply(m: Matrix3, [a, b, c]: readonly [number, number, number]): [number, number, number] {
  return [m[0] * a + m[1] * b + m[2] * c, m[3] * a + m[4] * b + m[5] * c, m[6] * a + m[7] * b + m[8] * c];
}

function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const columns = [0, 1, 2].map((column) => apply(a, [b[column], b[column + 3], b[column + 6]]));
  return [0, 1, 2].flatMap((row) => columns.map((column) => column[row])) as unknown as Matrix3;
}

function inverse([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    e * i - f * h, c * h - b * i, b * f - c * e,
    f * g - d * i, a * i - c * g, c * d - a * f,
    d * h - e * g, b * g - a * h, a * e - b * d,
  ].map((cofactor) => cofactor / determinant) as unknown as Matrix3;
}

/** Steps of the table that encodes linear light. */
const encodeSteps = 4095;

/**
 * What turns 8-bit RGB, four bytes a pixel, of one colour space into that of another, in place. Null where they are the same. What is
 * brighter or more saturated than the target can show is clipped.
 */
export function rgbConversion(source: KnownColorSpace, target: KnownColorSpace): ((pixels: Uint8ClampedArray) => void) | null {
  const samePrimaries = source.primaries === target.primaries;
  if (samePrimaries && displayTransfer(source.transfer) === displayTransfer(target.transfer)) return null;
  const matrix = multiply(inverse(toXyz(primaries[target.primaries])), toXyz(primaries[source.primaries]));
  const linear = Float64Array.from({ length: 256 }, (_, value) => toLinear(source.transfer, value / 255));
  const encoded = Uint8ClampedArray.from({ length: encodeSteps + 1 }, (_, step) => Math.round(255 * fromLinear(target.transfer, (step / encodeSteps) ** 2)));
  // Steps are equal in the square root of light, so that dark colours have as many as they need.
  const encode = (light: number) => encoded[light <= 0 ? 0 : light >= 1 ? encodeSteps : Math.round(Math.sqrt(light) * encodeSteps)];
  return (pixels) => {
    for (let at = 0; at < pixels.length; at += 4) {
      const r = linear[pixels[at]];
      const g = linear[pixels[at + 1]];
      const b = linear[pixels[at + 2]];
      pixels[at] = encode(matrix[0] * r + matrix[1] * g + matrix[2] * b);
      pixels[at + 1] = encode(matrix[3] * r + matrix[4] * g + matrix[5] * b);
      pixels[at + 2] = encode(matrix[6] * r + matrix[7] * g + matrix[8] * b);
    }
  };
}
