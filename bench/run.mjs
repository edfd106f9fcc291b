/**
 * `npm run bench -- SUITE [options]`: measures Mediant against others. What it is compared with is installed into `bench/` at the
 * first run, never by the package itself.
 */
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../tools/ensure-built.mjs';
import { UsageError } from './shared/errors.mjs';

const suites = {
  webaudio: () => import('./webaudio/suite.mjs'),
  webrtc: () => import('./webrtc/suite.mjs'),
  codecs: () => import('./codecs/suite.mjs'),
};

const general = `npm run bench -- SUITE [options]
suites: ${Object.keys(suites).join(' ')}
--help after one of them lists its options.`;

const changed = (path) => statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

function ensureInstalled() {
  if (changed('node_modules/.package-lock.json') >= changed('package-lock.json')) return;
  console.error('Installing what is compared with into bench/node_modules …');
  const directory = fileURLToPath(new URL('.', import.meta.url));
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('npm ci in bench/ failed');
}

function parse(argv, options) {
  try {
    return parseArgs({ args: argv, options: { ...options, json: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

async function main([name, ...argv]) {
  if (!name || name === '--help') return console.log(general);
  if (!Object.hasOwn(suites, name)) throw new UsageError(`no suite '${name}'; there is ${Object.keys(suites).join(', ')}`);
  const suite = await suites[name]();
  const values = parse(argv, suite.options);
  if (values.help) return console.log(suite.help);
  if (!suite.isAlone?.(values)) ensureInstalled();
  ensureBuilt();
  const result = await suite.run(values);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
