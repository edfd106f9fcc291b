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
