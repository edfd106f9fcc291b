import { ByteReader } from '../ByteReader';
import { limits } from '../limits';
import type { Box } from './Box';

/** Groups of one kind that samples may belong to: an sgpd box (ISO/IEC 14496-12, 8.9.3). */
export interface GroupDescriptions {
  readonly count: number;
  /** Index of the group of samples that no sbgp box names; 0: none. */
  readonly defaultIndex: number;
  /** @param index from 1 on */
  entry(index: number): ByteReader | null;
}

/** The sgpd box of a grouping type inside of `box`. */
export function groupDescriptions(box: Box | undefined, groupingType: string): GroupDescriptions | null {
  for (const child of box?.children() ?? []) {
    if (child.type !== 'sgpd') continue;
    const { version, reader } = child.full();
    if (reader.latin(4) !== groupingType) continue;
    const commonLength = version >= 1 ? reader.u32() : 0;
    const defaultIndex = version >= 2 ? reader.u32() : 0;
    const count = reader.u32();
    const first = reader.at;
    const isVaried = version >= 1 && commonLength === 0;
    if (isVaried ? count * 4 > reader.remaining : count * commonLength > reader.remaining) reader.fail(`ends before its ${count} entries do`);
    if (isVaried && count > limits.entries) reader.fail(`has more than ${limits.entries} entries`);
    const begins = isVaried ? variedBegins(reader, count) : null;
    return {
      count,
      defaultIndex,
      entry(index) {
        if (index < 1 || index > count) return null;
        if (version === 0 && index > 1) return null; // Lengths are not told.
        reader.moveTo(begins ? begins[index - 1] : first + (index - 1) * commonLength);
        const length = begins ? reader.u32() : version === 0 ? reader.remaining : commonLength;
        const offset = reader.offset;
        return new ByteReader(reader.take(length), offset, reader.name);
      },
    };
  }
  return null;
}

/** Where entries begin that tell their lengths themselves. */
function variedBegins(reader: ByteReader, count: number): Uint32Array {
  const begins = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    begins[index] = reader.at;
    reader.skip(reader.u32());
  }
  return begins;
}

/** Which group each sample belongs to: an sbgp box (ISO/IEC 14496-12, 8.9.2), asked sample by sample. */
export class SampleToGroup {
  readonly #reader: ByteReader;
  #entriesLeft: number;
  #samplesLeft = 0;
  #index = 0;

  private constructor(reader: ByteReader) {
    this.#reader = reader;
    this.#entriesLeft = reader.u32();
  }

  /** The sbgp box of a grouping type inside of `box`. */
  static find(box: Box | undefined, groupingType: string): SampleToGroup | null {
    for (const child of box?.children() ?? []) {
      if (child.type !== 'sbgp') continue;
      const { version, reader } = child.full();
      if (reader.latin(4) !== groupingType) continue;
      if (version === 1) reader.skip(4);
      return new SampleToGroup(reader);
    }
    return null;
  }

  /** The index of the next sample's group; 0: none; above 65,536: one that the fragment itself describes. Null behind the last entry. */
  next(): number | null {
    if (!this.#fill()) return null;
    this.#samplesLeft--;
    return this.#index;
  }

  #fill(): boolean {
    while (this.#samplesLeft === 0) {
      if (this.#entriesLeft === 0) return false;
      this.#entriesLeft--;
      this.#samplesLeft = this.#reader.u32();
      this.#index = this.#reader.u32();
    }
    return true;
  }
}
