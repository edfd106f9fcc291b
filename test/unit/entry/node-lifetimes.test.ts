/** What script has dropped: it is heard as long as it sounds, and leaves nothing behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { media } from './worklet-support';

const { OfflineAudioContext, renderChunks } = media;

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Collects until all are gone: finalizers run in tasks of their own. */
async function areCollected(references: WeakRef<object>[]): Promise<boolean> {
  for (let round = 0; round < 500; ++round) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
    if (references.every((reference) => reference.deref() === undefined)) return true;
  }
  return false;
}

const sampleRate = 8000;
const undefinedLength = (): any => new OfflineAudioContext({ length: null, sampleRate });

test('thousands of short-lived sources', async () => {
  const context = undefinedLength();
  const references: WeakRef<object>[] = [];
  let ended = 0;
  const note = (time: number, index: number): void => {
    const source = index % 2 ? context.createOscillator() : context.createConstantSource();
    const envelope = context.createGain();
    envelope.gain.setValueAtTime(0, time).linearRampToValueAtTime(1, time + 0.01);
    source.onended = () => ++ended;
    source.connect(envelope).connect(context.destination);
    source.start(time);
    source.stop(time + 0.02);
    references.push(new WeakRef(source), new WeakRef(envelope), new WeakRef(envelope.gain));
  };
  let chunks = 0;
  for await (const chunk of renderChunks(context, { chunkFrames: 1024 })) {
    assert.is(chunk.length, 1024);
    if (++chunks === 42) break;
    if (chunks <= 40) for (let index = 0; index < 50; ++index) note(context.currentTime + index / 1000, index);
  }
  assert.is(ended, 2000);
  assert.ok(await areCollected(references));
  assert.is(context.state, 'closed');
});

/** Builds something that sounds after its source has ended, forgets it, and tells at which of 40 chunks of 0.032 s it is heard. */
async function heardAt(build: (context: any, source: any) => any): Promise<number[]> {
  const context = undefinedLength();
  const references: WeakRef<object>[] = [];
  (() => {
    const source = context.createConstantSource();
    const last = build(context, source);
    last.connect(context.destination);
    source.start();
    source.stop(0.01);
    references.push(new WeakRef(source), new WeakRef(last));
  })();
  const heard: number[] = [];
  let chunks = 0;
  for await (const chunk of renderChunks(context, { chunkFrames: 256 })) {
    if (chunk.getChannelData(0).some((sample: number) => Math.abs(sample) > 1e-6)) heard.push(chunks);
    // Script can't reach any of it from here on.
    if (chunks === 2) assert.ok(await areCollected(references), 'nothing but sound holds them');
    else gc();
    if (++chunks === 40) break;
  }
  return heard;
}

/** The chunks in which a sound of 0.01 s is that begins at these times. */
function chunksOf(times: number[]): number[] {
  const chunks = times.flatMap((time) => [Math.floor((time * sampleRate) / 256), Math.floor(((time + 0.01) * sampleRate - 1) / 256)]);
  return [...new Set(chunks)];
}

test('a delay sounds to its end', async () => {
  const heard = await heardAt((context, source) => source.connect(new media.DelayNode(context, { delayTime: 0.8, maxDelayTime: 1 })));
  assert.equal(heard, chunksOf([0.8]));
});

test('a loop sounds until it has faded', async () => {
  const heard = await heardAt((context, source) => {
    const delay = new media.DelayNode(context, { delayTime: 0.2 });
    source.connect(delay).connect(new media.GainNode(context, { gain: 0.5 })).connect(delay);
    return delay;
  });
  assert.equal(heard, chunksOf([1, 2, 3, 4, 5, 6].map((round) => 0.2 * round)));
});

test('a convolver has the tail of its response', async () => {
  const heard = await heardAt((context, source) => {
    const buffer = new media.AudioBuffer({ length: 0.5 * sampleRate, sampleRate });
    buffer.getChannelData(0).fill(1);
    return source.connect(new media.ConvolverNode(context, { buffer }));
  });
  assert.equal(heard, Array.from({ length: 16 }, (_, index) => index));
});

test('a filter rings', async () => {
  const heard = await heardAt((context, source) => source.connect(new media.BiquadFilterNode(context, { type: 'bandpass', frequency: 1000, Q: 200 })));
  assert.ok(heard.length > 5 && heard.length < 40, `${heard.length} chunks`);
  assert.equal(heard, heard.map((_, index) => index));
});

test('what is fed by something that plays goes on', async () => {
  const context = undefinedLength();
  const source = context.createConstantSource();
  source.start();
  (() => source.connect(context.createGain()).connect(context.createBiquadFilter()).connect(context.destination))();
  let chunks = 0;
  for await (const chunk of renderChunks(context, { chunkFrames: 256 })) {
    gc();
    assert.ok(Math.abs(chunk.getChannelData(0)[255] - 1) < (chunks === 0 ? 1 : 0.01));
    if (++chunks === 10) break;
  }
});

test.run();
