/** Where frames may end: a frame header, a tag or the end of the file stands behind. */
import { mostFlacHeaderBytes } from '../codecs/flac';

/** What may follow the last frame. */
const tagNames = ['TAG', 'ID3', 'APETAGEX'];

export const isTag = (bytes: Uint8Array): boolean => tagNames.some((name) => [...name].every((character, index) => bytes[index] === character.charCodeAt(0)));

/** The first two bytes of a frame header, of either blocking strategy, and of tags. */
const beginnings = [[0xff, 0xf8], [0xff, 0xf9], ...tagNames.map((name) => [name.charCodeAt(0), name.charCodeAt(1)])];

const isFirst = 1;
const isSecond = 2;
/** What each byte is in beginnings. */
const roles = new Uint8Array(256);
/** By the first byte: the second one; that of a frame header without its lowest bit. */
const seconds = new Int16Array(256).fill(-1);
for (const [first, second] of beginnings) {
  roles[first] |= isFirst;
  roles[second] |= isSecond;
  seconds[first] = first === 0xff ? second & 0xfe : second;
}

const isBeginning = (first: number, second: number): boolean => seconds[first] === (first === 0xff ? second & 0xfe : second);

/** Whether a frame header or a tag may begin with a byte. */
export const mayBegin = (byte: number): boolean => (roles[byte] & isFirst) !== 0;

/**
 * The first place behind the first byte where a frame header or a tag may begin: by its first two bytes, or by the first alone where what follows may be cut off.
 * The bytes' end where there is none.
 */
export function nextBoundary(bytes: Uint8Array): number {
  const sure = bytes.length - mostFlacHeaderBytes;
  // Every other byte is looked at: it is the first of a beginning or the second.
  for (let at = 2; at <= sure; at += 2) {
    if (roles[bytes[at]] === 0) continue;
    if (isBeginning(bytes[at - 1], bytes[at])) return at - 1;
    if (isBeginning(bytes[at], bytes[at + 1])) return at;
  }
  let at = Math.max(1, sure);
  while (at < bytes.length && !mayBegin(bytes[at])) at++;
  return Math.min(at, bytes.length);
}
