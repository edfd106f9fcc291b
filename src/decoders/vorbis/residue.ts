import { fail } from '../../container/failure';
import type { Codebook } from './Codebook';
import type { LsbBits } from './LsbBits';

/** Vorbis I specification, 8 */
export interface Residue {
  /** 2: all channels as one vector. */
  readonly type: number;
  readonly begin: number;
  readonly end: number;
  readonly partitionSize: number;
  readonly classifications: number;
  readonly classBook: number;
  /** By classification and pass; -1: none. */
  readonly books: readonly (readonly number[])[];
}

const passes = 8;

/** Section 8.6.1 */
export function readResidue(bits: LsbBits, type: number, books: readonly Codebook[]): Residue {
  const [begin, end] = [bits.bits(24), bits.bits(24)];
  const partitionSize = bits.bits(24) + 1;
  const classifications = bits.bits(6) + 1;
  const classBook = bits.bits(8);
  const cascades = Array.from({ length: classifications }, () => {
    const low = bits.bits(3);
    return low + (bits.flag() ? bits.bits(5) * 8 : 0);
  });
  const list = cascades.map((cascade) => Array.from({ length: passes }, (_, pass) => (cascade & (1 << pass) ? bits.bits(8) : -1)));
  const isMissing = (book: number) => book >= books.length || (book >= 0 && books[book].vectors === null);
  if (end < begin || classBook >= books.length || books[classBook].dimensions === 0 || list.some((row) => row.some(isMissing))) fail('a residue that makes no sense', bits.at >> 3);
  return { type, begin, end, partitionSize, classifications, classBook, books: list };
}

let classes: Uint8Array[] = [];

/**
 * Section 8.6.2: adds the residue to vectors of `size` lines, whose channels it may be without sound in. Ends early at the end of the packet, as it may.
 * @param isSilent channels that are passed over
 */
export function decodeResidue(bits: LsbBits, residue: Residue, books: readonly Codebook[], vectors: readonly Float64Array[], isSilent: readonly boolean[], size: number): void {
  if (residue.type === 2) {
    if (isSilent.every(Boolean)) return;
    // Section 8.6.5: one vector in which the channels alternate.
    const limit = size * vectors.length;
    decodePartitions(bits, residue, books, 1, [false], limit, (book, _vector, at, count) => addAlternating(bits, book, vectors, at, count));
    return;
  }
  const add = residue.type === 0 ? addStrided : addInOrder;
  decodePartitions(bits, residue, books, vectors.length, isSilent, size, (book, vector, at, count) => add(bits, book, vectors[vector], at, count));
}

type Add = (book: Codebook, vector: number, at: number, count: number) => boolean;

function decodePartitions(
  bits: LsbBits, { begin, end, partitionSize, classifications, classBook, books: list }: Residue, books: readonly Codebook[],
  vectors: number, isSilent: readonly boolean[], size: number, add: Add,
): void {
  const first = Math.min(begin, size);
  const partitions = Math.floor((Math.min(end, size) - first) / partitionSize);
  if (partitions <= 0) return;
  const book = books[classBook];
  const { dimensions } = book;
  if (classes.length < vectors || classes[0].length < partitions + dimensions) {
    classes = Array.from({ length: Math.max(vectors, classes.length) }, () => new Uint8Array(2 * (partitions + dimensions)));
  }
  for (let pass = 0; pass < passes; pass++) {
    for (let partition = 0; partition < partitions;) {
      if (pass === 0) {
        for (let vector = 0; vector < vectors; vector++) {
          if (isSilent[vector]) continue;
          let code = book.entry(bits);
          if (code < 0) return;
          for (let index = dimensions - 1; index >= 0; index--) {
            classes[vector][partition + index] = code % classifications;
            code = Math.floor(code / classifications);
          }
        }
      }
      for (let index = 0; index < dimensions && partition < partitions; index++, partition++) {
        for (let vector = 0; vector < vectors; vector++) {
          if (isSilent[vector]) continue;
          const chosen = list[classes[vector][partition]][pass];
          if (chosen >= 0 && !add(books[chosen], vector, first + partition * partitionSize, partitionSize)) return;
        }
      }
    }
  }
}

/** Section 8.6.3. False at the end of the packet. */
function addStrided(bits: LsbBits, book: Codebook, vector: Float64Array, begin: number, count: number): boolean {
  const { dimensions } = book;
  const vectors = book.vectors!;
  const step = Math.floor(count / dimensions);
  for (let index = 0; index < step; index++) {
    const entry = book.entry(bits);
    if (entry < 0) return false;
    for (let dimension = 0, from = entry * dimensions, to = begin + index; dimension < dimensions; dimension++, from++, to += step) vector[to] += vectors[from];
  }
  return true;
}

/** Section 8.6.4 */
function addInOrder(bits: LsbBits, book: Codebook, vector: Float64Array, begin: number, count: number): boolean {
  const { dimensions } = book;
  const vectors = book.vectors!;
  for (let at = begin, end = begin + count; at < end;) {
    const entry = book.entry(bits);
    if (entry < 0) return false;
    for (let dimension = 0, from = entry * dimensions; dimension < dimensions && at < end; dimension++, from++, at++) vector[at] += vectors[from];
  }
  return true;
}

function addAlternating(bits: LsbBits, book: Codebook, channels: readonly Float64Array[], begin: number, count: number): boolean {
  const { dimensions } = book;
  const vectors = book.vectors!;
  const number = channels.length;
  let channel = begin % number;
  let line = (begin - channel) / number;
  for (let at = 0; at < count;) {
    const entry = book.entry(bits);
    if (entry < 0) return false;
    for (let dimension = 0, from = entry * dimensions; dimension < dimensions && at < count; dimension++, from++, at++) {
      channels[channel][line] += vectors[from];
      if (++channel === number) {
        channel = 0;
        line++;
      }
    }
  }
  return true;
}
