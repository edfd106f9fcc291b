/**
 * npm's install script: builds the addon where its sources are and no prebuilt one is. Never fails the install: without an
 * addon everything loads, and the first use that needs it says what is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Linux builds come for glibc and for musl; the loader that runs this process tells which. */
function isMusl() {
  return process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
}

function hasPrebuilt() {
  try {
    require.resolve(`@mediant/${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`);
    return true;
  } catch {
    return false;
  }
}

/** The compiler that make would call, if it runs. */
function checkCompiler() {
  if (process.platform === 'win32') return; // node-gyp finds Visual Studio, or says so.
  const command = process.env.CXX || (process.platform === 'darwin' ? 'c++' : 'g++');
  const [program, ...args] = command.trim().split(/\s+/);
  if (spawnSync(program, [...args, '--version']).status !== 0) throw new Error(`no working C++ compiler: ${command}`);
}

async function install() {
  const sources = ['binding.gyp', 'native/addon/addon.cc', 'tools/build-addon.mjs'];
  if (!sources.every((path) => existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url))))) return;
  if (hasPrebuilt()) return;
  checkCompiler();
  const { buildAddon } = await import('./build-addon.mjs');
  await buildAddon();
}

try {
  await install();
} catch (error) {
  const cause = /\berror: .*/.exec(error.message)?.[0] ?? error.message.split('\n')[0];
  console.log(`mediant: the native addon was not built (${cause}). Installation goes on; \`npm run build:addon\` builds it later.`);
}
