import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ParsedImage } from '../../../src/container/image/image';
import { imageParsers } from '../../../src/container/image/parse';

const text = (string: string) => [...string].map((character) => character.charCodeAt(0));
const u32 = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const u16 = (value: number) => [value >> 8, value & 255];
const le32 = (value: number) => u32(value).reverse();
const parse = (type: string, bytes: readonly number[], isComplete = true) => imageParsers[type](Uint8Array.from(bytes), isComplete);

interface Described {
  readonly animated: boolean;
  readonly repetitions: number;
  /** Length of the data, null for what has not come; time and duration in milliseconds. */
  readonly frames: readonly (readonly [number | null, number, number | null])[];
}

function describe(parsed: object): readonly Described[] | string {
  if (!('tracks' in parsed)) return 'malformed' in parsed ? 'malformed' : 'more';
  return (parsed as ParsedImage).tracks.map(({ animated, repetitionCount, frames }) => ({
    animated, repetitions: repetitionCount,
    frames: frames.map(({ data, timestamp, duration }) => [data?.length ?? null, timestamp / 1000, duration === null ? null : duration / 1000]),
  }));
}

const still = (length: number | null): readonly Described[] => [{ animated: false, repetitions: 0, frames: [[length, 0, null]] }];

const pngChunk = (type: string, data: readonly number[]) => [...u32(data.length), ...text(type), ...data, ...u32(0)];
const pngStart = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...pngChunk('IHDR', [...u32(1), ...u32(1), 8, 6, 0, 0, 0])];
const png = [...pngStart, ...pngChunk('IDAT', [1, 2, 3]), ...pngChunk('IEND', [])];
const fcTL = (milliseconds: number) => pngChunk('fcTL', [...u32(0), ...u32(1), ...u32(1), ...u32(0), ...u32(0), ...u16(milliseconds), ...u16(1000), 0, 0]);
const apng = [
  ...pngStart, ...pngChunk('acTL', [...u32(2), ...u32(3)]), ...fcTL(40), ...pngChunk('IDAT', [1]), ...fcTL(60), ...pngChunk('fdAT', [...u32(1), 2]), ...pngChunk('IEND', []),
];

const gifImage = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
const gifControl = (centiseconds: number) => [0x21, 0xf9, 4, 0, centiseconds, 0, 0, 0];
const gifLoop = (count: number) => [0x21, 0xff, 11, ...text('NETSCAPE2.0'), 3, 1, count, 0, 0];
const gifStart = [...text('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];

const riff = (body: readonly number[]) => [...text('RIFF'), ...le32(body.length + 4), ...text('WEBP'), ...body];
const webpChunk = (type: string, data: readonly number[]) => [...text(type), ...le32(data.length), ...data, ...(data.length % 2 ? [0] : [])];
const animatedWebp = riff([
  ...webpChunk('VP8X', [2, ...Array(9).fill(0)]), ...webpChunk('ANIM', [0, 0, 0, 0, 2, 0]),
  ...webpChunk('ANMF', [...Array(12).fill(0), 70, 0, 0, 0]), ...webpChunk('ANMF', [...Array(12).fill(0), 30, 0, 0, 0]),
]);

const jpegSegment = (marker: number, data: readonly number[]) => [0xff, marker, ...u16(data.length + 2), ...data];
const exif = (orientation: number) => jpegSegment(0xe1, [...text('Exif\0\0'), ...text('MM'), 0, 42, ...u32(8), ...u16(1), ...u16(0x0112), ...u16(3), ...u32(1), ...u16(orientation), 0, 0]);
const jpeg = (orientation: number) => [0xff, 0xd8, ...exif(orientation), ...jpegSegment(0xda, [0, 0]), 1, 2, 3, 0xff, 0xd9];

const cases: readonly (readonly [name: string, type: string, bytes: readonly number[], isComplete: boolean, expected: readonly Described[] | string])[] = [
  ['PNG', 'image/png', png, true, still(png.length)],
  ['PNG that goes on', 'image/png', png.slice(0, -4), false, still(null)],
  ['PNG cut off in its header', 'image/png', png.slice(0, 20), true, 'more'],
  ['no PNG', 'image/png', [0x89, 0x50, 0x4e, 0x48], false, 'malformed'],
  ['PNG without a header', 'image/png', [...pngStart.slice(0, 8), ...pngChunk('IDAT', [1])], false, 'malformed'],
  ['animated PNG', 'image/png', apng, true, [{ animated: true, repetitions: 3, frames: [[51, 0, 40], [55, 40, 60]] }]],
  ['animated PNG, its second frame on its way', 'image/png', apng.slice(0, -20), false, [{ animated: true, repetitions: 3, frames: [[51, 0, 40], [null, 40, 60]] }]],
  ['GIF', 'image/gif', [...gifStart, ...gifImage, 0x3b], true, still(gifStart.length + gifImage.length)],
  ['GIF that is animated', 'image/gif', [...gifStart, ...gifLoop(5), ...gifControl(3), ...gifImage, ...gifControl(1), ...gifImage, 0x3b], true,
    [{ animated: true, repetitions: 5, frames: [[gifStart.length + 19 + 8 + 15, 0, 30], [8 + 15, 30, 100]] }]],
  ['GIF for ever, going on', 'image/gif', [...gifStart, ...gifLoop(0), ...gifControl(4), ...gifImage, 0x2c, 0], false,
    [{ animated: true, repetitions: Infinity, frames: [[gifStart.length + 19 + 8 + 15, 0, 40]] }]],
  ['GIF without an image', 'image/gif', [...gifStart, 0x3b], true, still(null)],
  ['GIF with an unknown block', 'image/gif', [...gifStart, 0x77], false, 'malformed'],
  ['WebP', 'image/webp', riff(webpChunk('VP8L', [1, 2, 3])), true, still(24)],
  ['WebP that goes on', 'image/webp', riff(webpChunk('VP8L', [1, 2, 3])).slice(0, -2), false, still(null)],
  ['WebP that is animated', 'image/webp', animatedWebp, true, [{ animated: true, repetitions: 2, frames: [[68, 0, 70], [24, 70, 30]] }]],
  ['no WebP', 'image/webp', [...text('RIFF'), 0, 0, 0, 0, ...text('WAVEfmt ')], false, 'malformed'],
  ['JPEG', 'image/jpeg', jpeg(1), true, still(jpeg(1).length)],
  ['JPEG cut off', 'image/jpeg', jpeg(1).slice(0, -2), true, still(null)],
  ['JPEG cut off in its header', 'image/jpeg', jpeg(1).slice(0, 10), true, 'more'],
  ['no JPEG', 'image/jpeg', [0xff, 0xd9, 0, 0], false, 'malformed'],
  ['AVIF without an image', 'image/avif', [...u32(16), ...text('ftypavif'), ...u32(0)], true, 'malformed'],
  ['BMP', 'image/bmp', [0x42, 0x4d, ...le32(16), ...Array(10).fill(0)], false, still(16)],
];

for (const [name, type, bytes, isComplete, expected] of cases) {
  test(name, () => assert.equal(describe(parse(type, bytes, isComplete)), expected));
}

test('orientations of Exif', () => {
  const expected = [[0, false], [0, true], [180, false], [180, true], [90, true], [90, false], [270, true], [270, false]];
  const found = expected.map((_, index) => {
    const { rotation, flip } = parse('image/jpeg', jpeg(index + 1)) as ParsedImage;
    return [rotation, flip];
  });
  assert.equal(found, expected);
});

test('nothing throws, whatever is cut off or changed', () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed % below;
  };
  for (const [, type, bytes] of cases) {
    for (let length = 0; length <= bytes.length; length++) parse(type, bytes.slice(0, length), length % 2 === 0);
    for (let round = 0; round < 300; round++) {
      const changed = [...bytes];
      for (let change = 0; change < 3; change++) changed[random(changed.length)] = random(256);
      parse(type, changed, round % 2 === 0);
    }
  }
});

test.run();
