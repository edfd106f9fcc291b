import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'dist/cli.js');

export const addonIsBuilt = existsSync(join(root, 'build/Release/mediant.node'));

/** No test makes a sound, or depends on the machine's devices. */
const environment = { ...process.env, MEDIANT_AUDIO: 'silent', NODE_OPTIONS: '' };

export const directory = mkdtempSync(join(tmpdir(), 'mediant-cli-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

export function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

/** Runs the built command to its end, in `directory`. */
export function mediant(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8', cwd: directory, env: { ...environment, ...env }, timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** Runs it with a standard output that nobody reads any more. */
export function mediantUnread(args: readonly string[]) {
  const script = `trap '' PIPE; { { while echo; do :; done; } 2>/dev/null; "$@" 3>&-; echo $? >&3; } 3>&2 2>&4 | true`;
  const { output } = spawnSync('sh', ['-c', script, 'sh', process.execPath, cli, ...args], {
    encoding: 'utf8', cwd: directory, env: environment, timeout: 60_000, stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'pipe'],
  });
  return { status: Number(output[2]), stderr: output[4] };
}

/** The same, while this process goes on: it may serve what is asked for. */
export async function mediantWhile(args: readonly string[]) {
  const child = start(args);
  const [texts, closed] = [['', ''], once(child, 'close')];
  [child.stdout, child.stderr].forEach((stream, index) => stream.setEncoding('utf8').on('data', (text: string) => { texts[index] += text; }));
  const [status] = (await closed) as [number | null];
  return { status, stdout: texts[0], stderr: texts[1] };
}

export function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [cli, ...args], { cwd: directory, env: environment });
}

/** A stereo WAV file of 16-bit samples: a tone left, half as loud right. */
export function wav(seconds: number, sampleRate = 8000): Buffer {
  const frames = Math.round(seconds * sampleRate);
  const bytes = Buffer.alloc(44 + frames * 4);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + frames * 4, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(frames * 4, 40);
  for (let frame = 0; frame < frames; frame += 1) {
    const sample = Math.sin((2 * Math.PI * 440 * frame) / sampleRate) * 32767;
    bytes.writeInt16LE(Math.round(sample), 44 + frame * 4);
    bytes.writeInt16LE(Math.round(sample / 2), 46 + frame * 4);
  }
  return bytes;
}
