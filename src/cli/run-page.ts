import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { install } from '../host/jsdom';
import { Failure } from './Command';

type Jsdom = typeof import('jsdom');

/** Runs an HTML page in a window of jsdom. The process lives while the page has something going on. */
export async function runPage(url: URL): Promise<number> {
  const { JSDOM, VirtualConsole } = await loadJsdom();
  const virtualConsole = new VirtualConsole();
  virtualConsole.forwardTo(console, { jsdomErrors: 'none' });
  virtualConsole.on('jsdomError', report);
  const options = {
    runScripts: 'dangerously',
    resources: 'usable',
    pretendToBeVisual: true,
    virtualConsole,
    beforeParse: (window: object) => void install(window),
  } as const;
  const load = url.protocol === 'file:' ? JSDOM.fromFile(fileURLToPath(url), options) : JSDOM.fromURL(url.href, options);
  const { window } = await load.catch((error: Error) => {
    throw new Failure(`cannot load ${url.href}: ${error.message}`);
  });
  process.once('SIGINT', () => window.close());
  warnOfModules(window.document);
  return Number(process.exitCode ?? 0);
}

interface JsdomError extends Error {
  /** `unhandled-exception`, `resource-loading`, `not-implemented`, … */
  readonly type?: string;
}

/** What happened inside the page is an error of the page; what jsdom cannot do is a remark. */
function report(error: JsdomError): void {
  const { type, cause } = error;
  if (type === 'unhandled-exception') {
    process.stderr.write(`Uncaught ${describe(cause)}\n`);
    process.exitCode = 1;
  } else {
    process.stderr.write(`mediant: ${error.message}\n`);
  }
}

/** The cause may be an object of the window's own realm, or no object at all. */
function describe(cause: unknown): string {
  const { stack, name, message } = (cause ?? {}) as Partial<Error>;
  if (stack?.includes(String(message))) return stack;
  return name === undefined ? String(cause) : `${name}: ${message}`;
}

function warnOfModules(document: { querySelector(selector: string): unknown }): void {
  if (document.querySelector('script[type=module]')) {
    process.stderr.write('mediant: jsdom does not run <script type="module">; classic scripts only\n');
  }
}

/** The copy beside the program, or the one beside this package. */
async function loadJsdom(): Promise<Jsdom> {
  try {
    const path = createRequire(join(process.cwd(), 'index.js')).resolve('jsdom');
    return (await import(pathToFileURL(path).href)) as Jsdom;
  } catch {
    return import('jsdom').catch(() => {
      throw new Failure('a page runs in jsdom, which is not installed: npm install jsdom');
    });
  }
}
