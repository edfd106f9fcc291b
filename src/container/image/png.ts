import { fourCharacters, viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { follow, stillTrack, tooShort, upright, type ParsedFrame, type ParsedImage, type TooShort } from './image';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

interface Chunk {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

/** PNG, third edition: https://www.w3.org/TR/png-3/ */
export function parsePng(bytes: Uint8Array): ParsedImage | TooShort | Malformed {
  const wrong = signature.findIndex((byte, index) => index < bytes.length && bytes[index] !== byte);
  if (wrong >= 0) return { malformed: 'there is no PNG signature', offset: wrong };
  const chunks = chunksOf(bytes);
  if ('malformed' in chunks) return chunks;
  // A header is 25 bytes; whether there is an animation is told before the image data.
  if (!chunks.some(({ type }) => type === 'IHDR')) return tooShort;
  const animation = chunks.find(({ type }) => type === 'acTL');
  const isWhole = chunks.some(({ type }) => type === 'IEND');
  if (animation === undefined) return { tracks: [stillTrack('png', isWhole ? bytes : null)], primaryTrack: 0, ...upright };
  const plays = viewOf(bytes).getUint32(animation.begin + 12);
  const frames = animationFrames(bytes, chunks, isWhole);
  return { tracks: [{ animated: true, repetitionCount: plays === 0 ? Infinity : plays, codec: 'apng', frames, description: animationHeader(bytes, chunks) }], primaryTrack: 0, ...upright };
}

/** Chunks that have come whole. */
function chunksOf(bytes: Uint8Array): Chunk[] | Malformed {
  const view = viewOf(bytes);
  const chunks: Chunk[] = [];
  for (let begin = signature.length; begin + 12 <= bytes.length;) {
    const length = view.getUint32(begin);
    const type = fourCharacters(bytes, begin + 4);
    if (length > 0x7fffffff || (chunks.length === 0 && (type !== 'IHDR' || length !== 13))) return { malformed: `a chunk ${type} of ${length} bytes can't be here`, offset: begin };
    const end = begin + 12 + length;
    if (end > bytes.length) break;
    if (type !== 'acTL' || length === 8) chunks.push({ type, begin, end });
    if (type === 'IEND') break;
    begin = end;
  }
  return chunks;
}

const frameControlBytes = 26;

/** Each from its frame control on: https://www.w3.org/TR/png-3/#fcTL-chunk. A default image without one is not part of the animation. */
function animationFrames(bytes: Uint8Array, chunks: readonly Chunk[], isWhole: boolean): ParsedFrame[] {
  const view = viewOf(bytes);
  const controls = chunks.flatMap(({ type, begin, end }, index) => (type === 'fcTL' && end - begin === 12 + frameControlBytes ? [index] : []));
  const frames = controls.map((index, position) => {
    const { begin } = chunks[index];
    const next = controls[position + 1];
    const last = next === undefined ? lastDataChunk(chunks) : next - 1;
    const numerator = view.getUint16(begin + 28);
    const denominator = view.getUint16(begin + 30) || 100;
    return {
      data: next !== undefined || isWhole ? bytes.subarray(begin, chunks[last].end) : null,
      isKey: position === 0, duration: Math.round((numerator / denominator) * 1e6),
    };
  });
  return follow(frames);
}

function lastDataChunk(chunks: readonly Chunk[]): number {
  let last = chunks.length - 1;
  while (last > 0 && chunks[last].type !== 'IDAT' && chunks[last].type !== 'fdAT') last--;
  return last;
}

/** What decoders are told before the frames: the chunks that stand for all of them. */
function animationHeader(bytes: Uint8Array, chunks: readonly Chunk[]): Uint8Array {
  const first = chunks.findIndex(({ type }) => type === 'fcTL' || type === 'IDAT');
  const header = chunks.slice(0, first < 0 ? chunks.length : first).filter(({ type }) => type !== 'acTL');
  const size = header.reduce((sum, { begin, end }) => sum + end - begin, 0);
  const joined = new Uint8Array(size);
  let at = 0;
  for (const { begin, end } of header) {
    joined.set(bytes.subarray(begin, end), at);
    at += end - begin;
  }
  return joined;
}
