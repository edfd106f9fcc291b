import { fourCharacters, viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { checksum, checksumOffset } from './checksum';

const headerBytes = 27;
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
  const view = viewOf(bytes);
  const streams = new Map<number, { serial: number; firstBytes: Uint8Array; lastGranule: number }>();
  const open = new Set<number>();
  let offset = 0;
  while (offset + headerBytes <= bytes.length) {
    if (fourCharacters(bytes, offset) !== 'OggS' || bytes[offset + 4] !== 0) {
      if (streams.size > 0 && open.size === 0) break;
      return { malformed: 'no page where one must begin', offset };
    }
    const segments = bytes[offset + 26];
    const body = offset + headerBytes + segments;
    let end = body;
    for (let index = offset + headerBytes; index < Math.min(body, bytes.length); index++) end += bytes[index];
    if (end > bytes.length) break;
    if (checksum(bytes, offset, end) !== view.getUint32(offset + checksumOffset, true)) {
      return { malformed: 'a page whose checksum is wrong', offset };
    }
    const serial = view.getUint32(offset + 14, true);
    const granule = Number(view.getBigInt64(offset + 6, true));
    const stream = streams.get(serial);
    if (!stream) streams.set(serial, { serial, firstBytes: bytes.subarray(body, end), lastGranule: Math.max(0, granule) });
    else if (granule >= 0) stream.lastGranule = granule; // -1: no packet ends on this page.
    if (bytes[offset + 5] & lastPageFlag) open.delete(serial);
    else open.add(serial);
    offset = end;
  }
  return [...streams.values()];
}
