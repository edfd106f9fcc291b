import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { headerOf, type WireResponse } from '../../../../wpt/server/message';
import { Server } from '../../../../wpt/server/server';

const root = mkdtempSync(join(tmpdir(), 'mediant-wpt-'));
const files: Record<string, string> = {
  'a/plain.html': '<p>{{host}}</p>',
  'a/values.sub.js': 'host={{host}} www={{domains[www]}} alt={{hosts[alt][www]}} port={{ports[https][0]}} x={{GET[x]}} {{unknown}}',
  'a/plain.html.headers': 'Cross-Origin-Opener-Policy: same-origin\nContent-Type: text/html;charset=latin1\n',
  'a/__dir__.headers': 'X-Directory: yes\n',
  'a/test.https.any.js': '// META: script=/common/x.js\n// META: timeout=long\n// META: title=A <title>\n',
  'a/test.https.any.js.headers': 'Cross-Origin-Embedder-Policy: require-corp\n',
  'a/only.worker.js': '',
  'resources/webidl2/lib/webidl2.js': 'the parser',
  'media/ten.wav': '0123456789',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

const server = new Server(root, { '/resources/testharnessreport.js': 'ours' });
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.respond({ method, url: new URL(path, 'http://web-platform.test:8000'), headers: new Map(Object.entries(headers)) }) as WireResponse;
const text = (response: WireResponse) => new TextDecoder().decode(response.body);

test.after(() => rmSync(root, { recursive: true }));

test('files come with their type and the headers written beside them', () => {
  const response = get('/a/plain.html');
  assert.is(text(response), '<p>{{host}}</p>');
  assert.is(headerOf(response, 'content-type'), 'text/html;charset=latin1');
  assert.is(headerOf(response, 'Cross-Origin-Opener-Policy'), 'same-origin');
  assert.is(headerOf(response, 'X-Directory'), 'yes');
  assert.is(get('/a/absent.html').status, 404);
});

test('other hosts do not answer', () => {
  assert.is(server.respond({ method: 'GET', url: new URL('http://example.com/a/plain.html'), headers: new Map() }), undefined);
});

test('.sub. files and the sub pipe are filled in', () => {
  assert.is(text(get('/a/values.sub.js?x=<1>')), 'host=web-platform.test www=www.web-platform.test alt=www.not-web-platform.test port=8443 x=&lt;1&gt; {{unknown}}');
  assert.is(text(get('/a/plain.html?pipe=sub')), '<p>web-platform.test</p>');
});

test('pipes set headers, statuses and delays', () => {
  const response = get('/a/plain.html?pipe=header(Access-Control-Allow-Origin,*)|status(201)|trickle(d0.5:100:d1)');
  assert.is(headerOf(response, 'access-control-allow-origin'), '*');
  assert.is(response.status, 201);
  assert.is(response.delay, 1500);
});

test('documents and scripts are made around .any.js, with its headers', () => {
  const html = get('/a/test.https.any.html');
  assert.match(text(html), /<meta name="timeout" content="long">/);
  assert.match(text(html), /<title>A &lt;title><\/title>/);
  assert.match(text(html), /<script src="\/common\/x\.js"><\/script>\n<div id="log"><\/div>\n<script src="\/a\/test\.https\.any\.js">/);
  assert.is(headerOf(html, 'Cross-Origin-Embedder-Policy'), 'require-corp');
  assert.match(text(get('/a/test.https.any.worker.html')), /new Worker\("\/a\/test\.https\.any\.worker\.js" \+ location\.search\)/);
  assert.match(text(get('/a/test.https.any.worker.js')), /importScripts\("\/common\/x\.js"\);\nimportScripts\("\/a\/test\.https\.any\.js"\);\ndone\(\);/);
  assert.match(text(get('/a/test.https.any.worker-module.html')), /type: "module"/);
  assert.match(text(get('/a/only.worker.html')), /new Worker\("\/a\/only\.worker\.js"/);
  assert.is(get('/a/none.any.html').status, 404);
});

test('our own files and aliases stand in for those of the tree', () => {
  assert.is(text(get('/resources/testharnessreport.js')), 'ours');
  assert.is(text(get('/resources/WebIDLParser.js')), 'the parser');
});

test('ranges of bytes', () => {
  const response = get('/media/ten.wav', { range: 'bytes=2-4' });
  assert.is(response.status, 206);
  assert.is(text(response), '234');
  assert.is(headerOf(response, 'Content-Range'), 'bytes 2-4/10');
  assert.is(text(get('/media/ten.wav', { range: 'bytes=-3' })), '789');
  assert.is(text(get('/media/ten.wav', { range: 'bytes=7-' })), '789');
  assert.is(get('/media/ten.wav', { range: 'bytes=10-' }).status, 416);
});

test('handlers', () => {
  assert.is(text(get('/common/echo.py?content=hello%20there')), 'hello there');
  const redirect = get('/common/redirect.py?location=/x&status=301');
  assert.is(redirect.status, 301);
  assert.is(headerOf(redirect, 'Location'), '/x');
  assert.is(get('/common/slow.py?delay=30').delay, 30);
  const cors = '/html/semantics/embedded-content/media-elements/track/track-element/cors/support/cors-tester.py?id=a';
  get(cors, { origin: 'http://elsewhere', cookie: 'b=2; a=1' });
  assert.is(text(get(`${cors}&read`)), 'cors = http://elsewhere | cookie = 1');
  assert.is(get(`${cors}&read`).status, 404);
});

test('a path that climbs out of the tree is not found', () => {
  assert.is(get('/a/%2e%2e/%2e%2e/etc/passwd').status, 404);
  assert.is(get('/a/..%2f..%2f..%2f..%2f..%2fetc/passwd').status, 404);
});

test.run();
