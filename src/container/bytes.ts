/** The four characters at `offset`, as chunk and box types are written; shorter at the end of `bytes`. */
export function fourCharacters(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (let index = offset; index < offset + 4 && index < bytes.length; index++) text += String.fromCharCode(bytes[index]);
  return text;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What `DataView.getUint32()` gives, where a view is not worth its making. */
export const uint32At = (bytes: Uint8Array, offset: number): number =>
  ((bytes[offset] << 24) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 8) | bytes[offset + 3]) >>> 0;
