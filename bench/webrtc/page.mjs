/** What runs in the pages of Chromium. All processor time of the browser counts as the near end's. */
import { FarEnd, NearEnd, directLinks } from './ends.mjs';
import { measurement } from './measure/index.mjs';
import { load } from './peers/browser.mjs';

function broadcastLink() {
  const channel = new BroadcastChannel('link');
  const link = { post: (message) => channel.postMessage(message) };
  channel.onmessage = ({ data }) => link.listener(data);
  return link;
}

export async function beFar() {
  new FarEnd(await load(), broadcastLink(), () => 0);
}

export async function beNear(scene) {
  const implementation = await load();
  let link;
  if (scene.processes === 2) {
    link = broadcastLink();
  } else {
    const { near, far } = directLinks();
    new FarEnd(implementation, far, () => 0);
    link = near;
  }
  const resources = () => {
    globalThis.gc?.();
    return globalThis.resourcesOfBrowser();
  };
  globalThis.benchMeasure = measurement(new NearEnd(implementation, link), scene, { processorSeconds: globalThis.processorSeconds, resources });
}
