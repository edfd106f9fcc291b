/** Where the checksum stands in a page. */
export const checksumOffset = 22;

/** CRC-32 with the polynomial 0x04c11db7, most significant bit first, over the page with its checksum taken as zero. */
export function checksum(bytes: Uint8Array, begin: number, end: number): number {
  const field = begin + checksumOffset;
  let crc = update(0, bytes, begin, Math.min(field, end));
  crc = update(crc, zeros, 0, zeros.length);
  return update(crc, bytes, field + zeros.length, end) >>> 0;
}

const zeros = new Uint8Array(4);

function update(crc: number, bytes: Uint8Array, begin: number, end: number): number {
  for (let index = begin; index < end; index++) crc = (crc << 8) ^ crcTable[(crc >>> 24) ^ bytes[index]];
  return crc;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});
