const headerBytes = 10;
const footerFlag = 0x10;

/**
 * Bytes that ID3v2 tags take at `offset`, header and footer included; 0 where there is none.
 * Several tags in a row are legal ("prepended" and "update" tags): all are counted. https://id3.org/id3v2.4.0-structure
 */
export function id3Length(bytes: Uint8Array, offset: number): number {
  let end = offset;
  for (let length = oneTag(bytes, end); length > 0; length = oneTag(bytes, end)) end += length;
  return end - offset;
}

function oneTag(bytes: Uint8Array, offset: number): number {
  if (offset + headerBytes > bytes.length) return 0;
  if (bytes[offset] !== 0x49 || bytes[offset + 1] !== 0x44 || bytes[offset + 2] !== 0x33) return 0; // "ID3"
  if (bytes[offset + 3] === 0xff || bytes[offset + 4] === 0xff) return 0;
  let size = 0; // A "synchsafe" integer: seven bits a byte, so that no tag looks like an MPEG sync word.
  for (let index = 6; index < headerBytes; index++) {
    if (bytes[offset + index] & 0x80) return 0;
    size = size * 128 + bytes[offset + index];
  }
  const footerBytes = bytes[offset + 5] & footerFlag ? headerBytes : 0;
  return headerBytes + size + footerBytes;
}
