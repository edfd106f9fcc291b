/**
 * Several connections between the same two sockets look alike. Agents that share a port therefore ask their peers, by a STUN attribute of their checks
 * and responses (`Attribute.dataTag`), to put a number before each datagram of data; peers that share a port too do so. It has the first byte of
 * ChannelData, which peers send to nobody. https://www.rfc-editor.org/rfc/rfc9443#section-3
 */
import { tagNibble } from '../ice/data-tag';
import { PacketBatch } from '../packet-batch';
import type { RandomSource } from '../stun/StunCrypto';

export const dataTagBytes = 4;
const leastTag = tagNibble * 2 ** 28;

/** A number that `isTaken` knows not. */
export function newDataTag(random: RandomSource, isTaken: (tag: number) => boolean): number {
  const bytes = new Uint8Array(4);
  for (;;) {
    random(bytes);
    const tag = leastTag + (((bytes[0]! & 0x0f) << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!);
    if (!isTaken(tag)) return tag;
  }
}

/** The tag before a datagram; 0 where there is none. */
export function dataTagOf({ bytes, offsets, lengths }: PacketBatch, index: number): number {
  const offset = offsets[index]!;
  if (lengths[index]! < dataTagBytes || bytes[offset]! >> 4 !== tagNibble) return 0;
  return (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
}

/** Takes the tag away. */
export function stripDataTag({ offsets, lengths }: PacketBatch, index: number): void {
  offsets[index]! += dataTagBytes;
  lengths[index]! -= dataTagBytes;
}

/** Packets with a tag before each, side by side, so that the kernel can cut them. */
export class TaggedBatch extends PacketBatch {
  constructor(packets: number, bytes: number) {
    super(packets, bytes + packets * dataTagBytes);
  }

  fill(batch: PacketBatch, tag: number): this {
    this.clear();
    for (let index = 0; index < batch.count; index++) {
      const start = this.used;
      this.view.setUint32(start, tag);
      this.bytes.set(batch.packet(index), start + dataTagBytes);
      const length = dataTagBytes + batch.lengths[index]!;
      this.commit(length, batch.flags[index]);
      this.used = start + length;
    }
    return this;
  }
}
