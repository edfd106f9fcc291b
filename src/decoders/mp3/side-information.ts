import { fail } from '../../container/failure';
import type { MsbBits } from '../MsbBits';

/** `block_type` */
export const shortBlocks = 2;

/** What is told of one channel in one granule (ISO/IEC 11172-3, 2.4.1.7). */
export interface Granule {
  part23Bits: number;
  bigValues: number;
  globalGain: number;
  scalefacCompress: number;
  blockType: number;
  isMixed: boolean;
  tableSelect: [number, number, number];
  subblockGain: [number, number, number];
  /** Scale factor bands of the first two regions; of window-switched granules they are fixed. */
  region0: number;
  region1: number;
  isSwitched: boolean;
  preflag: number;
  scalefacScale: number;
  count1Table: number;
}

export interface SideInformation {
  readonly mainDataBegin: number;
  /** `scfsi`, by channel: a bit a group of bands, the first group's the highest. */
  readonly shared: readonly number[];
  /** By granule, by channel. */
  readonly granules: readonly (readonly Granule[])[];
}

export function readSideInformation(bits: MsbBits, isVersion1: boolean, channels: number): SideInformation {
  const mainDataBegin = bits.bits(isVersion1 ? 9 : 8);
  bits.bits(isVersion1 ? (channels === 1 ? 5 : 3) : channels);
  const shared = Array.from({ length: channels }, () => (isVersion1 ? bits.bits(4) : 0));
  const granules = Array.from({ length: isVersion1 ? 2 : 1 }, () => Array.from({ length: channels }, () => readGranule(bits, isVersion1)));
  return { mainDataBegin, shared, granules };
}

function readGranule(bits: MsbBits, isVersion1: boolean): Granule {
  const granule: Granule = {
    part23Bits: bits.bits(12), bigValues: bits.bits(9), globalGain: bits.bits(8), scalefacCompress: bits.bits(isVersion1 ? 4 : 9),
    isSwitched: bits.bits(1) === 1, blockType: 0, isMixed: false, tableSelect: [0, 0, 0], subblockGain: [0, 0, 0], region0: 0, region1: 0,
    preflag: 0, scalefacScale: 0, count1Table: 0,
  };
  if (granule.bigValues > 288) fail(`${granule.bigValues} pairs of big values`, bits.at >> 3);
  if (granule.isSwitched) {
    granule.blockType = bits.bits(2);
    if (granule.blockType === 0) fail('a switched window of the normal type', bits.at >> 3);
    granule.isMixed = bits.bits(1) === 1;
    granule.tableSelect = [bits.bits(5), bits.bits(5), 0];
    granule.subblockGain = [bits.bits(3), bits.bits(3), bits.bits(3)];
  } else {
    granule.tableSelect = [bits.bits(5), bits.bits(5), bits.bits(5)];
    granule.region0 = bits.bits(4) + 1;
    granule.region1 = bits.bits(3) + 1;
  }
  if (isVersion1) granule.preflag = bits.bits(1);
  granule.scalefacScale = bits.bits(1);
  granule.count1Table = bits.bits(1);
  return granule;
}
