import type { Parsing } from './Demuxer';

/** Something that reading can begin at, and its time. */
export interface Place {
  /** Position in the file. */
  readonly offset: number;
  readonly seconds: number;
}

/** Bytes that are read through rather than looked into once more: a file's sixteenth, and no more than these. */
const mostThrough = 131_072;
const share = 1 / 16;
const mostSteps = 64;

/**
 * For formats without an index, whose times rise: a place at or before a time that is not far from the last one. Looks where the rates so far make it likely, and in
 * the middle every third time, so that the number of steps stays logarithmic whatever the rates are.
 * @param first one at or before the time
 * @param end of what is searched; Infinity, where it is unknown, leaves the search to the caller
 * @param probe the first place between two positions; null where there is none
 */
export function* bisect(first: Place, end: number, seconds: number, probe: (position: number, end: number) => Parsing<Place | null>): Parsing<Place> {
  let low = first;
  let [high, highSeconds] = [end, Infinity];
  const least = Math.max(1, Math.min(mostThrough, Math.floor((end - first.offset) * share)));
  for (let step = 0; high - low.offset > least && high !== Infinity && step < mostSteps; step++) {
    const span = high - low.offset;
    const isLikely = highSeconds !== Infinity && step % 3 < 2;
    const distance = isLikely ? (span * (seconds - low.seconds)) / (highSeconds - low.seconds) - least / 2 : span / 2;
    const position = low.offset + Math.max(1, Math.floor(Math.max(least / 2, Math.min(span - least / 2, distance))));
    const place = yield* probe(position, high);
    if (place && place.seconds <= seconds) low = place;
    else [high, highSeconds] = [position, place?.seconds ?? highSeconds];
  }
  return low;
}
