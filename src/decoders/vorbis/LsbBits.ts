import { PacketBits } from '../PacketBits';

/** The bits of a packet from each byte's least significant on (Vorbis I specification, 2). */
export class LsbBits extends PacketBits {
  /** The next 25 bits at least. */
  peek(): number {
    const { bytes, at } = this;
    const byte = at >> 3;
    return (bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16) | (bytes[byte + 3] << 24)) >>> (at & 7);
  }

  /** @param count up to 32 */
  bits(count: number): number {
    if (count > 24) {
      const low = this.bits(24);
      return low + this.bits(count - 24) * 2 ** 24;
    }
    const value = this.peek() & ((1 << count) - 1);
    this.at += count;
    // Far beyond the end nothing was cleared.
    return this.at > this.end + 64 ? 0 : value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }
}
