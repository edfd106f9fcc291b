/** The AudioWorkletGlobalScope: what it has, what it has not, and how modules come into it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { exposed } from '../../../src/generated/worklet-exposure';
import { media, module, nextMessage, processor, rejection } from './worklet-support';

const { AudioWorkletNode, ChannelMergerNode, ConstantSourceNode, OfflineAudioContext } = media;

/** What a module posts to `AudioWorklet.port`; `body` is an expression, or statements that call `post`. */
async function ask(body: string, context = new OfflineAudioContext(1, 128, 48000)): Promise<any> {
  const answer = nextMessage(context.audioWorklet.port);
  await context.audioWorklet.addModule(module(`const post = (value) => port.postMessage(value);\n${body}`));
  return answer;
}

/** What a processor of this class body writes into its output. */
async function render(url: string, name: string, { length = 128, options = {}, connect = (_context: any, _node: any) => {} } = {}): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, length, 48000);
  await context.audioWorklet.addModule(url);
  const node = new AudioWorkletNode(context, name, options);
  node.connect(context.destination);
  connect(context, node);
  return (await context.startRendering()).getChannelData(0);
}

// ---- the global object ----

test('there is the language, what specifications expose to worklets, and the members of the scope', async () => {
  const language = vm.runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[];
  const names = (await ask('post(Object.getOwnPropertyNames(globalThis))') as string[]).filter((name) => !language.includes(name));
  const members = ['currentFrame', 'currentTime', 'port', 'registerProcessor', 'renderQuantumSize', 'sampleRate'];
  assert.equal(names.filter((name) => !exposed.includes(name)).sort(), members);
  for (const name of ['AudioWorkletProcessor', 'MessagePort', 'TextDecoder', 'TextEncoder', 'URL']) assert.ok(names.includes(name), name);
  assert.equal(await ask('post([AbortSignal.timeout, URL.createObjectURL, WebAssembly.compileStreaming].map((member) => typeof member))'), ['undefined', 'undefined', 'undefined']);
});

test('the interfaces have the shape that their IDL says', async () => {
  assert.equal(await ask(`
    const attempt = (call) => { try { call(); return 'nothing'; } catch (error) { return error.name; } };
    const describe = (object, name) => { const { get, set, value, ...rest } = Object.getOwnPropertyDescriptor(object, name); return [get?.name ?? value.name, (value ?? get).length, set, ...Object.values(rest)]; };
    post([
      String(globalThis), globalThis instanceof AudioWorkletGlobalScope, globalThis instanceof WorkletGlobalScope,
      attempt(() => new AudioWorkletGlobalScope()), attempt(() => new WorkletGlobalScope()), attempt(() => new AudioWorkletProcessor()), attempt(() => AudioWorkletProcessor.prototype.port),
      describe(globalThis, 'currentFrame'), describe(globalThis, 'registerProcessor'), describe(AudioWorkletProcessor.prototype, 'port'),
      Object.keys(globalThis).sort(), Object.prototype.toString.call(AudioWorkletProcessor.prototype), attempt(() => registerProcessor('x')),
    ]);`), [
    '[object AudioWorkletGlobalScope]', true, true,
    'TypeError', 'TypeError', 'TypeError', 'TypeError',
    ['get currentFrame', 0, undefined, true, true], ['registerProcessor', 2, undefined, true, true, true], ['get port', 0, undefined, true, true],
    ['currentFrame', 'currentTime', 'port', 'registerProcessor', 'renderQuantumSize', 'sampleRate'], '[object AudioWorkletProcessor]', 'TypeError',
  ]);
});

test('nothing of Node can be reached', async () => {
  const attempts: Record<string, string> = {
    process: 'process', require: 'require', global: 'global', Buffer: 'Buffer', setTimeout: 'setTimeout', fetch: 'fetch',
    'Function(process)': 'Function("return process")()', 'console.log.constructor': 'console.log.constructor("return process")()',
    'registerProcessor.constructor': 'registerProcessor.constructor("return process")()',
    'port.constructor': 'port.constructor.constructor("return process")()', 'port.postMessage': 'port.postMessage.constructor("return process")()',
    'console._stdout': 'console._stdout.constructor', 'this.process': 'this.process.exit()', arguments: 'arguments', module: 'module.exports',
    'process.exit': 'process.exit(1)', 'process.abort': 'globalThis.process.abort()',
    import: 'import("node:fs")', 'import of a data: URL': 'import("data:text/javascript,1")', 'import by eval': 'eval(`import("node:fs")`)',
    'import by indirect eval': '(0, eval)(`import("node:fs")`)', 'import by Function': 'Function(`return import("node:fs")`)()',
    'import by an async function': '(async () => {}).constructor(`return await import("node:fs")`)()',
    'import by a reaction': 'Promise.resolve(`return import("node:fs")`).then(Function).then((made) => made())',
    'import by a method that the Worker calls': `(() => {
      Object.prototype.toString = () => 'import("node:fs").then((fs) => { globalThis.stolen = fs; })';
      try { registerProcessor('stolen', Function); } catch {}
      return stolen;
    })()`,
  };
  const answers: Record<string, string> = await ask(`
    const answers = {};
    for (const [name, source] of Object.entries(${JSON.stringify(attempts)})) {
      try { answers[name] = 'got ' + typeof await (0, eval)('(async () => ' + source + ')')(); } catch (error) { answers[name] = error.name; }
    }
    post(answers);`);
  assert.equal(Object.entries(answers).filter(([, answer]) => !/^(Reference|Type)Error$/.test(answer)), []);
  assert.is((await rejection(new OfflineAudioContext(1, 128, 48000).audioWorklet.addModule(module('import "node:fs";')))).name, 'AbortError');
});

test("the call sites of a stack trace hold nothing of the Worker's own", async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('it', `process() {
    let held = [];
    Error.prepareStackTrace = (_, sites) => { held = sites.map((site) => [site.getThis(), site.getFunction()]); };
    void new Error().stack;
    this.port.postMessage([held.length > 2, held.flat().filter((value) => value !== undefined && value !== this).length]);
    return false;
  }`));
  const node = new AudioWorkletNode(context, 'it');
  node.connect(context.destination);
  const told = nextMessage(node.port);
  await context.startRendering();
  assert.equal(await told, [true, 0]);
});

test('the agent does not block, and shares memory', async () => {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('it', `constructor({ processorOptions: { shared } }) {
    super();
    try { Atomics.wait(shared, 1, 0, 1000); } catch (error) { Atomics.store(shared, 0, error instanceof TypeError ? 7 : 1); }
    this.port.postMessage(0);
  }`));
  await nextMessage(new AudioWorkletNode(context, 'it', { processorOptions: { shared } }).port);
  assert.is(Atomics.load(shared, 0), 7);
});

// ---- modules ----

const relative = { 'main.js': 'import { value } from "./parts/value.js"; registerProcessor("it", class extends AudioWorkletProcessor { process(_, [output]) { output[0].fill(value); return true; } }); port.postMessage([import.meta.url, import.meta.resolve("./parts/value.js"), Reflect.ownKeys(import.meta).length]);', 'value.js': 'export { value } from "../constant.js";', 'constant.js': 'export const value = 0.5;' };

test('modules from files import relative to themselves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mediant-worklet-'));
  try {
    writeFileSync(join(folder, 'main.js'), relative['main.js'].replace('./parts/value.js"; reg', './value.js"; reg'));
    writeFileSync(join(folder, 'value.js'), relative['value.js'].replace('../', './'));
    writeFileSync(join(folder, 'constant.js'), relative['constant.js']);
    assert.is((await render(pathToFileURL(join(folder, 'main.js')).href, 'it'))[0], 0.5);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('modules over http import relative to where they came from in the end, and must be scripts', async () => {
  const server = createServer(({ url }, response) => {
    if (url === '/moved.js') return response.writeHead(302, { location: '/deep/main.js' }).end();
    if (url === '/text.js') return response.writeHead(200, { 'content-type': 'text/plain' }).end('1;');
    const text = { '/deep/main.js': relative['main.js'], '/deep/parts/value.js': relative['value.js'], '/deep/constant.js': relative['constant.js'] }[url!];
    return response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/javascript; charset=utf-8' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const context = new OfflineAudioContext(1, 128, 48000);
    const told = nextMessage(context.audioWorklet.port);
    await context.audioWorklet.addModule(`${base}/moved.js`);
    assert.equal(await told, [`${base}/deep/main.js`, `${base}/deep/parts/value.js`, 2]);
    new AudioWorkletNode(context, 'it').connect(context.destination);
    assert.is((await context.startRendering()).getChannelData(0)[0], 0.5);
    const { audioWorklet } = new OfflineAudioContext(1, 128, 48000);
    assert.is((await rejection(audioWorklet.addModule(`${base}/text.js`))).name, 'AbortError');
    assert.is((await rejection(audioWorklet.addModule(`${base}/absent.js`))).name, 'AbortError');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('modules from blobs; bare specifiers are refused', async () => {
  const url = URL.createObjectURL(new Blob([`registerProcessor('it', class extends AudioWorkletProcessor { process(_, [output]) { output[0].fill(0.25); return true; } });`]));
  assert.is((await render(url, 'it'))[0], 0.25);
  URL.revokeObjectURL(url);
  const { audioWorklet } = new OfflineAudioContext(1, 128, 48000);
  assert.instance(await rejection(audioWorklet.addModule(module('import "bare";'))), TypeError);
});

test('nobody waits for a top-level await, and what comes after it is registered when it comes', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(module('await new Promise((resolve) => { port.onmessage = resolve; }); registerProcessor("late", class extends AudioWorkletProcessor {}); port.postMessage(0);'));
  assert.throws(() => new AudioWorkletNode(context, 'late'), (error: any) => error.name === 'InvalidStateError');
  context.audioWorklet.port.postMessage(0);
  await nextMessage(context.audioWorklet.port);
  assert.is(new AudioWorkletNode(context, 'late').numberOfInputs, 1);
});

// ---- process() ----

test('WebAssembly renders within process', async () => {
  // (func (export "double") (param f32) (result f32) local.get 0 local.get 0 f32.add), (memory (export "memory") 1)
  const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 125, 1, 125, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 19, 2, 6, 100, 111, 117, 98, 108, 101, 0, 0, 6, 109, 101, 109, 111, 114, 121, 2, 0, 10, 9, 1, 7, 0, 32, 0, 32, 0, 146, 11);
  const url = processor('it', `
    constructor({ processorOptions: { compiled } }) {
      super();
      const { double, memory } = new WebAssembly.Instance(compiled).exports;
      this.double = double;
      this.samples = new Float32Array(memory.buffer, 0, 128);
    }
    process(_, [output]) {
      for (let at = 0; at < 128; at++) this.samples[at] = this.double(at);
      output[0].set(this.samples);
      return true;
    }`);
  const samples = await render(url, 'it', { options: { processorOptions: { compiled: new (globalThis as any).WebAssembly.Module(bytes) } } });
  assert.equal([samples[0], samples[1], samples[127]], [0, 2, 254]);
});

test('the same frozen arrays come again until the number of channels changes', async () => {
  const url = processor('it', `
    process(inputs, outputs, parameters) {
      const { last } = this;
      const same = last ? Number(last[0] === inputs) + 2 * Number(last[1] === outputs) + 4 * Number(last[2] === parameters) : 0;
      this.last = [inputs, outputs, parameters];
      const frozen = [inputs, inputs[0], outputs, outputs[0], parameters].every(Object.isFrozen) ? 8 : 0;
      for (const samples of outputs[0]) samples.fill(same + frozen + 16 * inputs[0].length);
      return true;
    }`);
  const samples = await render(url, 'it', {
    length: 128 * 8,
    connect(context, node) {
      const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
      const source = new ConstantSourceNode(context);
      source.connect(merger).connect(node);
      source.start(256 / 48000);
      source.stop(640 / 48000);
    },
  });
  const blocks = Array.from({ length: 8 }, (_, block) => samples[128 * block]);
  // Stereo only while something is actively processing; the single output follows.
  assert.equal(blocks, [8, 15, 44, 47, 47, 12, 15, 15]);
});

test('a parameter has one value, or one a frame where it changes', async () => {
  const url = processor('it', `
    static parameterDescriptors = [{ name: 'a' }, { name: 'k', automationRate: 'k-rate' }];
    process(_, [output], { a, k }) { output[0][0] = a.length; output[0][1] = a[a.length - 1]; output[0][2] = k.length; output[0][3] = k[0]; return true; }`);
  const samples = await render(url, 'it', {
    length: 384,
    connect(_context, node) {
      for (const param of node.parameters.values()) param.setValueAtTime(0, 128 / 48000).linearRampToValueAtTime(128, 256 / 48000);
    },
  });
  const block = (index: number) => [...samples.subarray(128 * index, 128 * index + 4)];
  assert.equal(block(0), [1, 0, 1, 0]);
  assert.equal([block(1)[0], block(1)[1], block(1)[2], block(1)[3]], [128, 127, 1, 0]);
  assert.equal(block(2), [block(2)[0], 128, 1, 128]);
});

test('many inputs, outputs, channels and parameters', async () => {
  const url = processor('it', `
    static parameterDescriptors = Array.from({ length: 300 }, (_, index) => ({ name: 'p' + index, defaultValue: index }));
    process(inputs, outputs, parameters) {
      outputs[39][31].fill(inputs.length + outputs.length + outputs[39].length + parameters.p299[0] + inputs[39][0][0]);
      return true;
    }`);
  const context = new OfflineAudioContext(32, 128, 48000);
  await context.audioWorklet.addModule(url);
  const node = new AudioWorkletNode(context, 'it', { numberOfInputs: 40, numberOfOutputs: 40, outputChannelCount: new Array(40).fill(32) });
  const source = new ConstantSourceNode(context, { offset: 0.5 });
  source.connect(node, 0, 39);
  source.start();
  node.connect(context.destination, 39);
  assert.is((await context.startRendering()).getChannelData(31)[127], 40 + 40 + 32 + 299 + 0.5);
});

test('the render quantum has the size that the context asked for', async () => {
  const context = new OfflineAudioContext({ numberOfChannels: 1, length: 600, sampleRate: 48000, renderSizeHint: 300 });
  await context.audioWorklet.addModule(processor('it', 'process(_, [output]) { output[0].fill(renderQuantumSize + output[0].length + currentFrame); return true; }'));
  new AudioWorkletNode(context, 'it').connect(context.destination);
  const samples = (await context.startRendering()).getChannelData(0);
  assert.equal([samples[0], samples[299], samples[300], samples[599]], [600, 600, 900, 900]);
});

test('options are cloned', async () => {
  const processorOptions: any = { date: new Date(5), map: new Map([[1, new Set([2])]]), samples: new Float32Array([1, 2]), error: new RangeError('r'), none: undefined, big: 5n };
  processorOptions.self = processorOptions;
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('it', `constructor({ processorOptions: o }) {
    super();
    this.port.postMessage([o.self === o, o.date instanceof Date, o.map.get(1).has(2), o.samples[1], o.error instanceof RangeError, 'none' in o, o.big]);
  }`));
  assert.equal(await nextMessage(new AudioWorkletNode(context, 'it', { processorOptions }).port), [true, true, true, 2, true, true, 5n]);
});

test.run();
