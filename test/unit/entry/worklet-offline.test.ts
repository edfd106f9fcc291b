import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gain, media, module, nextEvent, nextMessage, processor, rejection } from './worklet-support';

const { AudioWorkletNode, ConstantSourceNode, ChannelMergerNode, OfflineAudioContext } = media;

async function render(url: string, name: string, options = {}, connect: (context: any, node: any) => void = () => {}, length = 512): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, length, 48000);
  await context.audioWorklet.addModule(url);
  const node = new AudioWorkletNode(context, name, options);
  node.connect(context.destination);
  connect(context, node);
  return (await context.startRendering()).getChannelData(0);
}

function constant(context: any, node: any, offset = 1): any {
  const source = new ConstantSourceNode(context, { offset });
  source.connect(node);
  source.start();
  return source;
}

test('a processor gets the input, the parameters and its output', async () => {
  const samples = await render(gain, 'gain', { parameterData: { gain: 0.25 } }, constant);
  assert.equal([...new Set(samples)], [0.25]);
});

test('an automated parameter has a value for each frame', async () => {
  const samples = await render(gain, 'gain', {}, (context, node) => {
    constant(context, node);
    const param = node.parameters.get('gain');
    param.setValueAtTime(0, 0);
    param.linearRampToValueAtTime(1, 512 / 48000);
  });
  samples.forEach((sample, frame) => assert.ok(Math.abs(sample - frame / 512) < 1e-6, `frame ${frame}: ${sample}`));
});

test('a part of a quantum at the end is rendered', async () => {
  const samples = await render(gain, 'gain', {}, constant, 300);
  assert.is(samples.length, 300);
  assert.is(samples[299], 0.5);
});

test('a processor that returns false is not called without input', async () => {
  const url = processor('once', 'process(_, [output]) { output[0].fill(1); return false; }');
  const samples = await render(url, 'once');
  assert.is(samples[127], 1);
  assert.is(samples[128], 0);
});

test('an output follows the channels of the input', async () => {
  const url = processor('count', 'process([input], [output]) { output.forEach((samples) => samples.fill(10 * input.length + output.length)); return true; }');
  assert.is((await render(url, 'count'))[0], 1);
  const stereo = await render(url, 'count', {}, (context, node) => {
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    constant(context, merger);
    merger.connect(node);
  });
  assert.is(stereo[0], 22);
  assert.is((await render(url, 'count', { outputChannelCount: [3] }, constant))[0], 13);
});

test('microtasks run between quanta', async () => {
  const url = processor('micro', 'n = 0; process(_, [output]) { output[0].fill(this.n); Promise.resolve().then(() => 0).then(() => { this.n++; }); return true; }');
  const samples = await render(url, 'micro');
  assert.equal([samples[0], samples[128], samples[256], samples[384]], [0, 1, 2, 3]);
});

test('currentFrame, currentTime, sampleRate and renderQuantumSize are those of the context', async () => {
  const url = processor('scope', `process(_, [output]) {
    output[0].set([currentFrame, currentTime, sampleRate, renderQuantumSize, Number(typeof process === 'undefined'), Number(typeof setTimeout === 'undefined')]);
    return true;
  }`);
  const samples = await render(url, 'scope');
  assert.equal([...samples.subarray(128, 134)], [128, Math.fround(128 / 48000), 48000, 128, 1, 1]);
});

test('what a processor throws is told once, and it is silent from then on', async () => {
  const url = processor('throws', 'process(_, [output]) { output[0].fill(1); if (currentFrame >= 256) throw new RangeError("enough"); return true; }');
  let event: Promise<any>;
  const samples = await render(url, 'throws', {}, (_context, node) => { event = nextEvent(node, 'processorerror'); });
  assert.equal([samples[255], samples[256], samples[511]], [1, 0, 0]);
  assert.is((await event!).message, 'Uncaught RangeError: enough');
});

test('a constructor that throws is told', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('bad', 'constructor() { throw new Error("no"); }'));
  const event = await nextEvent(new AudioWorkletNode(context, 'bad'), 'processorerror');
  assert.is(event.constructor.name, 'ErrorEvent');
  assert.is(event.message, 'Uncaught Error: no');
});

test('a class without process is in error when it is first to be called', async () => {
  let event: Promise<any>;
  await render(processor('empty', ''), 'empty', {}, (_context, node) => { event = nextEvent(node, 'processorerror'); });
  assert.match((await event!).message, /TypeError/);
});

test('arrays that were transferred away are replaced', async () => {
  const url = processor('transfer', `process([input], [output]) {
    if (currentFrame === 128) this.port.postMessage(0, [input[0].buffer, output[0].buffer]);
    else output[0].set(input[0]);
    return true;
  }`);
  const samples = await render(url, 'transfer', {}, constant);
  assert.equal([samples[0], samples[128], samples[256]], [1, 0, 1]);
});

test('options reach the constructor by structured clone', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('options', 'constructor(options) { super(); this.port.postMessage(options); }'));
  const node = new AudioWorkletNode(context, 'options', { processorOptions: { list: new Map([[1, 2]]) }, outputChannelCount: [2] });
  assert.equal(await nextMessage(node.port), { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [2], processorOptions: { list: new Map([[1, 2]]) } });
  assert.throws(() => new AudioWorkletNode(context, 'options', { processorOptions: { call() {} } }), (error: any) => error.name === 'DataCloneError');
});

test('the wrong options are refused', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(gain);
  const refused = (name: string, options: object) => {
    try {
      new AudioWorkletNode(context, name, options);
      return 'nothing';
    } catch (error) {
      return (error as Error).name;
    }
  };
  assert.is(refused('none', {}), 'InvalidStateError');
  assert.is(refused('gain', { numberOfInputs: 0, numberOfOutputs: 0 }), 'NotSupportedError');
  assert.is(refused('gain', { outputChannelCount: [0] }), 'NotSupportedError');
  assert.is(refused('gain', { outputChannelCount: [33] }), 'NotSupportedError');
  assert.is(refused('gain', { outputChannelCount: [1, 1] }), 'IndexSizeError');
});

test('addModule rejects as the failure asks', async () => {
  const { audioWorklet } = new OfflineAudioContext(1, 128, 48000);
  assert.is((await rejection(audioWorklet.addModule('http://'))).name, 'SyntaxError');
  assert.is((await rejection(audioWorklet.addModule('file:///nowhere/at-all.js'))).name, 'AbortError');
  assert.is((await rejection(audioWorklet.addModule(module('import "file:///nowhere/at-all.js";')))).name, 'AbortError');
  const error = await rejection(audioWorklet.addModule(module('this is no script')));
  assert.instance(error, SyntaxError);
});

test('modules import each other, and are evaluated once', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  const shared = module('let count = 0; export const next = () => ++count;');
  const user = (name: string) => module(`import { next } from ${JSON.stringify(shared)};
    const value = next(); registerProcessor('${name}', class extends AudioWorkletProcessor { process(_, [output]) { output[0].fill(value); return true; } });`);
  await context.audioWorklet.addModule(user('a'));
  await context.audioWorklet.addModule(user('a'));
  await context.audioWorklet.addModule(user('b'));
  new AudioWorkletNode(context, 'b').connect(context.destination);
  assert.is((await context.startRendering()).getChannelData(0)[0], 2);
});

test('registerProcessor checks the class', async () => {
  const context = new OfflineAudioContext(1, 128, 48000);
  await context.audioWorklet.addModule(processor('report', 'constructor() { super(); this.port.postMessage(names); }', `
    const names = [];
    const attempt = (...values) => { try { registerProcessor(...values); names.push('ok'); } catch ({ name }) { names.push(name); } };
    const descriptors = (...list) => class extends AudioWorkletProcessor { static parameterDescriptors = list; };
    attempt('', class {});
    attempt('x');
    attempt('x', {});
    attempt('x', () => {});
    attempt('x', descriptors({ name: 'a' }, { name: 'a' }));
    attempt('x', descriptors({ name: 'a', defaultValue: 2, maxValue: 1 }));
    attempt('x', descriptors({}));
    attempt('x', descriptors({ name: 'a', automationRate: 'b-rate' }));
    attempt('x', descriptors({ name: 'a', defaultValue: NaN }));
    attempt('x', descriptors({ name: 'a' }));
    attempt('x', descriptors());`));
  assert.equal(await nextMessage(new AudioWorkletNode(context, 'report').port), [
    'NotSupportedError', 'TypeError', 'TypeError', 'TypeError', 'NotSupportedError', 'InvalidStateError', 'TypeError', 'TypeError', 'TypeError',
    'ok', 'NotSupportedError',
  ]);
});

test('a module may be added while a render is suspended', async () => {
  const context = new OfflineAudioContext(1, 512, 48000);
  void context.suspend(128 / 48000).then(async () => {
    await context.audioWorklet.addModule(processor('one', 'process(_, [output]) { output[0].fill(1); return true; }'));
    new AudioWorkletNode(context, 'one').connect(context.destination);
    void context.resume();
  });
  const samples = (await context.startRendering()).getChannelData(0);
  assert.equal([samples[127], samples[128], samples[511]], [0, 1, 1]);
});

test.run();
