/**
 * A process that drives one headless Chromium: `chromium.process.mjs EXECUTABLE SCENE`, the scene in JSON. With two processes the ends
 * are two pages, each with a renderer of its own, and a BroadcastChannel between them.
 */
import { launch, openPage } from '../shared/chromium.mjs';
import { descendantSeconds, descendants, resourcesOf } from '../shared/processes.mjs';
import { serve } from '../shared/serve.mjs';

const [executablePath, text] = process.argv.slice(2);
const scene = JSON.parse(text);

const browser = await launch(executablePath, ['--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns', '--js-flags=--expose-gc']);
const folder = new URL('..', import.meta.url);

if (scene.kind) {
  const context = await browser.newContext(); // One for both, or they could not talk.
  const near = await openPage(context, folder);
  await near.exposeFunction('processorSeconds', descendantSeconds);
  await near.exposeFunction('resourcesOfBrowser', () => resourcesOf(descendants()));
  if (scene.processes === 2) {
    const far = await openPage(context, folder);
    await far.evaluate(() => import('./webrtc/page.mjs').then(({ beFar }) => beFar()));
  }
  await near.evaluate((argument) => import('./webrtc/page.mjs').then(({ beNear }) => beNear(argument)), scene);
  globalThis.page = near;
}

serve({
  version: () => browser.version(),
  measure: (request) => globalThis.page.evaluate((argument) => globalThis.benchMeasure(argument), request),
  finish: () => ({}),
}, () => browser.close());
