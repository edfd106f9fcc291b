/** Frames of MPEG audio and AAC made by hand. */

/** AAC-LC, stereo, by default of 44,100 Hz. */
export function adtsFrame(bytes = 32, fill = 0x21, rateIndex = 4): number[] {
  return [0xff, 0xf1, 0x40 | (rateIndex << 2), 0x80 | (bytes >> 11), (bytes >> 3) & 0xff, ((bytes & 7) << 5) | 0x1f, 0xfc, ...Array.from({ length: bytes - 7 }, () => fill)];
}

/** MPEG-1 layer III, 128 kbit/s, 44,100 Hz, stereo: 417 bytes. */
export const mp3Frame = (fill = 0x21): number[] => [0xff, 0xfb, 0x90, 0x00, ...Array.from({ length: 413 }, () => fill)];

/** An ID3v2 tag. */
export const id3 = (bytes: number): number[] => [0x49, 0x44, 0x33, 4, 0, 0, ...[21, 14, 7, 0].map((shift) => (bytes >> shift) & 0x7f), ...Array.from({ length: bytes }, () => 0x41)];

export const characters = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

export const repeated = (count: number, make: () => readonly number[]): number[] => Array.from({ length: count }, make).flat();

const big = (value: number, size: number): number[] => Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) & 0xff);

/** An MP3 frame with something in it from byte `at` on. */
export function infoFrame(at: number, content: readonly number[]): number[] {
  const frame = mp3Frame(0);
  frame.splice(at, content.length, ...content);
  return frame;
}

/** Frames of one size behind a Xing frame with a table, without a LAME tag. */
export function xingFile(frames: number): Uint8Array {
  const table = Array.from({ length: 100 }, (_, index) => Math.floor((index * 256) / 100));
  return Uint8Array.from([...infoFrame(36, [...characters('Xing'), 0, 0, 0, 7, ...big(frames, 4), ...big((frames + 1) * 417, 4), ...table]), ...repeated(frames, mp3Frame)]);
}

/** Frames of one size behind a VBRI frame with a table. */
export function vbriFile(frames: number, framesPerEntry: number): Uint8Array {
  const entries = framesPerEntry > 0 ? Math.floor(frames / framesPerEntry) : 0;
  const head = [...characters('VBRI'), 0, 1, 4, 0x91, 0, 75, ...big((frames + 1) * 417, 4), ...big(frames, 4), ...big(entries, 2), ...big(1, 2), ...big(2, 2), ...big(framesPerEntry, 2)];
  return Uint8Array.from([...infoFrame(36, [...head, ...repeated(entries, () => big(framesPerEntry * 417, 2))]), ...repeated(frames, mp3Frame)]);
}
