import type { MsbBits } from '../MsbBits';
import { shortBlocks, type Granule } from './side-information';

/** Scale factors of a channel: of long blocks by band, of short ones by band × 3 + window, behind those of the long bands of a mixed block. */
export const mostScaleFactors = 39;

/** `slen1` and `slen2` by `scalefac_compress` (ISO/IEC 11172-3, 2.4.2.7). */
const lengths1 = [0, 0, 0, 0, 3, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4];
const lengths2 = [0, 1, 2, 3, 0, 1, 2, 3, 1, 2, 3, 1, 2, 3, 2, 3];
/** Bands that the four bits of `scfsi` stand for. */
const groups = [0, 6, 11, 16, 21];

/** ISO/IEC 11172-3, 2.4.2.7. `factors` still holds those of the granule before, for what is shared with them. */
export function readScaleFactors(bits: MsbBits, { scalefacCompress, blockType, isMixed }: Granule, shared: number, factors: Uint8Array): void {
  const [length1, length2] = [lengths1[scalefacCompress], lengths2[scalefacCompress]];
  if (blockType === shortBlocks) {
    const first = isMixed ? 17 : 18;
    for (let index = 0; index < first; index++) factors[index] = bits.bits(length1);
    for (let index = first; index < first + 18; index++) factors[index] = bits.bits(length2);
    factors.fill(0, first + 18);
    return;
  }
  for (let group = 0; group < 4; group++) {
    if (shared & (8 >> group)) continue;
    for (let band = groups[group]; band < groups[group + 1]; band++) factors[band] = bits.bits(group < 2 ? length1 : length2);
  }
  factors.fill(0, 21);
}

/** More than any factor. */
const noLimit = 255;

/** Bands by the four lengths (ISO/IEC 13818-3, 2.4.3.2), for long, short and mixed blocks. */
const partitions: readonly (readonly (readonly number[])[])[] = [
  [[6, 5, 5, 5], [9, 9, 9, 9], [6, 9, 9, 9]],
  [[6, 5, 7, 3], [9, 9, 12, 6], [6, 9, 12, 6]],
  [[11, 10, 0, 0], [18, 18, 0, 0], [15, 18, 0, 0]],
  [[7, 7, 7, 0], [12, 12, 12, 0], [6, 15, 12, 0]],
  [[6, 6, 6, 3], [12, 9, 9, 6], [6, 12, 9, 6]],
  [[8, 8, 5, 0], [15, 12, 9, 0], [6, 18, 9, 0]],
];

/** The four lengths and the row of `partitions`. */
function lowLengths(compress: number, isIntensity: boolean): readonly [lengths: readonly number[], row: number] {
  if (isIntensity) {
    const half = compress >> 1;
    if (half < 180) return [[Math.floor(half / 36), Math.floor((half % 36) / 6), half % 6, 0], 3];
    if (half < 244) return [[((half - 180) >> 4) & 3, ((half - 180) >> 2) & 3, (half - 180) & 3, 0], 4];
    return [[Math.floor((half - 244) / 3), (half - 244) % 3, 0, 0], 5];
  }
  if (compress < 400) return [[Math.floor((compress >> 4) / 5), (compress >> 4) % 5, (compress >> 2) & 3, compress & 3], 0];
  if (compress < 500) return [[Math.floor(((compress - 400) >> 2) / 5), ((compress - 400) >> 2) % 5, (compress - 400) & 3, 0], 1];
  return [[Math.floor((compress - 500) / 3), (compress - 500) % 3, 0, 0], 2];
}

/**
 * ISO/IEC 13818-3, 2.4.3.2: of lower sampling frequencies. Sets the granule's preflag.
 * @param limits gets for each factor the value that stands for "no intensity stereo"
 */
export function readLowScaleFactors(bits: MsbBits, granule: Granule, isIntensity: boolean, factors: Uint8Array, limits: Uint8Array): void {
  const [lengths, row] = lowLengths(granule.scalefacCompress, isIntensity);
  granule.preflag = row === 2 ? 1 : 0;
  const counts = partitions[row][granule.blockType === shortBlocks ? (granule.isMixed ? 2 : 1) : 0];
  let at = 0;
  counts.forEach((count, part) => {
    for (let index = 0; index < count; index++, at++) {
      factors[at] = bits.bits(lengths[part]);
      limits[at] = lengths[part] === 0 ? noLimit : 2 ** lengths[part] - 1;
    }
  });
  factors.fill(0, at);
  limits.fill(noLimit, at);
}
