import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compare, type Implementation } from '../../../bench/shared/compare.mjs';
import { report } from '../../../bench/webaudio/report.mjs';

const cases = [{ name: 'a' }, { name: 'b' }];

/** An implementation that works off one unit a second, or `speed`, and writes into `log` when it is asked to measure. */
function implementation(log: string[], name: string, speed = 1, failsAt = Infinity): Implementation<{ name: string }> {
  return {
    name,
    async start(each) {
      let asked = 0;
      return {
        async request(request) {
          if (request === 'finish') return { peakResidentMiB: 50 };
          log.push(`${each.name} ${name}`);
          if (++asked > failsAt) throw new Error('broken');
          return { work: speed, wallSeconds: 1, cpuSeconds: 1, rms: 0.5 };
        },
        async end() {
          log.push(`${each.name} ${name} ends`);
        },
      };
    },
  };
}

const plan = { cases, rounds: 2, seconds: 1, limitSeconds: 1 };

test('implementations take turns within a case, in another order each round, after a warm-up that does not count', async () => {
  const log: string[] = [];
  const rows = await compare({ ...plan, cases: [cases[0]], implementations: [implementation(log, 'x'), implementation(log, 'y')] });
  assert.equal(log, ['a x', 'a y', 'a x', 'a y', 'a y', 'a x', 'a x ends', 'a y ends']);
  assert.equal(rows[0].results['x'].samples!.map(({ round }) => round), [0, 1]);
});

test('an implementation that fails is ended and reported; the others go on', async () => {
  const log: string[] = [];
  const rows = await compare({ ...plan, implementations: [implementation(log, 'x'), implementation(log, 'y', 1, 1)] });
  assert.equal(rows.map(({ results }) => results['y']), [{ failure: 'broken' }, { failure: 'broken' }]);
  assert.equal(rows.map(({ results }) => results['x'].samples!.length), [2, 2]);
  assert.is(log.filter((line) => line === 'a y ends').length, 1);
});

test('a report has factors, ratios, means and failures', async () => {
  const log: string[] = [];
  const implementations = [implementation(log, 'x', 8), implementation(log, 'y', 2), implementation(log, 'z', 1, 0)];
  const rows = await compare({ ...plan, implementations });
  const text = report({
    rows, machine: 'a machine', date: '2020-01-01T00:00:00Z', node: 'v0',
    implementations: implementations.map(({ name }) => ({ name, description: `${name} 1.0` })),
  });
  assert.match(text, /2020-01-01; a machine; Node v0; x 1\.0, y 1\.0, z 1\.0\./);
  assert.match(text, /\| a +\| +8\.00 \(8\.00–8\.00\) \| +2\.00 \(2\.00–2\.00\) \| +– \|/);
  assert.match(text, /Against y, 2 scenes, geometric mean: 4\.00 times as fast, least in a: 4\.00\./);
  assert.match(text, /No scene in common with z\./);
  assert.match(text, /Failed:\na, z: broken\nb, z: broken/);
});

test.run();
