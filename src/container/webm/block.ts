import { fail } from '../failure';
import { vint, vintBytes } from './ebml';

/** A Block or SimpleBlock (RFC 9559, section 10), its frames still with what encodings did to them. */
export interface Block {
  readonly trackNumber: number;
  /** Ticks from the cluster's timestamp. */
  readonly relativeTimestamp: number;
  /** Of a SimpleBlock only. */
  readonly isKey: boolean;
  readonly frames: readonly Uint8Array[];
  /** Where the first frame stands in the block. */
  readonly framesAt: number;
}

const lacings = { none: 0, xiph: 1, fixed: 2, ebml: 3 };

/** @param position of `bytes` in the file */
export function parseBlock(bytes: Uint8Array, position: number): Block {
  const short = (): never => fail('a block that is too short', position);
  if (bytes.length < 4) short();
  const at = vintBytes(bytes[0]);
  if (at > 8 || at + 3 > bytes.length) short();
  const trackNumber = vint(bytes, 0, position) ?? fail('a block of no track', position);
  const relativeTimestamp = ((bytes[at] << 24) >> 16) | bytes[at + 1];
  const flags = bytes[at + 2];
  const lacing = (flags >> 1) & 3;
  const { frames, framesAt } = lacing === lacings.none ? { frames: [bytes.subarray(at + 3)], framesAt: at + 3 } : laced(bytes, at + 3, lacing, position);
  return { trackNumber, relativeTimestamp, isKey: (flags & 0x80) !== 0, frames, framesAt };
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
