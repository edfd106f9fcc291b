/** From frequency lines to samples of the subbands (ISO/IEC 11172-3, 2.4.3.4.10). */
import { shortBlocks } from './side-information';

const subbands = 32;
const subbandLines = 18;

/** Table B.9 */
const aliasing = [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037];
const aliasCosines = aliasing.map((value) => 1 / Math.sqrt(1 + value * value));
const aliasSines = aliasing.map((value) => value / Math.sqrt(1 + value * value));

/** 2.4.3.4.10.1: the butterflies between the first `count` + 1 subbands. */
export function reduceAliases(lines: Float64Array, count: number): void {
  for (let subband = 1; subband <= count; subband++) {
    for (let index = 0, down = subband * subbandLines - 1, up = subband * subbandLines; index < 8; index++, down--, up++) {
      const low = lines[down];
      const high = lines[up];
      lines[down] = low * aliasCosines[index] - high * aliasSines[index];
      lines[up] = high * aliasCosines[index] + low * aliasSines[index];
    }
  }
}

const rising = (length: number, at: number): number => Math.sin((Math.PI / (2 * length)) * (at + 0.5));

/** 2.4.3.4.10.3, by block type; short blocks have a window of their own. */
const windows: readonly Float64Array[] = [
  Float64Array.from({ length: 36 }, (_, at) => rising(18, at)),
  Float64Array.from({ length: 36 }, (_, at) => (at < 18 ? rising(18, at) : at < 24 ? 1 : at < 30 ? rising(6, at - 18) : 0)),
  Float64Array.from({ length: 12 }, (_, at) => rising(6, at)),
  Float64Array.from({ length: 36 }, (_, at) => (at < 6 ? 0 : at < 12 ? rising(6, at - 6) : at < 18 ? 1 : rising(18, at))),
];

const block = new Float64Array(36);
const dct = new Float64Array(18);

/**
 * Transforms the lines of a granule of one channel, window, overlap and frequency inversion included.
 * @param lines 576, changed @param longSubbands as many have long blocks whatever the type @param used subbands behind which all lines are 0
 * @param overlap 576, of the granule before, and then of this one @param samples gets 18 rows of 32 subbands
 */
export function transformGranule(lines: Float64Array, blockType: number, longSubbands: number, used: number, overlap: Float64Array, samples: Float64Array): void {
  for (let subband = 0; subband < subbands; subband++) {
    const begin = subband * subbandLines;
    if (subband >= used) {
      for (let index = 0; index < 18; index++) {
        samples[index * subbands + subband] = subband & index & 1 ? -overlap[begin + index] : overlap[begin + index];
        overlap[begin + index] = 0;
      }
      continue;
    }
    const type = subband < longSubbands ? 0 : blockType;
    if (type === shortBlocks) transformShort(lines, begin);
    else transformLong(lines, begin, windows[type]);
    const isOdd = (subband & 1) === 1;
    for (let index = 0; index < 18; index++) {
      const sample = block[index] + overlap[begin + index];
      samples[index * subbands + subband] = isOdd && (index & 1) === 1 ? -sample : sample;
      overlap[begin + index] = block[18 + index];
    }
  }
}

const cos = (numerator: number, denominator: number): number => Math.cos((numerator * Math.PI) / denominator);
const fourthCosines = Float64Array.from({ length: 18 }, (_, at) => 2 * cos(2 * at + 1, 72));
const secondCosines = Float64Array.from({ length: 9 }, (_, at) => 2 * cos(2 * at + 1, 36));
const evens = new Float64Array(9);
const odds = new Float64Array(9);

/** 36 values of 18, whose DCT-IV has them all: that by a DCT-II, and that by two of half the size. */
function transformLong(lines: Float64Array, begin: number, window: Float64Array): void {
  for (let index = 0, low = begin, high = begin + 17; index < 9; index++, low++, high--) {
    const first = lines[low] * fourthCosines[index];
    const last = lines[high] * fourthCosines[17 - index];
    evens[index] = first + last;
    odds[index] = (first - last) * secondCosines[index];
  }
  dct9(evens);
  dct9(odds);
  let odd = odds[0] / 2;
  let value = evens[0] / 2;
  dct[0] = value;
  for (let index = 0; ;) {
    value = odd - value;
    dct[2 * index + 1] = value;
    if (++index === 9) break;
    value = evens[index] - value;
    dct[2 * index] = value;
    odd = odds[index] - odd;
  }
  for (let index = 0; index < 9; index++) {
    block[index] = dct[9 + index] * window[index];
    block[17 - index] = -dct[9 + index] * window[17 - index];
    block[26 - index] = -dct[index] * window[26 - index];
    block[27 + index] = -dct[index] * window[27 + index];
  }
}

const [cos10, cos20, cos30, cos40, cos50, cos70, cos80] = [10, 20, 30, 40, 50, 70, 80].map((degrees) => cos(degrees, 180));

/** DCT-II of nine values, in place. */
function dct9(values: Float64Array): void {
  const sum0 = values[0] + values[8];
  const sum1 = values[1] + values[7];
  const sum2 = values[2] + values[6];
  const sum3 = values[3] + values[5];
  const middle = values[4];
  const difference0 = values[0] - values[8];
  const difference1 = (values[1] - values[7]) * cos30;
  const difference2 = values[2] - values[6];
  const difference3 = values[3] - values[5];
  const half = sum1 / 2;
  values[0] = sum0 + sum1 + sum2 + sum3 + middle;
  values[1] = difference0 * cos10 + difference1 + difference2 * cos50 + difference3 * cos70;
  values[2] = sum0 * cos20 + half - sum2 * cos80 - sum3 * cos40 - middle;
  values[3] = (difference0 - difference2 - difference3) * cos30;
  values[4] = sum0 * cos40 - half - sum2 * cos20 + sum3 * cos80 + middle;
  values[5] = difference0 * cos50 - difference1 - difference2 * cos70 + difference3 * cos10;
  values[6] = (sum0 + sum2 + sum3) / 2 - sum1 - middle;
  values[7] = difference0 * cos70 - difference1 + difference2 * cos10 - difference3 * cos50;
  values[8] = sum0 * cos80 - half + sum2 * cos40 - sum3 * cos20 + middle;
}

/** Outputs of 12 by inputs of 6, windowed. */
const shortMatrix = Float64Array.from({ length: 72 }, (_, at) => {
  const [output, input] = [Math.floor(at / 6), at % 6];
  return cos((2 * output + 7) * (2 * input + 1), 24) * windows[shortBlocks][output];
});

/** Three blocks of 12, one in six lines behind the other; their lines alternate. */
function transformShort(lines: Float64Array, begin: number): void {
  block.fill(0);
  for (let window = 0; window < 3; window++) {
    const at = begin + window;
    for (let output = 0; output < 12; output++) {
      const row = output * 6;
      block[6 + window * 6 + output] += shortMatrix[row] * lines[at] + shortMatrix[row + 1] * lines[at + 3] + shortMatrix[row + 2] * lines[at + 6]
        + shortMatrix[row + 3] * lines[at + 9] + shortMatrix[row + 4] * lines[at + 12] + shortMatrix[row + 5] * lines[at + 15];
    }
  }
}
