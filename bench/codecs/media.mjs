import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../shared/errors.mjs';

const directory = fileURLToPath(new URL('../../.tmp/bench-codecs/', import.meta.url));

/** Makes the file of a scene once, and returns its path. With `seconds` only so much of it. */
export function mediaOf({ file, make }, seconds) {
  mkdirSync(directory, { recursive: true });
  const path = `${directory}${seconds === undefined ? '' : `${seconds}s-`}${file}`;
  if (existsSync(path)) return path;
  process.stderr.write(`Making ${file} …\n`);
  const unfinished = `${directory}unfinished-${file}`;
  const limit = seconds === undefined ? [] : ['-t', String(seconds)];
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...make, ...limit, unfinished], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, SVT_LOG: '1' } });
  } catch (error) {
    throw new UsageError(error.code === 'ENOENT' ? 'ffmpeg is wanted on the PATH: it makes the files, and is what is compared with' : `ffmpeg could not make ${file}: ${error.stderr}`);
  }
  renameSync(unfinished, path);
  return path;
}
