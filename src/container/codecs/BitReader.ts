/** Reads bits from the most significant on; beyond the end they are 0. */
export class BitReader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Bits read so far. */
  get at(): number {
    return this.#at;
  }

  get isPastEnd(): boolean {
    return this.#at > this.bytes.length * 8;
  }

  /** @param count up to 53 */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++, this.#at++) {
      value = value * 2 + (((this.bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** ue(v): ITU-T H.264, 9.1 */
  unsignedExpGolomb(): number {
    let zeros = 0;
    while (zeros < 32 && this.bits(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v): ITU-T H.264, 9.1.1 */
  signedExpGolomb(): number {
    const code = this.unsignedExpGolomb();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
