/** Bytes of a stream, one behind the other. They are moved no more often than their number doubles. */
export class ByteQueue {
  #buffer = new Uint8Array(0);
  #length = 0;

  /** Valid until more is appended. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }
}
