import { ByteReader } from '../ByteReader';
import type { SampleEncryption } from '../outputs';
import type { TrackEncryption } from '../tracks';
import type { Box } from './Box';
import { auxiliaryInfoOf, encryptionWithoutInfo, schemes } from './encryption';

/** Auxiliary information that stands somewhere else in the file, and must be read before the samples it is about. */
export interface DistantInfo {
  readonly offset: number;
  readonly size: number;
}

/**
 * Auxiliary information of samples that saiz and saio boxes point at (ISO/IEC 14496-12, 8.7.8 and 8.7.9): in one piece, or in one for each chunk or run.
 * Samples are asked for all, in their order.
 */
export class AuxiliaryInfo {
  #reader: ByteReader | null = null;
  #sample = 0;
  /** Behind the last sample of the current piece. */
  #pieceEnd = 0;
  #piece = -1;
  /** Bytes of samples of the piece that were passed over before it was read. */
  #passed = 0;
  /** The piece that the next sample's information is in, until it is given. */
  distantInfo: DistantInfo | null = null;

  /**
   * @param lengths samples of each chunk or run
   * @param base that offsets count from
   */
  private constructor(readonly sizes: AuxiliarySizes, readonly offsets: AuxiliaryOffsets, readonly lengths: Iterator<number>, readonly base: number) {
    this.#settle();
  }

  /** Null where there is none for Common Encryption. */
  static find(box: Box, lengths: Iterable<number>, base: number): AuxiliaryInfo | null {
    let [sizes, offsets]: [AuxiliarySizes | null, AuxiliaryOffsets | null] = [null, null];
    for (const child of box.children()) {
      if (child.type === 'saiz') sizes ??= auxiliarySizes(child);
      else if (child.type === 'saio') offsets ??= auxiliaryOffsets(child);
    }
    return sizes && offsets && offsets.count > 0 ? new AuxiliaryInfo(sizes, offsets, lengths[Symbol.iterator](), base) : null;
  }

  /** @param position of the bytes in the file */
  give(bytes: Uint8Array, position: number): void {
    this.#reader = new ByteReader(bytes, position, 'auxiliary information of samples');
    this.#reader.skip(this.#passed);
    this.distantInfo = null;
  }

  /** For the next sample, by what holds for it. Null for one in clear. */
  next(encryption: TrackEncryption): SampleEncryption | null {
    const size = this.#sizeOfNext();
    const reader = this.#reader;
    const info = size === 0 || !reader ? encryptionWithoutInfo(encryption, this.base)
      : auxiliaryInfoOf(new ByteReader(reader.take(size), reader.offset - size, reader.name), encryption);
    this.#sample++;
    this.#settle();
    return info;
  }

  /** Passes over a sample, whether its piece was read or not. */
  skip(): void {
    const size = this.#sizeOfNext();
    if (this.#reader) this.#reader.skip(size);
    else this.#passed += size;
    this.#sample++;
    this.#settle();
  }

  #sizeOfNext(): number {
    return this.#sample < this.sizes.count ? this.sizes.size(this.#sample) : 0;
  }

  /** Goes to the piece that the next sample is in. */
  #settle(): void {
    while (this.#sample >= this.#pieceEnd && this.#sample < this.sizes.count && this.#piece + 1 < this.offsets.count) {
      this.#piece++;
      const length = this.offsets.count === 1 ? Infinity : this.lengths.next().value as number | undefined ?? 0;
      this.#pieceEnd += length;
      this.#reader = null;
      this.#passed = 0;
      const size = this.sizes.total(this.#sample, length);
      this.distantInfo = size > 0 ? { offset: this.base + this.offsets.offset(this.#piece), size } : null;
    }
  }
}

/** A saiz box. */
interface AuxiliarySizes {
  readonly count: number;
  size(index: number): number;
  /** Of the samples from `first` on. */
  total(first: number, count: number): number;
}

function auxiliarySizes(saiz: Box): AuxiliarySizes | null {
  const { flags, reader } = saiz.full();
  if (flags & 1 && !schemes.includes(reader.latin(4))) return null;
  if (flags & 1) reader.skip(4);
  const common = reader.u8();
  const count = reader.u32();
  const sizes = common === 0 ? reader.take(count) : null;
  return {
    count,
    size: (index) => (sizes ? sizes[index] : common),
    total(first, samples) {
      const end = Math.min(count, first + samples);
      if (!sizes) return Math.max(0, end - first) * common;
      let sum = 0;
      for (let index = first; index < end; index++) sum += sizes[index];
      return sum;
    },
  };
}

/** A saio box. */
interface AuxiliaryOffsets {
  readonly count: number;
  offset(index: number): number;
}

function auxiliaryOffsets(saio: Box): AuxiliaryOffsets | null {
  const { version, flags, reader } = saio.full();
  if (flags & 1 && !schemes.includes(reader.latin(4))) return null;
  if (flags & 1) reader.skip(4);
  const count = reader.u32();
  const first = reader.at;
  const bytes = version === 0 ? 4 : 8;
  if (count * bytes > reader.remaining) reader.fail('ends too early');
  return {
    count,
    offset(index) {
      reader.moveTo(first + index * bytes);
      return reader.unsigned(bytes);
    },
  };
}
