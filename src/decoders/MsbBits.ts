import { PacketBits } from './PacketBits';

/** The bits of a packet from each byte's most significant on. */
export class MsbBits extends PacketBits {
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
