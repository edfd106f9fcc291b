/** Writes fields, most significant byte first, into memory that grows. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#view.setUint8(this.#grow(1), value);
    return this;
  }

  u16(value: number): this {
    this.#view.setUint16(this.#grow(2), value);
    return this;
  }

  u24(value: number): this {
    return this.u16(value >>> 8).u8(value & 0xff);
  }

  u32(value: number): this {
    this.#view.setUint32(this.#grow(4), value);
    return this;
  }

  i32(value: number): this {
    this.#view.setInt32(this.#grow(4), value);
    return this;
  }

  /** A whole number of at most 53 bits; negative ones in two's complement. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32) >>> 0).u32(value >>> 0);
  }

  u16le(value: number): this {
    this.#view.setUint16(this.#grow(2), value, true);
    return this;
  }

  u32le(value: number): this {
    this.#view.setUint32(this.#grow(4), value, true);
    return this;
  }

  u64le(value: number): this {
    return this.u32le(value >>> 0).u32le(Math.floor(value / 2 ** 32) >>> 0);
  }

  f64(value: number): this {
    this.#view.setFloat64(this.#grow(8), value);
    return this;
  }

  bytes(bytes: ArrayLike<number>): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Characters of one byte each. */
  latin(text: string): this {
    for (let index = 0; index < text.length; index++) this.u8(text.charCodeAt(index));
    return this;
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** What was written: a view, until something more is written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
