import { fourCharacters, viewOf } from '../bytes';
import { fail } from '../failure';
import { checksum, checksumOffset } from './checksum';

/** Bytes of a page before its segment table. */
export const pageHeaderBytes = 27;
/** Of header, table and 255 segments of 255 bytes. */
export const mostPageBytes = pageHeaderBytes + 255 + 255 * 255;

/** A page (RFC 3533, section 6) whose checksum is right. */
export interface Page {
  /** Position in the file. */
  readonly offset: number;
  /** It begins with the rest of a packet. */
  readonly isContinued: boolean;
  /** The first, and the last, of its logical bitstream. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Of the last packet that ends here; null where none does. */
  readonly granule: number | null;
  readonly serial: number;
  readonly sequence: number;
  /** Lacing values: bytes of each segment. One below 255 ends a packet. */
  readonly segments: Uint8Array;
  readonly body: Uint8Array;
}

/** True where a page's header begins. */
export const isPageStart = (bytes: Uint8Array): boolean => fourCharacters(bytes, 0) === 'OggS' && bytes[4] === 0;

/** Bytes of the header with its segment table. @param bytes at least `pageHeaderBytes` */
export const pageTableEnd = (bytes: Uint8Array): number => pageHeaderBytes + bytes[26];

/** Bytes of the whole page. @param bytes up to the end of the segment table at least */
export function pageBytes(bytes: Uint8Array): number {
  const tableEnd = pageTableEnd(bytes);
  let size = tableEnd;
  for (let index = pageHeaderBytes; index < tableEnd; index++) size += bytes[index];
  return size;
}

export const isChecksumRight = (page: Uint8Array): boolean => checksum(page, 0, page.length) === viewOf(page).getUint32(checksumOffset, true);

/** @param bytes the whole page */
export function readPage(bytes: Uint8Array, offset: number): Page {
  const view = viewOf(bytes);
  const granule = Number(view.getBigInt64(6, true));
  if (!Number.isSafeInteger(granule) || granule < -1) fail(`a granule position of ${granule}`, offset + 6);
  const tableEnd = pageTableEnd(bytes);
  return {
    offset,
    isContinued: (bytes[5] & 1) !== 0,
    isFirst: (bytes[5] & 2) !== 0,
    isLast: (bytes[5] & 4) !== 0,
    granule: granule < 0 ? null : granule,
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    segments: bytes.subarray(pageHeaderBytes, tableEnd),
    body: bytes.subarray(tableEnd),
  };
}
