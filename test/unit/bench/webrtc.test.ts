// timeout: 120 s
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { report } from '../../../bench/webrtc/report.mjs';

const implementations = ['mediant', 'x', 'y'].map((name) => ({ name, description: `${name} 1.0` }));
const median = (samples: { value: number }[]) => samples[0].value;
const scenes = [{
  name: 'scene',
  figures: [
    { title: 'time', unit: 'ms', better: 'less', goal: { most: 4 }, of: median },
    { title: 'speed', unit: '', better: 'more', goal: { ratio: 3 }, of: median },
  ],
}];

function reported(results: object): string {
  return report({
    rows: [{ case: 'scene', results }], scenes, implementations, machine: 'a machine', date: '2020-01-01T00:00:00Z', node: 'v0', rounds: 1, setUps: 1, loadAverage: [1, 2],
  });
}

const sample = (value: number, more: object = {}) => ({ samples: [{ value, work: 4, busyCores: 0, ...more }], facts: {} });

test('a report compares with the best of the others, whichever way is better', () => {
  const text = reported({ mediant: sample(5), x: sample(2), y: sample(10) });
  assert.match(text, /Load average 1\.0 before, 2\.0 after\./);
  assert.match(text, /\| scene: time, ms \| +5\.00 \| 2\.00 \| 10\.0 \| +x \| +0\.400 × \| +≤ 4, missed \|/);
  assert.match(text, /\| scene: speed +\| +5\.00 \| 2\.00 \| 10\.0 \| +y \| +0\.500 × \| +3 ×, missed \|/);
});

test('who fails is left out of the comparison and named with the reason', () => {
  const text = reported({ mediant: sample(3), x: { failure: 'refused' }, y: sample(1, { failures: ['late'] }) });
  assert.match(text, /\| scene: speed +\| +3\.00 \| +– \| 1\.00 \| +y \| +3\.00 × \| +3 ×, reached \|/);
  assert.match(text, /Failed:\nscene, x: refused\nscene, y: 1 of 4: late/);
});

test('without anybody else no ratio is reached', () => {
  assert.match(reported({ mediant: sample(3), x: { failure: 'a' }, y: { failure: 'b' } }), /speed +\| +3\.00 \| +– \| +– \| +– \| +– \| +not measured \|/);
});

interface Written {
  rows: { case: string; results: Record<string, { failure?: string; samples?: Record<string, number>[] }> }[];
}

test('every scene runs with Mediant alone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-webrtc-'));
  const json = join(directory, 'result.json');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL('../../../bench/run.mjs', import.meta.url)), 'webrtc', '--quick', '--vs', 'none', '--node', process.execPath, '--json', json,
    ], { env: { ...process.env, NODE_OPTIONS: '' } });
    assert.not.match(stdout, 'Failed');
    const { rows } = JSON.parse(readFileSync(json, 'utf8')) as Written;
    assert.is(rows.length, 8);
    for (const { case: scene, results } of rows) {
      const { failure, samples } = results['mediant'];
      assert.is(failure, undefined, scene);
      assert.ok(samples![0]['work'] > 0, scene);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
