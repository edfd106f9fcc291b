/** What the header of a PES packet says: ISO/IEC 13818-1, 2.4.3.6. */
export interface PesHeader {
  /** At 90 kHz, 33 bits of them. */
  readonly presentation: number | null;
  readonly decode: number | null;
  /** Bytes of header in all, which may be more than are here. */
  readonly headerBytes: number;
  /** Bytes of payload; null where the next packet's beginning tells. */
  readonly payloadBytes: number | null;
}

/** program_stream_map, padding, private_stream_2, ECM, EMM, DSM-CC, H.222.1 type E, program_stream_directory: they have no such header. */
const withoutHeader = [0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff];

/** Null where none begins. */
export function parsePesHeader(bytes: Uint8Array): PesHeader | null {
  if (bytes.length < 9 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 1 || withoutHeader.includes(bytes[3]) || (bytes[6] & 0xc0) !== 0x80) return null;
  const length = (bytes[4] << 8) | bytes[5];
  const headerBytes = 9 + bytes[8];
  const flags = bytes[7] >> 6;
  const presentation = flags >= 2 && bytes[8] >= 5 && bytes.length >= 14 ? timestamp(bytes, 9) : null;
  const decode = flags === 3 && bytes[8] >= 10 && bytes.length >= 19 ? timestamp(bytes, 14) : null;
  return { presentation, decode: decode ?? presentation, headerBytes, payloadBytes: length === 0 ? null : Math.max(0, 6 + length - headerBytes) };
}

function timestamp(bytes: Uint8Array, at: number): number {
  return ((bytes[at] >> 1) & 7) * 2 ** 30 + ((bytes[at + 1] << 22) | ((bytes[at + 2] >> 1) << 15) | (bytes[at + 3] << 7) | (bytes[at + 4] >> 1));
}
