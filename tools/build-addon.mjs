/**
 * Builds `build/Release/mediant.node` (`--debug`: `build/Debug/mediant.node`) with node-gyp, one compiler a core.
 * Prints a few lines of progress; the compiler's own output only when it fails. `--clean` starts from nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeSources } from './native-sources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = join(root, 'node_modules/.mediant-addon.lock');
const shownErrorLines = 40;

/** node-gyp of the checkout, or the one npm brings along while it runs an install script. */
function nodeGyp() {
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    if (process.env.npm_config_node_gyp) return process.env.npm_config_node_gyp;
    throw new Error('node-gyp is not installed');
  }
}

/** Node's headers as they come with Node itself, which saves a download; the addon needs only its Node-API. */
function nodeDirectory() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node_api.h')) ? prefix : undefined;
}

function nodeGypArguments({ debug, clean }) {
  const prefix = nodeDirectory();
  return [
    nodeGyp(), ...(clean ? ['rebuild'] : ['configure', 'build']), '--loglevel=error', debug ? '--debug' : '--release',
    `--jobs=${process.env.JOBS || availableParallelism()}`, ...(prefix ? [`--nodedir=${prefix}`] : []),
  ];
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** One build at a time in a checkout. The lock names its process, so one that was left behind by a killed build is known. */
async function locked(action) {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(existsSync(lock) && readFileSync(lock, 'utf8'));
      if (holder && !isRunning(holder)) rmSync(lock, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await action();
  } finally {
    rmSync(lock, { force: true });
  }
}

function runNodeGyp(options, say) {
  const total = ['portable', ...(process.arch === 'x64' ? ['sse4', 'avx2', 'avx512'] : process.arch === 'arm64' ? ['neon'] : [])]
    .reduce((sum, set) => sum + nativeSources(set).length, 0);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, nodeGypArguments(options), { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let compiled = 0;
    let shown = 0;
    const read = (chunk) => {
      output += chunk;
      compiled += chunk.match(/^\s*CXX\(target\)/gm)?.length ?? 0;
      const quarter = Math.floor((4 * compiled) / total);
      if (quarter > shown && compiled < total) say(`  ${compiled} of ${total} files`);
      shown = Math.max(shown, quarter);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) return resolve(compiled);
      const lines = output.trimEnd().split('\n').filter((line) => !/^(make: (Entering|Leaving|\*\*\* Waiting)|gyp ERR!|  [A-Z_]+\()/.test(line));
      reject(new Error(`node-gyp ended with status ${status}\n${lines.slice(-shownErrorLines).join('\n')}`));
    });
  });
}

/** A library links with symbols missing, as Node's own are; whether it is whole shows when it is loaded. */
function checkLoads(file) {
  const { status, stderr } = spawnSync(process.execPath, ['--eval', `require(${JSON.stringify(file)})`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} can't be loaded: ${/^Error: (.*)$/m.exec(stderr)?.[1] ?? stderr.trim()}`);
}

/** Resolves to the addon's path; rejects with the compiler's last words. */
export async function buildAddon({ debug = false, clean = false, say = (line) => console.log(line) } = {}) {
  const file = join(root, `build/${debug ? 'Debug' : 'Release'}/mediant.node`);
  const started = performance.now();
  say('Building the addon …');
  mkdirSync(dirname(lock), { recursive: true });
  const compiled = await locked(() => runNodeGyp({ debug, clean }, say));
  checkLoads(file);
  say(`Built ${file} (${compiled} files, ${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const options = new Set(process.argv.slice(2));
  try {
    await buildAddon({ debug: options.has('--debug'), clean: options.has('--clean') });
  } catch (error) {
    console.error(`Building the addon failed: ${error.message}`);
    process.exitCode = 1;
  }
}
