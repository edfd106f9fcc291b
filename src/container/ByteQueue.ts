/**
 * Bytes that come in pieces, from some position of a file on. Pieces are kept as they are: nothing is copied but what is looked at across a
 * border of two, each time as many bytes as are asked for.
 */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  /** The first of `#pieces` that is not used up. */
  #head = 0;
  #length = 0;
  #position = 0;

  /** The position in the file of the first byte that is held. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that are held. */
  get length(): number {
    return this.#length;
  }

  /** Keeps a view of `bytes`, which must not change from now on. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  /** A view of the next `count` bytes, which must be there. */
  peek(count: number): Uint8Array {
    if (count === 0) return new Uint8Array(0);
    const first = this.#pieces[this.#head];
    if (first.length >= count) return first.subarray(0, count);
    const joined = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const piece = this.#pieces[this.#head];
      const used = piece.subarray(0, count - filled);
      joined.set(used, filled);
      filled += used.length;
      if (used.length === piece.length) this.#head++;
      else this.#pieces[this.#head] = piece.subarray(used.length);
    }
    // One place at least has become free, as `count` bytes were more than the first piece.
    this.#pieces[--this.#head] = joined;
    return joined;
  }

  /** Whatever can be seen without copying: the rest of the first piece. */
  peekPiece(): Uint8Array {
    return this.#length === 0 ? new Uint8Array(0) : this.#pieces[this.#head];
  }

  /** Passes over `count` bytes, which must be there. */
  skip(count: number): void {
    this.#length -= count;
    this.#position += count;
    for (let left = count; left > 0;) {
      const piece = this.#pieces[this.#head];
      if (piece.length > left) {
        this.#pieces[this.#head] = piece.subarray(left);
        break;
      }
      left -= piece.length;
      this.#head++;
    }
    if (this.#head > 32 && this.#head * 2 > this.#pieces.length) {
      this.#pieces = this.#pieces.slice(this.#head);
      this.#head = 0;
    }
  }

  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    this.skip(count);
    return bytes;
  }

  /** Goes on at `position`, with what is held from there on. */
  moveTo(position: number): void {
    const distance = position - this.#position;
    if (distance >= 0 && distance <= this.#length) return this.skip(distance);
    this.#pieces = [];
    this.#head = this.#length = 0;
    this.#position = position;
  }
}
