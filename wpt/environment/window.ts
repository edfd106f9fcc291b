import { origin } from '../server/hosts';
import { MessageChannel, moveMessagePortToContext, receiveMessageOnPort } from 'node:worker_threads';
import { headerOf, type WireResponse } from '../server/message';
import { BlobURLs } from './blob-urls';
import { installCanvas } from './canvas/canvas';
import { defineAttribute, defineOperations } from './define';
import { adoptRootInterfaces, installDocumentGaps } from './document-gaps';
import { headerList, installFetch, registerBlobReader } from './fetch';
import { furnishFrames } from './frames';
import { installBufferTransfer, installGarbageCollection, installHostClasses } from './host-classes';
import { dispatchTrusted, implementationOf, jsdom, reportException, type Window } from './jsdom';
import { enableModuleScripts } from './module-scripts';
import { ModuleMap } from './modules';
import { installMessaging } from './messaging';
import type { Network } from './network';
import type { Scope } from './scope';
import { installWindowMessages } from './window-messages';
import { installWorker, type WorkerThread } from './worker/worker';

export interface WindowOptions {
  readonly url: string;
  readonly network: Network;
  /** What a dedicated Worker's thread starts with. */
  readonly workerThread: WorkerThread;
  /** Puts more on each window, frames included, before anything is parsed. */
  furnish?(window: Window): void;
  /** Hears the window's console and what jsdom can't do. */
  log?(method: string, values: readonly unknown[]): void;
}

export interface OpenWindow {
  readonly window: Window;
  readonly scope: Scope;
  /** The scope of the window that a promise, or anything else, was made in. */
  scopeOf(value: object): Scope | undefined;
}

/** What the windows of one page share. */
interface Page {
  readonly options: WindowOptions;
  readonly blobURLs: BlobURLs;
  readonly isolated: boolean;
  readonly scopes: Scope[];
}

registerBlobReader((blob) => implementationOf(blob)?._bytes);

/** Fetches a document and opens it in a jsdom window that has the rest of a browser's globals. */
export async function openWindow(options: WindowOptions): Promise<OpenWindow> {
  const response = await options.network.fetch({ method: 'GET', url: new URL(options.url), headers: new Map() });
  if (response === undefined || response.status !== 200) {
    throw new Error(`${options.url} could not be loaded${response ? `: status ${response.status}` : ''}.`);
  }
  const page: Page = {
    options,
    blobURLs: new BlobURLs((blob) => {
      const implementation = implementationOf(blob);
      return implementation?._bytes && { bytes: implementation._bytes as Uint8Array, type: implementation.type as string };
    }),
    isolated: isCrossOriginIsolated(response),
    scopes: [],
  };
  const virtualConsole = new jsdom.VirtualConsole();
  for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn', 'jsdomError']) {
    virtualConsole.on(method, (...values) => options.log?.(method, values));
  }
  const { window } = new jsdom.JSDOM(response.body, {
    url: options.url,
    contentType: headerOf(response, 'Content-Type') ?? 'text/html',
    runScripts: 'dangerously',
    pretendToBeVisual: true,
    includeNodeLocations: !/xml/.test(headerOf(response, 'Content-Type') ?? ''),
    virtualConsole,
    resources: { interceptors: [jsdom.requestInterceptor((request) => answer(request, page))] },
    beforeParse(created: Window) {
      furnishFrames(created, (frame) => furnishWindow(frame, page));
      furnishWindow(created, page);
    },
  });
  return {
    window,
    scope: page.scopes[0] as Scope,
    scopeOf: (value) => page.scopes.find(({ global }) => value instanceof global.Object),
  };
}

/** Requests of elements and of XMLHttpRequest. */
async function answer(request: Request, { options, blobURLs }: Page): Promise<Response> {
  const body = request.body === null ? {} : { body: new Uint8Array(await request.arrayBuffer()) };
  const response = request.url.startsWith('blob:')
    ? blobURLs.respond(request.url)
    : await options.network.fetch({ method: request.method, url: new URL(request.url), headers: new Map(headerList(request.headers)), ...body });
  if (response === undefined) {
    throw new TypeError(`${request.url} can't be reached.`);
  }
  const { status, statusText, headers } = response;
  return new Response([204, 205, 304].includes(status) ? null : (response.body as Uint8Array<ArrayBuffer>), { status, statusText: statusText ?? '', headers });
}

function furnishWindow(window: Window, page: Page): void {
  const { options, blobURLs } = page;
  const scope = windowScope(window, options.network);
  page.scopes.push(scope);
  const isSecureContext = isPotentiallyTrustworthy(scope.origin) && !window.location.pathname.includes('.http.');
  defineAttribute(window, 'isSecureContext', () => isSecureContext);
  defineAttribute(window, 'crossOriginIsolated', () => page.isolated);
  defineOperations(window.URL, {
    createObjectURL(object: object) {
      const types = [window.Blob, window.MediaSource].filter((type) => type !== undefined);
      if (!types.some((type) => object instanceof type)) {
        throw new window.TypeError('The object is neither a Blob nor a MediaSource.');
      }
      return blobURLs.create(object, scope.origin);
    },
    revokeObjectURL: (url: unknown) => blobURLs.revoke(String(url)),
  });
  adoptRootInterfaces(scope);
  installDocumentGaps(scope);
  installHostClasses(scope, isSecureContext);
  installBufferTransfer(scope);
  installGarbageCollection(scope);
  installMessaging(scope);
  installCanvas(scope);
  installWindowMessages(scope);
  installFetch(scope, blobURLs);
  installWorker(scope, options.workerThread, blobURLs);
  enableModuleScripts(window.document, new ModuleMap((url) => moduleText(url, page), window));
  options.furnish?.(window);
  if (!page.isolated) {
    delete window.SharedArrayBuffer;
  }
}

function windowScope(window: Window, network: Network): Scope {
  return {
    global: window,
    network,
    baseURL: () => window.document.baseURI as string,
    origin: window.origin as string,
    adoptBuffer: (buffer) => adoptBuffer(buffer, window),
    fire: (target, event) => { dispatchTrusted(target, event, window); },
    report: (error) => reportException(window, error),
  };
}

/**
 * A message port that lives in the window receives ArrayBuffers as the window's own, with the memory they came with. The pair is closed
 * again, since a port in a context keeps the process alive.
 */
function adoptBuffer(buffer: ArrayBuffer, window: Window): ArrayBuffer {
  const { port1, port2 } = new MessageChannel();
  const inside = moveMessagePortToContext(port2, window);
  port1.postMessage(buffer, buffer instanceof ArrayBuffer ? [buffer] : []);
  const adopted = receiveMessageOnPort(inside)?.message as ArrayBuffer;
  port1.close();
  return adopted;
}

async function moduleText(url: string, { options, blobURLs }: Page): Promise<string> {
  const response = url.startsWith('blob:') ? blobURLs.respond(url) : await options.network.fetch({ method: 'GET', url: new URL(url), headers: new Map() });
  if (response === undefined || response.status !== 200) {
    throw new TypeError(`Failed to fetch the module script ${url}.`);
  }
  return new TextDecoder().decode(response.body);
}

/** https://html.spec.whatwg.org/#cross-origin-opener-policies with a cross-origin embedder policy. */
function isCrossOriginIsolated(response: WireResponse): boolean {
  return headerOf(response, 'Cross-Origin-Opener-Policy') === 'same-origin' &&
    /^(?:require-corp|credentialless)$/.test(headerOf(response, 'Cross-Origin-Embedder-Policy') ?? '');
}

/**
 * https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy. The tests' own origin is *configured as trustworthy*, as in the
 * browser that results are compared with: many tests without https use what only secure contexts have. Those with `.http.` in their
 * names ask for a context that is not secure.
 */
function isPotentiallyTrustworthy(url: string): boolean {
  return url === origin || /^(?:https:|file:|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|$))/.test(url);
}
