/** Zeros behind a packet, so that none is looked at beyond. */
const paddingBytes = 16;

/** The bits of a packet, for inner loops: fields, and no checks. Beyond the end they are 0. */
export class PacketBits {
  /** The packet, and zeros behind. */
  bytes = new Uint8Array(8192);
  /** Of the same memory. */
  view = new DataView(this.bytes.buffer);
  /** Bits read so far, and bits of the packet. */
  at = 0;
  end = 0;

  load(packet: Uint8Array): void {
    const { length } = packet;
    if (this.bytes.length < length + paddingBytes) {
      this.bytes = new Uint8Array(2 * length + paddingBytes);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(packet);
    this.bytes.fill(0, length, length + paddingBytes);
    this.at = 0;
    this.end = length * 8;
  }

  /** More was read than there is. */
  get isPastEnd(): boolean {
    return this.at > this.end;
  }
}
