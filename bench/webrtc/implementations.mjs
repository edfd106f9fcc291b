/** What connections can be made by. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromiumPath } from '../shared/chromium.mjs';
import { UsageError } from '../shared/errors.mjs';
import { MeasuredProcess } from '../shared/MeasuredProcess.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scriptOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const versionIn = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version;
const { resolve: resolveModule } = createRequire(import.meta.url);

export const limitSeconds = 90;

/** What a process needs to know of a scene. */
const told = (scene) => JSON.stringify({ ...scene, figures: undefined });

const inNode = (name, peer, entry, version, node) => ({
  name,
  description: `${name} ${version}`,
  start: (scene) => MeasuredProcess.start(scriptOf('node.process.mjs'), { node, argv: [peer, entry, told(scene)], limitSeconds }),
});

/** A checkout of Mediant; `dist/` and the addon have been built there. */
function mediant(name, directory, node) {
  const entry = join(directory, 'dist/webrtc.js');
  if (!existsSync(entry)) throw new UsageError(`no build of Mediant in ${directory}`);
  return inNode(name, 'mediant', pathToFileURL(entry).href, versionIn(directory), node);
}

function peer(name, file, node) {
  const directory = fileURLToPath(new URL(`../node_modules/${name}/`, import.meta.url));
  if (!existsSync(directory)) return absent(name, 'it is not installed below bench/');
  return inNode(name, file, pathToFileURL(resolveModule(name)).href, versionIn(directory), node);
}

/** In every table, with the reason why it is not measured. */
function absent(name, reason) {
  return { name, description: `no ${name}`, start: async () => { throw new Error(reason); } };
}

async function chromium() {
  const executable = chromiumPath();
  if (!executable) return absent('chromium', 'no Chromium found; CHROMIUM may name one');
  const start = (scene) => MeasuredProcess.start(scriptOf('chromium.process.mjs'), { argv: [executable, told(scene)], limitSeconds });
  try {
    const probe = await start({});
    const version = await probe.request('version');
    await probe.end();
    return { name: 'chromium', description: `Chromium ${version}, headless`, start };
  } catch (error) {
    return absent('chromium', error.message);
  }
}

const makers = {
  'node-datachannel': (node) => peer('node-datachannel', 'node-datachannel', node),
  '@roamhq/wrtc': (node) => peer('@roamhq/wrtc', 'wrtc', node),
  werift: (node) => peer('werift', 'werift', node),
  chromium,
};
export const peerNames = Object.keys(makers);

/** Mediant, and whom it is compared with: `peers` are of `peerNames`, or directories of other checkouts of Mediant. */
export async function implementations(peers, node) {
  const list = [mediant('mediant', root, node)];
  for (const name of peers) {
    if (name in makers) list.push(await makers[name](node));
    else if (existsSync(join(name, 'package.json'))) list.push(mediant(name, resolve(name), node));
    else throw new UsageError(`--vs wants ${peerNames.join(', ')} or the directory of another checkout, not '${name}'`);
  }
  return list;
}
