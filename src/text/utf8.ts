/** UTF-8 without TextEncoder and TextDecoder, which not every realm has. */

const replacement = 0xfffd;

/** Lone surrogates become U+FFFD, as in a USVString. */
export function utf8Encode(text: string): Uint8Array {
  const ascii = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) return encodePoints(text);
    ascii[index] = unit;
  }
  return ascii;
}

function encodePoints(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length);
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    let point = text.codePointAt(index)!;
    if (point >= 0x10000) index++;
    else if (point >= 0xd800 && point <= 0xdfff) point = replacement;
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[at++] = 0xe0 | (point >> 12);
      } else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = continuation(point, 12);
      }
      bytes[at++] = continuation(point, 6);
    }
    bytes[at++] = continuation(point, 0);
  }
  return bytes.slice(0, at);
}

const continuation = (point: number, shift: number) => 0x80 | ((point >> shift) & 0x3f);

/** Malformed sequences become U+FFFD, one for each byte that starts none. */
export function utf8Decode(bytes: Uint8Array): string {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] >= 0x80) return decodePoints(bytes);
  return latin1Decode(bytes);
}

/** Arguments of one call: engines bound their number. */
const unitsAtOnce = 4096;

/** A code unit of each byte. */
export function latin1Decode(bytes: Uint8Array): string {
  return textOf(bytes);
}

function textOf(units: Uint8Array | Uint16Array): string {
  let text = '';
  for (let start = 0; start < units.length; start += unitsAtOnce) {
    // Ten times as fast as a spread, which asks for an iterator.
    text += String.fromCharCode.apply(null, units.subarray(start, start + unitsAtOnce) as unknown as number[]);
  }
  return text;
}

function decodePoints(bytes: Uint8Array): string {
  // No sequence has more code units than bytes.
  const units = new Uint16Array(bytes.length);
  let at = 0;
  for (let index = 0; index < bytes.length;) {
    const first = bytes[index];
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    const point = length === 0 ? -1 : readPoint(bytes, index, length);
    if (point >= 0x10000) {
      units[at++] = 0xd7c0 + (point >> 10);
      units[at++] = 0xdc00 | (point & 0x3ff);
    } else {
      units[at++] = point < 0 ? replacement : point;
    }
    index += point < 0 ? 1 : length;
  }
  return textOf(units.subarray(0, at));
}

const lowest = [0, 0, 0x80, 0x800, 0x10000];

function readPoint(bytes: Uint8Array, offset: number, length: number): number {
  if (length === 1) return bytes[offset];
  if (offset + length > bytes.length) return -1;
  let point = bytes[offset] & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes[offset + index];
    if ((byte & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (byte & 0x3f);
  }
  const valid = point >= lowest[length] && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return valid ? point : -1;
}
