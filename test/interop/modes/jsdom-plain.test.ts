import { JSDOM } from 'jsdom';
import { install } from 'mediant/jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ClocklessHost } from './support/ClocklessHost';
import { once, thrownBy } from './support/once';

/** Without `runScripts`, a window of jsdom is no vm context: its intrinsics are Node's, its events its own. */
function windowOf() {
  const { window } = new JSDOM('', { url: 'https://example.test/' });
  install(window, { host: new ClocklessHost() });
  return window;
}

test('the interfaces inherit from the window\'s EventTarget', () => {
  const window = windowOf();
  assert.is(window.AudioContext.prototype.__proto__.__proto__, window.EventTarget.prototype);
  assert.is.not(window.EventTarget, EventTarget);
});

test('what is no window is told so', () => {
  for (const wrong of [new JSDOM(), {}, null, undefined]) assert.throws(() => install(wrong as object), /install\(\) takes a window/);
});

test('intrinsics are Node\'s, DOMException is the window\'s', async () => {
  const window = windowOf();
  assert.instance(thrownBy(() => new window.AudioBuffer()), TypeError);
  const exception = thrownBy(() => new window.AudioBuffer({ length: 1, sampleRate: 1 }));
  assert.instance(exception, window.DOMException);
  const promise = new window.OfflineAudioContext(1, 128, 44100).startRendering();
  assert.instance(promise, Promise);
  assert.instance((await promise).getChannelData(0), Float32Array);
});

test('events are trusted events of the window', async () => {
  const window = windowOf();
  const context = new window.AudioContext();
  context.resume();
  const event = await once(context, 'statechange');
  assert.instance(event, window.Event);
  assert.is(event.isTrusted, true);
});

test.run();
