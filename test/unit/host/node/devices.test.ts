/** Fake and supplied devices of the Node host. They run in real time; what is asserted is what is heard, never when. */
import { writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../../src/host/Host';
import type { AudioInput, VideoFrameData } from '../../../../src/host/Host';
import { createNodeHost } from '../../../../src/host/node';
import { beeps } from '../../../../src/host/node/devices/beeps';
import { drawCountingFrame } from '../../../../src/host/node/devices/counting-frame';
import { PcmRing } from '../../../../src/mediastream/PcmRing';
import { until } from '../../../support/engine';
import { wav } from '../../cli/support';

const { devices } = createNodeHost({ audioBackend: 'silent' });

interface Listener {
  readonly input: AudioInput;
  readonly ring: PcmRing;
  ended: number;
}

function open(deviceId: string): Listener {
  const listener = { ended: 0 } as { -readonly [name in keyof Listener]: Listener[name] };
  const input = devices.openMicrophone(deviceId, { ended: () => ++listener.ended });
  if (isHostError(input)) throw new Error(input.message);
  listener.input = input;
  listener.ring = new PcmRing(input.ring);
  return listener;
}

/** The frames from `from` on, of the first channel or of another. */
async function heard({ ring }: Listener, from: number, frames: number, channel = 0): Promise<Float32Array> {
  await until(() => ring.written >= from + frames);
  const outputs = Array.from({ length: ring.channels }, () => new Float32Array(frames));
  assert.ok(ring.read(from, outputs), 'not overwritten yet');
  return outputs[channel]!;
}

test('the fake microphone hears a tone and a beep each second, from its beginning on', async () => {
  const listener = open('fake-microphone-1');
  assert.equal([listener.ring.sampleRate, listener.ring.channels], [48000, 1]);
  assert.equal(await heard(listener, 0, 9600), beeps(48000, 440, 1000).slice(0, 9600));
  listener.input.close();
});

test('a second of it is a whole number of periods, and beeps are loud', () => {
  const second = beeps(48000, 440, 1000);
  const peak = (from: number, to: number) => Math.max(...second.subarray(from, to));
  assert.ok(peak(0, 4800) > 0.5 && peak(4800, 48000) < 0.021);
  // The next sample is the first again: a step no larger than the tone's own.
  assert.ok(Math.abs(second[0]! - second[47999]!) < 0.02 * 2 * Math.PI * (440 / 48000) + 1e-6);
});

test('nothing goes by while nobody listens', async () => {
  const first = open('fake-microphone-2');
  await heard(first, 0, 960);
  first.input.close();
  const { written } = first.ring;
  const again = open('fake-microphone-2');
  assert.equal(await heard(again, written, 480), beeps(48000, 330, 800).slice(written, written + 480));
  again.input.close();
});

test('a supplied microphone is heard as it was written, whatever the length of the pieces', async () => {
  const microphone = devices.addMicrophone({ label: 'Agent', sampleRate: 24000, channelCount: 2 });
  assert.equal(devices.inputDevices().filter(({ label }) => label === 'Agent').map((device) => device.kind), ['audioinput']);
  const frames = Float32Array.from({ length: 2 * 1000 }, (_, index) => (index % 2 === 0 ? index : -index) / 4096);
  for (let at = 0; at < frames.length; at += 74) void microphone.write(frames.subarray(at, at + 74));
  void microphone.write(Int16Array.of(16384, -32768));
  assert.is(microphone.queuedSeconds, 1001 / 24000);
  const listener = open(microphone.deviceId);
  const [left, right] = [await heard(listener, 0, 1440, 0), await heard(listener, 0, 1440, 1)];
  for (let frame = 0; frame < 1440; ++frame) {
    const expected = frame < 1000 ? [frames[2 * frame], frames[2 * frame + 1]] : frame === 1000 ? [0.5, -1] : [0, 0];
    assert.equal([left[frame], right[frame]], expected, `frame ${frame}`);
  }
  listener.input.close();
  microphone.remove();
  assert.not.ok(devices.inputDevices().some(({ label }) => label === 'Agent'));
});

test('all who have it open hear the same', async () => {
  const microphone = devices.addMicrophone();
  void microphone.write(new Float32Array(960).fill(0.25));
  const [first, second] = [open(microphone.deviceId), open(microphone.deviceId)];
  assert.equal(await heard(first, 0, 960), await heard(second, 0, 960));
  first.input.close();
  void microphone.write(new Float32Array(480).fill(0.5));
  await until(() => microphone.queuedSeconds === 0);
  second.input.close();
  microphone.remove();
});

test('end() lets what is queued be heard, then the tracks end and the device is gone', async () => {
  let changes = 0;
  const unwatch = devices.watch(() => ++changes);
  const microphone = devices.addMicrophone({ sampleRate: 8000, isDefault: true });
  assert.is(devices.inputDevices()[0]!.deviceId, microphone.deviceId);
  void microphone.write(new Float32Array(800).fill(1));
  microphone.end();
  assert.throws(() => microphone.write(new Float32Array(1)));
  const listener = open(microphone.deviceId);
  await until(() => listener.ended > 0);
  assert.equal(await heard(listener, 0, 800), new Float32Array(800).fill(1));
  assert.is(devices.inputDevices()[0]!.deviceId, 'fake-microphone-1');
  await until(() => changes === 2);
  unwatch();
  listener.input.close();
});

test('write() makes its caller wait while more than a second is queued', async () => {
  const microphone = devices.addMicrophone({ sampleRate: 8000 });
  await microphone.write(new Float32Array(8000));
  let isDone = false;
  const written = microphone.write(new Float32Array(1600)).then(() => (isDone = true));
  const listener = open(microphone.deviceId);
  await until(() => microphone.queuedSeconds < 1.1);
  assert.not.ok(isDone);
  microphone.clear();
  assert.is(microphone.queuedSeconds, 0);
  await written;
  listener.input.close();
  microphone.remove();
});

test('a generator is asked for more as it is heard, and ends the microphone', async () => {
  let asked = 0;
  function* chunks(): Generator<Float32Array> {
    for (; asked < 30; ++asked) yield new Float32Array(800).fill(asked);
  }
  const microphone = devices.addMicrophone({ sampleRate: 8000, source: chunks() });
  assert.is(asked, 0);
  const listener = open(microphone.deviceId);
  await heard(listener, 0, 800);
  assert.ok(asked < 20, `${asked} chunks of 100 ms were asked for ahead of need`);
  const samples = await heard(listener, 2000, 4000);
  // Where they begin depends on when the microphone was first heard; from there on nothing is missing.
  const start = samples.indexOf(samples[0]! + 1);
  assert.ok(start > 0 && start <= 800, `the second chunk begins at ${start}`);
  for (let frame = 0; frame < 4000; ++frame) assert.is(samples[frame], samples[0]! + Math.floor((800 + frame - start) / 800));
  await until(() => listener.ended > 0);
  listener.input.close();
});

test('an asynchronous source may be slow: there is silence meanwhile', async () => {
  let goOn!: () => void;
  const ready = new Promise<void>((resolve) => (goOn = resolve));
  async function* chunks(): AsyncGenerator<Int16Array> {
    yield new Int16Array(80).fill(8192);
    await ready;
    yield new Int16Array(80).fill(16384);
  }
  const microphone = devices.addMicrophone({ sampleRate: 8000, source: chunks() });
  const listener = open(microphone.deviceId);
  await until(() => listener.ring.written > 1600);
  goOn();
  await until(() => listener.ended > 0);
  const samples = await heard(listener, 0, listener.ring.written);
  assert.equal([samples.filter((value) => value === 0.25).length, samples.filter((value) => value === 0.5).length], [80, 80]);
  listener.input.close();
});

test('options that no microphone can have', () => {
  for (const sampleRate of [-1, 0, NaN, 1e9]) assert.throws(() => devices.addMicrophone({ sampleRate }), /sample rate .* from 3000 to 768000/);
  for (const channelCount of [0, 1.5, 33]) assert.throws(() => devices.addMicrophone({ channelCount }), /channel count .* from 1 to 32/);
});

test('a file that can not be read or decoded ends the microphone, and is uncaught', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mediant-'));
  const [absent, text] = [join(folder, 'absent.wav'), join(folder, 'text.wav')];
  writeFileSync(text, 'not audio at all');
  for (const file of [absent, text]) {
    const uncaught = new Promise<Error>((resolve) => process.once('uncaughtException', resolve));
    const microphone = devices.addMicrophone({ label: 'Broken', file });
    assert.ok((await uncaught).message.startsWith(`${file}: `));
    assert.not.ok(devices.inputDevices().some(({ deviceId }) => deviceId === microphone.deviceId));
  }
  rmSync(folder, { recursive: true });
});

test('a file is played over and over, at the microphone\'s rate and channels', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mediant-'));
  const file = join(folder, 'song.wav');
  writeFileSync(file, wav(0.1, 8000));
  const microphone = devices.addMicrophone({ sampleRate: 8000, file });
  const listener = open(microphone.deviceId);
  const isSounding = () => {
    const block = [new Float32Array(80)];
    return listener.ring.written >= 80 && listener.ring.read(listener.ring.written - 80, block) && block[0]!.some((value) => value !== 0);
  };
  await until(isSounding);
  const { written } = listener.ring;
  await until(() => listener.ring.written > written + 2000);
  assert.ok(isSounding(), 'beyond its length');
  listener.input.close();
  microphone.remove();
  rmSync(folder, { recursive: true });
});

test('samples that are none, or no whole frames, are refused', () => {
  const microphone = devices.addMicrophone({ channelCount: 2 });
  assert.throws(() => microphone.write(new Float64Array(4) as never), /neither a Float32Array nor an Int16Array/);
  assert.throws(() => microphone.write(new Float32Array(3)), /no whole number of frames/);
  microphone.remove();
});

test('the fake camera counts its pictures while somebody looks', async () => {
  const frames: VideoFrameData[] = [];
  const input = devices.openCamera('fake-camera-1', { width: 64, height: 48, frameRate: 100 }, (frame) => frames.push(frame), { ended: () => {} });
  if (isHostError(input)) throw new Error(input.message);
  await until(() => frames.length >= 3);
  input.close();
  for (const { width, height, format, data } of frames) assert.equal([width, height, format, data.length], [64, 48, 'I420', 64 * 48 * 1.5]);
  assert.ok(frames[2]!.timestamp > frames[0]!.timestamp);
  const count = frames.length;
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(frames.length, count);
});

test('a picture is a function of its size and number', () => {
  assert.equal(drawCountingFrame(33, 17, 7), drawCountingFrame(33, 17, 7));
  assert.is(drawCountingFrame(33, 17, 7).length, 33 * 17 + 2 * 17 * 9);
  const white = (count: number) => drawCountingFrame(320, 240, count).subarray(0, 320 * 240).filter((value) => value === 235).length;
  assert.ok(white(8) > white(1));
  assert.not.equal(drawCountingFrame(320, 240, 1), drawCountingFrame(320, 240, 2));
});

test('nobody is there to be asked', async () => {
  const host = createNodeHost({ permissions: { camera: 'prompt' } });
  assert.is(host.devices.permissionState('microphone'), 'granted');
  const granted = await new Promise((resolve) => host.devices.requestPermissions(['camera'], resolve));
  assert.is(granted, false);
});

test.run();
