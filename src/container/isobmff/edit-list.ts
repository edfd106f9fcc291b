import { ParseFailure } from '../failure';
import { Box } from './Box';
import { editsOf } from './edits';
import { timesOf } from './movie';

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

/**
 * Finds each track that is presented as one piece: empty edits, then exactly one edit at normal speed. Tracks without an edit
 * list or with a longer one are left out, and so is all of a file that is cut off or nonsense.
 */
export function trackEdits(bytes: Uint8Array): TrackEdit[] {
  try {
    const movie = new Box('', bytes, 0).child('moov');
    return movie ? onlyEdits(movie) : [];
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    return [];
  }
}

function onlyEdits(movie: Box): TrackEdit[] {
  const { timescale: movieTimescale } = timesOf(movie.need('mvhd'));
  const found: TrackEdit[] = [];
  for (const track of movie.children()) {
    // In units of the movie, so that lengths stay as they are.
    const edits = track.type === 'trak' ? editsOf(track.child('edts'), movieTimescale, movieTimescale) : null;
    if (edits?.length !== 1 || edits[0].rate !== 1) continue;
    const [{ mediaTime: start, duration }] = edits;
    const { version, reader } = track.need('tkhd').full();
    reader.skip(version === 1 ? 16 : 8);
    found.push({ trackId: reader.u32(), start, movieDuration: duration === Infinity ? 0 : duration, movieTimescale });
  }
  return found;
}
