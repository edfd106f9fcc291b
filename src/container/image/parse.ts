import type { Malformed } from '../malformed';
import { parseAvif } from './avif';
import { parseBmp } from './bmp';
import { parseGif } from './gif';
import type { ParsedImage, TooShort } from './image';
import { parseJpeg } from './jpeg';
import { parsePng } from './png';
import { parseWebp } from './webp';

/** Parses the beginning of an image file; `isComplete` says that there is no more of it. */
export type ImageParser = (bytes: Uint8Array, isComplete: boolean) => ParsedImage | TooShort | Malformed;

/** By MIME type. */
export const imageParsers: Readonly<Record<string, ImageParser>> = {
  'image/png': parsePng, 'image/apng': parsePng, 'image/jpeg': parseJpeg, 'image/jpg': parseJpeg, 'image/gif': parseGif,
  'image/webp': parseWebp, 'image/avif': parseAvif, 'image/bmp': parseBmp,
};

/** A codec that the stills of a type are decoded by. */
export const imageCodecs: Readonly<Record<string, string>> = {
  'image/png': 'png', 'image/apng': 'apng', 'image/jpeg': 'jpeg', 'image/jpg': 'jpeg', 'image/gif': 'gif', 'image/webp': 'webp', 'image/avif': 'av1', 'image/bmp': 'bmp',
};
