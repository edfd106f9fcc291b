import { viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { isChecksumRight, isPageStart, pageBytes, pageHeaderBytes, pageTableEnd } from './page';

const lastPageFlag = 4;

/** A logical bitstream of an Ogg file. */
export interface OggStream {
  readonly serial: number;
  /** How its first packet begins: tells the codec. */
  readonly firstBytes: Uint8Array;
  /** Granule position of its last page that has one: in audio, the frames up to there. */
  readonly lastGranule: number;
}

/**
 * Walks all pages (RFC 3533, section 6) and checks each one's checksum. A page cut off by the end of the file ends the walk,
 * and so do bytes that follow the last page of all streams.
 */
export function oggStreams(bytes: Uint8Array): OggStream[] | Malformed {
  const streams = new Map<number, { serial: number; firstBytes: Uint8Array; lastGranule: number }>();
  const open = new Set<number>();
  for (let offset = 0; offset + pageHeaderBytes <= bytes.length;) {
    const rest = bytes.subarray(offset);
    if (!isPageStart(rest)) {
      if (streams.size > 0 && open.size === 0) break;
      return { malformed: 'no page where one must begin', offset };
    }
    if (pageTableEnd(rest) > rest.length || pageBytes(rest) > rest.length) break;
    const page = rest.subarray(0, pageBytes(rest));
    if (!isChecksumRight(page)) return { malformed: 'a page whose checksum is wrong', offset };
    const view = viewOf(page);
    const serial = view.getUint32(14, true);
    const granule = Number(view.getBigInt64(6, true));
    const stream = streams.get(serial);
    if (!stream) streams.set(serial, { serial, firstBytes: page.subarray(pageTableEnd(page)), lastGranule: Math.max(0, granule) });
    else if (granule >= 0) stream.lastGranule = granule; // -1: no packet ends on this page.
    if (page[5] & lastPageFlag) open.delete(serial);
    else open.add(serial);
    offset += page.length;
  }
  return [...streams.values()];
}
