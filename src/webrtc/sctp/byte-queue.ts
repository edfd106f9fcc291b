import { blockBytes, copyBytes, type BlockPool } from './block-pool';

/** Bytes of one stream that the application sent and that are not yet acknowledged, in blocks. Positions only grow. */
export class ByteQueue {
  readonly #pool: BlockPool;
  #blocks: Uint8Array[] = [];
  /** Position of the first block's first byte. */
  #first = 0;
  /** Position behind the last byte. */
  end = 0;
  /** Bytes in use of the last block. */
  #within = blockBytes;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  append(bytes: Uint8Array): void {
    const { length } = bytes;
    for (let at = 0; at < length;) {
      if (this.#within === blockBytes) {
        this.#blocks.push(this.#pool.take());
        this.#within = 0;
      }
      const here = Math.min(length - at, blockBytes - this.#within);
      copyBytes(bytes, at, here, this.#blocks[this.#blocks.length - 1], this.#within);
      at += here;
      this.#within += here;
      this.end += here;
    }
  }

  copyTo(position: number, length: number, target: Uint8Array, at: number): void {
    const from = (position - this.#first) | 0;
    let index = Math.trunc(from / blockBytes);
    let within = from - index * blockBytes;
    while (length > 0) {
      const here = Math.min(length, blockBytes - within);
      copyBytes(this.#blocks[index++], within, here, target, at);
      at += here;
      length -= here;
      within = 0;
    }
  }

  /** Nothing before `position` is needed any more. */
  release(position: number): void {
    if (position === this.end) {
      for (const block of this.#blocks) this.#pool.give(block);
      this.#blocks = [];
      this.#first = this.end;
      this.#within = blockBytes;
      return;
    }
    while (position - this.#first >= blockBytes) {
      this.#pool.give(this.#blocks.shift()!);
      this.#first += blockBytes;
    }
  }
}
