import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contentTypeOf } from './content-types';
import { handlers, type Stash } from './handlers';
import { isServed } from './hosts';
import { setHeader, textResponse, type WireRequest, type WireResponse } from './message';
import { substitute } from './substitution';
import { wrapperFor } from './wrappers';

/** Texts that stand in for files of the tree, by path: the parts of testharness that an implementation has to bring itself. */
export type Overrides = Readonly<Record<string, string>>;

/** Paths of the server that are other files of the tree. */
const aliases: Readonly<Record<string, string>> = {
  '/resources/WebIDLParser.js': '/resources/webidl2/lib/webidl2.js',
};

/**
 * Answers requests from a checkout, as web-platform-tests' server would. A plain synchronous function of the request: documents,
 * scripts, `fetch`, `XMLHttpRequest` and `importScripts` all end here, in whichever thread they are made.
 */
export class Server {
  readonly #root: string;
  readonly #overrides: Overrides;
  readonly #stash: Stash = new Map();

  constructor(root: string, overrides: Overrides = {}) {
    this.#root = root;
    this.#overrides = overrides;
  }

  /** The response, or undefined when nobody listens at that address. */
  respond(request: WireRequest): WireResponse | undefined {
    if (!isServed(request.url)) {
      return undefined;
    }
    const response = this.#resource(request);
    for (const pipe of request.url.searchParams.getAll('pipe')) {
      applyPipes(pipe, request, response);
    }
    applyRange(request, response);
    if (request.method === 'HEAD') {
      response.body = new Uint8Array();
    }
    return response;
  }

  #resource(request: WireRequest): WireResponse {
    const requested = decodeURIComponent(request.url.pathname);
    const path = aliases[requested] ?? requested;
    const handler = handlers[path];
    if (handler !== undefined) {
      return handler(request, this.#stash);
    }
    const override = this.#overrides[path];
    if (override !== undefined) {
      return textResponse(override, 'text/javascript; charset=utf-8');
    }
    const body = this.#read(path);
    if (body !== undefined) {
      const response: WireResponse = { status: 200, headers: [['Content-Type', contentTypeOf(path)]], body };
      if (/\.sub\./.test(path)) {
        substituteBody(request, response);
      }
      this.#addHeaders(path, request, response);
      return response;
    }
    const wrapper = wrapperFor(path, (script) => this.#readText(script));
    if (wrapper !== undefined) {
      const response = textResponse(wrapper.text, wrapper.contentType);
      this.#addHeaders(path.replace(/\.(any|window|worker)\..*$/, '.$1.js'), request, response);
      return response;
    }
    return textResponse(`${path} is not in the checkout`, 'text/plain', 404);
  }

  /** `__dir__.headers` of the directory, then the file's own, each perhaps with substitutions. */
  #addHeaders(path: string, request: WireRequest, response: WireResponse): void {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    for (const name of [`${directory}__dir__`, path]) {
      const plain = this.#readText(`${name}.headers`);
      const text = plain ?? this.#readText(`${name}.sub.headers`);
      if (text !== undefined) {
        for (const line of (plain === undefined ? substitute(text, request) : text).split(/\r?\n/)) {
          const colon = line.indexOf(':');
          if (colon > 0) {
            setHeader(response, line.slice(0, colon).trim(), line.slice(colon + 1).trim());
          }
        }
      }
    }
  }

  #read(path: string): Uint8Array | undefined {
    const file = join(this.#root, path);
    if (path.includes('/../') || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      return undefined;
    }
    return new Uint8Array(readFileSync(file));
  }

  #readText(path: string): string | undefined {
    const bytes = this.#read(path);
    return bytes && new TextDecoder().decode(bytes);
  }
}

/** https://web-platform-tests.org/writing-tests/server-pipes.html, as far as tests here use them. */
function applyPipes(pipes: string, request: WireRequest, response: WireResponse): void {
  for (const [, name, list] of pipes.matchAll(/(\w+)(?:\(([^)]*)\))?\|?/g)) {
    const values = (list ?? '').split(',').map((value) => value.trim());
    pipeFunctions[name as string]?.(values, request, response);
  }
}

const pipeFunctions: Readonly<Record<string, (values: readonly string[], request: WireRequest, response: WireResponse) => void>> = {
  header: ([name, value], _request, response) => setHeader(response, name as string, value ?? ''),
  status: ([status], _request, response) => { response.status = Number(status); },
  sub: (_values, request, response) => substituteBody(request, response),
  /** Only the pauses are kept: `d1.5` waits that many seconds, byte counts between them are sent at once. */
  trickle: (values, _request, response) => {
    const seconds = values.flatMap((value) => value.split(':')).flatMap((value) => (/^d[\d.]+$/.test(value) ? Number(value.slice(1)) : []));
    response.delay = 1000 * seconds.reduce((sum, value) => sum + value, 0);
  },
};

function substituteBody(request: WireRequest, response: WireResponse): void {
  response.body = new TextEncoder().encode(substitute(new TextDecoder().decode(response.body), request));
}

/** One range of bytes (RFC 9110, section 14): media elements ask for them. */
function applyRange({ headers }: WireRequest, response: WireResponse): void {
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '');
  if (range === null || response.status !== 200 || (range[1] === '' && range[2] === '')) {
    return;
  }
  const size = response.body.length;
  const start = range[1] === '' ? Math.max(0, size - Number(range[2])) : Number(range[1]);
  const end = range[1] === '' || range[2] === '' ? size - 1 : Math.min(size - 1, Number(range[2]));
  if (start > end) {
    response.status = 416;
    response.body = new Uint8Array();
    setHeader(response, 'Content-Range', `bytes */${size}`);
    return;
  }
  response.status = 206;
  response.body = response.body.subarray(start, end + 1);
  setHeader(response, 'Content-Range', `bytes ${start}-${end}/${size}`);
  setHeader(response, 'Accept-Ranges', 'bytes');
}
