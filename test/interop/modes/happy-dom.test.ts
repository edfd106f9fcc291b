import { GlobalWindow, Window } from 'happy-dom';
import { install } from 'mediant/happy-dom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ClocklessHost } from './support/ClocklessHost';
import { once, thrownBy } from './support/once';

function windowOf(Constructor: typeof Window | typeof GlobalWindow = Window) {
  const host = new ClocklessHost();
  const window: any = new Constructor({ url: 'https://example.test/' });
  const installation = install(window, { host });
  return { window, host, installation };
}

test('a window of its own realm gets objects of that realm', async () => {
  const { window } = windowOf();
  assert.is(window.AudioContext.prototype.__proto__.__proto__, window.EventTarget.prototype);
  assert.instance(thrownBy(() => new window.AudioBuffer()), window.TypeError);
  assert.instance(thrownBy(() => new window.AudioBuffer({ length: 1, sampleRate: 1 })), window.DOMException);
  const promise = new window.OfflineAudioContext(1, 128, 44100).startRendering();
  assert.instance(promise, window.Promise);
  assert.instance((await promise).getChannelData(0), window.Float32Array);
});

test('a GlobalWindow lives in Node\'s realm', () => {
  const { window } = windowOf(GlobalWindow);
  assert.is(window.AudioContext.prototype.__proto__.__proto__, window.EventTarget.prototype);
  assert.instance(thrownBy(() => new window.AudioBuffer()), TypeError);
});

test('events are trusted events of the window', async () => {
  const { window } = windowOf();
  const context = new window.AudioContext();
  context.resume();
  const event = await once(context, 'statechange');
  assert.instance(event, window.Event);
  assert.is(event.isTrusted, true);
});

test('properties are defined as a browser defines them', () => {
  const { window, installation } = windowOf();
  assert.ok(installation.names.includes('AudioContext'));
  const { value, ...attributes } = Object.getOwnPropertyDescriptor(window, 'AudioContext')!;
  assert.equal(attributes, { writable: true, enumerable: false, configurable: true });
  assert.is(value.name, 'AudioContext');
  assert.is(install(window), installation);
});

for (const [way, close] of Object.entries({
  'window.close()': (window: any) => window.close(),
  'window.happyDOM.close()': (window: any) => window.happyDOM.close(),
})) {
  test(`${way} closes its contexts`, async () => {
    const { window, host } = windowOf();
    new window.AudioContext();
    assert.is(host.open.size, 1);
    await close(window);
    assert.is(host.open.size, 0);
  });
}

test.run();
