import { fail } from '../../container/failure';
import type { LsbBits } from './LsbBits';

/** Codes of up to as many bits are found by one look into a table. */
const tableBits = 10;
const longestCode = 32;
/** Entries, and numbers in vectors, of all books of a stream: a header of few bytes may claim any number. */
const mostValues = 2 ** 22;

/** What the books of one stream may still hold. */
export interface Budget {
  values: number;
}

export const fullBudget = (): Budget => ({ values: mostValues });

function spend(budget: Budget, values: number): void {
  budget.values -= values;
  if (budget.values < 0) fail('codebooks of more than 4 million values', 0);
}

/** Vorbis I specification, 3 */
export class Codebook {
  /** By the next bits: the entry × 64 + the length of its code; a node of the tree as -1 - node; `unusedCode`. */
  readonly #table = new Int32Array(1 << tableBits).fill(unusedCode);
  /** Two children a node: an entry × 64, or a node as in the table. */
  #tree = new Int32Array(64).fill(unusedCode);
  #nodes = 0;

  private constructor(
    readonly dimensions: number,
    /** `dimensions` numbers an entry; null: the book gives entries only. */
    readonly vectors: Float32Array | null,
  ) {}

  /** Section 3.2.1 */
  static read(bits: LsbBits, budget: Budget): Codebook {
    if (bits.bits(24) !== 0x564342) fail('no codebook where one must begin', bits.at >> 3);
    const dimensions = bits.bits(16);
    const entries = bits.bits(24);
    spend(budget, entries);
    const lengths = readLengths(bits, entries);
    const vectors = readVectors(bits, dimensions, entries, budget);
    const book = new Codebook(dimensions, vectors);
    book.#build(lengths, bits);
    return book;
  }

  /** The next entry; -1 at the end of the packet, and for a code that is none. */
  entry(bits: LsbBits): number {
    let found = this.#table[bits.peek() & ((1 << tableBits) - 1)];
    if (found >= 0) {
      bits.at += found & 63;
      return bits.at > bits.end ? -1 : found >> 6;
    }
    if (found === unusedCode) return -1;
    bits.at += tableBits;
    while (found < 0 && found !== unusedCode) {
      if (bits.at >= bits.end) return -1;
      found = this.#tree[2 * (-1 - found) + ((bits.bytes[bits.at >> 3] >> (bits.at & 7)) & 1)];
      bits.at++;
    }
    return found < 0 ? -1 : found >> 6;
  }

  /** The lowest code that is free for each entry in turn (section 3.2.1, "Huffman decision tree representation"). */
  #build(lengths: Uint8Array, bits: LsbBits): void {
    const used = lengths.reduce((count, length) => count + (length > 0 ? 1 : 0), 0);
    if (used === 0) return;
    if (used === 1) {
      // Errata: a book of one entry has a code of one bit, whose value does not matter.
      const only = lengths.findIndex((length) => length > 0);
      if (lengths[only] !== 1) fail('a codebook of one entry with a longer code', bits.at >> 3);
      this.#table.fill(only * 64 + 1);
      return;
    }
    // The next free code of each length, the code's first bit being the highest.
    const free = new Float64Array(longestCode + 1);
    for (let entry = 0; entry < lengths.length; entry++) {
      const length = lengths[entry];
      if (length === 0) continue;
      const code = free[length];
      if (code >= 2 ** length) fail('a codebook with more codes than there can be', bits.at >> 3);
      this.#insert(code, length, entry);
      this.#take(free, code, length);
    }
    for (let length = 1; length <= longestCode; length++) if (free[length] % 2 ** length !== 0) fail('a codebook with fewer codes than there must be', bits.at >> 3);
  }

  /** A code that is given away is no prefix of others: the free ones of all other lengths move on. */
  #take(free: Float64Array, code: number, length: number): void {
    for (let shorter = length; shorter > 0; shorter--) {
      if (free[shorter] % 2 === 1) {
        free[shorter] = shorter === 1 ? free[1] + 1 : free[shorter - 1] * 2;
        break;
      }
      free[shorter]++;
    }
    let taken = code;
    for (let longer = length + 1; longer <= longestCode && Math.floor(free[longer] / 2) === taken; longer++) {
      taken = free[longer];
      free[longer] = free[longer - 1] * 2;
    }
  }

  #insert(code: number, length: number, entry: number): void {
    let index = 0;
    for (let bit = 0; bit < Math.min(length, tableBits); bit++) index |= bitOf(code, length, bit) << bit;
    if (length <= tableBits) {
      for (let at = index; at < 1 << tableBits; at += 1 << length) this.#table[at] = entry * 64 + length;
      return;
    }
    if (this.#table[index] === unusedCode) this.#table[index] = -1 - this.#newNode();
    let node = -1 - this.#table[index];
    for (let bit = tableBits; bit < length - 1; bit++) {
      const child = 2 * node + bitOf(code, length, bit);
      if (this.#tree[child] === unusedCode) {
        const made = -1 - this.#newNode();
        this.#tree[child] = made;
      }
      node = -1 - this.#tree[child];
    }
    this.#tree[2 * node + bitOf(code, length, length - 1)] = entry * 64;
  }

  #newNode(): number {
    if (2 * this.#nodes + 2 > this.#tree.length) {
      const larger = new Int32Array(this.#tree.length * 2).fill(unusedCode);
      larger.set(this.#tree);
      this.#tree = larger;
    }
    return this.#nodes++;
  }
}

const unusedCode = -(2 ** 31);

/** @param bit 0 is the first that is read */
const bitOf = (code: number, length: number, bit: number): number => Math.floor(code / 2 ** (length - 1 - bit)) % 2;

/** 0: the entry is not used. */
function readLengths(bits: LsbBits, entries: number): Uint8Array {
  const lengths = new Uint8Array(entries);
  if (bits.flag()) {
    let length = bits.bits(5) + 1;
    for (let entry = 0; entry < entries; length++) {
      const count = bits.bits(ilog(entries - entry));
      if (length > longestCode || entry + count > entries || bits.isPastEnd) fail('code lengths that make no sense', bits.at >> 3);
      lengths.fill(length, entry, entry + count);
      entry += count;
    }
    return lengths;
  }
  const isSparse = bits.flag();
  for (let entry = 0; entry < entries; entry++) if (!isSparse || bits.flag()) lengths[entry] = bits.bits(5) + 1;
  if (bits.isPastEnd) fail('a setup header cut short', bits.at >> 3);
  return lengths;
}

/** Section 3.2.1, "VQ lookup table" */
function readVectors(bits: LsbBits, dimensions: number, entries: number, budget: Budget): Float32Array | null {
  const lookupType = bits.bits(4);
  if (lookupType === 0) return null;
  if (lookupType > 2) fail(`a codebook of lookup type ${lookupType}`, bits.at >> 3);
  const minimum = unpackFloat(bits.bits(32));
  const delta = unpackFloat(bits.bits(32));
  const valueBits = bits.bits(4) + 1;
  const isSequence = bits.flag();
  if (dimensions === 0 || entries === 0) fail('a codebook of vectors without numbers', bits.at >> 3);
  spend(budget, entries * dimensions);
  const count = lookupType === 1 ? lookup1Values(entries, dimensions) : entries * dimensions;
  const multiplicands = Float64Array.from({ length: count }, () => bits.bits(valueBits) * delta + minimum);
  if (bits.isPastEnd) fail('a setup header cut short', bits.at >> 3);
  const vectors = new Float32Array(entries * dimensions);
  for (let entry = 0, at = 0; entry < entries; entry++) {
    let last = 0;
    for (let dimension = 0, divisor = 1; dimension < dimensions; dimension++, at++, divisor *= count) {
      const value = multiplicands[lookupType === 1 ? Math.floor(entry / divisor) % count : at] + last;
      vectors[at] = value;
      if (isSequence) last = value;
    }
  }
  return vectors;
}

/** Section 9.2.3: the greatest whole number whose power `dimensions` is not above `entries`. */
function lookup1Values(entries: number, dimensions: number): number {
  let values = Math.floor(entries ** (1 / dimensions));
  while ((values + 1) ** dimensions <= entries) values++;
  while (values ** dimensions > entries) values--;
  return values;
}

/** Section 9.2.2 */
function unpackFloat(packed: number): number {
  const mantissa = packed % 2 ** 21;
  const exponent = Math.floor(packed / 2 ** 21) % 2 ** 10;
  return (packed >= 2 ** 31 ? -mantissa : mantissa) * 2 ** (exponent - 788);
}

/** Section 9.2.1: the number of bits that a number takes. */
export const ilog = (value: number): number => 32 - Math.clz32(value);
