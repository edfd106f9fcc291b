import { limits } from '../limits';
import type { Box } from './Box';

/** Where a fragment begins, and when: of some track, in seconds. */
export interface FragmentPlace {
  readonly seconds: number;
  readonly offset: number;
}

/**
 * The subsegments of a sidx box (ISO/IEC 14496-12, 8.16.3), places of further sidx boxes included.
 * @param anchor where the box ends in the file
 */
export function segmentIndexOf(sidx: Box, anchor: number): FragmentPlace[] {
  const { version, reader } = sidx.full();
  reader.skip(4);
  const timescale = reader.u32();
  if (timescale === 0) reader.fail('has a timescale of 0');
  let time = version === 0 ? reader.u32() : reader.u64();
  let offset = anchor + (version === 0 ? reader.u32() : reader.u64());
  reader.skip(2);
  const count = reader.u16();
  const places: FragmentPlace[] = [];
  for (let index = 0; index < count; index++) {
    const size = reader.u32() & 0x7fffffff;
    const duration = reader.u32();
    reader.skip(4);
    places.push({ seconds: time / timescale, offset });
    time += duration;
    offset += size;
  }
  return places;
}

/** The fragments that the tfra box of a track names (ISO/IEC 14496-12, 8.8.10); of very many, some. */
export function randomAccessOf(mfra: Box, trackId: number, timescale: number): FragmentPlace[] {
  for (const tfra of mfra.children()) {
    if (tfra.type !== 'tfra') continue;
    const { version, reader } = tfra.full();
    if (reader.u32() !== trackId) continue;
    const lengths = reader.u32();
    const numberBytes = ((lengths >> 4) & 3) + ((lengths >> 2) & 3) + (lengths & 3) + 3;
    const count = reader.u32();
    const entryBytes = (version === 1 ? 16 : 8) + numberBytes;
    if (count * entryBytes > reader.remaining) reader.fail(`ends before its ${count} entries do`);
    const first = reader.at;
    const stride = Math.ceil(count / limits.entries);
    return Array.from({ length: Math.ceil(count / stride) || 0 }, (_, index) => {
      reader.moveTo(first + index * stride * entryBytes);
      const time = version === 1 ? reader.u64() : reader.u32();
      const offset = version === 1 ? reader.u64() : reader.u32();
      return { seconds: time / timescale, offset };
    });
  }
  return [];
}
