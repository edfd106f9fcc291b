/** Whatever a processor does, it harms its own node at most: contexts render on, close, and other contexts never notice. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { media, nextEvent, nextMessage, processor } from './worklet-support';

const { AudioContext, AudioWorkletNode, ConstantSourceNode, OfflineAudioContext } = media;

/** Renders what a processor of this class body makes of a constant 1. */
async function render(body: string, { before = '', length = 512, onNode = (_node: any) => {} } = {}): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, length, 48000);
  await context.audioWorklet.addModule(processor('it', body, before));
  const node = new AudioWorkletNode(context, 'it');
  onNode(node);
  const source = new ConstantSourceNode(context);
  source.start();
  source.connect(node).connect(context.destination);
  return (await context.startRendering()).getChannelData(0);
}

/** The message of the `processorerror` of such a processor; the node is silent from then on. */
async function failure(body: string, before = ''): Promise<string> {
  let event: Promise<any>;
  const samples = await render(body, { before, onNode: (node) => { event = nextEvent(node, 'processorerror'); } });
  assert.is(samples[511], 0);
  return (await event!).message;
}

const copy = 'output[0].set(input[0]);';

for (const [thrown, message] of [
  ['null', 'Uncaught null'],
  ['undefined', 'Uncaught undefined'],
  ['Symbol("s")', 'Uncaught Symbol(s)'],
  ['{ toString() { throw 1; } }', 'Uncaught exception'],
  ['new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })', 'Uncaught exception'],
  ['Object.defineProperty(new Error("e"), "name", { get() { throw 1; } })', 'Uncaught exception'],
  ['new (class extends TypeError { name = "Own"; })("e")', 'Uncaught Own: e'],
]) {
  test(`process throws ${thrown}`, async () => {
    assert.is(await failure(`process() { throw ${thrown}; }`), message);
  });
}

test('a getter of process throws', async () => {
  assert.is(await failure('get process() { throw new Error("no"); }'), 'Uncaught Error: no');
});

test('process calls itself without end', async () => {
  assert.match(await failure('process(...values) { return this.process(...values); }'), /RangeError/);
});

test('a listener of an event that process dispatches throws: that is reported, and process goes on', async () => {
  const samples = await render(`process([input], [output]) {
    const target = new EventTarget();
    target.addEventListener('it', () => { throw new Error('as it must'); });
    target.dispatchEvent(new Event('it'));
    ${copy}
    return true;
  }`);
  assert.equal([...new Set(samples)], [1]);
});

test('a getter of parameterDescriptors throws: nothing is registered, and the context renders', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('it', 'static get parameterDescriptors() { throw "as it must"; }'));
  assert.throws(() => new AudioWorkletNode(context, 'it'), (error: any) => error.name === 'InvalidStateError');
  await context.startRendering();
});

test('garbage that process returns is true or false', async () => {
  const values = '[Symbol("s"), 1n, {}, () => {}, new Promise(() => {}), new Proxy(() => {}, {}), "text"]';
  const samples = await render(`process([input], [output]) { ${copy} return ${values}[currentFrame / 128]; }`, { length: 7 * 128 });
  assert.equal([...new Set(samples)], [1]);
});

test('arrays can be neither replaced, resized nor given other lengths', async () => {
  const samples = await render(`process([input], outputs, parameters) {
    const attempts = [
      () => { outputs[0] = []; }, () => outputs.push([]), () => { outputs.length = 0; }, () => outputs[0].push(new Float32Array(9999)),
      () => { outputs[0][0] = new Float32Array(1); }, () => { parameters.more = 1; }, () => { parameters.constructor = 1; },
    ];
    for (const attempt of attempts) {
      try { attempt(); return true; } catch {}
    }
    Object.defineProperty(outputs[0][0], 'length', { value: 1e9, configurable: true });
    Object.defineProperty(outputs[0][0], 'set', { value: null, configurable: true });
    outputs[0][0].fill(2);
    return true;
  }`);
  assert.equal([...new Set(samples)], [2]);
});

test('arrays that a microtask transfers away are replaced', async () => {
  const samples = await render(`process([input], [output]) {
    ${copy}
    Promise.resolve([input[0].buffer, output[0].buffer]).then((buffers) => this.port.postMessage(0, buffers));
    return true;
  }`);
  assert.equal([...new Set(samples)], [1]);
});

test('arrays that another processor or a message handler transfers away are replaced', async () => {
  const context = new OfflineAudioContext(1, 128 * 2000, 48000);
  await context.audioWorklet.addModule(processor('it', `
    constructor() { super(); buffers.set(this, []); this.port.onmessage = () => this.take(); }
    take() {
      const theirs = [...buffers].filter(([owner]) => owner !== this).flatMap(([, list]) => list.splice(0));
      this.port.postMessage(0, theirs);
    }
    process([input], [output]) {
      ${copy}
      if (currentFrame % 384 === 0) this.take();
      buffers.set(this, [input[0].buffer, output[0].buffer]);
      return true;
    }`, 'const buffers = new Map();'));
  const source = new ConstantSourceNode(context);
  source.start();
  let last = source;
  for (let index = 0; index < 3; index++) {
    const node = new AudioWorkletNode(context, 'it');
    for (let message = 0; message < 50; message++) node.port.postMessage(message);
    last = last.connect(node);
  }
  last.connect(context.destination);
  const samples = (await context.startRendering()).getChannelData(0);
  assert.equal([...new Set(samples)], [1]);
});

test('the language may be patched', async () => {
  const samples = await render(`process([input], [output]) { for (let at = 0; at < 128; at++) output[0][at] = 2 * input[0][at]; return true; }`, { before: `
    const thrower = () => { throw new Error('patched'); };
    for (const prototype of [Float32Array.prototype.__proto__, Map.prototype, Set.prototype, Promise.prototype, RegExp.prototype, MessagePort.prototype]) {
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
        // What Node makes a port with.
        if (name === 'unref' || name === 'constructor') continue;
        if (typeof descriptor.value === 'function') Object.defineProperty(prototype, name, { value: thrower });
      }
    }
    for (const name of ['push', 'map', 'forEach', 'slice', 'join']) Array.prototype[name] = thrower;
    for (const name of ['apply', 'bind', 'call']) Function.prototype[name] = thrower;
    for (const name of ['freeze', 'isFrozen', 'getOwnPropertyDescriptor']) Object[name] = thrower;
    Error.prepareStackTrace = thrower;
    for (const name of ['Promise', 'Float32Array', 'ArrayBuffer', 'Reflect', 'Math', 'console', 'URL', 'TypeError', 'Number']) delete globalThis[name];
  ` });
  assert.equal([...new Set(samples)], [2]);
});

test('what rejects or throws in microtasks ends nothing', async () => {
  const samples = await render(`process([input], [output]) {
    ${copy}
    if (currentFrame === 0) { void Promise.reject(new Error('rejected')); Promise.resolve().then(() => { throw null; }); }
    return true;
  }`);
  assert.equal([...new Set(samples)], [1]);
});

test('processors of a class that is no AudioWorkletProcessor, or that is made twice, are in error', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('twice', 'constructor() { super(); new AudioWorkletProcessor(); }',
    'registerProcessor("none", class {}); registerProcessor("function", Function);'));
  for (const name of ['none', 'function', 'twice']) {
    assert.match((await nextEvent(new AudioWorkletNode(context, name), 'processorerror')).message, /^Uncaught (Type|Syntax)Error/);
  }
});

test('options that this thread cannot read are an error of the node', async () => {
  const context = new OfflineAudioContext(1, 512, 48000);
  await context.audioWorklet.addModule(processor('it', 'process() { return true; }', 'MessagePort.prototype.unref = () => { throw new Error("unreadable"); };'));
  const node = new AudioWorkletNode(context, 'it');
  node.connect(context.destination);
  assert.match((await nextEvent(node, 'processorerror')).message, /unreadable/);
  await context.startRendering();
});

test('a port that is closed or given away does no harm', async () => {
  assert.is((await render(`process([input], [output]) { ${copy} this.port.close(); this.port.postMessage(1); return true; }`))[511], 1);
  assert.match(await failure('process() { this.port.postMessage(0, [this.port]); return true; }'), /DataCloneError/);
});

test('messages come and go while a render runs at full speed', async () => {
  const context = new OfflineAudioContext(1, 48000 * 3600, 48000);
  await context.audioWorklet.addModule(processor('it', `
    constructor() { super(); this.port.onmessage = ({ data }) => { this.value = data; this.port.postMessage(currentFrame); }; }
    process(_, [output]) { output[0].fill(this.value); return this.value !== 'done'; }`));
  const node = new AudioWorkletNode(context, 'it');
  node.connect(context.destination);
  const rendered = context.startRendering();
  const frames: number[] = [];
  for (let round = 0; round < 5; round++) {
    node.port.postMessage(round);
    frames.push(await nextMessage(node.port));
  }
  assert.ok(frames.every((frame, index) => index === 0 || frame >= frames[index - 1]!) && frames[4]! > frames[0]!, String(frames));
  node.port.postMessage('done');
  await context.close();
  await rendered.catch(() => {});
});

test('a context closes though its script never returns, wherever it is, and others play on', async () => {
  const other = new AudioContext();
  const messages: any[] = [];
  const stuck = await Promise.all(([
    ['constructor', 'constructor() { super(); for (;;); }'],
    ['message handler', 'constructor() { super(); this.port.onmessage = () => { for (;;); }; } process() { return true; }'],
    ['microtask', 'process() { const again = () => Promise.resolve().then(again); again(); return true; }'],
    ['getter', 'get process() { for (;;); }'],
  ] as const).map(async ([name, body]) => {
    const context = new AudioContext();
    await context.audioWorklet.addModule(processor(name, body));
    const node = new AudioWorkletNode(context, name);
    node.connect(context.destination);
    node.port.postMessage(0);
    node.onprocessorerror = ({ message }: any) => messages.push(message);
    return context;
  }));
  const module = new AudioContext();
  module.audioWorklet.addModule(processor('module', '', 'for (;;);')).catch(() => {});
  stuck.push(module);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const time = other.currentTime;
  await Promise.all(stuck.map((context) => context.close()));
  assert.ok(stuck.every(({ state }) => state === 'closed'));
  while (other.currentTime === time) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.equal(messages, new Array(4).fill('The AudioWorklet has stopped: its thread has ended.'));
  await other.close();
});

test('script that uses up its memory is ended, and the context plays on', async () => {
  const context = new AudioContext();
  await context.audioWorklet.addModule(processor('it', 'process() { const all = []; for (;;) all.push(new Array(100000)); }'));
  const node = new AudioWorkletNode(context, 'it');
  node.connect(context.destination);
  assert.is((await nextEvent(node, 'processorerror')).message, 'The AudioWorklet has stopped: its script has used up its memory.');
  const time = context.currentTime;
  while (context.currentTime === time) await new Promise((resolve) => setTimeout(resolve, 2));
  await context.close();
});

test.run();
