import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inRealTime } from '../../support/stalls';
import { gain, media, nextEvent, nextMessage, processor } from './worklet-support';

const { AnalyserNode, AudioContext, AudioWorkletNode, ConstantSourceNode } = media;

/** Resolves when `condition` holds; looks again at each of the context's blocks. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function newest(analyser: any): number {
  const samples = new Float32Array(32);
  analyser.getFloatTimeDomainData(samples);
  return samples[31]!;
}

async function start(url: string, name: string): Promise<{ context: any; node: any; analyser: any }> {
  const context = new AudioContext();
  await context.audioWorklet.addModule(url);
  const node = new AudioWorkletNode(context, name);
  const analyser = new AnalyserNode(context);
  node.connect(analyser).connect(context.destination);
  return { context, node, analyser };
}

test('a processor plays', async () => {
  const { context, node, analyser } = await start(gain, 'gain');
  const source = new ConstantSourceNode(context);
  source.connect(node);
  source.start();
  await until(() => newest(analyser) === 0.5);
  await context.close();
  assert.is(context.state, 'closed');
});

test('the Worker takes over without a gap', () => inRealTime(async () => {
  const context = new AudioContext();
  const counter = processor('frames', 'frames = []; constructor() { super(); this.port.onmessage = () => this.port.postMessage(this.frames); } process() { this.frames.push(currentFrame); return true; }');
  await context.resume();
  await until(() => context.currentTime > 0.02);
  const before = context.currentTime;
  await context.audioWorklet.addModule(counter);
  await until(() => context.currentTime > before);
  const node = new AudioWorkletNode(context, 'frames');
  node.connect(context.destination);
  // However long the module took.
  const connected = context.currentTime;
  await until(() => context.currentTime > connected + 0.3);
  node.port.postMessage('tell');
  const frames: number[] = await nextMessage(node.port);
  const { underrunEvents } = context.playbackStats;
  await context.close();
  assert.ok(frames.length > 10);
  assert.ok(frames.every((frame, index) => frame === frames[0]! + 128 * index), 'a quantum is missing');
  assert.is(underrunEvents, 0);
}));

test('messages arrive while it renders, and in a suspended context', async () => {
  const { context, node } = await start(processor('echo', 'constructor() { super(); this.port.onmessage = ({ data }) => this.port.postMessage(data); } process() { return true; }'), 'echo');
  node.port.postMessage(1);
  assert.is(await nextMessage(node.port), 1);
  await context.suspend();
  const time = context.currentTime;
  node.port.postMessage(2);
  assert.is(await nextMessage(node.port), 2);
  assert.is(context.currentTime, time);
  await context.resume();
  await until(() => context.currentTime > time);
  await context.close();
});

test('AudioWorklet.port is connected with the global scope', async () => {
  const context = new AudioContext();
  const { port } = context.audioWorklet;
  await context.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent('port.onmessage = ({ data }) => port.postMessage(data + 1);')}`);
  port.postMessage(1);
  assert.is(await nextMessage(port), 2);
  await context.close();
});

test('an exception in a message handler ends nothing', async () => {
  const { context, node } = await start(processor('handler', 'constructor() { super(); this.port.onmessage = () => { throw "as it must"; }; } process() { this.port.postMessage(currentFrame); return true; }'), 'handler');
  node.port.postMessage(0);
  const frame = await nextMessage(node.port);
  await until(() => context.currentTime * context.sampleRate > frame + 4800);
  assert.ok((await nextMessage(node.port)) > frame);
  await context.close();
});

for (const milliseconds of [50, 500]) {
  test(`a processor that blocks for ${milliseconds} ms is played on with, and another context never notices`, async () => {
    const other = await start(processor('frames', 'process() { this.port.postMessage(currentFrame); return true; }'), 'frames');
    const frames: number[] = [];
    other.node.port.onmessage = ({ data }: any) => frames.push(data);
    const { context, analyser } = await start(processor('block', `process(_, [output]) { if (currentFrame === this.at) { const end = Date.now() + ${milliseconds}; while (Date.now() < end); } this.at ??= currentFrame + 1280; output[0].fill(currentFrame > this.at ? 1 : 0); return true; }`), 'block');
    await until(() => newest(analyser) === 1);
    await context.close();
    await until(() => frames.length > 10);
    await other.context.close();
    assert.ok(frames.every((frame, index) => frame === frames[0]! + 128 * index), 'a quantum is missing');
  });
}

test('a context closes whose processor never returns, and other contexts play on', async () => {
  const stuck = await start(processor('stuck', 'process() { this.port.postMessage(0); for (;;); }'), 'stuck');
  const other = await start(gain, 'gain');
  await nextMessage(stuck.node.port);
  const time = other.context.currentTime;
  const failed = nextEvent(stuck.node, 'processorerror');
  await stuck.context.close();
  assert.is(stuck.context.state, 'closed');
  await failed;
  await until(() => other.context.currentTime > time);
  await other.context.close();
});

test.run();
