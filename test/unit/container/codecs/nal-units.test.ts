import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rawPayload } from '../../../../src/container/codecs/annex-b';
import { BitReader } from '../../../../src/container/codecs/BitReader';
import { avcConfiguration, hevcConfiguration, joinWithLengths, splitByteStream } from '../../../../src/container/codecs/nal-units';

const split = (...bytes: number[]) => splitByteStream(Uint8Array.from(bytes)).map((unit) => [...unit]);

test('units between start codes of three and four bytes', () => {
  assert.equal(split(0, 0, 0, 1, 9, 8, 0, 0, 1, 7, 0, 0, 0, 1, 6), [[9, 8], [7], [6]]);
  assert.equal(split(5, 5, 0, 0, 1, 9), [[9]]);
  assert.equal(split(0, 0, 1, 0, 0, 1, 4), [[4]]);
  assert.equal(split(0, 0, 3, 1), []);
  assert.equal(split(), []);
});

test('units with lengths', () => {
  assert.equal([...joinWithLengths([Uint8Array.of(1, 2), Uint8Array.of(3)])], [0, 0, 0, 2, 1, 2, 0, 0, 0, 1, 3]);
});

test('emulation prevention is taken out', () => {
  assert.equal([...rawPayload(Uint8Array.of(1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3))], [1, 0, 0, 1, 0, 0, 0, 0]);
});

test('exponential Golomb codes: H.264 table 9-1', () => {
  const reader = new BitReader(Uint8Array.of(0b10100110, 0b01000010, 0b10000000));
  assert.equal(Array.from({ length: 5 }, () => reader.unsignedExpGolomb()), [0, 1, 2, 3, 4]);
});

/** x264, high profile, level 3: 320 × 240, 8 bits, 4:2:0. */
const sps = Uint8Array.from([0x67, 0x64, 0x00, 0x1e, 0xac, 0xd9, 0x41, 0x41, 0xfb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10]);
const pps = Uint8Array.from([0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0]);

test('avcC: sets with their lengths, and depths for high profiles', () => {
  const record = avcConfiguration([sps, pps, Uint8Array.of(0x65)])!;
  assert.equal([...record], [1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, sps.length, ...sps, 1, 0, pps.length, ...pps, 0xfd, 0xf8, 0xf8, 0]);
  const baseline = Uint8Array.from(sps);
  baseline[1] = 66;
  assert.is(avcConfiguration([baseline, pps])!.length, record.length - 4);
  assert.is(avcConfiguration([sps]), null);
});

test('hvcC needs all three kinds of sets', () => {
  const sequence = Uint8Array.from([0x42, 0x01, 0x01, 0x01, 0x60, 0, 0, 0x03, 0, 0x90, 0, 0, 0x03, 0, 0, 0x03, 0, 0x5d, 0xa0, 0x0a, 0x08, 0x0f, 0x16, 0x59]);
  assert.is(hevcConfiguration([sequence]), null);
  const record = hevcConfiguration([Uint8Array.of(0x40, 1), sequence, Uint8Array.of(0x44, 1)])!;
  // Main profile, level 3.1, 4:2:0, 8 bits, one temporal layer.
  assert.equal([record[1], record[12], record[16], record[17], record[18], record[21], record[22]], [1, 0x5d, 0xfd, 0xf8, 0xf8, 0x0f, 3]);
});

test.run();
