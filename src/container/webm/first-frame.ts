import { ParseFailure } from '../failure';
import { blockStartOf } from './block';
import { EbmlElement, elementHeader, fieldsOf, vintBytes } from './ebml';
import { Id } from './ids';

/** Bytes behind the Tracks in which the first frame of a track is looked for. */
export const mostLookedAhead = 1 << 18;

/**
 * The beginning of the first frame of a track, with what encodings did to it; null where it does not stand in these bytes, or in a laced block.
 * @param bytes content of a Segment, from the beginning of an element on, cut off anywhere
 */
export function firstFrame(bytes: Uint8Array, position: number, trackNumber: number): Uint8Array | null {
  try {
    for (let at = 0; at < bytes.length;) {
      const header = elementHeader(bytes, at, position);
      if (typeof header === 'number') return null;
      at += header.headerBytes;
      if (header.id === Id.Cluster) continue; // Its content is gone through as if it stood beside it.
      if (header.size === null) return null;
      const content = bytes.subarray(at, at + header.size);
      const block = header.id === Id.SimpleBlock ? content : header.id === Id.BlockGroup && content.length === header.size ? fieldsOf(new EbmlElement(header.id, content, position + at)).get(Id.Block)?.bytes : undefined;
      if (block && blockStartOf(block, position + at).trackNumber === trackNumber) return frameOf(block);
      at += header.size;
    }
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error; // Reading on tells it.
  }
  return null;
}

const lacingBits = 6;

function frameOf(block: Uint8Array): Uint8Array | null {
  const begin = vintBytes(block[0]) + 3;
  return (block[begin - 1] & lacingBits) === 0 ? block.subarray(begin) : null;
}
