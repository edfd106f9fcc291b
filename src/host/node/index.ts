/** The Host that Node gives: its timers and tasks, the addon's engines and devices, the codec Worker. */
import { performance } from 'node:perf_hooks';
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { MessagePort } from 'node:worker_threads';
import type { Host, RealmMessagePort } from '../Host';
import { createAudioHost } from './audio';
import { createNodeCodecHost } from './codecs';
import { environment } from './environment';
import { readImage } from './images';
import { createNodeNetHost } from './net';
import { randomStock } from './random-stock';
import { NodeDeviceHost } from './devices';
import type { Permissions } from './devices';

export interface NodeHostOptions {
  /** The clock that script sees, in milliseconds; Node's `performance.now()` by default. */
  now?: () => number;
  /** Default: true, as a process of one's own is a secure context. */
  isSecureContext?: boolean;
  /** Default: the current directory, as it is when asked. */
  baseURL?: string;
  /** HTML's *report an exception*; by default the error is uncaught, as from any other callback of Node. */
  reportException?: (error: unknown) => void;
  /** `pulse`, `alsa` or `silent` to leave no other choice of audio backend. Default: the environment's MEDIANT_AUDIO. */
  audioBackend?: 'pulse' | 'alsa' | 'silent';
  /** Permissions that are not 'granted'. */
  permissions?: Permissions;
}

/** The Host of Node; its devices can be told more than the core may ask of them. */
export interface NodeHost extends Host {
  readonly devices: NodeDeviceHost;
}

export function createNodeHost(options: NodeHostOptions = {}): NodeHost {
  const now = options.now ?? (() => performance.now());
  const codecs = createNodeCodecHost();
  return {
    now,
    // Nothing a page waits for with a timer of ours is a reason to keep the process: engines do that where it is due.
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds).unref(),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    queueTask: (callback) => void setImmediate(callback),
    reportException: options.reportException ?? throwUncaught,
    isSecureContext: options.isSecureContext ?? true,
    transferArrayBuffer,
    unrefPort,
    readImage,
    warn: (message) => process.emitWarning(message, { code: 'MEDIANT' }),
    get baseURL() {
      return options.baseURL ?? pathToFileURL(`${process.cwd()}/`).href;
    },
    audio: createAudioHost(now, options.audioBackend ?? environment('MEDIANT_AUDIO')),
    codecs,
    net: createNodeNetHost(),
    devices: new NodeDeviceHost(now, codecs, options.permissions),
    getRandomValues: randomStock(),
  };
}

function throwUncaught(error: unknown): void {
  queueMicrotask(() => { throw error; });
}

/** Detaches `buffer` and returns its bytes. One that can't be detached, such as WebAssembly's, is copied. */
function transferArrayBuffer(buffer: ArrayBuffer): ArrayBuffer {
  try {
    return structuredClone(buffer, { transfer: [buffer] });
  } catch {
    return buffer.slice(0);
  }
}

/** Node holds the process for a port from its first listener on, by calling `ref`: an own one that does nothing hides the prototype's. */
function unrefPort(port: RealmMessagePort): void {
  if (!(port instanceof MessagePort)) return;
  Object.defineProperty(port, 'ref', { value: () => {}, configurable: true });
  port.unref();
}
