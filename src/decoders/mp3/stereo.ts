import type { Bands } from './bands';
import { shortBlocks, type Granule } from './side-information';
import { granuleLines } from './spectrum';

/** ISO/IEC 11172-3, 2.4.3.4.9.2 */
export function decodeMidSide(left: Float64Array, right: Float64Array, end: number): void {
  for (let line = 0; line < end; line++) {
    const middle = left[line] * Math.SQRT1_2;
    const side = right[line] * Math.SQRT1_2;
    left[line] = middle + side;
    right[line] = middle - side;
  }
}

interface Intensity {
  readonly isVersion1: boolean;
  /** Bit 0 of `scalefac_compress` of the right channel: the step between positions (ISO/IEC 13818-3, 2.4.3.2). */
  readonly isCoarse: boolean;
  readonly isMidSide: boolean;
  /** Positions are the right channel's scale factors; equal to `limits`, there is none. */
  readonly factors: Uint8Array;
  readonly limits: Uint8Array;
}

/**
 * ISO/IEC 11172-3, 2.4.3.4.9.3: bands above the last line of the right channel that is not 0 have one spectrum for both, in `left`. What is not of such bands
 * is decoded as middle and side where that holds. The last band has no scale factor: it takes that of the one before, or the middle where that one is not coded
 * so. Lines of short blocks stand window by window in each band.
 */
export function decodeIntensity(left: Float64Array, right: Float64Array, granule: Granule, { long, short }: Bands, intensity: Intensity): void {
  const isShort = granule.blockType === shortBlocks;
  const longBands = !isShort ? 22 : granule.isMixed ? longBandsOfMixed(long, short) : 0;
  if (isShort) {
    const firstBand = granule.isMixed ? 3 : 0;
    // Each window has a last line of its own.
    for (let window = 2; window >= 0; window--) {
      let isSilent = true;
      for (let band = 12; band >= firstBand; band--) {
        const width = short[band + 1] - short[band];
        const begin = short[band] * 3 + window * width;
        isSilent &&= isZero(right, begin, begin + width);
        const before = short[11] * 3 + window * (short[12] - short[11]);
        const isTaken = band < 12 || isZero(right, before, before + short[12] - short[11]);
        const position = isTaken ? positionAt(intensity, longBands + (Math.min(band, 11) - firstBand) * 3 + window) : middlePosition(intensity);
        decodeBand(left, right, begin, begin + width, isSilent ? position : -1, intensity);
      }
    }
    // Long bands below are intensity coded only where no window above has a line.
    if (!isZero(right, long[longBands], granuleLines)) {
      decodeBand(left, right, 0, long[longBands], -1, intensity);
      return;
    }
  }
  let isSilent = true;
  for (let band = longBands - 1; band >= 0; band--) {
    const [begin, end] = [long[band], long[band + 1]];
    isSilent &&= isZero(right, begin, end);
    const isTaken = band < 21 || isZero(right, long[20], begin);
    const position = isTaken ? positionAt(intensity, Math.min(band, 20)) : middlePosition(intensity);
    decodeBand(left, right, begin, end, isSilent ? position : -1, intensity);
  }
}

/** The long bands below the third short one. */
const longBandsOfMixed = (long: readonly number[], short: readonly number[]): number => long.indexOf(short[3] * 3);

function isZero(lines: Float64Array, begin: number, end: number): boolean {
  for (let line = begin; line < end; line++) if (lines[line] !== 0) return false;
  return true;
}

/** -1: none. */
function positionAt({ isVersion1, factors, limits }: Intensity, factor: number): number {
  const position = factors[factor];
  return position === (isVersion1 ? 7 : limits[factor]) ? -1 : position;
}

const middlePosition = ({ isVersion1 }: Intensity): number => (isVersion1 ? 3 : 0);

function decodeBand(left: Float64Array, right: Float64Array, begin: number, end: number, position: number, { isVersion1, isCoarse, isMidSide }: Intensity): void {
  if (position < 0) {
    if (isMidSide) decodeMidSide(left.subarray(begin, end), right.subarray(begin, end), end - begin);
    return;
  }
  let [toLeft, toRight] = [1, 1];
  if (isVersion1) {
    const angle = (position * Math.PI) / 12;
    const sum = Math.sin(angle) + Math.cos(angle);
    [toLeft, toRight] = [Math.sin(angle) / sum, Math.cos(angle) / sum];
  } else {
    const base = isCoarse ? Math.SQRT1_2 : 2 ** -0.25;
    if (position & 1) toLeft = base ** ((position + 1) >> 1);
    else toRight = base ** (position >> 1);
  }
  for (let line = begin; line < end; line++) {
    right[line] = left[line] * toRight;
    left[line] *= toLeft;
  }
}
