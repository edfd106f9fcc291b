/** Files of pictures, as arrays of bytes. */

export const text = (string: string) => [...string].map((character) => character.charCodeAt(0));
export const u32 = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
export const u16 = (value: number) => [value >> 8, value & 255];
export const le32 = (value: number) => u32(value).reverse();

export const pngChunk = (type: string, data: readonly number[]) => [...u32(data.length), ...text(type), ...data, ...u32(0)];
export const pngStart = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...pngChunk('IHDR', [...u32(1), ...u32(1), 8, 6, 0, 0, 0])];
export const png = [...pngStart, ...pngChunk('IDAT', [1, 2, 3]), ...pngChunk('IEND', [])];
export const fcTL = (milliseconds: number) => pngChunk('fcTL', [...u32(0), ...u32(1), ...u32(1), ...u32(0), ...u32(0), ...u16(milliseconds), ...u16(1000), 0, 0]);
export const apng = [
  ...pngStart, ...pngChunk('acTL', [...u32(2), ...u32(3)]), ...fcTL(40), ...pngChunk('IDAT', [1]), ...fcTL(60), ...pngChunk('fdAT', [...u32(1), 2]), ...pngChunk('IEND', []),
];

export const gifImage = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
export const gifControl = (centiseconds: number) => [0x21, 0xf9, 4, 0, centiseconds, 0, 0, 0];
export const gifLoop = (count: number) => [0x21, 0xff, 11, ...text('NETSCAPE2.0'), 3, 1, count, 0, 0];
export const gifStart = [...text('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];

export const riff = (body: readonly number[]) => [...text('RIFF'), ...le32(body.length + 4), ...text('WEBP'), ...body];
export const webpChunk = (type: string, data: readonly number[]) => [...text(type), ...le32(data.length), ...data, ...(data.length % 2 ? [0] : [])];
export const animatedWebp = riff([
  ...webpChunk('VP8X', [2, ...Array(9).fill(0)]), ...webpChunk('ANIM', [0, 0, 0, 0, 2, 0]),
  ...webpChunk('ANMF', [...Array(12).fill(0), 70, 0, 0, 0]), ...webpChunk('ANMF', [...Array(12).fill(0), 30, 0, 0, 0]),
]);

export const jpegSegment = (marker: number, data: readonly number[]) => [0xff, marker, ...u16(data.length + 2), ...data];
export const exif = (orientation: number) => jpegSegment(0xe1, [...text('Exif\0\0'), ...text('MM'), 0, 42, ...u32(8), ...u16(1), ...u16(0x0112), ...u16(3), ...u32(1), ...u16(orientation), 0, 0]);
export const jpeg = (orientation: number) => [0xff, 0xd8, ...exif(orientation), ...jpegSegment(0xda, [0, 0]), 1, 2, 3, 0xff, 0xd9];
