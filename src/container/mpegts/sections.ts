import { viewOf } from '../bytes';

/** private_section_length is 12 bits, of which 4093 may be used. */
const mostSectionBytes = 4096;

/** Puts the sections of one PID together: ISO/IEC 13818-1, 2.4.4. What is damaged is left out. */
export class SectionAssembler {
  #bytes = new Uint8Array(0);

  /** Whole sections that end in a packet's payload, with a checksum that is right. */
  push(payload: Uint8Array, isStart: boolean): Uint8Array[] {
    let rest = payload;
    const sections: Uint8Array[] = [];
    if (isStart) {
      const pointer = payload[0];
      if (this.#bytes.length > 0) this.#append(payload.subarray(1, 1 + pointer), sections);
      rest = payload.subarray(1 + pointer);
      this.#bytes = new Uint8Array(0);
      this.#append(rest, sections, true);
    } else if (this.#bytes.length > 0) {
      this.#append(rest, sections);
    }
    return sections;
  }

  /** Packets were lost. */
  reset(): void {
    this.#bytes = new Uint8Array(0);
  }

  #append(more: Uint8Array, sections: Uint8Array[], isBegin = false): void {
    if (!isBegin && this.#bytes.length === 0) return;
    const joined = new Uint8Array(this.#bytes.length + more.length);
    joined.set(this.#bytes);
    joined.set(more, this.#bytes.length);
    let at = 0;
    while (at + 3 <= joined.length && joined[at] !== 0xff) { // Stuffing
      const length = 3 + (((joined[at + 1] & 15) << 8) | joined[at + 2]);
      if (length > mostSectionBytes) at = joined.length;
      if (at + length > joined.length) break;
      const section = joined.subarray(at, at + length);
      if (length >= 12 && crc32(section) === 0) sections.push(section);
      at += length;
    }
    this.#bytes = at < joined.length && joined[at] !== 0xff ? joined.slice(at) : new Uint8Array(0);
  }
}

/** CRC-32 of MPEG: most significant bit first, nothing inverted. Over a section with its checksum it is 0. Annex A. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc >>> 24) ^ byte] ^ (crc << 8)) >>> 0;
  return crc;
}

/** What sections that may have new versions begin with. */
interface SectionHeader {
  readonly tableId: number;
  readonly version: number;
  /** False: it will apply later. */
  readonly isCurrent: boolean;
}

function sectionHeader(section: Uint8Array): SectionHeader {
  return { tableId: section[0], version: (section[5] >> 1) & 31, isCurrent: (section[5] & 1) === 1 };
}

/** Program map PIDs by program number: 2.4.4.3. Null for another section. */
export function programAssociation(section: Uint8Array): { version: number; programs: Map<number, number> } | null {
  const { tableId, version, isCurrent } = sectionHeader(section);
  if (tableId !== 0 || !isCurrent) return null;
  const programs = new Map<number, number>();
  for (let at = 8; at + 8 <= section.length; at += 4) {
    const program = viewOf(section).getUint16(at);
    if (program !== 0) programs.set(program, viewOf(section).getUint16(at + 2) & 0x1fff); // 0 is the network's own table.
  }
  return { version, programs };
}

export interface ElementaryStream {
  readonly pid: number;
  /** stream_type */
  readonly type: number;
  /** ISO 639-2, three letters; 'und' where unknown. */
  readonly language: string;
}

export interface ProgramMap {
  readonly program: number;
  readonly clockPid: number;
  readonly streams: readonly ElementaryStream[];
}

/** 2.4.4.8. Null for another section, or one that makes no sense. */
export function programMap(section: Uint8Array): ProgramMap | null {
  const { tableId, isCurrent } = sectionHeader(section);
  if (tableId !== 2 || !isCurrent || section.length < 16) return null;
  const view = viewOf(section);
  const end = section.length - 4;
  const streams: ElementaryStream[] = [];
  for (let at = 12 + (view.getUint16(10) & 0xfff); at + 5 <= end;) {
    const infoEnd = at + 5 + (view.getUint16(at + 3) & 0xfff);
    if (infoEnd > end) break;
    streams.push({ pid: view.getUint16(at + 1) & 0x1fff, type: section[at], language: language(section.subarray(at + 5, infoEnd)) });
    at = infoEnd;
  }
  return { program: view.getUint16(3), clockPid: view.getUint16(8) & 0x1fff, streams };
}

/** ISO_639_language_descriptor: 2.6.18 */
function language(descriptors: Uint8Array): string {
  for (let at = 0; at + 2 <= descriptors.length; at += 2 + descriptors[at + 1]) {
    if (descriptors[at] !== 0x0a || descriptors[at + 1] < 4) continue;
    const text = String.fromCharCode(...descriptors.subarray(at + 2, at + 5));
    return /^[a-z]{3}$/i.test(text) ? text.toLowerCase() : 'und';
  }
  return 'und';
}
