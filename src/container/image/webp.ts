import { fourCharacters, viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { follow, stillTrack, tooShort, upright, type ParsedImage, type TooShort } from './image';

/** WebP: RFC 9649 */
export function parseWebp(bytes: Uint8Array): ParsedImage | TooShort | Malformed {
  if (bytes.length < 16) return tooShort;
  if (fourCharacters(bytes, 0) !== 'RIFF' || fourCharacters(bytes, 8) !== 'WEBP') return { malformed: 'there is no WebP header', offset: 0 };
  const view = viewOf(bytes);
  const fileBytes = 8 + view.getUint32(4, true);
  const chunks = chunksOf(bytes, view, Math.min(bytes.length, fileBytes));
  const animation = chunks.find(({ type, begin, end }) => type === 'ANIM' && end - begin >= 14);
  const isExtended = fourCharacters(bytes, 12) === 'VP8X';
  const isAnimated = isExtended && bytes.length > 20 && (bytes[20] & 2) !== 0;
  if (isExtended && bytes.length <= 20) return tooShort;
  if (!isAnimated) return { tracks: [stillTrack('webp', bytes.length >= fileBytes ? bytes : null)], primaryTrack: 0, ...upright };
  if (animation === undefined) return tooShort;
  const loops = view.getUint16(animation.begin + 12, true);
  let begin = 0;
  const frames = chunks.filter(({ type, end, begin: at }) => type === 'ANMF' && end - at >= 24).map(({ begin: at, end }, index) => {
    const duration = (view.getUint32(at + 20, true) & 0xffffff) * 1000;
    const frame = { data: bytes.subarray(begin, end), isKey: index === 0, duration };
    begin = end;
    return frame;
  });
  return { tracks: [{ animated: true, repetitionCount: loops === 0 ? Infinity : loops, codec: 'webp-animation', frames: follow(frames) }], primaryTrack: 0, ...upright };
}

/** Chunks that have come whole; odd ones are padded. */
function chunksOf(bytes: Uint8Array, view: DataView, limit: number): { type: string; begin: number; end: number }[] {
  const chunks = [];
  for (let begin = 12; begin + 8 <= limit;) {
    const size = view.getUint32(begin + 4, true);
    const end = begin + 8 + size + (size & 1);
    if (end > limit) break;
    chunks.push({ type: fourCharacters(bytes, begin), begin, end });
    begin = end;
  }
  return chunks;
}
