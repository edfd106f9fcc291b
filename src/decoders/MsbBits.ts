/** Zeros behind a packet, so that none is looked at beyond. */
const paddingBytes = 16;

/** The bits of a packet from each byte's most significant on, for inner loops: fields, and no checks. Beyond the end they are 0. */
export class MsbBits {
  /** The packet, and zeros behind. */
  bytes = new Uint8Array(8192);
  /** Bits read so far, and bits of the packet. */
  at = 0;
  end = 0;

  load(packet: Uint8Array): void {
    const { length } = packet;
    if (this.bytes.length < length + paddingBytes) this.bytes = new Uint8Array(2 * length + paddingBytes);
    this.bytes.set(packet);
    this.bytes.fill(0, length, length + paddingBytes);
    this.at = 0;
    this.end = length * 8;
  }

  get isPastEnd(): boolean {
    return this.at > this.end;
  }

  /** The next 32 bits, as a signed number. */
  peek(): number {
    const { bytes, at } = this;
    const byte = at >> 3;
    const shift = at & 7;
    return (((bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3]) << shift) | (bytes[byte + 4] >> (8 - shift));
  }

  /** @param count up to 32 */
  bits(count: number): number {
    if (count === 0) return 0;
    const value = this.peek() >>> (32 - count);
    this.at += count;
    return value;
  }

  /** In two's complement. @param count up to 53 */
  signed(count: number): number {
    if (count === 0) return 0;
    if (count <= 32) {
      const value = this.peek() >> (32 - count);
      this.at += count;
      return value;
    }
    const high = this.signed(count - 32);
    return high * 2 ** 32 + this.bits(32);
  }
}
