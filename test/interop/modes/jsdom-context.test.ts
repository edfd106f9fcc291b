import { JSDOM, VirtualConsole } from 'jsdom';
import { install } from 'mediant/jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ClocklessHost } from './support/ClocklessHost';
import { once, thrownBy } from './support/once';
import { addonIsBuilt } from './support/user-folder';

const secure = { url: 'https://example.test/page/', runScripts: 'outside-only' } as const;

function windowOf(options: object = secure, html = '') {
  const host = new ClocklessHost();
  const { window } = new JSDOM(html, options);
  const installation = install(window, { host });
  return { window, host, installation };
}

test('the interfaces inherit from the window\'s EventTarget', () => {
  const { window } = windowOf();
  assert.is(window.AudioContext.prototype.__proto__.__proto__, window.EventTarget.prototype);
  assert.is(Object.getPrototypeOf(window.BaseAudioContext), window.EventTarget);
  assert.is(Object.getPrototypeOf(window.AudioContext), window.BaseAudioContext);
  assert.is(window.AudioBuffer.prototype.__proto__, window.Object.prototype);
  assert.is(Object.getPrototypeOf(window.AudioBuffer), window.Function.prototype);
  assert.is(Object.getPrototypeOf(window.OfflineAudioCompletionEvent), window.Event);
});

test('script in the window sees them as its own', () => {
  const { window } = windowOf();
  assert.is(window.eval('new AudioBuffer({ length: 1, sampleRate: 44100 }).getChannelData(0) instanceof Float32Array'), true);
  assert.is(window.eval('new AudioContext() instanceof EventTarget'), true);
  assert.is(window.eval('typeof webkitAudioContext'), 'undefined');
});

test('exceptions are the window\'s', () => {
  const { window } = windowOf();
  const typeError = thrownBy(() => new window.AudioBuffer());
  assert.instance(typeError, window.TypeError);
  assert.not.instance(typeError, TypeError);
  const exception = thrownBy(() => new window.AudioBuffer({ length: 1, sampleRate: 1 }));
  assert.instance(exception, window.DOMException);
  assert.is(exception.name, 'NotSupportedError');
  const rangeError = thrownBy(() => new window.AudioContext().createGain().gain.setValueAtTime(1, -1));
  assert.instance(rangeError, window.RangeError);
});

test('promises and what they deliver are the window\'s', async () => {
  const { window } = windowOf();
  const context = new window.OfflineAudioContext(1, 128, 44100);
  const promise = context.startRendering();
  assert.instance(promise, window.Promise);
  const buffer = await promise;
  assert.instance(buffer, window.AudioBuffer);
  assert.instance(buffer.getChannelData(0), window.Float32Array);

  const decoding = new window.AudioContext().decodeAudioData(new window.ArrayBuffer(4));
  assert.instance(decoding, window.Promise);
  const error = await decoding.then(() => undefined, (reason: unknown) => reason);
  assert.instance(error, window.DOMException);
  assert.is(error.name, 'EncodingError');
});

test('properties are defined as a browser defines them', () => {
  const { window, installation } = windowOf();
  for (const name of installation.names) {
    const { value, ...attributes } = Object.getOwnPropertyDescriptor(window, name)!;
    assert.equal(attributes, { writable: true, enumerable: false, configurable: true }, name);
    assert.is(value.name, name);
  }
});

test('what is marked [SecureContext] is there only when the URL is secure', () => {
  const has = (url: string) => 'AudioPlaybackStats' in windowOf({ ...secure, url }).window;
  for (const url of ['https://a.test/', 'http://localhost:8080/', 'http://127.0.0.1/', 'http://[::1]/', 'file:///a.html']) assert.ok(has(url), url);
  for (const url of ['http://a.test/', 'http://localhost.a.test/', 'about:blank']) assert.not.ok(has(url), url);
  const { window } = new JSDOM('', { ...secure, url: 'http://a.test/' });
  install(window, { host: new ClocklessHost(), isSecureContext: true });
  assert.ok('AudioPlaybackStats' in window);
});

test('a second install changes nothing', () => {
  const { window, installation } = windowOf();
  const { AudioContext, close } = window;
  assert.is(install(window), installation);
  assert.is(window.AudioContext, AudioContext);
  assert.is(window.close, close);
});

test('it works from beforeParse, before the page\'s own scripts', () => {
  const host = new ClocklessHost();
  const html = '<script>result = new AudioContext() instanceof EventTarget && new AudioContext().createGain() instanceof GainNode</script>';
  const { window } = new JSDOM(html, { ...secure, runScripts: 'dangerously', beforeParse: (view) => void install(view, { host }) });
  assert.is(window.result, true);
});

test('events of the platform are trusted, those of script are not', async () => {
  const { window } = windowOf();
  const context = new window.AudioContext();
  context.resume();
  const event = await once(context, 'statechange');
  assert.instance(event, window.Event);
  assert.is(event.isTrusted, true);
  assert.is(event.target, context);
  const own = new window.Event('statechange');
  context.dispatchEvent(own);
  assert.is(own.isTrusted, false);
});

test('an event with an interface of its own', async () => {
  const { window } = windowOf();
  const context = new window.OfflineAudioContext(1, 128, 44100);
  context.startRendering();
  const event: any = await once(context, 'complete');
  assert.instance(event, window.OfflineAudioCompletionEvent);
  assert.instance(event.renderedBuffer, window.AudioBuffer);
  assert.is(event.isTrusted, true);
});

test('what a listener or a handler throws is reported to the window', async () => {
  const virtualConsole = new VirtualConsole();
  const { window } = windowOf({ ...secure, virtualConsole });
  const reported: unknown[] = [];
  window.addEventListener('error', (event: any) => reported.push(event.error));
  const context = new window.AudioContext();
  context.addEventListener('statechange', () => { throw 'listener'; });
  context.onstatechange = () => { throw 'handler'; };
  const changed = once(context, 'statechange');
  context.resume();
  await changed;
  assert.equal(reported, ['listener', 'handler']);
});

test('closing the window closes its contexts and silences them', async () => {
  const { window, host } = windowOf();
  const context = new window.AudioContext();
  context.resume();
  await once(context, 'statechange');
  new window.OfflineAudioContext(1, 128, 44100);
  assert.is(host.open.size, 2);
  let events = 0;
  context.addEventListener('statechange', () => { events += 1; });
  context.suspend();
  window.close();
  assert.is(host.open.size, 0);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.is(events, 0);
  window.close();
});

test('a second window is another realm', () => {
  const [first, second] = [windowOf(), windowOf()];
  assert.is.not(first.window.AudioContext, second.window.AudioContext);
  const context = new first.window.AudioContext();
  const node = new second.window.GainNode(new second.window.AudioContext());
  assert.ok(thrownBy(() => context.createGain().connect(node)));
});

if (!addonIsBuilt) console.log('skipped: the native addon is not built');
(addonIsBuilt ? test : test.skip)('the engine renders into the window\'s own arrays', async () => {
  const { window } = new JSDOM('', secure);
  install(window);
  const samples = await window.eval(`(async () => {
    const context = new OfflineAudioContext(1, 256, 48000);
    const buffer = new AudioBuffer({ length: 128, sampleRate: 48000 });
    buffer.copyToChannel(new Float32Array(128).fill(0.5), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(new GainNode(context, { gain: 0.5 })).connect(context.destination);
    source.start();
    return (await context.startRendering()).getChannelData(0);
  })()`);
  assert.instance(samples, window.Float32Array);
  assert.equal([samples[0], samples[127], samples[128], samples.length], [0.25, 0.25, 0, 256]);
  window.close();
});

test.run();
