import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isMalformed } from '../../../src/container/malformed';
import { oggStreams, type OggStream } from '../../../src/container/ogg/pages';
import { oggPage } from '../../support/containers/ogg-pages';
import { randomIntegers } from '../../support/media-signal';

const first = 2;
const last = 4;
const page = (serial: number, flags: number, granule: number, body: readonly number[]): Uint8Array =>
  Uint8Array.from(oggPage([body], { serial, granule, isFirst: flags === first, isLast: flags === last }));

const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const file = joined(page(5, first, 0, [1, 2, 3]), page(9, first, 0, [4]), page(5, 0, 1000, [7, 7]), page(9, last, 50, [8]), page(5, last, -1, [9]));
const streamsOf = (bytes: Uint8Array) => oggStreams(bytes) as OggStream[];

test('each stream with its first packet and its last granule position', () => {
  assert.equal(streamsOf(file).map(({ serial, firstBytes, lastGranule }) => [serial, [...firstBytes], lastGranule]), [[5, [1, 2, 3], 1000], [9, [4], 50]]);
});

test('a page cut off at the end is left out', () => {
  assert.is(streamsOf(file.subarray(0, file.length - 1))[1].lastGranule, 50);
  assert.equal(streamsOf(file.subarray(0, 20)), []);
});

test('a wrong checksum is named with its page', () => {
  const damaged = file.slice();
  damaged[31 + 29 + 28] ^= 1; // The third page's body.
  assert.equal(oggStreams(damaged), { malformed: 'a page whose checksum is wrong', offset: 60 });
});

test('something else than a page', () => {
  assert.equal(oggStreams(joined(file.subarray(0, 60), new Uint8Array(30))), { malformed: 'no page where one must begin', offset: 60 });
  assert.ok(!isMalformed(oggStreams(joined(file, new Uint8Array(300)))), 'behind the last page of all streams, anything may follow');
});

test('damage never gets through as another page', () => {
  const random = randomIntegers(2);
  for (let round = 0; round < 2000; round++) {
    const damaged = file.slice();
    damaged[random(file.length)] ^= 1 << random(8);
    const result = oggStreams(damaged);
    assert.ok(isMalformed(result) || result.length <= 2);
  }
});

test.run();
