import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32c } from '../../../../src/webrtc/sctp/crc32c';
import { randomIntegers } from '../../../support/media-signal';

/** As RFC 9260 appendix A describes it, bit by bit. */
function bitwise(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test('the examples of RFC 3720 appendix B.4', () => {
  assert.is(crc32c(new Uint8Array(32), 0, 32), 0x8a9136aa);
  assert.is(crc32c(new Uint8Array(32).fill(0xff), 0, 32), 0x62a8ab43);
  assert.is(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index), 0, 32), 0x46dd794e);
  assert.is(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0, 32), 0x113fdb5c);
});

test('every length and beginning', () => {
  const random = randomIntegers(1);
  const bytes = Uint8Array.from({ length: 300 }, () => random(256));
  for (let length = 0; length < 100; length++) {
    const start = random(150);
    assert.is(crc32c(bytes, start, start + length), bitwise(bytes.subarray(start, start + length)));
  }
});

test('a view into larger memory', () => {
  const memory = new Uint8Array(64).fill(7);
  const part = memory.subarray(8, 40);
  part.set(Uint8Array.from({ length: 32 }, (_, index) => index));
  assert.is(crc32c(part, 0, 32), 0x46dd794e);
  assert.is(crc32c(memory, 8, 40), 0x46dd794e);
});

test.run();
