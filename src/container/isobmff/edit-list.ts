import { fourCharacters, viewOf } from '../bytes';

/** The part of a track's media that its edit list presents (ISO/IEC 14496-12, 8.6.6). */
export interface TrackEdit {
  readonly trackId: number;
  /** First media unit presented. */
  readonly start: number;
  /** Length in movie units; 0 where it goes on to the end, as in fragmented files. */
  readonly movieDuration: number;
  /** Units a second of `movieDuration`. */
  readonly movieTimescale: number;
}

interface Box {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

/**
 * Finds each track that is presented as one piece: empty edits, then exactly one edit at normal speed. Tracks without an edit
 * list or with a longer one are left out, and so is whatever is cut off or nonsense.
 */
export function trackEdits(bytes: Uint8Array): TrackEdit[] {
  const view = viewOf(bytes);
  const file = { type: '', begin: 0, end: bytes.length };
  const movie = child(bytes, view, file, 'moov');
  const header = movie && child(bytes, view, movie, 'mvhd');
  if (!movie || !header) return [];
  const movieTimescale = field(view, header, view.getUint8(header.begin) === 1 ? 20 : 12);
  if (movieTimescale === 0) return [];

  const edits: TrackEdit[] = [];
  for (const track of boxes(bytes, view, movie)) {
    if (track.type !== 'trak') continue;
    const trackHeader = child(bytes, view, track, 'tkhd');
    const editBox = child(bytes, view, track, 'edts');
    const list = editBox && child(bytes, view, editBox, 'elst');
    const only = list && onlyEdit(view, list);
    if (!trackHeader || !only) continue;
    const trackId = field(view, trackHeader, view.getUint8(trackHeader.begin) === 1 ? 20 : 12);
    edits.push({ trackId, movieTimescale, ...only });
  }
  return edits;
}

/** Children of a box whose sizes hold; stops at the first that does not. */
function* boxes(bytes: Uint8Array, view: DataView, parent: Box): Generator<Box> {
  let offset = parent.begin;
  while (offset + 8 <= parent.end) {
    let size = view.getUint32(offset);
    let headerBytes = 8;
    if (size === 1 && offset + 16 <= parent.end) {
      size = view.getUint32(offset + 8) * 2 ** 32 + view.getUint32(offset + 12);
      headerBytes = 16;
    } else if (size === 0) {
      size = parent.end - offset;
    }
    if (size < headerBytes || offset + size > parent.end) return;
    yield { type: fourCharacters(bytes, offset + 4), begin: offset + headerBytes, end: offset + size };
    offset += size;
  }
}

/** The first child of a type, when it is long enough to hold a version. */
function child(bytes: Uint8Array, view: DataView, parent: Box, type: string): Box | undefined {
  for (const box of boxes(bytes, view, parent)) {
    if (box.type === type) return box.end - box.begin >= 4 ? box : undefined;
  }
  return undefined;
}

/** A 32-bit field at `offset` of a box's body; 0 where the box is too short. */
function field(view: DataView, box: Box, offset: number): number {
  return box.begin + offset + 4 <= box.end ? view.getUint32(box.begin + offset) : 0;
}

const emptyEdit = -1;
const normalSpeed = 0x10000;

function onlyEdit(view: DataView, list: Box): { start: number; movieDuration: number } | undefined {
  const long = view.getUint8(list.begin) === 1;
  const entryBytes = long ? 20 : 12;
  const count = field(view, list, 4);
  if (list.begin + 8 + count * entryBytes > list.end) return undefined;
  let found: { start: number; movieDuration: number } | undefined;
  for (let index = 0; index < count; index++) {
    const offset = list.begin + 8 + index * entryBytes;
    const movieDuration = long ? Number(view.getBigUint64(offset)) : view.getUint32(offset);
    const start = long ? Number(view.getBigInt64(offset + 8)) : view.getInt32(offset + 4);
    const speed = view.getInt32(offset + entryBytes - 4);
    if (start === emptyEdit) continue;
    if (found || start < 0 || speed !== normalSpeed) return undefined;
    found = { start, movieDuration };
  }
  return found;
}
