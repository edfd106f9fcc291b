/** Ogg made by hand. */
import { characters } from './frames';

/** The checksum as RFC 3533 describes it, bit by bit. */
function checksum(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

export interface PageFields {
  readonly serial?: number;
  readonly sequence?: number;
  readonly granule?: number | bigint;
  readonly isContinued?: boolean;
  readonly isFirst?: boolean;
  readonly isLast?: boolean;
  /** The last packet goes on; its part here must be a multiple of 255 bytes. */
  readonly isOpen?: boolean;
}

export function oggPage(packets: readonly (readonly number[])[], { serial = 1, sequence = 0, granule = 0, isContinued, isFirst, isLast, isOpen }: PageFields): number[] {
  const segments = packets.flatMap(({ length }, index) => {
    const whole = Array.from({ length: Math.floor(length / 255) }, () => 255);
    return isOpen && index === packets.length - 1 ? whole : [...whole, length % 255];
  });
  const body = packets.flat();
  const bytes = new Uint8Array(27 + segments.length + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set([...characters('OggS'), 0, Number(isContinued ?? false) | (Number(isFirst ?? false) << 1) | (Number(isLast ?? false) << 2)]);
  view.setBigInt64(6, BigInt(granule), true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  bytes[26] = segments.length;
  bytes.set(segments, 27);
  bytes.set(body, 27 + segments.length);
  view.setUint32(22, checksum(bytes), true);
  return [...bytes];
}

export const opusHead = (preSkip = 312, channels = 2): number[] => [...characters('OpusHead'), 1, channels, preSkip & 255, preSkip >> 8, 0x80, 0xbb, 0, 0, 0, 0, 0];
export const opusTags = (): number[] => [...characters('OpusTags'), 0, 0, 0, 0, 0, 0, 0, 0];
/** 20 ms of CELT. */
export const opusPacket = (bytes = 3): number[] => [0xf8, ...Array.from({ length: bytes - 1 }, (_, index) => index & 255)];

/** OpusHead and OpusTags, a page each. */
export const opusHeaders = (fields: PageFields = {}, preSkip?: number): number[] =>
  [...oggPage([opusHead(preSkip)], { ...fields, isFirst: true }), ...oggPage([opusTags()], { ...fields, sequence: 1 })];
