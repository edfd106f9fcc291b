/**
 * Builds `src/generated` and `dist` when they are missing or older than what they are made from.
 * `npm start` and `npm test` call it, so that a fresh clone works and a fresh build costs nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const generatedSources = ['spec', 'package.json'];
const bundleSources = ['src', 'spec', 'wpt', 'rollup.config.js', 'package.json'];
const lockWaitMilliseconds = 120_000;

/** Its modification time says when the generator last ran. */
const generatedMark = 'src/generated/omitted.json';

/** Latest modification time below `path`, in milliseconds; 0 where there is nothing. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = 0;
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name)));
  return latest;
}

const newestOf = (paths) => Math.max(...paths.map((path) => newest(join(root, path))));

export function generatedIsStale() {
  return newest(join(root, generatedMark)) < newestOf(generatedSources);
}

export function bundleIsStale() {
  return newest(join(root, 'dist/core.js')) < newestOf(bundleSources);
}

function npmRun(script) {
  const result = spawnSync('npm', ['run', '--silent', script], { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status !== 0) throw new Error(`npm run ${script} failed:\n${result.stdout}${result.stderr}`);
}

/** Holds a directory as a lock, so that two runs never write the same files at once. */
function locked(action) {
  const lock = join(root, 'node_modules/.mediant-build-lock');
  const wait = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 200) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (waited > lockWaitMilliseconds) break; // Left behind by a process that was killed.
      Atomics.wait(wait, 0, 0, 200);
    }
  }
  try {
    action();
  } finally {
    rmdirSync(lock);
  }
}

/** Makes the generated sources when `bundle` is false, everything when it is true. */
export function ensureBuilt({ bundle = true, say = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const stale = () => (bundle ? bundleIsStale() : generatedIsStale());
  if (!stale()) return;
  locked(() => {
    if (!stale()) return;
    say(bundle ? 'Building dist/ …' : 'Generating src/generated/ …');
    const begun = new Date();
    npmRun(bundle ? 'build' : 'generate');
    // What was edited while the build ran is newer than the build. The generator leaves files alone that would not change.
    for (const mark of bundle ? [generatedMark, 'dist/core.js'] : [generatedMark]) utimesSync(join(root, mark), begun, begun);
  });
}
