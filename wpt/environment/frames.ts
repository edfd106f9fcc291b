import { windowModule, type Window } from './jsdom';

/**
 * Windows of frames: jsdom makes them itself and offers no hook, so `createWindow` is replaced. A frame shares its parent's dispatcher,
 * which tells which environment it belongs to.
 */
const furnishers = new WeakMap<object, (window: Window) => void>();
let hooked = false;

/** Calls `furnish` with every window that a frame under `window` gets from now on, before anything is parsed into it. */
export function furnishFrames(window: Window, furnish: (window: Window) => void): void {
  furnishers.set(window._dispatcher, furnish);
  if (!hooked) {
    hooked = true;
    const { createWindow } = windowModule;
    windowModule.createWindow = (options) => {
      const created = createWindow(options);
      furnishers.get(options.dispatcher)?.(created._globalProxy);
      return created;
    };
  }
}
