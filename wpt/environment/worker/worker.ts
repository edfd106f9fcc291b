import { MessageChannel, Worker as NodeWorker, type MessagePort } from 'node:worker_threads';
import { headerOf, type WireResponse } from '../../server/message';
import type { BlobURLs } from '../blob-urls';
import { defineEventHandler, defineHidden, defineTag } from '../define';
import { messageEvent, transferListOf } from '../messaging';
import type { Scope } from '../scope';
import { serialize, type Serialized } from '../structured-clone';

/** Node's own: the global of a Worker thread gets another. */
const { fetch: nodeFetch } = globalThis;

/** The module that a thread starts with (it calls `startWorkerScope`), and what that module needs to know. */
export interface WorkerThread {
  readonly entry: URL;
  readonly data: unknown;
}

/** What a new thread is told about its global scope. */
export interface WorkerStart {
  readonly url: string;
  readonly source: string;
  readonly type: 'classic' | 'module';
  readonly name: string;
  readonly origin: string;
  readonly isSecureContext: boolean;
  readonly crossOriginIsolated: boolean;
  /** The port of the thread's implicit channel to the Worker object. */
  readonly port: MessagePort;
  readonly data: unknown;
}

/** What a thread tells of an exception that nobody there handled. */
export interface WorkerFailure {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
}

/** Dedicated Workers over Node's threads (https://html.spec.whatwg.org/#dedicated-workers-and-the-worker-interface). */
export function installWorker(scope: Scope, { entry, data }: WorkerThread, blobURLs: BlobURLs): void {
  const { global } = scope;

  class Worker extends global.EventTarget {
    readonly #port: MessagePort;
    #thread: NodeWorker | undefined;
    #terminated = false;

    constructor(url: unknown, options: { type?: 'classic' | 'module'; name?: string } = {}) {
      super();
      const scriptURL = parse(String(url), scope);
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      this.#port.on('message', (serialized: Serialized) => scope.fire(this as any, messageEvent(serialized, scope)));
      void scriptText(scriptURL, scope, blobURLs).then((source) => {
        if (source === undefined) {
          this.#port.close();
          scope.fire(this as any, new global.Event('error', { cancelable: true }));
        } else if (!this.#terminated) {
          this.#start({
            url: scriptURL.href, source, type: options.type ?? 'classic', name: options.name ?? '', origin: scope.origin,
            isSecureContext: global.isSecureContext, crossOriginIsolated: global.crossOriginIsolated, port: port2, data,
          });
        }
      });
    }

    #start(start: WorkerStart) {
      this.#thread = new NodeWorker(entry, { workerData: start, transferList: [start.port] });
      this.#thread.on('message', (failure: WorkerFailure) => {
        scope.fire(this as any, new global.ErrorEvent('error', { cancelable: true, ...failure }));
      });
      this.#thread.on('error', (error) => {
        process.stderr.write(`A worker's thread failed: ${error.stack ?? String(error)}\n`);
        scope.fire(this as any, new global.ErrorEvent('error', { cancelable: true, message: String(error) }));
      });
    }

    postMessage(message: unknown, options?: object) {
      const serialized = serialize(message, transferListOf(options), scope);
      this.#port.postMessage(serialized, serialized.transfer);
    }

    terminate() {
      this.#terminated = true;
      this.#port.close();
      void this.#thread?.terminate();
    }
  }
  defineTag(Worker.prototype, 'Worker');
  defineEventHandler(Worker.prototype, 'message');
  defineEventHandler(Worker.prototype, 'messageerror');
  defineEventHandler(Worker.prototype, 'error');
  defineHidden(global, { Worker });
}

function parse(url: string, scope: Scope): URL {
  let parsed: URL;
  try {
    parsed = new URL(url, scope.baseURL());
  } catch {
    throw new scope.global.DOMException(`Failed to construct 'Worker': '${url}' is not a URL.`, 'SyntaxError');
  }
  if (parsed.protocol !== 'data:' && parsed.origin !== scope.origin) {
    throw new scope.global.DOMException(`Failed to construct 'Worker': ${url} is of another origin.`, 'SecurityError');
  }
  return parsed;
}

async function scriptText(url: URL, scope: Scope, blobURLs: BlobURLs): Promise<string | undefined> {
  if (url.protocol === 'data:') {
    return (await nodeFetch(url)).text();
  }
  const response = url.protocol === 'blob:'
    ? blobURLs.respond(url.href)
    : await scope.network.fetch({ method: 'GET', url, headers: new Map() });
  return response !== undefined && (url.protocol === 'blob:' || isScript(response)) ? new TextDecoder().decode(response.body) : undefined;
}

/** Whether a response may be run as a script: it was found, and has a JavaScript MIME type. */
export function isScript(response: WireResponse): boolean {
  return response.status >= 200 && response.status < 300 && /^(?:text|application)\/(?:x-)?(?:java|ecma)script\b/i.test(headerOf(response, 'Content-Type') ?? '');
}
