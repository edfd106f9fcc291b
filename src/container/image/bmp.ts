import { viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { stillTrack, tooShort, upright, type ParsedImage, type TooShort } from './image';

/** BMP: the file header says how long the file is. */
export function parseBmp(bytes: Uint8Array, isComplete: boolean): ParsedImage | TooShort | Malformed {
  if (bytes.length < 14) return tooShort;
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) return { malformed: 'there is no BMP signature', offset: 0 };
  const fileBytes = viewOf(bytes).getUint32(2, true);
  return { tracks: [stillTrack('bmp', isComplete || bytes.length >= fileBytes ? bytes : null)], primaryTrack: 0, ...upright };
}
