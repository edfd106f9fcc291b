const paddingBytes = 16;

/** The bits of a packet from each byte's least significant on (Vorbis I specification, 2), for inner loops. Beyond the end they are 0. */
export class LsbBits {
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

  /** More was read than there is: the specification's end-of-packet condition. */
  get isPastEnd(): boolean {
    return this.at > this.end;
  }

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
