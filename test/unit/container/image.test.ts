import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ParsedImage } from '../../../src/container/image/image';
import { imageParsers } from '../../../src/container/image/parse';
import {
  text, u32, le32, pngChunk, pngStart, png, apng, gifImage, gifControl, gifLoop, gifStart, riff, webpChunk, animatedWebp, jpeg,
} from '../../support/containers/image-files';

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
  ['WebP whose animation chunk is cut short', 'image/webp', riff([...webpChunk('VP8X', [2, ...Array(9).fill(0)]), ...webpChunk('ANIM', [0, 0, 0])]), true, 'more'],
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
