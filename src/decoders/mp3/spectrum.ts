import type { MsbBits } from '../MsbBits';
import { codeTables, lookBits, quadrupleTables } from './code-tables';
import { shortBlocks, type Granule } from './side-information';
import type { Bands } from './bands';

export const granuleLines = 576;

/** Where the second and third region of big values begin (ISO/IEC 11172-3, 2.4.2.7). */
function regionEnds({ isSwitched, blockType, region0, region1, bigValues }: Granule, { long, short }: Bands): readonly [number, number, number] {
  const end = 2 * bigValues;
  if (!isSwitched) {
    return [Math.min(end, long[Math.min(22, region0)]), Math.min(end, long[Math.min(22, region0 + region1)]), end];
  }
  const first = blockType === shortBlocks ? short[3] * 3 : long[8];
  return [Math.min(end, first), end, end];
}

/**
 * The quantised lines (2.4.3.4, Huffman code bits). Returns how many there are up to the last that is not 0. Beyond `end` bits nothing is taken: encoders
 * stuff there, and what has been read past it is undone.
 */
export function readSpectrum(bits: MsbBits, granule: Granule, bands: Bands, end: number, lines: Int32Array): number {
  const ends = regionEnds(granule, bands);
  let line = 0;
  for (let region = 0; region < 3; region++) {
    if (ends[region] <= line) continue;
    const table = codeTables[granule.tableSelect[region]];
    if (table === null) lines.fill(0, line, ends[region]);
    else readPairs(bits, table.entries, table.linbits, lines, line, ends[region]);
    line = ends[region];
  }
  line = readQuadruples(bits, quadrupleTables[granule.count1Table], end, lines, line);
  lines.fill(0, line);
  return line;
}

function readPairs(reader: MsbBits, entries: Int32Array, linbits: number, lines: Int32Array, begin: number, end: number): void {
  const { bytes } = reader;
  let { at } = reader;
  for (let line = begin; line < end; line += 2) {
    const byte = at >> 3;
    const next = ((bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3]) << (at & 7);
    let entry = entries[next >>> (32 - lookBits)];
    if (entry < 0) {
      const more = -entry & 31;
      entry = entries[(-entry >> 5) + ((next << lookBits) >>> (32 - more))];
      at += lookBits;
    }
    at += entry & 31;
    let x = (entry >> 9) & 15;
    let y = (entry >> 5) & 15;
    if (x > 0) {
      if (x === 15 && linbits > 0) {
        reader.at = at;
        x += reader.bits(linbits);
        at += linbits;
      }
      if ((bytes[at >> 3] << (at & 7)) & 128) x = -x;
      at++;
    }
    if (y > 0) {
      if (y === 15 && linbits > 0) {
        reader.at = at;
        y += reader.bits(linbits);
        at += linbits;
      }
      if ((bytes[at >> 3] << (at & 7)) & 128) y = -y;
      at++;
    }
    lines[line] = x;
    lines[line + 1] = y;
  }
  reader.at = at;
}

function readQuadruples(bits: MsbBits, entries: Int32Array, end: number, lines: Int32Array, begin: number): number {
  let line = begin;
  while (bits.at < end && line + 4 <= granuleLines) {
    const entry = entries[bits.peek() >>> (32 - lookBits)];
    bits.at += entry & 31;
    for (let index = 0; index < 4; index++) lines[line + index] = (entry >> (8 - index)) & 1 ? (bits.bits(1) ? -1 : 1) : 0;
    if (bits.at > end) break;
    line += 4;
  }
  return line;
}
