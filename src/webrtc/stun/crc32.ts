/** The CRC-32 of ITU-T V.42 (polynomial 0x04C11DB7, reflected), as FINGERPRINT uses it. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

export function crc32(bytes: Uint8Array, end: number): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < end; index++) remainder = table[(remainder ^ bytes[index]) & 0xff] ^ (remainder >>> 8);
  return ~remainder >>> 0;
}
