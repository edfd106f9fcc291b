import { scriptMetadata, type Metadata } from '../discovery/source-file';

/**
 * Documents and scripts that web-platform-tests' server makes on the fly around `.any.js`, `.window.js` and `.worker.js`
 * (https://web-platform-tests.org/writing-tests/testharness.html#tests-other-than-html).
 */
interface Wrapper {
  /** How the requested path ends, and what that is replaced by to name the script. */
  readonly suffix: string;
  readonly script: string;
  readonly contentType: string;
  readonly make: (script: string, metadata: Metadata) => string;
}

const HTML = 'text/html; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const wrappers: readonly Wrapper[] = [
  { suffix: '.any.html', script: '.any.js', contentType: HTML, make: (script, metadata) => windowDocument(script, metadata, globalNote(true)) },
  { suffix: '.window.html', script: '.window.js', contentType: HTML, make: (script, metadata) => windowDocument(script, metadata, '') },
  { suffix: '.any.worker.html', script: '.any.js', contentType: HTML, make: (script, metadata) => workerDocument(script.replace(/\.js$/, '.worker.js'), metadata, 'classic') },
  { suffix: '.any.worker-module.html', script: '.any.js', contentType: HTML, make: (script, metadata) => workerDocument(script.replace(/\.js$/, '.worker-module.js'), metadata, 'module') },
  { suffix: '.worker.html', script: '.worker.js', contentType: HTML, make: (script, metadata) => workerDocument(script, metadata, 'classic') },
  { suffix: '.any.worker.js', script: '.any.js', contentType: JAVASCRIPT, make: classicWorkerScript },
  { suffix: '.any.worker-module.js', script: '.any.js', contentType: JAVASCRIPT, make: moduleWorkerScript },
];

export interface Wrapped {
  readonly text: string;
  readonly contentType: string;
}

/** The wrapper that `path` asks for; `read` gives the text of a file of the tree, undefined where there is none. */
export function wrapperFor(path: string, read: (path: string) => string | undefined): Wrapped | undefined {
  for (const { suffix, script, contentType, make } of wrappers) {
    if (path.endsWith(suffix)) {
      const scriptPath = path.slice(0, -suffix.length) + script;
      const text = read(scriptPath);
      if (text !== undefined) {
        return { text: make(scriptPath, scriptMetadata(text)), contentType };
      }
    }
  }
  return undefined;
}

function windowDocument(script: string, metadata: Metadata, note: string): string {
  return [
    head(metadata),
    note === '' ? '' : `<script>${note}</script>`,
    '<script src="/resources/testharness.js"></script>',
    '<script src="/resources/testharnessreport.js"></script>',
    ...metadataScripts(metadata).map((source) => `<script src="${escapeAttribute(source)}"></script>`),
    '<div id="log"></div>',
    `<script src="${escapeAttribute(script)}"></script>`,
  ].filter((line) => line !== '').join('\n');
}

function workerDocument(script: string, metadata: Metadata, type: 'classic' | 'module'): string {
  const options = type === 'module' ? ', { type: "module" }' : '';
  return [
    head(metadata),
    '<script src="/resources/testharness.js"></script>',
    '<script src="/resources/testharnessreport.js"></script>',
    '<div id="log"></div>',
    `<script>fetch_tests_from_worker(new Worker(${JSON.stringify(script)} + location.search${options}));</script>`,
  ].join('\n');
}

function classicWorkerScript(script: string, metadata: Metadata): string {
  const sources = ['/resources/testharness.js', ...metadataScripts(metadata), script];
  return [globalNote(false), ...sources.map((source) => `importScripts(${JSON.stringify(source)});`), 'done();'].join('\n');
}

function moduleWorkerScript(script: string, metadata: Metadata): string {
  const sources = ['/resources/testharness.js', ...metadataScripts(metadata), script];
  return [globalNote(false), ...sources.map((source) => `import ${JSON.stringify(source)};`), 'done();'].join('\n');
}

/** Scripts ask `GLOBAL` which kind of scope they run in. */
function globalNote(isWindow: boolean): string {
  return `self.GLOBAL = { isWindow: () => ${isWindow}, isWorker: () => ${!isWindow}, isShadowRealm: () => false };`;
}

function head(metadata: Metadata): string {
  const lines = ['<!doctype html>', '<meta charset="utf-8">'];
  for (const [key, value] of metadata) {
    if (key === 'timeout') {
      lines.push(`<meta name="timeout" content="${escapeAttribute(value)}">`);
    } else if (key === 'title') {
      lines.push(`<title>${escapeAttribute(value)}</title>`);
    }
  }
  return lines.join('\n');
}

function metadataScripts(metadata: Metadata): string[] {
  return metadata.filter(([key]) => key === 'script').map(([, value]) => value);
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
