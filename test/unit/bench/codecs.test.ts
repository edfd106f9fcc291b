// timeout: 120 s
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { report as hardwareReport } from '../../../bench/codecs/hardware.mjs';
import { report } from '../../../bench/codecs/report.mjs';

const facts = { machine: 'a machine', node: 'v0', ffmpeg: 'ffmpeg 0', rounds: 2 };
const ours = { wallSeconds: 2, cpuSeconds: 3, packets: 100, outputs: 100, failure: null, residentBeforeMiB: 80, peakResidentMiB: 200, busyCores: 0 };
const theirs = { wallSeconds: 1, cpuSeconds: 2, failure: null, peakResidentMiB: 90, busyCores: 0.5 };

test('processor time as a ratio, frames a second, and what a packet costs', () => {
  const text = report({
    ...facts,
    rows: [
      { name: 'VP9 1080p', kind: 'video', mediant: [ours, ours], ffmpeg: [theirs, theirs] },
      { name: 'Opus', kind: 'audio', mediant: [{ ...ours, furtherCpuSeconds: [2, 2, 1, 1.2, 1.1] }], ffmpeg: [theirs] },
    ],
  });
  assert.match(text, /\| VP9 1080p \| +3\.00 \| +2\.00 \| 1\.50 \(1\.50–1\.50\) \| +50\.0 \| +100 \| 200 \(80 before\) \/ 90 \|/);
  assert.match(text, /\| Opus +\| +100 \| +30000 \| +11000 \| +20000 \|/);
});

test('what fails is shown with its reason', () => {
  const text = report({ ...facts, rows: [{ name: 'AV1 4K', kind: 'video', mediant: [{ failure: 'no decoder' }], ffmpeg: [theirs] }] });
  assert.match(text, /\| AV1 4K \| +no decoder \|/);
});

test('devices: frames a second, and whether all frames came where the device was taken away', () => {
  const whole = { outputs: 300, wallSeconds: 4, cpuSeconds: 0.3, failure: null, decoder: 'h264 (vaapi)', losses: 0, isInOrder: true };
  const lines = (takenAway: object) => hardwareReport({ ...facts, rows: [{ name: 'H.264 4K60', devices: ['vaapi', 'cuda'], whole: [whole], takenAway: { ...whole, losses: 1, ...takenAway } }] });
  assert.match(lines({}), /\| H\.264 4K60 \| vaapi, cuda \| h264 \(vaapi\) \| +75\.0 \| +1\.00 \| +all 300 frames, each once \|/);
  assert.match(lines({ outputs: 299 }), /\| +299 of 300 frames \|/);
  assert.match(lines({ isInOrder: false }), /\| 300 of 300 frames, out of order \|/);
});

test('--hardware says in one line where there is no device', async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/run.mjs', 'codecs', '--hardware', '--scene', 'none of them'], { cwd: root });
  assert.match(stdout, /^No device decodes video here: nothing was measured\. .*\.\n$/);
});

if (spawnSync('ffmpeg', ['-version']).status === 0) {
  test('a quick run decodes something', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['bench/run.mjs', 'codecs', '--quick', '--scene', 'Opus'], { cwd: root });
    assert.match(stdout, /\| Opus +\| +5\d \| +\d/);
  });
} else console.log('skipped in part: no ffmpeg');

test.run();
