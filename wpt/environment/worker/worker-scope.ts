import vm from 'node:vm';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { BlobURLs } from '../blob-urls';
import { installCanvas } from '../canvas/canvas';
import { defineAttribute, defineEventHandler, defineHidden, defineOperations, defineTag } from '../define';
import { catchUnhandled } from '../errors';
import { installFetch } from '../fetch';
import { installBufferTransfer, installGarbageCollection } from '../host-classes';
import { installMessaging, messageEvent, transferListOf } from '../messaging';
import { ModuleMap } from '../modules';
import type { Network } from '../network';
import type { Scope } from '../scope';
import { serialize, type Serialized } from '../structured-clone';
import { workerEvents } from './events';
import { installWorker, isScript, type WorkerFailure, type WorkerStart } from './worker';

/**
 * Makes the global of this thread a DedicatedWorkerGlobalScope (https://html.spec.whatwg.org/#workers) and runs the Worker's script in
 * it. The thread's own realm is used, so Node's implementations of web interfaces are of the right realm as they are.
 */
export async function startWorkerScope(makeNetwork: (data: unknown) => Network, entry: URL, furnish: (global: object) => void | Promise<void>): Promise<void> {
  if (isMainThread) {
    throw new Error('A worker scope needs a thread of its own.');
  }
  const start = workerData as WorkerStart;
  const network = makeNetwork(start.data);
  const scope = workerScope(start, network);
  const blobURLs = new BlobURLs(() => undefined);

  becomeEventTarget();
  defineHidden(globalThis, { ...workerEvents, WorkerLocation, WorkerNavigator });
  installMessaging(scope);
  installCanvas(scope);
  installFetch(scope, blobURLs);
  installBufferTransfer(scope);
  installGarbageCollection(scope);
  installWorker(scope, { entry, data: start.data }, blobURLs);
  installMembers(start, scope, network);
  catchUnhandled(() => scope);
  await furnish(globalThis);
  if (!start.crossOriginIsolated) {
    delete (globalThis as { SharedArrayBuffer?: unknown }).SharedArrayBuffer;
  }
  await run(start, scope, network);
  start.port.on('message', (serialized: Serialized) => scope.fire(globalThis as never, messageEvent(serialized, scope)));
}

class WorkerGlobalScope extends EventTarget {}
class DedicatedWorkerGlobalScope extends WorkerGlobalScope {}
defineTag(WorkerGlobalScope.prototype, 'WorkerGlobalScope');
defineTag(DedicatedWorkerGlobalScope.prototype, 'DedicatedWorkerGlobalScope');
for (const type of ['message', 'messageerror', 'offline', 'online', 'rejectionhandled', 'unhandledrejection']) {
  defineEventHandler(DedicatedWorkerGlobalScope.prototype, type);
}

/** Node's EventTarget keeps its state in own properties of the object, so an object is made one by giving it those. */
function becomeEventTarget(): void {
  const target = new EventTarget();
  for (const key of Reflect.ownKeys(target)) {
    Object.defineProperty(globalThis, key, Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor);
  }
  Object.setPrototypeOf(globalThis, DedicatedWorkerGlobalScope.prototype);
  delete (globalThis as { [Symbol.toStringTag]?: string })[Symbol.toStringTag];
  // Operations of a global object may be called without it.
  for (const name of ['addEventListener', 'dispatchEvent', 'removeEventListener'] as const) {
    const operation = EventTarget.prototype[name] as (...values: unknown[]) => unknown;
    defineOperations(WorkerGlobalScope.prototype, { [name](this: unknown, ...values: unknown[]) { return operation.apply(this ?? globalThis, values); } });
  }
  defineHidden(globalThis, { WorkerGlobalScope, DedicatedWorkerGlobalScope });
  let handler: ((...values: unknown[]) => unknown) | null = null;
  Object.defineProperty(DedicatedWorkerGlobalScope.prototype, 'onerror', {
    configurable: true,
    enumerable: true,
    get: () => handler,
    set: (value: unknown) => { handler = typeof value === 'function' ? (value as typeof handler) : null; },
  });
  (globalThis as unknown as EventTarget).addEventListener('error', (event) => {
    const { message, filename, lineno, colno, error } = event as unknown as WorkerFailure & { error: unknown };
    if (handler?.call(globalThis, message, filename, lineno, colno, error) === true) {
      event.preventDefault();
    }
  });
}

function workerScope(start: WorkerStart, network: Network): Scope {
  return {
    global: globalThis,
    network,
    baseURL: () => start.url,
    origin: start.origin,
    adoptBuffer: (buffer) => buffer,
    fire: (target, event) => { target.dispatchEvent(event as Event); },
    report(error) {
      const failure = describeFailure(error, start.url);
      const event = new workerEvents.ErrorEvent('error', { cancelable: true, ...failure, error });
      if ((globalThis as unknown as EventTarget).dispatchEvent(event)) {
        parentPort?.postMessage(failure);
      }
    },
  };
}

function describeFailure(error: unknown, url: string): WorkerFailure {
  const place = /\(?((?:https?|blob|data):[^\s]*?):(\d+):(\d+)\)?/.exec(String((error as Error)?.stack));
  const message = error instanceof Error ? `Uncaught ${error.name}: ${error.message}` : `Uncaught ${String(error)}`;
  return { message, filename: place?.[1] ?? url, lineno: Number(place?.[2] ?? 0), colno: Number(place?.[3] ?? 0) };
}

class WorkerLocation {
  constructor(url: URL) {
    for (const part of ['href', 'origin', 'protocol', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'] as const) {
      defineAttribute(this, part, () => url[part]);
    }
  }

  toString(): string {
    return (this as unknown as URL).href;
  }
}
defineTag(WorkerLocation.prototype, 'WorkerLocation');

class WorkerNavigator {
  readonly hardwareConcurrency = 2;
  readonly language = 'en-US';
  readonly languages = Object.freeze(['en-US', 'en']);
  readonly onLine = true;
  readonly userAgent = 'Mozilla/5.0 (Mediant)';
}
defineTag(WorkerNavigator.prototype, 'WorkerNavigator');

function installMembers(start: WorkerStart, scope: Scope, network: Network): void {
  const location = new WorkerLocation(new URL(start.url));
  const navigator = new WorkerNavigator();
  const attributes: Readonly<Record<string, unknown>> = {
    self: globalThis, location, navigator, name: start.name, origin: start.origin,
    isSecureContext: start.isSecureContext, crossOriginIsolated: start.crossOriginIsolated,
  };
  for (const [name, value] of Object.entries(attributes)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
  }
  const { setTimeout: nodeSetTimeout, setInterval: nodeSetInterval } = globalThis;
  defineOperations(globalThis, {
    setTimeout: (handler: () => void, milliseconds?: number, ...values: []) => Number(nodeSetTimeout(handler, milliseconds, ...values)),
    setInterval: (handler: () => void, milliseconds?: number, ...values: []) => Number(nodeSetInterval(handler, milliseconds, ...values)),
    postMessage(message: unknown, options?: object) {
      const serialized = serialize(message, transferListOf(options), scope);
      start.port.postMessage(serialized, serialized.transfer);
    },
    importScripts(...urls: unknown[]) {
      if (start.type === 'module') {
        throw new TypeError('Module scripts don\'t support importScripts().');
      }
      for (const url of urls.map((text) => new URL(String(text), start.url))) {
        const response = network.fetchSync({ method: 'GET', url, headers: new Map() });
        if (response === undefined || !isScript(response)) {
          throw new DOMException(`${url.href} could not be imported.`, 'NetworkError');
        }
        vm.runInThisContext(new TextDecoder().decode(response.body), { filename: url.href });
      }
    },
    close: () => setImmediate(() => process.exit()),
    reportError: (error: unknown) => scope.report(error),
  });
}

async function run(start: WorkerStart, scope: Scope, network: Network): Promise<void> {
  try {
    if (start.type === 'classic') {
      vm.runInThisContext(start.source, { filename: start.url });
      return;
    }
    const modules = new ModuleMap(async (url) => {
      const response = await network.fetch({ method: 'GET', url: new URL(url), headers: new Map() });
      if (response === undefined || !isScript(response)) {
        throw new TypeError(`Failed to fetch the module script ${url}.`);
      }
      return new TextDecoder().decode(response.body);
    });
    await modules.run(start.source, start.url);
  } catch (error) {
    scope.report(error);
  }
}
