import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catchUnhandled } from '../../../../wpt/environment/errors';
import { openPage } from './page';

test('globals of a browser are there, and not enumerable where they are interfaces', async () => {
  const { window } = await openPage('<!doctype html>');
  assert.ok(window.isSecureContext);
  assert.not(window.crossOriginIsolated);
  assert.not('SharedArrayBuffer' in window);
  for (const name of ['MessageChannel', 'BroadcastChannel', 'Worker', 'ReadableStream', 'Response']) {
    assert.not(Object.getOwnPropertyDescriptor(window, name)?.enumerable, name);
  }
  for (const name of ['fetch', 'structuredClone', 'requestAnimationFrame', 'reportError', 'queueMicrotask', 'gc']) {
    assert.type(window[name], 'function', name);
  }
  window.document.body.innerText = 'a < b';
  assert.is(window.document.body.innerHTML, 'a &lt; b');
  assert.type(window.crypto.subtle.digest, 'function');
  window.close();
});

test('a frame with srcdoc holds that document', async () => {
  const { window } = await openPage('<!doctype html>');
  const load = window.eval(`new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<p>first</p><script>heard = typeof fetch</scr' + 'ipt>';
    document.body.append(frame);
    frame.onload = () => resolve(frame);
  })`);
  const frame = await load;
  assert.is(frame.contentDocument.querySelector('p').textContent, 'first');
  assert.is(frame.contentWindow.heard, 'function');
  const again = new Promise((resolve) => { frame.onload = resolve; });
  frame.srcdoc = '<p>second</p>';
  await again;
  assert.is(frame.contentDocument.body.textContent, 'second');
  window.close();
});

test('reportError and scripts that throw reach window.onerror', async () => {
  const { window } = await openPage('<!doctype html><script>heard = []; onerror = (message) => { heard.push(message); return true; }</script><script>throw new Error("one")</script>');
  window.reportError(new window.Error('two'));
  assert.equal([...window.heard], ['one', 'two']);
  window.close();
});

test('a rejection that nobody handles is an event of the window', async () => {
  const opened = await openPage('<!doctype html>');
  catchUnhandled(() => opened.scope);
  const event: any = await new Promise((resolve) => {
    opened.window.addEventListener('unhandledrejection', resolve);
    opened.window.eval('Promise.reject(new RangeError("late")); 0');
  });
  assert.is(event.reason.message, 'late');
  assert.ok(event.promise instanceof opened.window.Promise);
  opened.window.close();
  process.removeAllListeners('unhandledRejection');
  process.removeAllListeners('uncaughtException');
});

test.run();
