import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PairTable } from '../../../../src/webrtc/sctp/pair-table';
import { randomIntegers } from '../../../support/media-signal';

test('agrees with a map through insertions and removals', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = randomIntegers(seed);
    const table = new PairTable(seed * 7919);
    const model = new Map<string, number>();
    for (let round = 0; round < 2000; round++) {
      const first = random(3) - 1;
      const second = random(seed % 2 ? 50 : 2000) - 25;
      const key = `${first},${second}`;
      if (random(5) < 3) {
        table.set(first, second, round);
        model.set(key, round);
      } else {
        table.delete(first, second);
        model.delete(key);
      }
      const probe = [random(3) - 1, random(60) - 25];
      assert.is(table.get(probe[0], probe[1]), model.get(`${probe[0]},${probe[1]}`) ?? -1);
      assert.is(table.count, model.size);
    }
    for (const [key, value] of model) assert.is(table.get(...(key.split(',').map(Number) as [number, number])), value);
    const zeros = [...model.keys()].filter((key) => key.startsWith('0,')).map((key) => Number(key.slice(2)));
    assert.equal(table.secondsOf(0).sort((a, b) => a - b), zeros.sort((a, b) => a - b));
  }
});

test.run();
