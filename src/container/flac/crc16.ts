const slices = 8;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1;
  return crc;
});

/** A frame's checksum (RFC 9639, 9.3) with one byte more. 0 behind the last byte of a frame, whose own checksum included. */
export const nextCrc16 = (crc: number, byte: number): number => ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ byte];

/** What a byte counts with 0 to 7 bytes behind it. */
const tables = Uint16Array.from({ length: 256 * slices }, (_, at) => {
  let crc = table[at & 255];
  for (let behind = at >> 8; behind > 0; behind--) crc = nextCrc16(crc, 0);
  return crc;
});

/** The same with all `bytes` more, eight at a time. */
export function crc16(bytes: Uint8Array, before = 0): number {
  let crc = before;
  let at = 0;
  for (const end = bytes.length - slices; at <= end; at += slices) {
    // What needs not wait for the eight before comes first.
    const last = tables[1280 + bytes[at + 2]] ^ tables[1024 + bytes[at + 3]] ^ tables[768 + bytes[at + 4]] ^ tables[512 + bytes[at + 5]] ^ tables[256 + bytes[at + 6]] ^ tables[bytes[at + 7]];
    crc = last ^ (tables[1792 + (bytes[at] ^ (crc >> 8))] ^ tables[1536 + (bytes[at + 1] ^ (crc & 255))]);
  }
  for (; at < bytes.length; at++) crc = nextCrc16(crc, bytes[at]);
  return crc;
}
