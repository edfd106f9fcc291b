/** The tables of an stbl box (ISO/IEC 14496-12, 8.6 and 8.7), read where they stand: nothing is unpacked. */
import type { ByteReader } from '../ByteReader';
import { viewOf } from '../bytes';
import type { Box } from './Box';

/** `count` records of `words` 32-bit numbers each. */
export class WordTable {
  readonly #view: DataView;

  private constructor(bytes: Uint8Array, readonly count: number, readonly words: number) {
    this.#view = viewOf(bytes);
  }

  static empty = new WordTable(new Uint8Array(0), 0, 1);

  static read(reader: ByteReader, words: number): WordTable {
    const count = reader.u32();
    if (count * words * 4 > reader.remaining) reader.fail(`ends before its ${count} entries do`);
    return new WordTable(reader.take(count * words * 4), count, words);
  }

  unsigned(index: number, word = 0): number {
    return this.#view.getUint32((index * this.words + word) * 4);
  }

  signed(index: number, word = 0): number {
    return this.#view.getInt32((index * this.words + word) * 4);
  }
}

const tableOf = (box: Box | undefined, words: number): WordTable => (box ? WordTable.read(box.full().reader, words) : WordTable.empty);

/** Sizes of samples: stsz or stz2 (8.7.3). */
export interface SampleSizes {
  readonly count: number;
  /** Bytes of every sample; 0 where they differ. */
  readonly common: number;
  size(index: number): number;
}

function sampleSizes(stbl: Box): SampleSizes {
  const stsz = stbl.child('stsz');
  if (stsz) {
    const { reader } = stsz.full();
    const common = reader.u32();
    if (common > 0) return { count: reader.u32(), common, size: () => common };
    const table = WordTable.read(reader, 1);
    return { count: table.count, common, size: (index) => table.unsigned(index) };
  }
  const stz2 = stbl.child('stz2');
  if (!stz2) return { count: 0, common: 0, size: () => 0 };
  const { reader } = stz2.full();
  reader.skip(3);
  const bits = reader.u8();
  const count = reader.u32();
  if (![4, 8, 16].includes(bits)) reader.fail(`has sizes of ${bits} bits`);
  const bytes = reader.take(Math.ceil((count * bits) / 8));
  const size = bits === 16 ? (index: number) => (bytes[index * 2] << 8) | bytes[index * 2 + 1]
    : bits === 8 ? (index: number) => bytes[index]
    : (index: number) => (index & 1 ? bytes[index >> 1] & 15 : bytes[index >> 1] >> 4);
  return { count, common: 0, size };
}

export interface ChunkOffsets {
  readonly count: number;
  offset(index: number): number;
}

function chunkOffsets(stbl: Box): ChunkOffsets {
  const co64 = stbl.child('co64');
  if (!co64) {
    const table = tableOf(stbl.child('stco'), 1);
    return { count: table.count, offset: (index) => table.unsigned(index) };
  }
  const table = tableOf(co64, 2);
  return { count: table.count, offset: (index) => table.unsigned(index) * 2 ** 32 + table.unsigned(index, 1) };
}

export interface SampleTables {
  readonly sizes: SampleSizes;
  readonly chunks: ChunkOffsets;
  /** First chunk, samples of each, sample description: runs of chunks (stsc). */
  readonly chunkRuns: WordTable;
  /** Count, duration (stts). */
  readonly durations: WordTable;
  /** Count, offset of presentation (ctts). */
  readonly compositionOffsets: WordTable;
  /** Numbers of the random access points (stss); null: all are. */
  readonly syncSamples: WordTable | null;
}

export function sampleTablesOf(stbl: Box): SampleTables {
  const stss = stbl.child('stss');
  return {
    sizes: sampleSizes(stbl),
    chunks: chunkOffsets(stbl),
    chunkRuns: tableOf(stbl.child('stsc'), 3),
    durations: tableOf(stbl.child('stts'), 2),
    compositionOffsets: tableOf(stbl.child('ctts'), 2),
    syncSamples: stss ? tableOf(stss, 1) : null,
  };
}
