import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, settings, tasks } from './recording-host';
import { AudioBuffer, AudioBufferSourceNode, OfflineAudioContext } from '../../../src/generated/webaudio';

const named = (name: string) => (error: Error) => error.name === name;

test('attributes and ranges', () => {
  const buffer = new AudioBuffer({ numberOfChannels: 2, length: 100, sampleRate: 50000 });
  assert.is(buffer.duration, 0.002);
  assert.is(buffer.numberOfChannels, 2);
  assert.is(buffer.getChannelData(1), buffer.getChannelData(1));
  assert.is(buffer.getChannelData(1).length, 100);
  assert.throws(() => buffer.getChannelData(2), named('IndexSizeError'));
  for (const options of [
    { length: 0, sampleRate: 8000 },
    { length: 1, sampleRate: 2000 },
    { length: 1, sampleRate: 8000, numberOfChannels: 0 },
    { length: 1, sampleRate: 8000, numberOfChannels: 33 },
  ]) {
    assert.throws(() => new AudioBuffer(options), named('NotSupportedError'));
  }
});

test('copies are limited to what both sides have', () => {
  const buffer = new AudioBuffer({ length: 4, sampleRate: 8000 });
  buffer.copyToChannel(Float32Array.of(1, 2, 3, 4, 5, 6), 0);
  assert.equal([...buffer.getChannelData(0)], [1, 2, 3, 4]);
  const destination = new Float32Array(4).fill(9);
  buffer.copyFromChannel(destination, 0, 2);
  assert.equal([...destination], [3, 4, 9, 9]);
  buffer.copyFromChannel(destination, 0, 7);
  assert.equal([...destination], [3, 4, 9, 9]);
  buffer.copyToChannel(Float32Array.of(8), 0, 3);
  assert.is(buffer.getChannelData(0)[3], 8);
  assert.throws(() => buffer.copyFromChannel(destination, 1), named('IndexSizeError'));
  assert.throws(() => buffer.copyToChannel(destination, 1), named('IndexSizeError'));
});

test('overlapping copies', () => {
  const buffer = new AudioBuffer({ length: 5, sampleRate: 8000 });
  const data = buffer.getChannelData(0);
  data.set([1, 2, 3, 4, 5]);
  buffer.copyFromChannel(data.subarray(1), 0);
  assert.equal([...data], [1, 1, 2, 3, 4]);
  buffer.copyToChannel(data.subarray(1), 0);
  assert.equal([...data], [1, 2, 3, 4, 4]);
});

test('shared memory is refused', () => {
  const buffer = new AudioBuffer({ length: 4, sampleRate: 8000 });
  const shared = new Float32Array(new SharedArrayBuffer(16));
  assert.throws(() => buffer.copyFromChannel(shared as never, 0), named('TypeError'));
  assert.throws(() => buffer.copyToChannel(shared as never, 0), named('TypeError'));
});

test('acquiring detaches what script has and hands over its memory', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const buffer = context.createBuffer(2, 3, 8000);
  const before = buffer.getChannelData(0);
  before.set([1, 2, 3]);
  const source = new AudioBufferSourceNode(context, { buffer });
  assert.is(before.length, 3, 'not before the start');
  source.start(1, 0.5, 0.25);
  assert.is(before.length, 0, 'detached');
  const after = buffer.getChannelData(0);
  assert.equal([...after], [1, 2, 3], 'a copy of the content');
  after[0] = 7;
  await tasks(1);
  assert.ok(newest.offline.log.includes('Message 2 SetBuffer 8000 {1,2,3} {0,0,0}'));
  assert.is(newest.offline.log.at(-1), 'Message 2 Start 1 0.5 0.25');
  // What the first source plays is not touched by a second acquisition.
  const [first] = newest.offline.attachments;
  new AudioBufferSourceNode(context, { buffer }).start();
  await tasks(1);
  assert.equal([...first!], [1, 2, 3]);
  assert.equal([...newest.offline.attachments[2]!], [7, 2, 3]);
  assert.is(newest.offline.attachments[3], newest.offline.attachments[1], 'an unchanged channel is shared');
});

test('a detached buffer plays nothing', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const buffer = context.createBuffer(1, 3, 8000);
  const data = buffer.getChannelData(0);
  structuredClone(data.buffer, { transfer: [data.buffer] });
  const source = new AudioBufferSourceNode(context, { buffer });
  source.start();
  await tasks(1);
  assert.ok(newest.offline.log.includes('Message 2 SetBuffer 8000'));
  assert.is(buffer.getChannelData(0).length, 0);
});

test('a source: one buffer, one start', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const buffer = context.createBuffer(1, 3, 8000);
  const source = context.createBufferSource();
  assert.throws(() => source.stop(), named('InvalidStateError'));
  source.buffer = null;
  source.buffer = buffer;
  assert.throws(() => (source.buffer = buffer), named('InvalidStateError'));
  assert.throws(() => source.start(-1), named('RangeError'));
  assert.throws(() => source.start(0, -1), named('RangeError'));
  assert.throws(() => source.start(0, 0, -1), named('RangeError'));
  source.start();
  assert.throws(
    () => source.start(),
    (error: Error) =>
      error.name === 'InvalidStateError' &&
      error.message === "Failed to execute 'start' on 'AudioScheduledSourceNode': cannot call start more than once.",
  );
  assert.throws(() => source.stop(-1), named('RangeError'));
  source.buffer = null;
  await tasks(1);
  assert.is(newest.offline.log.at(-1), 'Message 2 SetBuffer 0');
});

test('decodeAudioData: promise, callbacks, detaching', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const bytes = new ArrayBuffer(8);
  const calls: string[] = [];
  settings.decode = ({ length }) => ({ sampleRate: 8000, channels: [new Float32Array(length)] });
  const promise = context.decodeAudioData(bytes, (buffer: any) => calls.push(`success ${buffer instanceof AudioBuffer}`));
  assert.is(bytes.byteLength, 0);
  const buffer = await promise;
  assert.instance(buffer, AudioBuffer);
  assert.is(buffer.length, 8);
  assert.equal(calls, ['success true']);
  for (const [input, name] of [[bytes, 'DataCloneError'], [new ArrayBuffer(1), 'EncodingError']] as const) {
    settings.decode = () => ({ code: 'encoding', message: 'broken.' });
    let reported = '';
    const failure = await context.decodeAudioData(input, null, (error: Error) => (reported = error.name)).catch((error: Error) => error.name);
    await tasks(1);
    assert.is(failure, name);
    assert.is(reported, name);
  }
});

test.run();
