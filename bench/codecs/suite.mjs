/** Decoding whole files with Mediant's demuxers and WebCodecs, and with the ffmpeg command line. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Progress } from '../shared/Progress.mjs';
import { UsageError } from '../shared/errors.mjs';
import { countBusyCores, describeMachine } from '../shared/machine.mjs';
import { runHardware } from './hardware.mjs';
import { mediaOf } from './media.mjs';
import { report } from './report.mjs';
import { scenes } from './scenes.mjs';

export const help = `npm run bench -- codecs [options]
  Decodes files with Mediant and with the ffmpeg on the PATH, in turns, each time in a process of its own, and prints processor time, frames a
  second, time per audio packet and memory.

  --scene NAME    only scenes whose name contains it; repeat it for several
  --rounds N      measurements of each, default 3
  --hardware      decodes 4K at 60 frames a second by the devices of this machine instead, and takes the device away in the middle
  --quick         one round of the first second of each file: to see that it works
  --json FILE     writes every sample
scenes: ${scenes.map(({ name }) => `"${name}"`).join(' ')}`;

export const options = {
  scene: { type: 'string', multiple: true, default: [''] },
  rounds: { type: 'string', default: '3' },
  hardware: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
};

/** As often sound is decoded again after the first time, to tell what a packet costs when JavaScript has been compiled: the last half counts. */
const furtherTimes = 10;

/** ffmpeg is the system's. */
export const isAlone = () => true;

const entry = new URL('../../dist/webcodecs.js', import.meta.url).href;

/** Prints the report, and returns what `--json` writes. */
export async function run({ scene: parts, rounds: wanted, hardware, quick }) {
  const rounds = quick ? 1 : Number(wanted);
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new UsageError(`--rounds wants a whole number from 1 on, not '${wanted}'`);
  const isChosen = (name) => parts.some((part) => name.includes(part));
  const chosen = scenes.filter(({ name }) => isChosen(name));
  if (chosen.length === 0 && !hardware) throw new UsageError(`no scene's name contains ${parts.join(' or ')}`);
  const directory = mkdtempSync(join(tmpdir(), 'bench-codecs-'));
  const program = join(directory, 'decode.mjs');
  const source = fileURLToPath(new URL(hardware ? 'hardware.process.ts' : 'decode.process.ts', import.meta.url));
  await build({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', target: 'es2022', outfile: program, external: ['node-av/*'] });
  try {
    if (hardware) return await runHardware({ program, entry, chosen: isChosen, rounds, quick });
    const files = chosen.map((scene) => mediaOf(scene, quick ? 1 : undefined));
    const rows = chosen.map(({ name, kind }) => ({ name, kind, mediant: [], ffmpeg: [] }));
    const progress = new Progress(rounds * chosen.length);
    for (let round = 0; round < rounds; round++) {
      for (const [index, row] of rows.entries()) {
        row.mediant.push(await counted(() => mediant(program, files[index], row.kind === 'audio' && !quick ? furtherTimes : 0)));
        row.ffmpeg.push(await counted(() => ffmpeg(files[index])));
        progress.add(row.name);
      }
    }
    progress.end();
    const result = {
      suite: 'codecs',
      date: new Date().toISOString(),
      machine: describeMachine(),
      node: process.version,
      ffmpeg: execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0],
      rounds,
      rows,
    };
    console.log(report(result));
    return result;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function counted(action) {
  const { result, busyCores } = await countBusyCores(async () => action(), ({ cpuSeconds = 0, furtherCpuSeconds = [] }) => furtherCpuSeconds.reduce((sum, seconds) => sum + seconds, cpuSeconds));
  return { ...result, busyCores };
}

function mediant(program, path, further) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, path, entry, String(further)], { encoding: 'utf8' });
  if (status !== 0 || stdout === '') return { failure: stderr.trim().split('\n').at(-1) || `exit status ${status}` };
  return JSON.parse(stdout);
}

/** What `-benchmark` tells of the whole process. */
function ffmpeg(path) {
  const { stderr, status } = spawnSync('ffmpeg', ['-nostdin', '-hide_banner', '-benchmark', '-i', path, '-f', 'null', '-'], { encoding: 'utf8' });
  const number = (pattern) => Number(pattern.exec(stderr)?.[1]);
  if (status !== 0) return { failure: stderr.trim().split('\n').at(-1) };
  return {
    wallSeconds: number(/rtime=([\d.]+)s/),
    cpuSeconds: number(/utime=([\d.]+)s/) + number(/stime=([\d.]+)s/),
    peakResidentMiB: number(/maxrss=(\d+)/) / 1024,
    failure: null,
  };
}
