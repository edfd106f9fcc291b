import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ColorSpace, PixelFormat } from '../../../src/host/CodecBackend';
import { formats } from '../../../src/webcodecs/pixels/formats';
import { allocatePixels, computeLayout, copyPlanes, type CombinedBufferLayout } from '../../../src/webcodecs/pixels/layout';
import { predefinedColorSpace, toRgb } from '../../../src/webcodecs/pixels/to-rgb';
import { rec709, sRgb } from '../../../src/webcodecs/VideoColorSpace';

const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

test('layouts: every format is as large as its samples', () => {
  for (const [name, { planes }] of Object.entries(formats)) {
    const layout = computeLayout(rect(0, 0, 6, 4), name as PixelFormat, undefined) as CombinedBufferLayout;
    const expected = planes.reduce((sum, { sampleBytes, sampleWidth, sampleHeight }) => sum + sampleBytes * (6 / sampleWidth) * (4 / sampleHeight), 0);
    assert.is(layout.allocationSize, expected, name);
  }
});

test('layouts: odd sizes are rounded up, strides and overlaps are checked', () => {
  assert.is((computeLayout(rect(0, 0, 3, 3), 'I420', undefined) as CombinedBufferLayout).allocationSize, 9 + 4 + 4);
  assert.type(computeLayout(rect(0, 0, 4, 2), 'I420', [{ offset: 0, stride: 3 }, { offset: 8, stride: 2 }, { offset: 10, stride: 2 }]), 'string');
  assert.type(computeLayout(rect(0, 0, 4, 2), 'I420', [{ offset: 0, stride: 4 }, { offset: 7, stride: 2 }, { offset: 10, stride: 2 }]), 'string');
  assert.type(computeLayout(rect(0, 0, 4, 2), 'I420', [{ offset: 0, stride: 4 }]), 'string');
  assert.type(computeLayout(rect(0, 0, 65536, 65536), 'RGBA', undefined), 'string');
});

test('a rectangle of planes is copied with strides', () => {
  const source = [{ data: Uint8Array.from({ length: 16 }, (_, index) => index), stride: 4 }];
  const layout = computeLayout(rect(1, 1, 1, 2), 'RGBA', [{ offset: 1, stride: 6 }]) as CombinedBufferLayout;
  const target = new Uint8Array(12);
  copyPlanes([{ data: Uint8Array.from({ length: 48 }, (_, index) => index), stride: 16 }], target, layout);
  assert.equal([...target], [0, 20, 21, 22, 23, 0, 0, 36, 37, 38, 39, 0]);
  assert.is(source.length, 1);
});

/** One colour in a picture of that format. */
function picture(format: PixelFormat, values: readonly number[], alpha?: number) {
  const pixels = allocatePixels(format, 4, 2);
  const { kind, depth } = formats[format];
  pixels.planes.forEach(({ data }, index) => {
    if (kind === 'rgb') for (let at = 0; at < data.length; at++) data[at] = values[at % 4];
    else if (kind === 'semi-planar' && index === 1) for (let at = 0; at < data.length; at++) data[at] = values[1 + (at % 2)];
    else {
      const value = index === 3 ? alpha! : values[index];
      if (depth === 8) data.fill(value);
      else new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2).fill(value);
    }
  });
  return pixels;
}

const bt601: ColorSpace = { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'smpte170m', fullRange: true };
const conversions: readonly [string, PixelFormat, readonly number[], ColorSpace, readonly number[]][] = [
  ['white, limited range', 'I420', [235, 128, 128], rec709, [255, 255, 255, 255]],
  ['black, limited range', 'NV12', [16, 128, 128], rec709, [0, 0, 0, 255]],
  // Kr = 0.2126, Kb = 0.0722: Y = 16 + 219 Kr, Cb = 128 - 112 Kr / (1 - Kb), Cr = 240
  ['red, Rec. 709', 'I422', [63, 102, 240], rec709, [255, 0, 0, 255]],
  ['red, Rec. 601 full range', 'I444', [76, 85, 255], bt601, [254, 0, 0, 255]],
  ['red, 10 bits', 'I420P10', [250, 409, 960], rec709, [255, 0, 0, 255]],
  ['red, 12 bits', 'I422P12', [1001, 1636, 3840], rec709, [255, 0, 0, 255]],
  ['G, B and R as planes', 'I444', [10, 20, 30], sRgb, [30, 10, 20, 255]],
  ['RGBX has no alpha', 'RGBX', [1, 2, 3, 4], sRgb, [1, 2, 3, 255]],
  ['BGRA', 'BGRA', [1, 2, 3, 4], sRgb, [3, 2, 1, 4]],
];

for (const [name, format, values, space, expected] of conversions) {
  test(`to RGB: ${name}`, () => {
    const rgb = toRgb(picture(format, values), rect(0, 0, 4, 2), space, 'RGBA', sRgb);
    [...rgb.subarray(28, 32)].forEach((value, channel) => assert.ok(Math.abs(value - expected[channel]) <= 1, `${[...rgb.subarray(28, 32)]}`));
  });
}

test('to RGB: alpha of planes is kept, and dropped for formats without', () => {
  const source = picture('I420AP10', [502, 512, 512], 512);
  assert.is(toRgb(source, rect(2, 0, 2, 2), rec709, 'RGBA', sRgb)[3], 128);
  assert.is(toRgb(source, rect(2, 0, 2, 2), rec709, 'BGRX', sRgb)[3], 255);
});

test('to RGB: colours of other primaries, as the CSS Color specification converts them', () => {
  const green = picture('RGBA', [0, 255, 0, 255]);
  // color(srgb 0 1 0) is color(display-p3 0.4584 0.9853 0.2983); 76.07 in 8 bits
  assert.equal([...toRgb(green, rect(0, 0, 1, 1), sRgb, 'RGBA', predefinedColorSpace('display-p3'))], [117, 251, 76, 255]);
  const grey = picture('RGBA', [188, 188, 188, 255]);
  assert.equal([...toRgb(grey, rect(0, 0, 1, 1), sRgb, 'RGBA', predefinedColorSpace('srgb-linear'))], [128, 128, 128, 255]);
});

test.run();
