// timeout: 120 s
/** Long renders in bounded memory: chunks are what one render gives, sample for sample. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { media, processor, rejection } from './worklet-support';

const { OfflineAudioContext, renderChunks } = media;

interface Chunk {
  readonly length: number;
  getChannelData(channel: number): Float32Array;
}

const sampleRate = 8000;
const length = 10_000;

const context = (options = {}): any => new OfflineAudioContext({ numberOfChannels: 2, length, sampleRate, ...options });

/** Every kind of state that has to pass from one chunk to the next: phases, automation, delay lines, filters, tails, events. */
function build(target: any): void {
  const tone = target.createOscillator();
  tone.type = 'sawtooth';
  tone.frequency.setValueAtTime(100, 0).exponentialRampToValueAtTime(1000, 1);
  const filter = target.createBiquadFilter();
  filter.frequency.setTargetAtTime(2000, 0.1, 0.3);
  const delay = target.createDelay();
  delay.delayTime.value = 0.13;
  const feedback = target.createGain();
  feedback.gain.value = 0.6;
  const convolver = target.createConvolver();
  const response = target.createBuffer(2, 3000, sampleRate);
  for (const channel of [0, 1]) response.getChannelData(channel).forEach((_: number, frame: number, data: Float32Array) => (data[frame] = Math.sin(frame * (channel + 1)) / (frame + 1)));
  convolver.buffer = response;
  const script = target.createScriptProcessor(256, 2, 2);
  script.onaudioprocess = ({ inputBuffer, outputBuffer, playbackTime }: any) => {
    for (const channel of [0, 1]) {
      const from = inputBuffer.getChannelData(channel);
      outputBuffer.getChannelData(channel).forEach((_: number, frame: number, data: Float32Array) => (data[frame] = from[frame] * playbackTime));
    }
  };
  tone.connect(filter).connect(delay).connect(feedback).connect(delay).connect(convolver).connect(target.destination);
  filter.connect(script).connect(target.destination);
  tone.start(0.01);
  tone.stop(1);
  void target.suspend(0.5).then(() => {
    feedback.gain.value = 0.3;
    void target.resume();
  });
}

const samplesOf = (chunks: Chunk[], channel: number): number[] => chunks.flatMap((chunk) => [...chunk.getChannelData(channel)]);

async function collect(target: any, options?: object): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of renderChunks(target, options)) chunks.push(chunk);
  return chunks;
}

for (const chunkFrames of [1, 1000, 4096, 20_000]) {
  test(`chunks of ${chunkFrames} frames are what one render gives`, async () => {
    const whole = context();
    const split = context();
    build(whole);
    build(split);
    const expected = await whole.startRendering();
    const chunks = await collect(split, { chunkFrames });
    assert.is(split.state, 'closed');
    const size = Math.ceil(chunkFrames / 128) * 128;
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.length === size));
    for (const channel of [0, 1]) assert.equal(samplesOf(chunks, channel), [...expected.getChannelData(channel)]);
    assert.ok(expected.getChannelData(1).some((sample: number) => sample !== 0));
  });
}

test('processors run on from chunk to chunk', async () => {
  const target = context({ length: 3000 });
  await target.audioWorklet.addModule(processor('count', 'n = 0; process(_, [output]) { for (const channel of output) channel.fill(this.n); this.n++; return true; }'));
  new media.AudioWorkletNode(target, 'count').connect(target.destination);
  const samples = samplesOf(await collect(target, { chunkFrames: 500 }), 1);
  assert.equal(samples, Array.from({ length: 3000 }, (_, frame) => Math.floor(frame / 128)));
});

test('currentTime shows how far a render has come', async () => {
  const target = context();
  const times: number[] = [];
  for await (const chunk of renderChunks(target, { chunkFrames: 4096 })) times.push(chunk.length && target.currentTime);
  assert.equal(times, [4096 / sampleRate, 8192 / sampleRate, 10_112 / sampleRate]);
});

test('the graph may change between chunks', async () => {
  const target = context({ length: null });
  const source = new media.ConstantSourceNode(target, { offset: 0 });
  source.connect(target.destination);
  source.start();
  const levels = new Set<number>();
  for await (const chunk of renderChunks(target, { chunkFrames: 256 })) {
    for (const sample of chunk.getChannelData(0)) levels.add(sample);
    assert.is(chunk.getChannelData(0)[0], chunk.getChannelData(0)[255]);
    source.offset.value += 1;
    if (source.offset.value === 4) break;
  }
  assert.equal([...levels], [0, 1, 2, 3]);
});

test('leaving the loop closes the context', async () => {
  const target = context({ length: null });
  for await (const chunk of renderChunks(target)) if (chunk.length > 0) break;
  assert.is(target.state, 'closed');
});

test('close() between two chunks ends the loop', async () => {
  const target = context({ length: null });
  let chunks = 0;
  for await (const chunk of renderChunks(target)) {
    assert.is(chunk.length, 8064);
    if (++chunks === 3) void target.close();
  }
  assert.is(chunks, 3);
  assert.is(target.state, 'closed');
});

test('close() within a chunk ends the loop', async () => {
  const target = context({ length: null });
  void target.suspend(1.5).then(() => target.close());
  const chunks = await collect(target);
  assert.is(chunks.length, 1);
  assert.is(target.state, 'closed');
});

test('what startRendering() refuses is refused', async () => {
  const target = context();
  await target.startRendering();
  assert.is((await rejection(renderChunks(target).next())).name, 'InvalidStateError');
  assert.is((await rejection(renderChunks(context(), { chunkFrames: 0 }).next())).name, 'NotSupportedError');
  const playing = new media.AudioContext();
  for (const wrong of [playing, null, undefined]) assert.match((await rejection(renderChunks(wrong).next())).message, /takes an OfflineAudioContext/);
  assert.is.not(playing.state, 'closed');
  await playing.close();
});

test('a stream of chunks', async () => {
  let frames = 0;
  for await (const chunk of (ReadableStream as any).from(renderChunks(context(), { chunkFrames: 1000 }))) frames += chunk.length;
  assert.is(frames, length);
});

test('an hour takes the memory of a chunk', async () => {
  const target = context({ length: 3600 * 48_000, sampleRate: 48_000 });
  const source = new media.ConstantSourceNode(target, { offset: 0.5 });
  source.connect(target.destination);
  source.start();
  const before = process.memoryUsage().rss;
  let most = 0;
  let frames = 0;
  for await (const chunk of renderChunks(target)) {
    frames += chunk.length;
    most = Math.max(most, process.memoryUsage.rss());
    assert.is(chunk.getChannelData(1)[chunk.length - 1], 0.5);
  }
  assert.is(frames, target.length);
  const mebibytes = (most - before) / 2 ** 20;
  console.log(`1318 MiB of samples rendered; the process grew by ${mebibytes.toFixed(0)} MiB at most`);
  assert.ok(mebibytes < 128);
});

test.run();
