import { fail } from '../failure';
import { vint, vintBytes } from './ebml';

/** What a Block or SimpleBlock begins with (RFC 9559, section 10). */
export interface BlockStart {
  readonly trackNumber: number;
  /** Ticks from the cluster's timestamp. */
  readonly relativeTimestamp: number;
  /** Of a SimpleBlock only. */
  readonly isKey: boolean;
}

/** Its frames are still with what encodings did to them. */
export interface Block extends BlockStart {
  readonly frames: readonly Uint8Array[];
  /** Where the first frame stands in the block. */
  readonly framesAt: number;
}

const lacings = { none: 0, xiph: 1, fixed: 2, ebml: 3 };

/** Bytes that are enough for `blockStartOf()`: 8 of the track's number, 2 of the time, the flags. */
export const mostBlockStartBytes = 11;

/** Where the time stands, behind the track's number. */
function timeAt(bytes: Uint8Array, position: number): number {
  const at = bytes.length < 4 ? Infinity : vintBytes(bytes[0]);
  if (at > 8 || at + 3 > bytes.length) fail('a block that is too short', position);
  return at;
}

/** @param position of `bytes` in the file */
export function blockStartOf(bytes: Uint8Array, position: number): BlockStart {
  const at = timeAt(bytes, position);
  const trackNumber = vint(bytes, 0, position) ?? fail('a block of no track', position);
  return { trackNumber, relativeTimestamp: ((bytes[at] << 24) >> 16) | bytes[at + 1], isKey: (bytes[at + 2] & 0x80) !== 0 };
}

/** @param position of `bytes` in the file */
export function parseBlock(bytes: Uint8Array, position: number): Block {
  const start = blockStartOf(bytes, position);
  const contentAt = timeAt(bytes, position) + 3;
  const lacing = (bytes[contentAt - 1] >> 1) & 3;
  const { frames, framesAt } = lacing === lacings.none ? { frames: [bytes.subarray(contentAt)], framesAt: contentAt } : laced(bytes, contentAt, lacing, position);
  return { ...start, frames, framesAt };
}

/** Frames in one block (RFC 9559, 10.3): 256 at most, the size of all but the last of which is told. */
function laced(bytes: Uint8Array, start: number, lacing: number, position: number): { frames: Uint8Array[]; framesAt: number } {
  const wrong = (): never => fail('a block whose lacing makes no sense', position);
  if (start >= bytes.length) wrong();
  const count = bytes[start] + 1;
  let at = start + 1;
  let sizes: number[] = [];
  if (lacing === lacings.fixed) {
    if ((bytes.length - at) % count !== 0) wrong();
    sizes = new Array<number>(count - 1).fill((bytes.length - at) / count);
  } else {
    for (let index = 0; index < count - 1; index++) {
      if (lacing === lacings.xiph) {
        let size = 0;
        let byte: number;
        do {
          if (at >= bytes.length) wrong();
          byte = bytes[at++];
          size += byte;
        } while (byte === 255);
        sizes.push(size);
      } else {
        if (at >= bytes.length) wrong();
        const length = vintBytes(bytes[at]);
        if (length > 8 || at + length > bytes.length) wrong();
        const value = vint(bytes, at, position) ?? wrong();
        // The first is a size; those after it are differences, in the middle of their range.
        sizes.push(index === 0 ? value : sizes[index - 1] + value - (2 ** (7 * length - 1) - 1));
        at += length;
      }
    }
  }
  const framesAt = at;
  const frames: Uint8Array[] = [];
  for (const size of sizes) {
    if (size < 0 || at + size > bytes.length) wrong();
    frames.push(bytes.subarray(at, at + size));
    at += size;
  }
  frames.push(bytes.subarray(at));
  return { frames, framesAt };
}
