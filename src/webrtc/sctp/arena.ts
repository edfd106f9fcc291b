import { blockBytes, copyBytes, type BlockPool } from './block-pool';

const none = -1;
/** The arena is allowed this many blocks more than twice what lives in it before it tidies up. */
const slackBlocks = 8;

/**
 * Received bytes, written one behind the other into blocks, as *extents* that are linked to chains (a message, a fragment). A block
 * goes back to the pool when nothing in it lives any more. Where a few long-lived bytes would hold many blocks, those bytes are
 * copied to the front, so that the arena never takes much more than twice what lives in it.
 */
export class Arena {
  readonly #pool: BlockPool;
  #blocks: (Uint8Array | undefined)[] = [];
  /** Bytes of each block that are in use. */
  #living: number[] = [];
  readonly #freeBlocks: number[] = [];
  #blocksTaken = 0;
  #current = none;
  #cursor = 0;
  livingBytes = 0;

  #extentBlocks = new Int32Array(initialRows);
  #extentStarts = new Int32Array(initialRows);
  #extentLengths = new Int32Array(initialRows);
  #nextExtents = new Int32Array(initialRows);
  #firstFree = none;
  #extentsUsed = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  bytesOf(extent: number): Uint8Array {
    return this.#blocks[this.#extentBlocks[extent]]!;
  }

  startOf(extent: number): number {
    return this.#extentStarts[extent];
  }

  lengthOf(extent: number): number {
    return this.#extentLengths[extent];
  }

  nextOf(extent: number): number {
    return this.#nextExtents[extent];
  }

  link(extent: number, next: number): void {
    this.#nextExtents[extent] = next;
  }

  /**
   * Copies bytes behind the chain that ends with the extent `last` (-1: a new chain), and returns the chain's new last extent. The
   * first extent of a new chain is left in `chainStart`.
   */
  append(last: number, source: Uint8Array, start: number, length: number): number {
    this.chainStart = none;
    let at = start;
    let left = length;
    while (left > 0) {
      if (this.#current === none || this.#cursor === blockBytes) this.#startBlock();
      const here = Math.min(left, blockBytes - this.#cursor);
      copyBytes(source, at, here, this.#blocks[this.#current]!, this.#cursor);
      last = this.#extend(last, here);
      at += here;
      left -= here;
    }
    return last;
  }

  chainStart = none;

  #extend(last: number, length: number): number {
    const current = this.#current;
    const cursor = this.#cursor;
    this.#living[current] += length;
    this.livingBytes += length;
    this.#cursor += length;
    if (last !== none && this.#extentBlocks[last] === current && this.#extentStarts[last] + this.#extentLengths[last] === cursor) {
      this.#extentLengths[last] += length;
      return last;
    }
    const extent = this.#takeExtent();
    this.#extentBlocks[extent] = current;
    this.#extentStarts[extent] = cursor;
    this.#extentLengths[extent] = length;
    this.#nextExtents[extent] = none;
    if (last !== none) this.#nextExtents[last] = extent;
    if (this.chainStart === none) this.chainStart = extent;
    return extent;
  }

  /** Frees a chain from its first extent on. */
  free(first: number): void {
    for (let extent = first; extent !== none;) {
      const next = this.#nextExtents[extent];
      const block = this.#extentBlocks[extent];
      this.livingBytes -= this.#extentLengths[extent];
      this.#living[block] -= this.#extentLengths[extent];
      if (this.#living[block] === 0) this.#emptied(block);
      this.#extentBlocks[extent] = none;
      this.#nextExtents[extent] = this.#firstFree;
      this.#firstFree = extent;
      extent = next;
    }
  }

  /** Gives back every block. */
  clear(): void {
    for (const block of this.#blocks) if (block) this.#pool.give(block);
    this.#blocks = [];
    this.#living = [];
    this.#freeBlocks.length = 0;
    this.#blocksTaken = 0;
    this.#current = none;
    this.#cursor = 0;
    this.livingBytes = 0;
    this.#firstFree = none;
    this.#extentsUsed = 0;
  }

  #takeExtent(): number {
    const extent = this.#firstFree;
    if (extent !== none) {
      this.#firstFree = this.#nextExtents[extent];
      return extent;
    }
    if (this.#extentsUsed === this.#extentBlocks.length) {
      this.#extentBlocks = doubled(this.#extentBlocks);
      this.#extentStarts = doubled(this.#extentStarts);
      this.#extentLengths = doubled(this.#extentLengths);
      this.#nextExtents = doubled(this.#nextExtents);
    }
    return this.#extentsUsed++;
  }

  /** Nothing lives in `block`: it is written again from its beginning, or goes back. */
  #emptied(block: number): void {
    if (block === this.#current && this.livingBytes > 0) {
      this.#cursor = 0;
      return;
    }
    if (block === this.#current) this.#current = none;
    this.#pool.give(this.#blocks[block]!);
    this.#blocks[block] = undefined;
    this.#freeBlocks.push(block);
    this.#blocksTaken--;
  }

  #startBlock(): void {
    this.#takeBlock();
    if (this.#blocksTaken > (2 * this.livingBytes) / blockBytes + slackBlocks) this.#evacuate();
  }

  #takeBlock(): void {
    const block = this.#freeBlocks.pop() ?? this.#blocks.length;
    this.#blocks[block] = this.#pool.take();
    this.#living[block] = 0;
    this.#blocksTaken++;
    this.#current = block;
    this.#cursor = 0;
  }

  /** Moves what lives in the emptiest block to the current one. It is less than half a block, which was just begun. */
  #evacuate(): void {
    let emptiest = none;
    for (let block = 0; block < this.#blocks.length; block++) {
      if (!this.#blocks[block] || block === this.#current) continue;
      if (emptiest === none || this.#living[block] < this.#living[emptiest]) emptiest = block;
    }
    if (emptiest === none || this.#cursor + this.#living[emptiest] >= blockBytes) return;
    const from = this.#blocks[emptiest]!;
    for (let extent = 0; extent < this.#extentsUsed; extent++) {
      if (this.#extentBlocks[extent] !== emptiest) continue;
      const length = this.#extentLengths[extent];
      copyBytes(from, this.#extentStarts[extent], length, this.#blocks[this.#current]!, this.#cursor);
      this.#extentBlocks[extent] = this.#current;
      this.#extentStarts[extent] = this.#cursor;
      this.#living[this.#current] += length;
      this.#cursor += length;
    }
    this.#living[emptiest] = 0;
    this.#emptied(emptiest);
  }
}

/** Of tables that double: most associations carry little. V8 keeps arrays this short within their objects. */
export const initialRows = 8;

export function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}
