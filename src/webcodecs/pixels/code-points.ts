/** The numbers that ITU-T H.273 has for colour spaces (tables 2, 3 and 4), which containers and FFmpeg use, and WebCodecs' words for them. */
import type { ColorSpace } from '../../host/CodecBackend';
import type { CodePoints } from '../../container/tracks';

export const primaries: Readonly<Record<number, ColorSpace['primaries']>> = { 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 7: 'smpte170m', 9: 'bt2020', 12: 'smpte432' };
export const transfers: Readonly<Record<number, ColorSpace['transfer']>> = {
  1: 'bt709', 6: 'smpte170m', 7: 'smpte170m', 8: 'linear', 13: 'iec61966-2-1', 14: 'bt709', 15: 'bt709', 16: 'pq', 18: 'hlg',
};
export const matrices: Readonly<Record<number, ColorSpace['matrix']>> = { 0: 'rgb', 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020-ncl' };
export const unspecified = 2;

/** The first number of a word. */
export const numberOf = (table: Readonly<Record<number, string | null>>, value: string | null | undefined): number =>
  Number(Object.entries(table).find(([, name]) => name === value)?.[0] ?? unspecified);

export function codePointsOf(space: Partial<ColorSpace>): CodePoints {
  return {
    primaries: numberOf(primaries, space.primaries), transfer: numberOf(transfers, space.transfer), matrix: numberOf(matrices, space.matrix),
    fullRange: space.fullRange ?? false,
  };
}
