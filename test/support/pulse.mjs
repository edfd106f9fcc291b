/**
 * A PulseAudio server of the test's own, with a null sink: what is played to it can be recorded again, sample for sample.
 * It listens on a socket in a temporary directory and touches nothing of the user's.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const startLimitMilliseconds = 10_000;

/** Why there can be no server, or undefined. */
export function pulseMissing() {
  for (const program of ['pulseaudio', 'parec', 'pactl']) {
    if (spawnSync(program, ['--version']).error) return `${program} is not installed`;
  }
  return undefined;
}

const mayBeRealtime = () => spawnSync('chrt', ['--fifo', '3', 'true']).status === 0;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Which null sinks there are, the default one first: `[{ name, rate, channels }]`. */
export async function startPulse(sinks = [{ name: 'test', rate: 48000, channels: 2 }]) {
  const directory = mkdtempSync(join(tmpdir(), 'mediant-pulse-'));
  const socket = join(directory, 'socket');
  const variables = {
    HOME: directory, XDG_RUNTIME_DIR: directory, PULSE_COOKIE: join(directory, 'cookie'), PULSE_SERVER: `unix:${socket}`,
  };
  const env = { ...process.env, ...variables };
  // The server takes samples in by a thread of ordinary priority; on a busy machine that alone is enough for drop-outs.
  const serverCommand = [
    'pulseaudio',
    '-n', '--daemonize=no', '--exit-idle-time=-1', '--system=false', '--use-pid-file=no', '--log-level=error',
    `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    ...sinks.map(({ name, rate, channels }) =>
      `--load=module-null-sink sink_name=${name} rate=${rate} channels=${channels} format=float32le`),
  ];
  const [program, ...args] = mayBeRealtime() ? ['chrt', '--fifo', '3', ...serverCommand] : serverCommand;
  const server = spawn(program, args, { env, stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('close', resolve));
  process.once('exit', () => server.kill('SIGKILL')); // A test that throws does not stop it.

  const control = (...args) => spawnSync('pactl', args, { env, encoding: 'utf8' });
  for (let waited = 0; !existsSync(socket) || control('info').status !== 0; waited += 50) {
    if (waited > startLimitMilliseconds || server.exitCode !== null) throw new Error('pulseaudio did not start');
    await pause(50);
  }
  control('set-default-sink', sinks[0].name);

  const startRecorder = (sink, latencyMilliseconds) => spawn('parec', [
    `--device=${sink.name}.monitor`, '--raw', '--format=float32le', `--rate=${sink.rate}`, `--channels=${sink.channels}`,
    `--latency-msec=${latencyMilliseconds}`,
  ], { env, stdio: ['ignore', 'pipe', 'ignore'] });

  // An idle null sink renders two seconds ahead, and a stream that comes then has to wait for them. A listener keeps it from that.
  const listeners = sinks.map((sink) => startRecorder(sink, 10));
  await Promise.all(listeners.map(({ stdout }) => new Promise((resolve) => stdout.on('data', resolve))));

  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);

  return {
    env,
    pactl: control,
    /** Records what is played to a sink until `stop()`, which gives the interleaved samples. */
    record(sink = sinks[0]) {
      const recorder = startRecorder(sink, 50);
      const chunks = [];
      recorder.stdout.on('data', (chunk) => chunks.push(chunk));
      const closed = new Promise((resolve) => recorder.once('close', resolve));
      return {
        /** Resolves once samples arrive. */
        started: new Promise((resolve) => recorder.stdout.once('data', () => resolve())),
        frames: () => chunks.reduce((sum, { length }) => sum + length, 0) / (4 * sink.channels),
        async stop() {
          recorder.kill();
          await closed;
          const bytes = Buffer.concat(chunks);
          return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
        },
      };
    },
    /** Ends the server as a crash would: connections break. */
    async kill() {
      server.kill('SIGKILL');
      await ended;
    },
    async stop() {
      for (const listener of listeners) listener.kill();
      server.kill();
      await ended;
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
