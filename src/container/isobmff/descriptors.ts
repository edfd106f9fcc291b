import type { ByteReader } from '../ByteReader';
import type { Box } from './Box';

/** What an ES_Descriptor says of a codec (ISO/IEC 14496-1, 7.2.6). */
export interface ElementaryStream {
  readonly objectTypeIndication: number;
  readonly decoderSpecificInfo: Uint8Array | null;
}

const tags = { elementaryStream: 3, decoderConfig: 4, decoderSpecificInfo: 5 };

/** The content of an esds box (ISO/IEC 14496-14, 6.7.2); null where it describes no decoder. */
export function elementaryStreamOf(esds: Box): ElementaryStream | null {
  const { reader } = esds.full();
  if (!enter(reader, tags.elementaryStream)) return null;
  reader.skip(2);
  const flags = reader.u8();
  if (flags & 0x80) reader.skip(2); // Another stream that this one depends on
  if (flags & 0x40) reader.skip(reader.u8()); // A URL
  if (flags & 0x20) reader.skip(2); // The clock
  if (!enter(reader, tags.decoderConfig)) return null;
  const objectTypeIndication = reader.u8();
  reader.skip(12);
  const size = reader.isAtEnd ? 0 : enter(reader, tags.decoderSpecificInfo);
  const info = size ? reader.take(Math.min(size, reader.remaining)).slice() : null;
  return { objectTypeIndication, decoderSpecificInfo: info };
}

/** Passes over descriptors up to one with a tag, and into it. Returns its size, or 0. */
function enter(reader: ByteReader, tag: number): number {
  while (!reader.isAtEnd) {
    const found = reader.u8();
    let size = 0;
    for (let index = 0; index < 4; index++) {
      const byte = reader.u8();
      size = (size << 7) | (byte & 0x7f);
      if ((byte & 0x80) === 0) break;
    }
    if (found === tag) return size;
    reader.skip(Math.min(size, reader.remaining));
  }
  return 0;
}
