/** What scenes can be rendered by. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromiumPath } from '../shared/chromium.mjs';
import { UsageError } from '../shared/errors.mjs';
import { MeasuredProcess } from '../shared/MeasuredProcess.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const benchNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const scriptOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const versionIn = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version;

/** `start` leaves the scene open where only start-up is measured. */
const inNode = (name, module, version, node) => ({
  name,
  description: `${name} ${version}`,
  start: (scene, limitSeconds) => MeasuredProcess.start(scriptOf('node.process.mjs'), { node, argv: [module, scene?.name ?? ''], limitSeconds }),
});

/** A checkout of Mediant; `dist/` and the addon have been built there. */
function mediant(name, directory, node) {
  const entry = join(directory, 'dist/index.js');
  if (!existsSync(entry)) throw new UsageError(`no build of Mediant in ${directory}`);
  return inNode(name, pathToFileURL(entry).href, versionIn(directory), node);
}

function peer(name, node) {
  const require = createRequire(import.meta.url);
  const directory = fileURLToPath(new URL(`../node_modules/${name}/`, import.meta.url));
  return inNode(name, pathToFileURL(require.resolve(name)).href, versionIn(directory), node);
}

async function chromium() {
  const executable = chromiumPath();
  if (!executable) throw new UsageError('no Chromium found; CHROMIUM may name one');
  const start = (scene, limitSeconds) => MeasuredProcess.start(scriptOf('chromium.process.mjs'), { argv: [executable, scene?.name ?? ''], limitSeconds });
  const probe = await start(undefined, 60);
  const version = await probe.request('version');
  await probe.end();
  return { name: 'chromium', description: `Chromium ${version}, headless`, start };
}

const makers = {
  'node-web-audio-api': (node) => peer('node-web-audio-api', node),
  'web-audio-api': (node) => peer('web-audio-api', node),
  chromium,
};
export const peerNames = Object.keys(makers);

/**
 * Mediant, and whom it is compared with: `peers` are of `peerNames`, or directories of other checkouts of Mediant. All of them that
 * need Node run on the same one.
 */
export async function implementations(peers, node = existsSync(benchNode) ? benchNode : process.execPath) {
  const list = [mediant('mediant', root, node)];
  for (const name of peers) {
    if (name in makers) list.push(await makers[name](node));
    else if (existsSync(join(name, 'package.json'))) list.push(mediant(name, resolve(name), node));
    else throw new UsageError(`--vs wants ${peerNames.join(', ')} or the directory of another checkout, not '${name}'`);
  }
  return { list, node };
}
