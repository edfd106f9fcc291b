import { viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { stillTrack, tooShort, upright, type ParsedImage, type TooShort } from './image';

/** Markers of ITU-T T.81 table B.1, without the 0xff before them. */
const startOfImage = 0xd8;
const endOfImage = 0xd9;
const startOfScan = 0xda;
const app1 = 0xe1;

/** JPEG: ITU-T T.81 annex B, and the orientation of its Exif data. */
export function parseJpeg(bytes: Uint8Array, isComplete: boolean): ParsedImage | TooShort | Malformed {
  if (bytes.length >= 2 && (bytes[0] !== 0xff || bytes[1] !== startOfImage)) return { malformed: 'there is no JPEG start-of-image marker', offset: 0 };
  const view = viewOf(bytes);
  let orientation = { ...upright };
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) return { malformed: 'a marker is missing', offset: at };
    const marker = bytes[at + 1];
    if (marker === 0xff) { // A fill byte
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return { malformed: `the segment is ${length} bytes long`, offset: at };
    if (marker === app1 && at + 2 + length <= bytes.length) orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length)) ?? orientation;
    if (marker === startOfScan) return { tracks: [stillTrack('jpeg', endsWell(bytes, isComplete) ? bytes : null)], primaryTrack: 0, ...orientation };
    at += 2 + length;
  }
  return tooShort;
}

/** Behind the last scan there is the end-of-image marker, and sometimes something else. */
function endsWell(bytes: Uint8Array, isComplete: boolean): boolean {
  const { length } = bytes;
  if (length >= 2 && bytes[length - 2] === 0xff && bytes[length - 1] === endOfImage) return true;
  if (!isComplete) return false;
  for (let at = length - 2; at > 2; at--) if (bytes[at] === 0xff && bytes[at + 1] === endOfImage) return true;
  return false;
}

const orientationTag = 0x0112;

/** Exif 2.32 section 4.6.4 A: how rows and columns of the picture lie. */
const orientations: readonly { rotation: number; flip: boolean }[] = [
  { rotation: 0, flip: false }, { rotation: 0, flip: true }, { rotation: 180, flip: false }, { rotation: 180, flip: true },
  { rotation: 90, flip: true }, { rotation: 90, flip: false }, { rotation: 270, flip: true }, { rotation: 270, flip: false },
];

/** From the body of an APP1 segment; null without Exif data or an orientation in it. */
function exifOrientation(segment: Uint8Array): { rotation: number; flip: boolean } | null {
  const isExif = [0x45, 0x78, 0x69, 0x66, 0, 0].every((byte, index) => segment[index] === byte);
  if (!isExif || segment.length < 14) return null;
  const view = viewOf(segment.subarray(6));
  const littleEndian = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > view.byteLength) return null;
  const entries = view.getUint16(directory, littleEndian);
  for (let index = 0, at = directory + 2; index < entries && at + 12 <= view.byteLength; index++, at += 12) {
    if (view.getUint16(at, littleEndian) === orientationTag) return orientations[view.getUint16(at + 8, littleEndian) - 1] ?? null;
  }
  return null;
}
