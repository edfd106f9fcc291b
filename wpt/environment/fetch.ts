import type { WireResponse } from '../server/message';
import { headerOf } from '../server/message';
import { defineHidden, defineOperations } from './define';
import type { BlobURLs } from './blob-urls';
import type { Scope } from './scope';

/** Node's own: the global of a Worker thread gets others. */
const { fetch: nodeFetch, Request: NodeRequest, Response: NodeResponse } = globalThis;

/**
 * `fetch` over a scope's network (https://fetch.spec.whatwg.org/#fetch-method), as far as an in-process server needs it: redirects,
 * the CORS check, blob: and data: URLs, abort. Request, Response and Headers are Node's own, extended so that promises, buffers and
 * errors belong to the scope's realm.
 */
export function installFetch(scope: Scope, blobURLs: BlobURLs): void {
  const { global } = scope;
  const { Request, Response } = fetchClasses(scope);
  defineHidden(global, { Request, Response, Headers });
  defineOperations(global, {
    fetch(input: unknown, init?: RequestInit) {
      return new global.Promise((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
        const request = new Request(input, init);
        fetchRequest(request as unknown as globalThis.Request, scope, blobURLs).then(
          (outcome) => (outcome === undefined
            ? reject(new global.TypeError(`Failed to fetch ${(request as unknown as globalThis.Request).url}`))
            : resolve(Response.from(outcome))),
          reject,
        );
      });
    },
  });
}

interface Outcome {
  readonly response: WireResponse;
  readonly url: string;
  readonly redirected: boolean;
  readonly type: 'basic' | 'cors' | 'opaque' | 'default';
}

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
const MAXIMAL_REDIRECTS = 20;

async function fetchRequest(request: Request, scope: Scope, blobURLs: BlobURLs): Promise<Outcome | undefined> {
  throwIfAborted(request, scope);
  if (request.url.startsWith('blob:')) {
    const response = request.method === 'GET' ? blobURLs.respond(request.url) : undefined;
    return response && { response, url: request.url, redirected: false, type: 'basic' };
  }
  if (request.url.startsWith('data:')) {
    const response = await nodeFetch(request.url);
    const body = new Uint8Array(await response.arrayBuffer());
    return { response: { status: 200, headers: headerList(response.headers), body }, url: request.url, redirected: false, type: 'basic' };
  }
  return fetchHTTP(request, scope);
}

/** https://fetch.spec.whatwg.org/#http-fetch and its redirects. */
async function fetchHTTP(request: Request, scope: Scope): Promise<Outcome | undefined> {
  let url = new URL(request.url);
  let { method } = request;
  let body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  let crossOrigin = false;
  for (let redirects = 0; redirects <= MAXIMAL_REDIRECTS; redirects += 1) {
    crossOrigin ||= url.origin !== scope.origin;
    if (crossOrigin && request.mode === 'same-origin') {
      return undefined;
    }
    const headers = new Map(headerList(request.headers));
    if (crossOrigin && request.mode === 'cors') {
      headers.set('origin', scope.origin);
    }
    const response = await scope.network.fetch({ method, url, headers, ...(body === undefined ? {} : { body }) });
    throwIfAborted(request, scope);
    if (response === undefined || (crossOrigin && request.mode === 'cors' && !corsCheck(request, response, scope.origin))) {
      return undefined;
    }
    const location = headerOf(response, 'Location');
    if (!REDIRECT_STATUSES.has(response.status) || location === undefined || request.redirect === 'manual') {
      const type = !crossOrigin ? 'basic' : request.mode === 'cors' ? 'cors' : 'opaque';
      return { response, url: url.href, redirected: redirects > 0, type };
    }
    if (request.redirect === 'error') {
      return undefined;
    }
    url = new URL(location, url);
    if (response.status === 303 || (method === 'POST' && response.status < 303)) {
      method = 'GET';
      body = undefined;
    }
  }
  return undefined;
}

/** https://fetch.spec.whatwg.org/#concept-cors-check */
function corsCheck(request: Request, response: WireResponse, origin: string): boolean {
  const allowed = headerOf(response, 'Access-Control-Allow-Origin');
  if (request.credentials !== 'include') {
    return allowed === '*' || allowed === origin;
  }
  return allowed === origin && headerOf(response, 'Access-Control-Allow-Credentials') === 'true';
}

function throwIfAborted(request: Request, { global }: Scope): void {
  if (request.signal.aborted) {
    throw request.signal.reason ?? new global.DOMException('The fetch was aborted.', 'AbortError');
  }
}

function fetchClasses(scope: Scope) {
  const { global } = scope;
  const inScope = <T>(promise: Promise<T>, convert: (value: T) => unknown = (value) => value) =>
    new global.Promise((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
      promise.then(convert).then(resolve, (error: Error) => reject(scopeError(error, scope)));
    });
  const adopt = (buffer: ArrayBuffer) => scope.adoptBuffer(buffer);

  const readers = (base: typeof Response | typeof Request) => ({
    arrayBuffer(this: Response) {
      return inScope(base.prototype.arrayBuffer.call(this), adopt);
    },
    bytes(this: Response) {
      return inScope(base.prototype.arrayBuffer.call(this), (buffer) => new global.Uint8Array(adopt(buffer)));
    },
    blob(this: Response) {
      const type = this.headers.get('content-type') ?? '';
      return inScope(base.prototype.arrayBuffer.call(this), (buffer) => new global.Blob([adopt(buffer)], { type }));
    },
    json(this: Response) {
      return inScope(base.prototype.text.call(this), (text) => global.JSON.parse(text));
    },
    text(this: Response) {
      return inScope(base.prototype.text.call(this));
    },
  });

  const ScopedRequest = class Request extends NodeRequest {
    constructor(input: unknown, init: RequestInit & { signal?: any } = {}) {
      try {
        const { signal, body, ...rest } = init;
        const source = input instanceof NodeRequest ? input : new URL(String(input), scope.baseURL()).href;
        super(source, { ...rest, ...(body == null ? {} : { body: bodyOf(body) }), ...(signal ? { signal: nodeSignal(signal) } : {}) });
      } catch (error) {
        throw scopeError(error as Error, scope);
      }
    }
  };
  Object.defineProperties(ScopedRequest.prototype, Object.getOwnPropertyDescriptors(readers(NodeRequest)));

  const details = new WeakMap<object, Outcome>();
  const ScopedResponse = class Response extends NodeResponse {
    constructor(body: unknown = null, init?: ResponseInit) {
      try {
        super(body == null ? null : bodyOf(body), init);
      } catch (error) {
        throw scopeError(error as Error, scope);
      }
    }

    static from(outcome: Outcome): Response {
      const { status, statusText, headers, body } = outcome.response;
      const made = new Response(status === 204 || status === 304 ? null : body, { status, statusText: statusText ?? '', headers });
      details.set(made, outcome);
      return made;
    }
  };
  Object.defineProperties(ScopedResponse.prototype, Object.getOwnPropertyDescriptors(readers(NodeResponse)));
  for (const name of ['url', 'redirected', 'type'] as const) {
    const inherited = Object.getOwnPropertyDescriptor(NodeResponse.prototype, name)!;
    Object.defineProperty(ScopedResponse.prototype, name, {
      ...inherited,
      get(this: Response) { return details.get(this)?.[name] ?? inherited.get!.call(this); },
    });
  }
  return { Request: ScopedRequest, Response: ScopedResponse };
}

export function headerList(headers: Headers): [string, string][] {
  const list: [string, string][] = [];
  headers.forEach((value, name) => list.push([name, value]));
  return list;
}

const blobReaders = new Set<(blob: object) => Uint8Array | undefined>();

/** Lets bodies be blobs of a DOM library, which Node's fetch does not know. */
export function registerBlobReader(read: (blob: object) => Uint8Array | undefined): void {
  blobReaders.add(read);
}

type Body = ConstructorParameters<typeof Response>[0];

function bodyOf(body: any): Body {
  for (const read of blobReaders) {
    const bytes = typeof body === 'object' ? read(body) : undefined;
    if (bytes !== undefined) {
      return bytes as Uint8Array<ArrayBuffer>;
    }
  }
  return body as Body;
}

/** An AbortSignal of Node's for one of the scope's. */
function nodeSignal(signal: any): AbortSignal {
  if (signal instanceof AbortSignal) {
    return signal;
  }
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) {
    abort();
  } else {
    signal.addEventListener('abort', abort, { once: true });
  }
  return controller.signal;
}

function scopeError(error: Error, { global }: Scope): unknown {
  const wanted = error instanceof TypeError ? global.TypeError : error instanceof RangeError ? global.RangeError : undefined;
  return wanted === undefined ? error : new wanted(error.message);
}
