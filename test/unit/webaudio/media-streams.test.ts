/** The nodes that read and make media streams: what they tell the engine, and what they hold. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import type { RecordingRealtimeEngine } from './recording-host';
import { StateWord } from '../../../src/generated/commands';
import { MediaStream } from '../../../src/generated/mediastream';
import {
  AudioContext,
  MediaStreamAudioDestinationNode,
  MediaStreamAudioSourceNode,
  MediaStreamTrackAudioSourceNode,
  OfflineAudioContext,
} from '../../../src/generated/webaudio';
import { Source } from '../../../src/mediastream/Source';
import { MediaStreamTrack as Track } from '../../../src/mediastream/MediaStreamTrack';
import { implOf, wrapperOf } from '../../../src/webidl/platform-object';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** A context that runs, and its engine. */
async function running(): Promise<{ context: any; engine: RecordingRealtimeEngine }> {
  const context = new AudioContext() as any;
  const engine = newest.realtime;
  engine.state[StateWord.BaseLatency] = 0.01;
  engine.answer();
  await tasks();
  return { context, engine };
}

/** What has been said about rings since the last time. */
async function rings({ log }: RecordingRealtimeEngine): Promise<string[]> {
  await tasks(1);
  return log.splice(0).filter((line) => line.includes('SetRing'));
}

class VideoSource extends Source {
  readonly kind = 'video';
  protected _serve(): void {}
}
const videoTrack = (): any => wrapperOf(new Track(new VideoSource()));

const nameOf = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (error: any) {
    return error.name;
  }
};

test('constructors and factories make the same, and only for an AudioContext', async () => {
  const { context } = await running();
  const destination = context.createMediaStreamDestination();
  assert.instance(destination, MediaStreamAudioDestinationNode);
  assert.equal([destination.numberOfInputs, destination.numberOfOutputs, destination.channelCount, destination.channelCountMode], [1, 0, 2, 'explicit']);
  const [track] = destination.stream.getTracks();
  assert.equal([track.kind, track.readyState, track.muted, track.label], ['audio', 'live', false, 'MediaStreamAudioDestinationNode']);
  assert.instance(context.createMediaStreamSource(destination.stream), MediaStreamAudioSourceNode);
  assert.instance(context.createMediaStreamTrackSource(track), MediaStreamTrackAudioSourceNode);
  assert.is(new MediaStreamAudioSourceNode(context, { mediaStream: destination.stream }).mediaStream, destination.stream);
  const offline = new OfflineAudioContext(1, 1, 8000);
  assert.is(nameOf(() => new MediaStreamAudioDestinationNode(offline)), 'TypeError');
  assert.not.ok('createMediaStreamDestination' in offline);
});

test('a stream without audio, and a track that is none, are refused', async () => {
  const { context } = await running();
  assert.is(nameOf(() => context.createMediaStreamSource(new MediaStream())), 'InvalidStateError');
  assert.is(nameOf(() => context.createMediaStreamSource(new MediaStream([videoTrack()]))), 'InvalidStateError');
  assert.is(nameOf(() => context.createMediaStreamTrackSource(videoTrack())), 'InvalidStateError');
});

test('the track is the first by identifier, whatever becomes of the stream', async () => {
  const { context, engine } = await running();
  const destinations = [1, 2, 3].map(() => context.createMediaStreamDestination());
  const tracks = destinations.map(({ stream }: any) => stream.getTracks()[0]);
  const stream = new MediaStream(tracks) as any;
  const first = [...tracks].sort((a, b) => (a.id < b.id ? -1 : 1))[0];
  const source = context.createMediaStreamSource(stream);
  stream.removeTrack(first);
  await rings(engine);
  source.connect(context.destination);
  const [written] = await rings(engine);
  assert.match(written!, new RegExp(`Message ${(implOf(destinations[tracks.indexOf(first)]) as any)._id} SetRing`));
});

test('a graph writes a ring only while a connected node reads it', async () => {
  const { context, engine } = await running();
  const reader = await running();
  const destination = context.createMediaStreamDestination();
  const source = reader.context.createMediaStreamSource(destination.stream);
  assert.equal([await rings(engine), await rings(reader.engine)], [[], []]);
  source.connect(reader.context.destination);
  // Two channels of at least a second, and the header.
  assert.equal(await rings(engine), [`Message 2 SetRing {${16 + 2 * 65536} samples}`]);
  assert.equal(await rings(reader.engine), [`Message 2 SetRing 0 0.01 {${16 + 2 * 65536} samples}`]);
  assert.is(engine.attachments.at(-1), reader.engine.attachments.at(-1));
  source.disconnect();
  assert.equal([await rings(engine), await rings(reader.engine)], [['Message 2 SetRing'], ['Message 2 SetRing 0 0.01']]);
});

test('a node of the same context is told that the clock is its own', async () => {
  const { context, engine } = await running();
  const destination = context.createMediaStreamDestination();
  context.createMediaStreamSource(destination.stream).connect(context.destination);
  assert.equal((await rings(engine)).map((line) => line.replace(/ \{.*/, '')), ['Message 2 SetRing', 'Message 3 SetRing 1 0.01']);
});

test('disabled, a track is silence; ended, it is so for ever', async () => {
  const { context, engine } = await running();
  const destination = context.createMediaStreamDestination();
  const [track] = destination.stream.getTracks();
  context.createMediaStreamSource(destination.stream).connect(context.destination);
  await rings(engine);
  track.enabled = false;
  assert.equal(await rings(engine), ['Message 2 SetRing', 'Message 3 SetRing 0 0.01']);
  track.enabled = true;
  assert.is((await rings(engine)).length, 2);
  track.stop();
  assert.equal(await rings(engine), ['Message 2 SetRing', 'Message 3 SetRing 0 0.01']);
  track.enabled = false;
  track.enabled = true;
  assert.equal(await rings(engine), []);
});

test('clones of a track share the ring', async () => {
  const { context, engine } = await running();
  const { stream } = context.createMediaStreamDestination();
  context.createMediaStreamSource(stream).connect(context.destination);
  context.createMediaStreamSource(stream.clone()).connect(context.destination);
  await rings(engine);
  assert.is(new Set(engine.attachments).size, 1);
  stream.getTracks()[0].enabled = false;
  assert.equal(await rings(engine), ['Message 3 SetRing 0 0.01'], 'the clone is still read');
});

test('another number of channels is another ring for all readers', async () => {
  const { context, engine } = await running();
  const destination = context.createMediaStreamDestination();
  destination.channelCount = 1;
  assert.equal(await rings(engine), []);
  context.createMediaStreamSource(destination.stream).connect(context.destination);
  await rings(engine);
  destination.channelCount = 6;
  assert.equal(await rings(engine), [`Message 2 SetRing {${16 + 6 * 65536} samples}`, `Message 3 SetRing 1 0.01 {${16 + 6 * 65536} samples}`]);
});

test('a closed context lets go of what it reads', async () => {
  const writer = await running();
  const reader = await running();
  const { stream } = writer.context.createMediaStreamDestination();
  reader.context.createMediaStreamSource(stream).connect(reader.context.destination);
  await rings(writer.engine);
  const closed = reader.context.close();
  reader.engine.answer();
  await closed;
  assert.equal(await rings(writer.engine), ['Message 2 SetRing']);
});

test('a context holds the process while another one that it reads does', async () => {
  const [first, second, third] = [await running(), await running(), await running()];
  const link = (from: any, to: any) => to.context.createMediaStreamSource((from.destination ??= from.context.createMediaStreamDestination()).stream).connect(to.context.destination);
  link(first, second);
  link(second, third);
  const held = async () => {
    await tasks();
    return [first, second, third].map(({ engine }) => engine.holds);
  };
  assert.equal(await held(), [false, false, false]);
  const oscillator = first.context.createOscillator();
  oscillator.start();
  assert.equal(await held(), [true, true, true]);
  // A loop holds nothing by itself.
  link(third, first);
  assert.equal(await held(), [true, true, true]);
  first.engine.emit(1, (implOf(oscillator) as any)._id);
  assert.equal(await held(), [false, false, false]);
});

test('contexts that read one another, and themselves, are collected', async () => {
  let closed = 0;
  const engines: RecordingRealtimeEngine[] = [];
  await (async () => {
    for (let i = 0; i < 3; ++i) {
      const [a, b] = [await running(), await running()];
      engines.push(a.engine, b.engine);
      for (const [from, to] of [[a, b], [b, a], [a, a]]) {
        to!.context.createMediaStreamSource(from!.context.createMediaStreamDestination().stream).connect(to!.context.destination);
      }
      await tasks();
    }
  })();
  for (let round = 0; round < 50 && closed < engines.length; ++round) {
    gc();
    await tasks(2);
    closed = engines.filter((engine) => engine.closed).length;
  }
  assert.is(closed, engines.length);
});

test('a node that is not connected does not keep a stream going', async () => {
  const { context, engine } = await running();
  const { stream } = context.createMediaStreamDestination();
  const before = engine.log.length;
  (() => void context.createMediaStreamSource(stream))();
  for (let round = 0; round < 50 && !engine.log.slice(before).some((line) => line.startsWith('ReleaseNode 3')); ++round) {
    gc();
    await tasks(2);
  }
  assert.ok(engine.log.includes('ReleaseNode 3'));
});

test.run();
