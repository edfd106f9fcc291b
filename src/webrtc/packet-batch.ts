/**
 * Datagrams side by side in one piece of memory, so that a whole batch crosses a border (to C++, to another core) in one call and
 * the memory is used again. Filled by whoever hands packets over; read by the one who takes them, until its call returns.
 */
export class PacketBatch {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where each packet begins in `bytes`. */
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;
  /** `packetFlags` of each packet. */
  readonly flags: Uint8Array;
  count = 0;
  /** All that any of the packets has. */
  allFlags = 0;
  /** Bytes in use, from the beginning. */
  used = 0;

  /** `memory` may be shared, or belong to an addon; a batch does not free it. */
  constructor(packets: number, memory: number | Uint8Array) {
    this.bytes = typeof memory === 'number' ? new Uint8Array(memory) : memory;
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.offsets = new Int32Array(packets);
    this.lengths = new Int32Array(packets);
    this.flags = new Uint8Array(packets);
  }

  clear(): void {
    this.count = 0;
    this.allFlags = 0;
    this.used = 0;
  }

  /** Whether one more packet of up to `length` bytes has a place. */
  hasRoom(length: number): boolean {
    return this.count < this.offsets.length && this.used + length <= this.bytes.length;
  }

  /** Adds a copy of `packet`; false where there is no room. */
  append(packet: Uint8Array, flags = 0): boolean {
    if (!this.hasRoom(packet.length)) return false;
    this.bytes.set(packet, this.used);
    this.commit(packet.length, flags);
    return true;
  }

  /** Counts the `length` bytes that were written at `used` as a packet. The next one begins at a multiple of four. */
  commit(length: number, flags = 0): void {
    this.offsets[this.count] = this.used;
    this.lengths[this.count] = length;
    this.flags[this.count] = flags;
    this.allFlags |= flags;
    this.count++;
    this.used = Math.min((this.used + length + 3) & ~3, this.bytes.length);
  }

  packet(index: number): Uint8Array {
    return this.bytes.subarray(this.offsets[index], this.offsets[index] + this.lengths[index]);
  }
}

export const packetFlags = {
  /** Larger than what the path is known to carry and not to be made smaller any more: the network may fragment it. */
  mayFragment: 1,
  /** A probe of the path's MTU: never to be fragmented, and its loss means nothing. */
  probe: 2,
} as const;
