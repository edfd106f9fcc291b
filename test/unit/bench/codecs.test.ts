// timeout: 120 s
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { report } from '../../../bench/codecs/report.mjs';

const facts = { machine: 'a machine', node: 'v0', ffmpeg: 'ffmpeg 0', hardware: false, rounds: 2 };
const ours = { wallSeconds: 2, cpuSeconds: 3, packets: 100, outputs: 100, failure: null, residentBeforeMiB: 80, peakResidentMiB: 200, busyCores: 0 };
const theirs = { wallSeconds: 1, cpuSeconds: 2, failure: null, peakResidentMiB: 90, busyCores: 0.5 };

test('processor time as a ratio, frames a second, and what a packet costs', () => {
  const text = report({
    ...facts,
    rows: [
      { name: 'VP9 1080p', kind: 'video', mediant: [ours, ours], ffmpeg: [theirs, theirs] },
      { name: 'Opus', kind: 'audio', mediant: [ours], ffmpeg: [theirs] },
    ],
  });
  assert.match(text, /\| VP9 1080p \| +3\.00 \| +2\.00 \| 1\.50 \(1\.50–1\.50\) \| +50\.0 \| +100 \| 200 \(80 before\) \/ 90 \|/);
  assert.match(text, /\| Opus +\| +100 \| +30000 \| +20000 \|/);
});

test('what fails is shown with its reason', () => {
  const text = report({ ...facts, rows: [{ name: 'AV1 4K', kind: 'video', mediant: [{ failure: 'no decoder' }], ffmpeg: [theirs] }] });
  assert.match(text, /\| AV1 4K \| +no decoder \|/);
});

if (spawnSync('ffmpeg', ['-version']).status === 0) {
  test('a quick run decodes something', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['bench/run.mjs', 'codecs', '--quick', '--scene', 'Opus'], { cwd: root });
    assert.match(stdout, /\| Opus +\| +5\d \| +\d/);
  });
} else console.log('skipped in part: no ffmpeg');

test.run();
