import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trackEdits } from '../../../src/container/isobmff/edit-list';
import { randomIntegers } from '../../support/media-signal';

const word = (value: number) => [24, 16, 8, 0].map((shift) => (value >> shift) & 0xff);
const long = (value: number) => [...word(Math.floor(value / 2 ** 32)), ...word(value % 2 ** 32)];

function box(type: string, ...content: readonly (readonly number[])[]): number[] {
  const body = content.flat();
  return [...word(body.length + 8), ...[...type].map((character) => character.charCodeAt(0)), ...body];
}

const movieHeader = box('mvhd', word(0), word(0), word(0), word(1000), word(2000));
const trackHeader = (id: number) => box('tkhd', word(0), word(0), word(0), word(id), word(0));

function edits(...entries: readonly (readonly [duration: number, start: number, speed?: number])[]): number[] {
  return box('edts', box('elst', word(0), word(entries.length),
    ...entries.map(([duration, start, speed = 0x10000]) => [...word(duration), ...word(start), ...word(speed)])));
}

const movie = (...tracks: readonly (readonly number[])[]) => Uint8Array.from([
  ...box('ftyp', word(0)), ...box('mdat', new Array(100).fill(7)), ...box('moov', movieHeader, ...tracks),
]);

test('one edit a track', () => {
  assert.equal(trackEdits(movie(box('trak', trackHeader(1)), box('trak', trackHeader(2), edits([1500, 1024])))),
    [{ trackId: 2, start: 1024, movieDuration: 1500, movieTimescale: 1000 }]);
});

test('an empty edit before it is passed over', () => {
  assert.is(trackEdits(movie(box('trak', trackHeader(1), edits([40, -1], [1500, 1024]))))[0].start, 1024);
});

test('version 1 has 64 bits', () => {
  const list = box('edts', box('elst', word(0x01000000), word(1), long(5e9), long(6e9), word(0x10000)));
  assert.equal(trackEdits(movie(box('trak', trackHeader(3), list))), [{ trackId: 3, start: 6e9, movieDuration: 5e9, movieTimescale: 1000 }]);
});

test('several edits, other speeds and only empty ones are left to others', () => {
  for (const entries of [edits([10, 0], [10, 500]), edits([10, 0, 0x8000]), edits([10, -1]), edits()]) {
    assert.equal(trackEdits(movie(box('trak', trackHeader(1), entries))), []);
  }
});

test('cut off or damaged, it never throws and never reads past the end', () => {
  const file = movie(box('trak', trackHeader(1), edits([1500, 1024])));
  for (let length = 0; length < file.length; length++) assert.equal(trackEdits(file.subarray(0, length)), []);
  const random = randomIntegers(1);
  for (let round = 0; round < 5000; round++) {
    const damaged = file.slice();
    for (let count = 1 + random(4); count > 0; count--) damaged[random(file.length)] = random(256);
    assert.ok(Array.isArray(trackEdits(damaged)));
  }
});

test.run();
