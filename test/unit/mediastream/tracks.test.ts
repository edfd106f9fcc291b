import { devicesChanged, microphone, headset, camera, state, tasks } from './device-host';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { implOf } from '../../../src/webidl/platform-object';
import type { MediaStreamTrack as Track } from '../../../src/mediastream/MediaStreamTrack';

const { MediaStream, MediaStreamTrack } = await import('../../../src/generated/mediastream');
const { Navigator } = await import('../../../src/mediastream/Navigator');
const { wrapperOf } = await import('../../../src/webidl/platform-object');
const mediaDevices = wrapperOf(new Navigator().mediaDevices) as any;

const trackOf = (wrapper: object): Track => implOf(wrapper) as Track;
const open = (): string[] => [...state.open].map(({ deviceId }) => deviceId);
const audioTrack = async (constraints: object | true = true) => (await mediaDevices.getUserMedia({ audio: constraints })).getTracks()[0];
const videoTrack = async (constraints: object | true = true) => (await mediaDevices.getUserMedia({ video: constraints })).getTracks()[0];

/** Reads a track and notes what happens to it. */
class Reader {
  readonly log: string[] = [];
  readonly frames: number[] = [];

  constructor(readonly wrapper: any) {
    trackOf(wrapper)._addSink(this);
    for (const type of ['mute', 'unmute', 'ended']) wrapper.addEventListener(type, () => this.log.push(type));
  }

  /** May be told more often than something changes. */
  trackChanged(): void {
    const { readyState, enabled, muted } = this.wrapper;
    const state = readyState === 'live' && enabled && !muted ? 'flows' : 'silent';
    if (this.log.at(-1) !== state) this.log.push(state);
  }

  frame({ width }: { width: number }): void {
    this.frames.push(width);
  }

  stop(): void {
    trackOf(this.wrapper)._removeSink(this);
  }
}

test.before.each(() => {
  Object.assign(state, { now: 0, devices: [microphone, headset, camera], permissions: {}, failure: null });
  state.open.clear();
});

test('a track is live, enabled and not muted at first, and has an identifier of its own', async () => {
  const [first, second] = [await audioTrack(), await audioTrack()];
  assert.instance(first, MediaStreamTrack);
  assert.equal([first.kind, first.label, first.readyState, first.enabled, first.muted], ['audio', 'Desk', 'live', true, false]);
  assert.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.is.not(first.id, second.id);
});

test('a device is open only while somebody reads a track that media passes through', async () => {
  const track = await audioTrack();
  assert.equal(open(), []);
  const reader = new Reader(track);
  assert.equal(open(), ['m1']);
  track.enabled = false;
  assert.equal(open(), [], 'relinquished while disabled');
  track.enabled = true;
  assert.equal(open(), ['m1']);
  reader.stop();
  assert.equal(open(), []);
});

test('stop() ends a track at once, without an event', async () => {
  const track = await audioTrack();
  const reader = new Reader(track);
  track.stop();
  assert.is(track.readyState, 'ended');
  assert.equal(open(), []);
  await tasks();
  assert.equal(reader.log, ['flows', 'silent']);
});

test('a device that is lost ends its tracks, each in a task, after which the stream is inactive', async () => {
  const stream = await mediaDevices.getUserMedia({ audio: true, video: true });
  const [audio, video] = stream.getTracks();
  const order: string[] = [];
  audio.onended = () => order.push(`audio ended, stream ${stream.active ? 'active' : 'inactive'}`);
  video.onended = () => order.push(`video ended, stream ${stream.active ? 'active' : 'inactive'}`);
  state.devices = [headset];
  await devicesChanged();
  assert.equal(order, ['audio ended, stream active', 'video ended, stream inactive']);
  audio.stop();
  await tasks();
  assert.is(order.length, 2, 'it ends once');
});

test('a permission that is taken back ends the tracks it was for', async () => {
  const stream = await mediaDevices.getUserMedia({ audio: true, video: true });
  state.permissions = { camera: 'denied' };
  await devicesChanged();
  assert.equal(stream.getTracks().map(({ readyState }: { readyState: string }) => readyState), ['live', 'ended']);
});

test('muting is told to all tracks of a source, and readers hear of it before the event', async () => {
  const track = await audioTrack();
  const clone = track.clone();
  const reader = new Reader(clone);
  trackOf(track)._source.setMuted(true);
  assert.equal([track.muted, clone.muted], [true, true]);
  trackOf(track)._source.setMuted(true);
  trackOf(track)._source.setMuted(false);
  assert.equal(reader.log, ['flows', 'silent', 'mute', 'flows', 'unmute']);
});

test('a clone shares the source and has a life of its own', async () => {
  const track = await videoTrack({ width: 320 });
  track.enabled = false;
  track.contentHint = 'detail';
  const clone = track.clone();
  assert.equal([clone.enabled, clone.contentHint, clone.getSettings().width, clone.label], [false, 'detail', 320, 'Lens']);
  assert.is.not(clone.id, track.id);
  track.stop();
  assert.is(clone.readyState, 'live');
  assert.is(track.clone().readyState, 'ended', 'a clone of an ended track is ended');
  clone.enabled = true;
  new Reader(clone);
  assert.equal(open(), ['c1']);
});

test('a camera gives each track pictures of its own size', async () => {
  const track = await videoTrack({ width: 320, height: 240 });
  const clone = track.clone();
  await clone.applyConstraints({ width: { exact: 64 }, height: { exact: 48 }, frameRate: 5 });
  const readers = [new Reader(track), new Reader(clone)];
  assert.equal([...state.open].map(({ mode }) => mode), [{ width: 320, height: 240, frameRate: 30 }, { width: 64, height: 48, frameRate: 5 }]);
  for (const { frame, mode } of state.open) frame!({ format: 'I420', ...mode!, timestamp: 0, data: new Uint8Array() });
  assert.equal(readers.map(({ frames }) => frames), [[320], [64]]);
  await clone.applyConstraints({ width: { exact: 128 } });
  assert.equal([...state.open].map(({ mode }) => mode!.width), [320, 128]);
});

test('getConstraints() is what was applied last, in the form in which it came', async () => {
  const track = await videoTrack({ width: { ideal: 320 }, advanced: [{ height: 240 }] });
  assert.equal(track.getConstraints(), { width: { ideal: 320 }, advanced: [{ height: 240 }] });
  await track.applyConstraints({ facingMode: ['user', 'left'] });
  assert.equal(track.getConstraints(), { facingMode: ['user', 'left'] });
  await track.applyConstraints({ facingMode: { exact: 'left' } }).then(
    () => assert.unreachable(),
    (error: any) => assert.equal([error.name, error.constraint], ['OverconstrainedError', 'facingMode']),
  );
  assert.equal(track.getConstraints(), { facingMode: ['user', 'left'] }, 'they remain in effect');
});

test('an ended track keeps what is inherent to its device, and takes any constraints', async () => {
  const track = await videoTrack();
  const { deviceId, groupId, facingMode } = track.getSettings();
  track.stop();
  assert.equal(track.getSettings(), { deviceId, facingMode, groupId });
  await track.applyConstraints({ width: { exact: 1e6 } });
});

test('content hints that are not for the kind are ignored', async () => {
  const track = await audioTrack();
  track.contentHint = 'music';
  track.contentHint = 'motion';
  assert.is(track.contentHint, 'music');
});

test('statistics count what the device makes while media passes, and change between tasks only', async () => {
  const track = await audioTrack();
  const { stats } = track;
  assert.equal(stats.toJSON(), {
    deliveredFrames: 0, deliveredFramesDuration: 0, totalFrames: 0, totalFramesDuration: 0,
    latency: 20, averageLatency: 20, minimumLatency: 20, maximumLatency: 20,
  });
  state.now = 500;
  assert.is(stats.totalFrames, 0);
  await tasks();
  assert.equal([stats.totalFrames, stats.totalFramesDuration], [12000, 500]);
  track.enabled = false;
  state.now = 900;
  await tasks();
  assert.is(stats.totalFrames, 12000);
  assert.is(track.stats, stats);
});

test('frames that a lower rate leaves out are discarded', async () => {
  const track = await videoTrack({ frameRate: 10 });
  state.now = 1000;
  assert.equal(track.stats.toJSON(), { deliveredFrames: 10, discardedFrames: 20, totalFrames: 30 });
  await track.applyConstraints({});
  state.now = 2000;
  assert.equal(track.stats.toJSON(), { deliveredFrames: 40, discardedFrames: 20, totalFrames: 60 });
});

test('a device that can not be opened ends the track', async () => {
  const track = await audioTrack();
  state.failure = { code: 'device-busy', message: 'in use' };
  const reader = new Reader(track);
  await tasks();
  assert.is(track.readyState, 'ended');
  assert.equal(reader.log.at(-1), 'ended');
});

test('a stream is a set of tracks, without events for what script does', async () => {
  const track = await audioTrack();
  const stream = new MediaStream([track, track]) as any;
  stream.onaddtrack = stream.onremovetrack = () => assert.unreachable();
  const other = await videoTrack();
  stream.addTrack(other);
  stream.addTrack(other);
  assert.equal(stream.getTracks().length, 2);
  assert.is(stream.getTrackById(other.id), other);
  assert.is(stream.getTrackById('?'), null);
  assert.equal(new MediaStream(stream).getTracks(), stream.getTracks());
  stream.removeTrack(track);
  stream.removeTrack(track);
  assert.equal(stream.getTracks(), [other]);
  const clone = stream.clone();
  assert.is.not(clone.getTracks()[0], other);
  other.stop();
  assert.equal([stream.active, clone.active, (new MediaStream() as any).active], [false, true, false]);
});

test('what the user agent does to a stream is told', async () => {
  const track = await audioTrack();
  const stream = new MediaStream() as any;
  const events: unknown[] = [];
  stream.onaddtrack = stream.onremovetrack = ({ type, track: subject }: any) => events.push(type, subject);
  const { _add, _remove } = implOf(stream) as any;
  for (const change of [_add, _add, _remove, _remove]) change.call(implOf(stream), trackOf(track));
  assert.equal(events, ['addtrack', track, 'removetrack', track]);
});

test.run();
