// What the monitor of a PulseAudio null sink records equals the offline render of the same graph, sample for sample, for 60 s, while the
// control thread is blocked half of the time. A minimal C client plays a counter beside it and shows what the machine itself drops.
// Run with: node test/soak/pulse-exact.mjs [seconds]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OfflineAudioContext } from 'mediant';
import { buildScene } from './pulse-scene.mjs';

const seconds = Number(process.argv[2] ?? 60);
const sampleRate = 48_000;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mediant-pulse-'));
const environment = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder, PULSE_SERVER: `unix:${folder}/native`, MEDIANT_AUDIO: 'pulse' };
const children = [];

function start(command, args, options = {}) {
  const child = spawn(command, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'], ...options });
  children.push(child);
  return child;
}
const finished = (child) => new Promise((resolve) => child.once('exit', resolve));

function record(sink, channels) {
  const child = start('parec', ['--raw', '--format=float32le', `--rate=${sampleRate}`, `--channels=${channels}`, '--latency-msec=50', `--device=${sink}.monitor`]);
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  return {
    stop: async () => {
      child.kill('SIGINT');
      await finished(child);
      const bytes = Buffer.concat(chunks);
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~(4 * channels - 1))));
    },
  };
}

async function startServer() {
  const sink = (name) => ['-L', `module-null-sink sink_name=${name} rate=${sampleRate} format=float32le channels=${name === 'ours' ? 2 : 1}`];
  const server = start('pulseaudio', ['-n', '--daemonize=no', '--exit-idle-time=-1', '--disallow-exit', '--log-level=error', ...sink('ours'), ...sink('control'),
    '-L', `module-native-protocol-unix socket=${folder}/native auth-anonymous=1`], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      execFileSync('pactl', ['set-default-sink', 'ours'], { env: environment, stdio: 'ignore' });
      return server;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('the private PulseAudio server did not start');
}

/** Walks `recorded` against `expected`; after a difference it passes over what was lost and goes on where both agree again. */
function compare(recorded, expected) {
  const window = 64;
  const agree = (position, reference) => {
    for (let frame = 0; frame < window; frame++) if (recorded[position + frame] !== expected[reference + frame]) return false;
    return true;
  };
  const end = recorded.findLastIndex((sample) => sample !== 0) + 1;
  let position = recorded.findIndex((sample) => sample !== 0);
  let reference = expected.findIndex((sample) => sample !== 0);
  let compared = 0;
  const breaks = [];
  while (position < end && reference < expected.length) {
    if (recorded[position] === expected[reference]) {
      position++;
      reference++;
      compared++;
      continue;
    }
    const lost = { atSeconds: reference / sampleRate };
    breaks.push(lost);
    let next = position;
    while (next < end && recorded[next] === 0) next++;
    let found = -1;
    for (; found < 0 && next + window < end; next++) {
      const limit = Math.min(reference + sampleRate, expected.length - window);
      for (let candidate = reference; candidate < limit && found < 0; candidate++) if (agree(next, candidate)) found = candidate;
      if (found >= 0) break;
    }
    if (found < 0) break;
    lost.silentFrames = next - position;
    lost.skippedFrames = found - reference;
    [position, reference] = [next, found];
  }
  return { compared, breaks };
}

let failed = false;
try {
  await startServer();
  execFileSync('cc', [here('pulse-client.c'), '-O2', '-o', join(folder, 'pulse-client'), '-lpulse-simple', '-lpulse']);
  const ours = record('ours', 2);
  const control = record('control', 1);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const client = start(join(folder, 'pulse-client'), ['control', String(sampleRate), String(seconds)], { stdio: 'inherit' });
  const player = start(process.execPath, [here('pulse-player.mjs'), String(seconds), String(sampleRate)], { stdio: 'inherit' });
  await Promise.all([finished(client), finished(player)]);
  const [recorded, counter] = [await ours.stop(), await control.stop()];

  const context = new OfflineAudioContext(2, sampleRate * (seconds + 1), sampleRate);
  buildScene(context);
  const rendered = await context.startRendering();
  const left = recorded.filter((_, index) => index % 2 === 0);
  const { compared, breaks } = compare(left, rendered.getChannelData(0));
  console.log(`ours: ${(compared / sampleRate).toFixed(2)} s equal sample for sample, ${breaks.length} breaks`, ...breaks.slice(0, 10));

  const first = counter.findIndex((sample) => sample !== 0);
  const last = counter.length - 1 - [...counter].reverse().findIndex((sample) => sample !== 0);
  let drops = 0;
  for (let frame = first + 1; frame <= last; frame++) {
    const step = Math.round((counter[frame] - counter[frame - 1]) * 131072);
    if (step !== 1 && step !== -65535) drops++;
  }
  console.log(`the C client: ${((last - first) / sampleRate).toFixed(2)} s, ${drops} breaks`);
  failed = breaks.length > 0 || compared < sampleRate * (seconds - 2);
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
