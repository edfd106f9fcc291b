/**
 * Packets in one piece of memory, with a row each that says where a packet lies and where it comes from or goes to. Batches are
 * filled and emptied as a whole, and used again: nothing is allocated per packet. Native code reads and writes the same memory
 * (native/net/PacketTable.h).
 */
export class PacketBatch {
  readonly bytes: Uint8Array;
  /** Rows of `PacketWord.Count` words. */
  readonly table: Int32Array;
  /** Packets in the batch. */
  count = 0;

  /** `capacity`: bytes; `rows`: packets, at most. */
  constructor(capacity: number, rows: number) {
    this.bytes = new Uint8Array(capacity);
    this.table = new Int32Array(rows * PacketWord.Count);
  }

  offset(index: number): number {
    return this.table[index * PacketWord.Count + PacketWord.Offset]!;
  }

  length(index: number): number {
    return this.table[index * PacketWord.Count + PacketWord.Length]!;
  }

  /** A view of a packet; for packets off the fast path, since a view is an object. */
  packet(index: number): Uint8Array {
    const offset = this.offset(index);
    return this.bytes.subarray(offset, offset + this.length(index));
  }

  /** Bytes from here on are free. */
  get used(): number {
    return this.count === 0 ? 0 : this.offset(this.count - 1) + this.length(this.count - 1);
  }
}

/** The words of a row. */
export const PacketWord = Object.freeze({
  /** Bytes into the batch. */
  Offset: 0,
  Length: 1,
  /** 4 or 6. */
  Family: 2,
  Port: 3,
  /** Up to four words of the IP address, as its bytes lie in memory. */
  Address: 4,
  Count: 8,
} as const);
