import { viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { follow, tooShort, upright, type ParsedImage, type TooShort } from './image';

interface GifFrame {
  readonly data: Uint8Array;
  readonly isKey: boolean;
  /** Microseconds */
  readonly duration: number;
}

const blocks = { extension: 0x21, image: 0x2c, trailer: 0x3b };
const labels = { graphicControl: 0xf9, application: 0xff };

/** Centiseconds; a delay below is a mistake to browsers, which show such frames for the other time. */
const shortestDelay = 2;
const usualDelay = 10;

/** GIF: https://www.w3.org/Graphics/GIF/spec-gif89a.txt, and the loop count of Netscape's extension. */
export function parseGif(bytes: Uint8Array, isComplete: boolean): ParsedImage | TooShort | Malformed {
  const text = String.fromCharCode(...bytes.subarray(0, 6));
  if (!'GIF87a'.startsWith(text) && !'GIF89a'.startsWith(text)) return { malformed: 'there is no GIF signature', offset: 0 };
  if (bytes.length < 13) return tooShort;
  const view = viewOf(bytes);
  let at = 13 + colorTableBytes(bytes[10]);
  let begin = 0;
  let delay = 0;
  let repetitionCount = 0;
  let isEnded = false;
  const frames: GifFrame[] = [];
  while (at < bytes.length && !isEnded) {
    const block = bytes[at];
    if (block === blocks.trailer) {
      isEnded = true;
    } else if (block === blocks.extension) {
      const end = endOfSubBlocks(bytes, at + 2);
      if (end === null) break;
      if (bytes[at + 1] === labels.graphicControl && end - at >= 8) delay = view.getUint16(at + 4, true);
      if (bytes[at + 1] === labels.application) repetitionCount = loopCount(bytes, at) ?? repetitionCount;
      at = end;
    } else if (block === blocks.image) {
      if (at + 10 > bytes.length) break;
      const end = endOfSubBlocks(bytes, at + 11 + colorTableBytes(bytes[at + 9]));
      if (end === null) break;
      frames.push({ data: bytes.subarray(begin, end), isKey: frames.length === 0, duration: (delay < shortestDelay ? usualDelay : delay) * 10_000 });
      delay = 0;
      begin = at = end;
    } else {
      return { malformed: `there is no block that begins with ${block}`, offset: at };
    }
  }
  if (frames.length === 0) return isComplete || isEnded ? still(null) : tooShort;
  // What has one frame only is known to be a still at its end.
  const animated = frames.length > 1 || !(isEnded || isComplete) || repetitionCount !== 0;
  if (!animated) return still(frames[0].data);
  return { tracks: [{ animated, repetitionCount, codec: 'gif', frames: follow(frames) }], primaryTrack: 0, ...upright };
}

function still(data: Uint8Array | null): ParsedImage {
  return { tracks: [{ animated: false, repetitionCount: 0, codec: 'gif', frames: [{ data, isKey: true, timestamp: 0, duration: null }] }], primaryTrack: 0, ...upright };
}

function colorTableBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

/** Behind the block of no length that ends a row of sub-blocks; null where that has not come. */
function endOfSubBlocks(bytes: Uint8Array, begin: number): number | null {
  let at = begin;
  while (at < bytes.length) {
    if (bytes[at] === 0) return at + 1;
    at += bytes[at] + 1;
  }
  return null;
}

/** Of a NETSCAPE2.0 extension at `at`: 0 there stands for ever. */
function loopCount(bytes: Uint8Array, at: number): number | null {
  const isNetscape = String.fromCharCode(...bytes.subarray(at + 3, at + 14)) === 'NETSCAPE2.0';
  if (!isNetscape || bytes[at + 14] < 3 || bytes[at + 15] !== 1) return null;
  const count = bytes[at + 16] + bytes[at + 17] * 256;
  return count === 0 ? Infinity : count;
}
