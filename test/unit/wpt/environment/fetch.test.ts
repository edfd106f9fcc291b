import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from './page';

const { window } = await openPage('<!doctype html><base href="/sub/">', { '/sub/file.js': 'some text', '/data.txt': '{"n":1}' });
const inWindow = (source: string): Promise<any> => window.eval(`(async () => { ${source} })()`);

test.after(() => window.close());

test('URLs resolve against the document, and results belong to the window', async () => {
  assert.ok(await inWindow(`
    const response = await fetch('file.js');
    const buffer = await response.arrayBuffer();
    return response instanceof Response && response.ok && response.url === 'https://site.test/sub/file.js' && response.type === 'basic' &&
      buffer instanceof ArrayBuffer && buffer.byteLength === 9 && fetch('/') instanceof Promise;
  `));
  assert.is(await inWindow('return (await (await fetch("/data.txt")).json()).n'), 1);
  assert.is(await inWindow('return (await fetch("/absent")).status'), 404);
  assert.ok(await inWindow('try { await (await fetch("/sub/file.js")).json() } catch (error) { return error instanceof SyntaxError }'));
});

test('a host that is not there, or that does not share, is the window\'s TypeError', async () => {
  assert.ok(await inWindow('try { await fetch("https://other.test/") } catch (error) { return error instanceof TypeError }'));
  assert.ok(await inWindow('try { await fetch("https://www.site.test/data.txt") } catch (error) { return error instanceof TypeError }'));
  assert.is(await inWindow('return (await fetch("https://www.site.test/data.txt", { mode: "no-cors" })).type'), 'opaque');
});

test('an aborted fetch rejects with the reason', async () => {
  assert.is(await inWindow('try { await fetch("/", { signal: AbortSignal.abort() }) } catch (error) { return error.name }'), 'AbortError');
});

test('blobs are fetched by their URLs until those are revoked, by fetch and by XMLHttpRequest', async () => {
  assert.is(await inWindow(`
    const url = URL.createObjectURL(new Blob(['in a blob'], { type: 'text/plain' }));
    const response = await fetch(url);
    const request = new XMLHttpRequest();
    request.open('GET', url);
    const loaded = new Promise((resolve) => request.onload = resolve);
    request.send();
    await loaded;
    URL.revokeObjectURL(url);
    const gone = await fetch(url).catch((error) => error.name);
    return [await response.text(), response.headers.get('content-type'), request.responseText, gone].join('; ');
  `), 'in a blob; text/plain; in a blob; TypeError');
});

test('XMLHttpRequest reads files of the site', async () => {
  assert.is(await inWindow(`
    const request = new XMLHttpRequest();
    request.open('GET', '/sub/file.js');
    request.responseType = 'arraybuffer';
    await new Promise((resolve) => { request.onload = resolve; request.send(); });
    return request.response instanceof ArrayBuffer && request.response.byteLength;
  `), 9);
});

test('responses can be made by hand', async () => {
  assert.is(await inWindow('return await new Response(new Blob(["from a blob"])).text()'), 'from a blob');
  assert.ok(await inWindow('return (await new Response("x").blob()) instanceof Blob'));
});

test.run();
