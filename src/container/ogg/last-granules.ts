import { viewOf } from '../bytes';
import { isChecksumRight, isPageStart, pageBytes, pageHeaderBytes, pageTableEnd } from './page';

/** Places that look like a page and are none, after which no more are looked at. */
const mostFalsePages = 16;

/**
 * The last granule position of each logical bitstream, by serial number, in the bytes at the end of a file. None where another link of a chain begins there, as
 * serial numbers may come again.
 */
export function lastGranules(tail: Uint8Array): ReadonlyMap<number, number> {
  const granules = new Map<number, number>();
  let falsePages = 0;
  for (let at = tail.indexOf(0x4f); at >= 0 && at + pageHeaderBytes <= tail.length && falsePages < mostFalsePages; at = tail.indexOf(0x4f, at)) {
    const rest = tail.subarray(at);
    const size = isPageStart(rest) && pageTableEnd(rest) <= rest.length ? pageBytes(rest) : Infinity;
    if (size > rest.length) {
      at++;
      continue;
    }
    const page = rest.subarray(0, size);
    if (!isChecksumRight(page)) {
      falsePages++;
      at++;
      continue;
    }
    if (page[5] & 2) return new Map();
    const granule = Number(viewOf(page).getBigInt64(6, true));
    if (granule >= 0 && Number.isSafeInteger(granule)) granules.set(viewOf(page).getUint32(14, true), granule);
    at += size;
  }
  return granules;
}
