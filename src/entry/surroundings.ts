/**
 * What scripts written for a page expect on the global besides the APIs: they look for AudioContext at `window` or `self`, ask whether
 * the context is secure before they use an AudioWorklet, draw meters from animation frames, ask the navigator for devices, the location
 * whether servers are to be reached over TLS, and the window to tell when it unloads.
 */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers';
import { pathToFileURL } from 'node:url';

type FrameRequestCallback = (now: number) => void;

const frameMilliseconds = 1000 / 60;

/** https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#list-of-animation-frame-callbacks */
const callbacks = new Map<number, FrameRequestCallback>();
let lastHandle = 0;
let awaitsFrame = false;

function requestAnimationFrame(callback: FrameRequestCallback): number {
  // Waiting for a frame is no reason to keep the process: a loop that draws would never end it.
  if (!awaitsFrame) setTimeout(runCallbacks, frameMilliseconds - (performance.now() % frameMilliseconds)).unref();
  awaitsFrame = true;
  callbacks.set(++lastHandle, callback);
  return lastHandle;
}

function cancelAnimationFrame(handle: number): void {
  callbacks.delete(handle);
}

/** https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#run-the-animation-frame-callbacks */
function runCallbacks(): void {
  awaitsFrame = false;
  const now = performance.now();
  for (const handle of [...callbacks.keys()]) {
    const callback = callbacks.get(handle);
    callbacks.delete(handle);
    try {
      callback?.(now);
    } catch (error) {
      queueMicrotask(() => { throw error; });
    }
  }
}

/** The members of Node's own, which it has from version 21 on. */
class Navigator {
  get hardwareConcurrency(): number {
    return availableParallelism();
  }

  get language(): string {
    return new Intl.DateTimeFormat().resolvedOptions().locale;
  }

  get languages(): readonly string[] {
    return Object.freeze([this.language]);
  }

  get platform(): string {
    return process.platform;
  }

  get userAgent(): string {
    return `Node.js/${process.versions.node.split('.')[0]}`;
  }
}

/** Defines on `global` what it lacks of it. */
export function defineSurroundings(global: object): void {
  // What is listened for at the global; nothing fires there unless a script dispatches it.
  const events = new EventTarget();
  const surroundings = {
    window: global,
    self: global,
    isSecureContext: true,
    // The folder that relative paths of this process begin at.
    location: pathToFileURL(`${process.cwd()}/`),
    navigator: new Navigator(),
    requestAnimationFrame,
    cancelAnimationFrame,
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    dispatchEvent: events.dispatchEvent.bind(events),
  };
  for (const [name, value] of Object.entries(surroundings)) {
    if (name in global) continue;
    Object.defineProperty(global, name, { value, writable: true, enumerable: false, configurable: true });
  }
}
