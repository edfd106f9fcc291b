import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { realmNames, script } from 'mediant/realm';
import { getQuickJS } from 'quickjs-emscripten';
import type { QuickJSContext } from 'quickjs-emscripten';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What a custom engine brings: three constructors and a Host, written in the engine's own script. */
const prelude = readFileSync(new URL('./support/tiny-platform.js', import.meta.url), 'utf8');

const quickJS = await getQuickJS();

/** Runs `code` in a fresh QuickJS realm in which the platform stands; returns what it evaluates to, as JSON. */
function evaluate(code: string): unknown {
  const context = quickJS.newContext();
  try {
    run(context, prelude, 'tiny-platform.js');
    run(context, `var mediant = ${script}`, 'realm.script.js');
    run(context, `var realm = {}; for (var name of ${JSON.stringify(realmNames)}) realm[name] = globalThis[name];`, 'realm');
    return JSON.parse(run(context, `JSON.stringify((() => { ${code} })())`, 'test.js'));
  } finally {
    context.dispose();
  }
}

function run(context: QuickJSContext, code: string, name: string): string {
  const result = context.evalCode(code, name);
  if (result.error) {
    const error = context.dump(result.error);
    result.error.dispose();
    throw new Error(`${name}: ${error.name}: ${error.message}\n${error.stack}`);
  }
  const value = context.dump(result.value);
  result.value.dispose();
  return value;
}

test('the published script is the text of the module', () => {
  const path = fileURLToPath(import.meta.resolve('mediant/realm.script.js'));
  assert.is(readFileSync(path, 'utf8'), script);
});

test('the script defines nothing by itself', () => {
  assert.equal(evaluate('return [typeof AudioContext, typeof mediant]'), ['undefined', 'function']);
});

test('interfaces are installed on the engine\'s global', () => {
  const found = evaluate(`
    mediant(realm, tinyHost({})).install(globalThis);
    return [
      AudioContext.prototype.__proto__.__proto__ === EventTarget.prototype,
      new AudioBuffer({ length: 4, sampleRate: 8000 }).getChannelData(0) instanceof Float32Array,
      Object.prototype.toString.call(new AudioBuffer({ length: 4, sampleRate: 8000 })),
      Object.keys(globalThis).includes('AudioContext'),
    ];
  `);
  assert.equal(found, [true, true, '[object AudioBuffer]', false]);
});

test('a graph of API objects sends its commands to the host\'s engine', () => {
  const found = evaluate(`
    const host = tinyHost({ engine: true });
    mediant(realm, host).install(globalThis);
    const context = new OfflineAudioContext(2, 44100, 44100);
    const oscillator = new OscillatorNode(context, { frequency: 220 });
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.5, 0).linearRampToValueAtTime(0, 1);
    const same = oscillator.connect(gain) === gain && gain.connect(context.destination) === context.destination;
    oscillator.start();
    context.startRendering();
    host.runTasks();
    return [same, gain.numberOfInputs, oscillator.frequency.value, host.submitted > 0, host.rendered];
  `);
  assert.equal(found, [true, 1, 220, true, true]);
});

test('arguments are checked before anything reaches the host', () => {
  const found = evaluate(`
    const host = tinyHost({ engine: true });
    mediant(realm, host).install(globalThis);
    const context = new OfflineAudioContext(2, 44100, 44100);
    const thrown = (action) => { try { action(); return null } catch (error) { return [error.name, error.constructor === globalThis[error.name], error instanceof DOMException] } };
    return [
      thrown(() => new GainNode()),
      thrown(() => new GainNode({})),
      thrown(() => context.createGain().gain.setValueAtTime(NaN, 0)),
      thrown(() => context.createGain().connect(context.destination, 5)),
      thrown(() => GainNode.prototype.gain),
      thrown(() => new AudioNode()),
    ];
  `) as unknown[][];
  for (const index of [0, 1, 2, 4, 5]) assert.equal(found[index], ['TypeError', true, false], String(index));
  assert.equal(found[3], ['IndexSizeError', false, true]);
});

test('without a render engine, a context says so', () => {
  const found = evaluate(`
    mediant(realm, tinyHost({})).install(globalThis);
    const thrown = (action) => { try { action(); return null } catch (error) { return [error.name, error.message, error instanceof DOMException] } };
    return [thrown(() => new AudioContext()), thrown(() => new OfflineAudioContext(1, 1, 8000))];
  `) as [string, string, boolean][];
  for (const [name, message, isDOMException] of found) {
    assert.is(name, 'NotSupportedError');
    assert.match(message, 'This engine has no render engine.');
    assert.ok(isDOMException);
  }
});

test.run();
