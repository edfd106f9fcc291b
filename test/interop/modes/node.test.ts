import * as mediant from 'mediant';
import * as mediacapabilities from 'mediant/mediacapabilities';
import * as mediastream from 'mediant/mediastream';
import * as webaudio from 'mediant/webaudio';
import * as webcodecs from 'mediant/webcodecs';
import * as webrtc from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { apis } from '../../../spec/interfaces';
import { UserFolder } from './support/user-folder';
import { thrownBy } from './support/once';

const names = apis.flatMap(({ interfaces }) => interfaces);
const named = mediant as unknown as Record<string, any>;

const entries: Record<string, Record<string, unknown>> = { mediacapabilities, mediastream, webaudio, webcodecs, webrtc };

test('every interface is a named export of the entry of its API, and of the one of all', () => {
  for (const { name: api, interfaces } of apis) {
    for (const name of interfaces) {
      assert.type(named[name], 'function', name);
      assert.is(entries[api]![name], named[name], name);
    }
  }
});

test('importing it leaves the global alone', () => {
  for (const name of names) assert.not.ok(name in globalThis, name);
});

test('the interfaces are built on Node\'s own', () => {
  assert.is(Object.getPrototypeOf(mediant.BaseAudioContext), EventTarget);
  assert.instance(new mediant.AudioBuffer({ length: 1, sampleRate: 8000 }).getChannelData(0), Float32Array);
  assert.instance(thrownBy(() => new named.AudioBuffer()), TypeError);
  assert.instance(thrownBy(() => new mediant.AudioBuffer({ length: 1, sampleRate: 1 })), DOMException);
});

const user = new UserFolder().install();

function print(code: string, env?: NodeJS.ProcessEnv, extension = 'mjs'): any {
  const { status, stdout, stderr } = user.node([user.write(`program.${extension}`, code)], env);
  assert.is(status, 0, stderr);
  return JSON.parse(stdout);
}

test('mediant/polyfill defines what is missing, as a browser does', () => {
  const found = print(`
    globalThis.GainNode = 'mine';
    await import('mediant/polyfill');
    const { value, ...attributes } = Object.getOwnPropertyDescriptor(globalThis, 'AudioContext');
    const { AudioContext } = await import('mediant');
    console.log(JSON.stringify({ attributes, same: value === AudioContext, name: value.name, mine: GainNode }));
  `);
  assert.equal(found, { attributes: { writable: true, enumerable: false, configurable: true }, same: true, name: 'AudioContext', mine: 'mine' });
});

test('mediant/polyfill gives what scripts look for in a page, install() the interfaces alone', () => {
  const names = `['window', 'self', 'isSecureContext', 'requestAnimationFrame', 'cancelAnimationFrame']`;
  assert.equal(print(`
    import { install } from 'mediant';
    install();
    console.log(JSON.stringify(${names}.filter((name) => name in globalThis)));
  `), []);
  assert.equal(print(`
    globalThis.isSecureContext = false;
    await import('mediant/polyfill');
    console.log(JSON.stringify([window === globalThis, self === globalThis, window.hasOwnProperty('AudioContext'), isSecureContext]));
  `), [true, true, true, false]);
});

test('animation frames come in order, can be cancelled, and hold no process', () => {
  assert.equal(print(`
    import 'mediant/polyfill';
    const seen = [];
    const cancelled = requestAnimationFrame(() => seen.push('cancelled'));
    requestAnimationFrame((first) => {
      seen.push('first');
      requestAnimationFrame((second) => {
        seen.push(second > first ? 'later' : 'same');
        console.log(JSON.stringify(seen));
        clearTimeout(holding);
        requestAnimationFrame(function draw() { requestAnimationFrame(draw); });
      });
      cancelAnimationFrame(third);
      requestAnimationFrame(() => seen.push('second'));
    });
    const third = requestAnimationFrame(() => seen.push('third'));
    cancelAnimationFrame(cancelled);
    const holding = setTimeout(() => {}, 10000);
  `), ['first', 'later']);
});

test('require() of every entry works from a CommonJS program', () => {
  const found = print(`
    const entries = ['', '/webaudio', '/polyfill', '/jsdom', '/happy-dom', '/realm'];
    console.log(JSON.stringify(entries.map((name) => Object.keys(require('mediant' + name)).length > 0)));
  `, {}, 'cjs');
  assert.equal(found, [true, true, true, true, true, true]);
});

test('CommonJS gets the same instance', () => {
  const found = print(`
    import { createRequire } from 'node:module';
    import { AudioContext } from 'mediant';
    console.log(JSON.stringify(createRequire(import.meta.url)('mediant').AudioContext === AudioContext));
  `);
  assert.is(found, true);
});

test('without the addon it imports, and the first context says what is missing', () => {
  const found = print(`
    import { AudioBuffer, AudioContext, OfflineAudioContext } from 'mediant';
    const thrown = (action) => { try { action(); } catch (error) { return [error.name, error.message]; } };
    const buffer = new AudioBuffer({ length: 8, sampleRate: 8000 });
    console.log(JSON.stringify([buffer.length, thrown(() => new AudioContext()), thrown(() => new OfflineAudioContext(1, 1, 8000))]));
  `, { MEDIANT_ADDON: '/nowhere/mediant.node' });
  const [length, ...errors] = found;
  assert.is(length, 8);
  for (const [name, message] of errors) {
    assert.is(name, 'NotSupportedError');
    assert.match(message, `${process.platform}-${process.arch}`);
    assert.match(message, '/nowhere/mediant.node');
    assert.match(message, 'npm run build:addon');
  }
});

test.after(() => user.remove());

test.run();
