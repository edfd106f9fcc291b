import { fail } from '../failure';
import { limits } from '../limits';
import type { Box } from './Box';

/** A part of the media that is presented, all in units of the media (ISO/IEC 14496-12, 8.6.6). */
export interface Edit {
  /** Where it is presented. */
  readonly presentedAt: number;
  /** Where it begins in the media. */
  readonly mediaTime: number;
  /** Infinity where it goes on to the end, as in fragmented files. */
  readonly duration: number;
  /** Of media a unit of the presentation; anything but 1 stands still on a picture, and is presented at 1 here. */
  readonly rate: number;
}

const emptyEdit = -1;

/** The edits that show media; those that show nothing move what follows. A track without an edit list is presented as it is: null. */
export function editsOf(edts: Box | undefined, movieTimescale: number, mediaTimescale: number): Edit[] | null {
  const elst = edts?.child('elst');
  if (!elst) return null;
  const { version, reader } = elst.full();
  const count = reader.u32();
  if (count * (version === 1 ? 20 : 12) > reader.remaining) fail('an elst box that ends too early', elst.position);
  if (count > limits.edits) fail(`more than ${limits.edits} edits`, elst.position);
  const edits: Edit[] = [];
  let movieTime = 0;
  for (let index = 0; index < count; index++) {
    const movieDuration = version === 1 ? reader.u64() : reader.u32();
    const mediaTime = version === 1 ? reader.i64() : reader.i32();
    const rate = reader.i32() / 65_536;
    const presentedAt = Math.round((movieTime * mediaTimescale) / movieTimescale);
    movieTime += movieDuration;
    if (mediaTime === emptyEdit) continue;
    const end = Math.round((movieTime * mediaTimescale) / movieTimescale);
    const isOpen = movieDuration === 0 && index === count - 1;
    if (mediaTime >= 0 && (isOpen || movieDuration > 0)) edits.push({ presentedAt, mediaTime, duration: isOpen ? Infinity : end - presentedAt, rate });
  }
  return edits.length > 0 ? edits : null;
}

/** A last edit that ends within a unit of the movie of the media's end goes on to the end: it could not be told more closely. @param movieUnit in units of the media */
export function openAtEnd(edits: readonly Edit[], mediaDuration: number, movieUnit: number): readonly Edit[] {
  const last = edits[edits.length - 1];
  const isAtEnd = Math.abs(last.mediaTime + last.duration - mediaDuration) < movieUnit;
  return isAtEnd ? [...edits.slice(0, -1), { ...last, duration: Infinity }] : edits;
}
