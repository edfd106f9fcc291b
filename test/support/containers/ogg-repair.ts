import { checksum, checksumOffset } from '../../../src/container/ogg/checksum';

/** Gives each page that begins with "OggS" the checksum that it should have, so that damage of other kinds is seen behind it. */
export function repairChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 27 <= bytes.length; at++) {
    if (view.getUint32(at) !== 0x4f676753) continue;
    let end = at + 27 + bytes[at + 26];
    for (let index = at + 27; index < Math.min(at + 27 + bytes[at + 26], bytes.length); index++) end += bytes[index];
    if (end <= bytes.length) view.setUint32(at + checksumOffset, checksum(bytes, at, end), true);
  }
  return bytes;
}
