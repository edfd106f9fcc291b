/** For tests that watch a process or a Worker end: an engine of the addon, without anything around it. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const file = process.env.MEDIANT_ADDON ?? fileURLToPath(new URL('../../../build/Release/mediant.node', import.meta.url));
export const addon = createRequire(import.meta.url)(file);

export const suspended = 0;
export const running = 1;
export const closed = 2;

const state = () => new Float64Array(addon.stateWords);

export function openRealtime(events = () => {}) {
  return addon.openRealtime(48000, 128, 2, state(), events, 0, '', process.env.MEDIANT_AUDIO ?? '', 0);
}

export function openOffline(events = () => {}) {
  return addon.openOffline(48000, 128, 1, state(), events);
}

/** An engine that plays, once it does. */
export function play() {
  return new Promise((resolve) => {
    const engine = openRealtime(() => resolve(engine));
    engine.setState(running, 1);
  });
}
