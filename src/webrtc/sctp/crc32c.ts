/**
 * CRC32c, https://www.rfc-editor.org/rfc/rfc9260#appendix-A: the Castagnoli polynomial, least significant bit first. Sixteen bytes
 * a step: table k holds what a byte means that is followed by k more.
 */
const reversedPolynomial = 0x82f63b78;
const step = 16;

/** Sixteen tables of 256 words, one after the other. */
const tables = makeTables();

function makeTables(): Int32Array {
  const words = new Int32Array(256 * step);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ reversedPolynomial : crc >>> 1;
    words[byte] = crc;
  }
  for (let index = 256; index < words.length; index++) {
    const shorter = words[index - 256];
    words[index] = words[shorter & 255] ^ (shorter >>> 8);
  }
  return words;
}

/** What a word means that is followed by `behind` more bytes up to the end of its step. */
const ofWord = (word: number, behind: number) =>
  tables[((behind + 3) << 8) | (word & 255)] ^ tables[((behind + 2) << 8) | ((word >>> 8) & 255)]
  ^ tables[((behind + 1) << 8) | ((word >>> 16) & 255)] ^ tables[(behind << 8) | (word >>> 24)];

/** A view costs more than the checksum of a short packet, and batches are used again and again. */
let viewedBytes: Uint8Array = new Uint8Array(0);
let view: DataView = new DataView(viewedBytes.buffer);

/** The checksum of `bytes[start…end)`, as an unsigned number. */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  if (bytes !== viewedBytes) {
    viewedBytes = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  let crc = -1;
  let at = start;
  for (; at + step <= end; at += step) {
    crc = ofWord(crc ^ view.getInt32(at, true), 12) ^ ofWord(view.getInt32(at + 4, true), 8)
      ^ ofWord(view.getInt32(at + 8, true), 4) ^ ofWord(view.getInt32(at + 12, true), 0);
  }
  for (; at < end; at++) crc = tables[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
