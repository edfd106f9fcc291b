import { pageHeaderBytes, type Page } from './page';

export interface Packet {
  readonly data: Uint8Array;
  /** Position of its first byte in the file. */
  readonly offset: number;
}

/** Puts the packets of one logical bitstream together (RFC 3533, section 5). */
export class PacketAssembler {
  #pieces: Uint8Array[] = [];
  #offset = 0;
  #heldBytes = 0;
  #isOpen = false;
  #nextSequence: number | null = null;

  /** Bytes of the packet that has begun and not ended. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Drops a packet that has begun: what comes next does not follow what came last. */
  reset(): void {
    this.#drop();
    this.#nextSequence = null;
  }

  /** True where pages lack between the last one and this. */
  isGap(page: Page): boolean {
    return this.#nextSequence !== null && page.sequence !== this.#nextSequence;
  }

  /** The packets that end on a page. One whose beginning did not come is left out. */
  packets({ isContinued, sequence, segments, body, offset }: Page): Packet[] {
    this.#nextSequence = (sequence + 1) >>> 0;
    if (!isContinued) this.#drop();
    let isHeadless = isContinued && !this.#isOpen;
    const bodyOffset = offset + pageHeaderBytes + segments.length;
    const packets: Packet[] = [];
    let [begin, at] = [0, 0];
    for (const bytes of segments) {
      at += bytes;
      if (bytes === 255) continue;
      if (!isHeadless) packets.push(this.#complete(body.subarray(begin, at), bodyOffset + begin));
      isHeadless = false;
      begin = at;
    }
    if (segments.length > 0 && segments[segments.length - 1] === 255 && !isHeadless) this.#hold(body.subarray(begin), bodyOffset + begin);
    return packets;
  }

  #hold(piece: Uint8Array, offset: number): void {
    if (!this.#isOpen) this.#offset = offset;
    this.#isOpen = true;
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
  }

  #complete(piece: Uint8Array, offset: number): Packet {
    if (!this.#isOpen) return { data: piece, offset };
    this.#hold(piece, offset);
    const data = new Uint8Array(this.#heldBytes);
    let filled = 0;
    for (const part of this.#pieces) {
      data.set(part, filled);
      filled += part.length;
    }
    const packet = { data, offset: this.#offset };
    this.#drop();
    return packet;
  }

  #drop(): void {
    this.#pieces = [];
    this.#heldBytes = 0;
    this.#isOpen = false;
  }
}
