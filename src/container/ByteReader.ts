import { viewOf } from './bytes';
import { fail } from './failure';

/** Reads fields, most significant byte first, of a structure that is there as a whole. To read past its end is a ParseFailure. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  /**
   * @param position where `bytes` begin in the file, for messages
   * @param name of the structure, for messages: `the avcC box`
   */
  constructor(readonly bytes: Uint8Array, readonly position: number, readonly name: string) {
    this.#view = viewOf(bytes);
  }

  /** Bytes from the beginning of the structure. */
  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.bytes.length - this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** The position in the file. */
  get offset(): number {
    return this.position + this.#at;
  }

  moveTo(at: number): void {
    if (at < 0 || at > this.bytes.length) this.fail('ends too early');
    this.#at = at;
  }

  skip(count: number): void {
    this.#advance(count);
  }

  u8(): number {
    return this.bytes[this.#advance(1)];
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  u24(): number {
    const at = this.#advance(3);
    return this.#view.getUint16(at) * 256 + this.bytes[at + 2];
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  /** Fails above 2^53 − 1, which no file of ours can reach. */
  u64(): number {
    const at = this.#advance(8);
    const value = this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    if (value > Number.MAX_SAFE_INTEGER) fail(`${this.name} has a number above 2^53`, this.position + at);
    return value;
  }

  i64(): number {
    const at = this.#advance(8);
    const value = this.#view.getInt32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) fail(`${this.name} has a number above 2^53`, this.position + at);
    return value;
  }

  /** A number of `size` bytes, up to 8. */
  unsigned(size: number): number {
    let value = 0;
    const at = this.#advance(size);
    for (let index = 0; index < size; index++) value = value * 256 + this.bytes[at + index];
    if (value > Number.MAX_SAFE_INTEGER) fail(`${this.name} has a number above 2^53`, this.position + at);
    return value;
  }

  /** Characters of one byte each. */
  latin(count: number): string {
    const at = this.#advance(count);
    let text = '';
    for (let index = 0; index < count; index++) text += String.fromCharCode(this.bytes[at + index]);
    return text;
  }

  /** A view of the next bytes. */
  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.bytes.subarray(at, at + count);
  }

  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  /** @param problem goes behind the structure's name: `has no entries` */
  fail(problem: string): never {
    return fail(`${this.name} ${problem}`, this.offset);
  }

  #advance(count: number): number {
    const at = this.#at;
    if (!(count >= 0) || at + count > this.bytes.length) this.fail('ends too early');
    this.#at = at + count;
    return at;
  }
}
