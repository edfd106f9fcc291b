import { fileURLToPath } from 'node:url';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from './page';

// Threads can't compile TypeScript, so their entry is bundled first.
const scratch = fileURLToPath(new URL('../../../../.tmp/', import.meta.url));
mkdirSync(scratch, { recursive: true });
const outdir = mkdtempSync(join(scratch, 'wpt-worker-'));
const outfile = join(outdir, 'thread.mjs');
await build({
  stdin: {
    resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    loader: 'ts',
    contents: `
      import { networkOf } from '../../../../wpt/environment/network';
      import { startWorkerScope } from '../../../../wpt/environment/worker/worker-scope';
      import { textResponse } from '../../../../wpt/server/message';
      await startWorkerScope((site) => networkOf({ respond: ({ url }) => textResponse(site[url.pathname] ?? '', 'text/javascript', url.pathname in site ? 200 : 404) }), new URL(import.meta.url), () => {});
    `,
  },
  outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error',
});

const { window } = await openPage('<!doctype html>', {
  '/echo.js': 'onmessage = (event) => { importScripts("/library.js"); postMessage({ data: event.data, twice: twice(4), ports: event.ports.length, realm: event.data instanceof Object }, event.data.buffer ? [event.data.buffer] : []); }',
  '/library.js': 'function twice(n) { return 2 * n; }',
  '/scope.js': `postMessage({
    names: [self === globalThis, self instanceof DedicatedWorkerGlobalScope, Object.prototype.toString.call(self), location.pathname, typeof importScripts, name, isSecureContext, navigator.constructor.name],
  })`,
  '/throws.js': 'setTimeout(() => { throw new RangeError("in the worker"); })',
  '/own-handler.js': 'onerror = (message) => { postMessage(message); return true; }; throw new Error("handled");',
  '/port.js': 'addEventListener("message", ({ ports: [port] }) => { port.onmessage = ({ data }) => port.postMessage(data + 1); })',
  '/missing-import.js': 'try { importScripts("/none.js") } catch (error) { postMessage(error.name) }',
  '/fetch.js': 'fetch("library.js").then((response) => response.text()).then(postMessage)',
}, new URL(`file://${outfile}`));
const inWindow = (source: string): Promise<any> => window.eval(`new Promise((resolve, reject) => { ${source} })`);
const firstMessage = (script: string) => inWindow(`
  const worker = new Worker(${JSON.stringify(script)}, { name: 'the name' });
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  worker.onerror = (event) => { worker.terminate(); reject(new Error(event.message)); };
`);

test.after(() => {
  window.close();
  rmSync(outdir, { recursive: true });
});

test('messages go both ways, each in the receiver\'s realm, and buffers move', async () => {
  assert.ok(await inWindow(`
    const worker = new Worker('/echo.js');
    const buffer = new ArrayBuffer(8);
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data instanceof Object && data.data.buffer instanceof ArrayBuffer && data.data.buffer.byteLength === 8 && data.twice === 8 && data.realm && buffer.byteLength === 0);
    };
    worker.postMessage({ buffer }, [buffer]);
  `));
});

test('the global is a DedicatedWorkerGlobalScope', async () => {
  assert.equal([...(await firstMessage('/scope.js')).names], [true, true, '[object DedicatedWorkerGlobalScope]', '/scope.js', 'function', 'the name', true, 'WorkerNavigator']);
});

test('what a worker throws is an error event of its Worker, unless it handles it', async () => {
  assert.match(await firstMessage('/throws.js').catch((error: Error) => error.message), /RangeError: in the worker/);
  assert.match(await firstMessage('/own-handler.js'), /handled/);
});

test('a script that is not there is an error event', async () => {
  assert.is(await inWindow('const worker = new Worker("/none.js"); worker.onerror = ({ type }) => resolve(type);'), 'error');
  assert.is(await firstMessage('/missing-import.js'), 'NetworkError');
});

test('ports reach into a worker', async () => {
  assert.is(await inWindow(`
    const worker = new Worker('/port.js');
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => { worker.terminate(); port1.close(); resolve(data); };
    worker.postMessage(null, [port2]);
    port1.postMessage(41);
  `), 42);
});

test('a worker fetches relative to its script', async () => {
  assert.match(await firstMessage('/fetch.js'), /function twice/);
});

test('workers of blobs, and URLs that can\'t be', async () => {
  assert.is(await inWindow(`
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(6 * 7)'])));
    worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  `), 42);
  assert.is(await inWindow('try { new Worker("https://other.test/x.js") } catch (error) { resolve(error.name) }'), 'SecurityError');
  assert.is(await inWindow('try { new Worker("http://[") } catch (error) { resolve(error.name) }'), 'SyntaxError');
});

test.run();
