/**
 * A process of an implementation that runs in Node: `node.process.mjs PEER ENTRY SCENE`, the scene in JSON. With two processes this one
 * starts the other, the far end (`far` in place of the scene).
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resourcesOf } from '../shared/processes.mjs';
import { processorSeconds, serve } from '../shared/serve.mjs';
import { FarEnd, NearEnd, directLinks } from './ends.mjs';
import { measurement } from './measure/index.mjs';

const [peer, entry, what] = process.argv.slice(2);
const implementation = await (await import(`./peers/${peer}.mjs`)).load(entry);

function resources() {
  globalThis.gc?.();
  return resourcesOf([process.pid]);
}

if (what === 'far') {
  const link = { post: (message) => process.connected && process.send(message) };
  process.on('message', (message) => link.listener(message));
  process.on('disconnect', () => process.exit());
  new FarEnd(implementation, link, processorSeconds);
  process.send({ ready: true });
} else {
  await beNear(JSON.parse(what));
}

async function beNear(scene) {
  // Read when the first connection is made, in both processes.
  if (scene.maxDatagramBytes) process.env.MEDIANT_MAX_DATAGRAM_BYTES = scene.maxDatagramBytes;
  const [link, end] = scene.processes === 2 ? await forkFarEnd() : farEndHere();
  const measure = measurement(new NearEnd(implementation, link), scene, { processorSeconds, resources });
  serve({ measure, finish: () => ({}) }, end);
}

function farEndHere() {
  const { near, far } = directLinks();
  new FarEnd(implementation, far, processorSeconds);
  return [near, () => {}];
}

async function forkFarEnd() {
  const child = fork(fileURLToPath(import.meta.url), [peer, entry, 'far']);
  const link = { post: (message) => child.connected && child.send(message) };
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (status) => reject(new Error(`the other process ended with status ${status}`)));
  });
  child.on('message', (message) => link.listener(message));
  child.on('exit', (status, signal) => link.listener({ lost: `the other process ended with ${signal ?? `status ${status}`}` }));
  process.on('exit', () => child.kill('SIGKILL'));
  const end = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 2000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.disconnect();
  });
  return [link, end];
}
