import type { Arena } from './arena';
import { copyBytes } from './block-pool';

/**
 * A user message, or a part of a huge one. One object is used for all of them: it holds until the next call of the association.
 * `bufferedAmount` of the peer and its window follow what was taken so.
 */
export class DeliveredMessage {
  readonly #arena: Arena;
  readonly type = 'message';
  streamId = 0;
  /** The payload protocol identifier. */
  ppid = 0;
  unordered = false;
  /** Bytes of this part, which are the whole message when it `begins` and `ends` here. */
  byteLength = 0;
  begins = true;
  ends = true;
  #first = -1;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Points to a chain of extents. */
  refer(first: number): void {
    this.#first = first;
  }

  /** Copies `length` bytes from position `from` on to `target[at…]`. */
  copyTo(target: Uint8Array, at = 0, from = 0, length = this.byteLength - from): void {
    const arena = this.#arena;
    let skip = from;
    let left = length;
    for (let extent = this.#first; extent !== -1 && left > 0; extent = arena.nextOf(extent)) {
      const here = Math.min(arena.lengthOf(extent) - skip, left);
      if (here > 0) {
        copyBytes(arena.bytesOf(extent), arena.startOf(extent) + skip, here, target, at);
        at += here;
        left -= here;
        skip = 0;
      } else {
        skip -= arena.lengthOf(extent);
      }
    }
  }

  /** A copy of the bytes in memory of its own. */
  bytes(): Uint8Array {
    const copy = new Uint8Array(this.byteLength);
    this.copyTo(copy);
    return copy;
  }
}
