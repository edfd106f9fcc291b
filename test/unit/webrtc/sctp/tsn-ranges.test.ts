import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TsnRanges } from '../../../../src/webrtc/sctp/tsn-ranges';
import { randomIntegers } from '../../../support/media-signal';

const listed = (ranges: TsnRanges) => Array.from({ length: ranges.count }, (_, index) => [ranges.start(index), ranges.end(index)]);
const fresh = (ranges: TsnRanges, count: number) => Array.from({ length: count }, (_, index) => [ranges.freshStarts[index], ranges.freshEnds[index]]);

test('ranges that touch are one', () => {
  const ranges = new TsnRanges();
  ranges.add(10, 12);
  ranges.add(20, 22);
  ranges.add(13, 13);
  assert.equal(listed(ranges), [[10, 13], [20, 22]]);
  ranges.add(14, 19);
  assert.equal(listed(ranges), [[10, 22]]);
});

test('what is new of a range is told', () => {
  const ranges = new TsnRanges();
  ranges.add(10, 12);
  ranges.add(20, 22);
  assert.equal(fresh(ranges, ranges.add(8, 25)), [[8, 9], [13, 19], [23, 25]]);
  assert.equal(listed(ranges), [[8, 25]]);
  assert.is(ranges.add(9, 25), 0);
});

test('TSNs wrap around', () => {
  const ranges = new TsnRanges();
  ranges.add(-2, 1);
  ranges.add(0x7ffffffe, -0x80000000);
  ranges.clear();
  ranges.add(0x7ffffffe, 0x7fffffff);
  ranges.add(-0x80000000, -0x7fffffff);
  assert.equal(listed(ranges), [[0x7ffffffe, -0x7fffffff]]);
  assert.ok(ranges.has(-0x80000000));
  assert.not.ok(ranges.has(-0x7ffffffe));
});

test('random additions and removals agree with a set', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomIntegers(seed);
    const origin = (random(2) ? 0x7fffff00 : 0xffffff00) | 0;
    const ranges = new TsnRanges();
    const model = new Set<number>();
    let floor = 0;
    for (let round = 0; round < 300; round++) {
      const start = floor + 1 + random(300);
      const end = start + random(random(10) === 0 ? 60 : 3);
      const missing = new Set<number>();
      for (let tsn = start; tsn <= end; tsn++) if (!model.has(tsn)) missing.add(tsn);
      const parts = fresh(ranges, ranges.add((origin + start) | 0, (origin + end) | 0));
      const told = parts.flatMap(([from, to]) => Array.from({ length: ((to - from) | 0) + 1 }, (_, index) => (from - origin + index) | 0));
      assert.equal(told, [...missing].sort((a, b) => a - b));
      for (const tsn of missing) model.add(tsn);
      if (random(6) === 0) {
        floor += random(40);
        ranges.dropThrough((origin + floor) | 0);
        for (const tsn of model) if (tsn <= floor) model.delete(tsn);
      }
      const probe = floor + random(360);
      assert.is(ranges.has((origin + probe) | 0), model.has(probe));
      assert.is(listed(ranges).reduce((sum, [from, to]) => sum + ((to - from) | 0) + 1, 0), model.size);
      for (let index = 1; index < ranges.count; index++) assert.ok(((ranges.start(index) - ranges.end(index - 1)) | 0) > 1, 'ranges do not touch');
    }
  }
});

test.run();
