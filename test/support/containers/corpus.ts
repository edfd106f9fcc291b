/** Small media files made by the system's ffmpeg at the first run, and kept in `.tmp/containers` from then on. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../.tmp/containers/', import.meta.url));

function versionOf(tool: string): string | null {
  try {
    return execFileSync(tool, ['-version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0];
  } catch {
    return null;
  }
}

const version = versionOf('ffmpeg');

/** Why there is no corpus; null where there is one. */
export const corpusMissing: string | null = version && versionOf('ffprobe') ? null : 'no ffmpeg with ffprobe on the PATH';

export interface CorpusFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Two seconds, a tone of its own in each channel. */
const layout = (name: string, channels: number): readonly string[] => ['-f', 'lavfi', '-i',
  `aevalsrc=exprs=${Array.from({ length: channels }, (_, channel) => `0.3*sin(${2 * (220 + 110 * channel)}*PI*t)`).join('|')}:channel_layout=${name}:sample_rate=48000:duration=2`];

const inputs: Record<string, readonly string[]> = {
  video: ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25:duration=2'],
  audio: ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=2'],
  ...Object.fromEntries(['mono', 'stereo', '3.0', 'quad', '5.0', '5.1', '6.1', '7.1'].map((name, index) => [name, layout(name, index + 1)])),
};

/**
 * The file that `ffmpeg INPUTS ARGUMENTS` makes. `{video}` and `{audio}` stand for two seconds of each as inputs, `{mono}` to `{7.1}` for tones in so many channels.
 * @param name tells the container by its extension
 */
export function corpusFile(name: string, command: string): CorpusFile {
  const args = command.trim().split(/\s+/).flatMap((word) => inputs[/^\{(.+)\}$/.exec(word)?.[1] ?? ''] ?? [word]);
  const hash = createHash('sha256').update(JSON.stringify([version, args])).digest('hex').slice(0, 12);
  const path = `${folder}${hash}-${name}`;
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const unfinished = `${folder}${process.pid}-${name}`;
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...args, '-flags', '+bitexact', '-fflags', '+bitexact', '-threads', '1', unfinished], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, SVT_LOG: '1' } });
    renameSync(unfinished, path);
  }
  return { name, path, bytes: new Uint8Array(readFileSync(path)) };
}
