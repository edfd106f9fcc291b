import { AudioData, core, EncodedVideoChunk, VideoFrame } from 'mediant';
import type { VideoFrameBufferInit } from 'mediant/webcodecs';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const i420 = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const make = (init: Partial<VideoFrameBufferInit> = {}, data: Uint8Array = i420) =>
  new VideoFrame(data, { format: 'I420', codedWidth: 4, codedHeight: 2, timestamp: 0, ...init });
const rectOf = (frame: VideoFrame) => {
  const { x, y, width, height } = frame.visibleRect!;
  return [x, y, width, height];
};
const named = (name: string) => (error: Error) => error.name === name;

test('sizes of a frame from a buffer, upright and turned', () => {
  const frame = make({ visibleRect: { x: 2, y: 0, width: 2, height: 2 }, rotation: 90 });
  assert.equal([rectOf(frame), frame.displayWidth, frame.displayHeight, frame.rotation], [[2, 0, 2, 2], 2, 2, 90]);
  const wide = make({ rotation: -450 });
  assert.equal([wide.rotation, wide.displayWidth, wide.displayHeight], [270, 2, 4]);
  assert.is(make({ rotation: 44.9 }).rotation, 0);
  assert.is(make({ rotation: 45 }).rotation, 90);
});

test('rotations add up, the other way round behind a flip', () => {
  const cases: readonly (readonly [base: number, baseFlip: boolean, rotation: number, flip: boolean, expected: readonly [number, boolean]])[] = [
    [90, false, 90, false, [180, false]], [90, true, 90, false, [0, true]], [90, true, 180, true, [270, false]], [270, false, 180, true, [90, true]],
  ];
  for (const [baseRotation, baseFlip, rotation, flip, expected] of cases) {
    const frame = new VideoFrame(make({ rotation: baseRotation, flip: baseFlip }), { rotation, flip });
    assert.equal([frame.rotation, frame.flip], expected);
    const isUpright = expected[0] % 180 === 0;
    assert.equal([frame.displayWidth, frame.displayHeight], isUpright ? [4, 2] : [2, 4]);
  }
});

test('a crop keeps the scale of the pixels', () => {
  const anamorphic = make({ displayWidth: 8, displayHeight: 2 });
  const crop = new VideoFrame(anamorphic, { visibleRect: { x: 2, y: 0, width: 2, height: 2 } });
  assert.equal([crop.codedWidth, crop.displayWidth, crop.displayHeight], [4, 4, 2]);
});

test('a frame without alpha shares the pixels of one that has it', async () => {
  const source = new VideoFrame(Uint8Array.of(1, 2, 3, 4), { format: 'RGBA', codedWidth: 1, codedHeight: 1, timestamp: 0 });
  const opaque = new VideoFrame(source, { alpha: 'discard' });
  source.close();
  assert.is(opaque.format, 'RGBX');
  const target = new Uint8Array(4);
  await opaque.copyTo(target, { format: 'BGRA' });
  assert.equal([...target], [3, 2, 1, 255]);
});

test('clones live on their own; a closed frame keeps its times only', async () => {
  const frame = make({ timestamp: -5, duration: 7 });
  const clone = frame.clone();
  frame.close();
  frame.close();
  assert.equal([frame.format, frame.codedWidth, frame.visibleRect, frame.timestamp, frame.duration], [null, 0, null, -5, 7]);
  assert.throws(() => frame.clone(), named('InvalidStateError'));
  const target = new Uint8Array(12);
  const layout = await clone.copyTo(target);
  assert.equal([[...target], layout], [[...i420], [{ offset: 0, stride: 4 }, { offset: 8, stride: 2 }, { offset: 10, stride: 2 }]]);
});

test('a transferred buffer is detached and not copied', () => {
  const bytes = new Uint8Array(i420);
  const frame = make({ transfer: [bytes.buffer] }, bytes);
  assert.equal([bytes.byteLength, frame.allocationSize()], [0, 12]);
  assert.throws(() => make({ transfer: [bytes.buffer] }), named('DataCloneError'));
});

test('metadata is copied both ways', () => {
  const metadata = { segments: [{ id: 1, type: 'human-face', probability: 0.5 }] };
  const frame = make({ metadata } as Partial<VideoFrameBufferInit>);
  metadata.segments[0].id = 2;
  const copy = frame.metadata() as typeof metadata;
  copy.segments[0].id = 3;
  assert.is((frame.metadata() as typeof metadata).segments[0].id, 1);
});

const typeOf = (name: string) => core.cloneables.find((candidate) => candidate.name === name)!;

/** As an embedder posts to another thread. */
function post<T extends object>(object: T, how: 'serialize' | 'transfer' = 'serialize'): { object: T; data: any } {
  const type = core.cloneables.find((candidate) => candidate.is(object))!;
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(type[how]!(object));
  const data = receiveMessageOnPort(port2)!.message;
  port1.close();
  return { object: type.create(data) as T, data };
}

const references = (buffer: SharedArrayBuffer) => new Int32Array(buffer, 0, 1)[0];

test('a posted frame is copied once, into memory that is used again when all have closed it', async () => {
  const frame = make({ timestamp: 3, rotation: 180, visibleRect: { x: 0, y: 0, width: 2, height: 2 } });
  const first = post(frame);
  const memory = first.data.pixels.buffer as SharedArrayBuffer;
  assert.ok(memory instanceof SharedArrayBuffer);
  assert.equal([first.object.timestamp, first.object.rotation, rectOf(first.object)], [3, 180, [0, 0, 2, 2]]);
  const onward = post(first.object);
  assert.is(onward.data.pixels.buffer.byteLength, memory.byteLength);
  assert.is(references(memory), 2);
  const target = new Uint8Array(6);
  await onward.object.copyTo(target);
  assert.equal([...target], [1, 2, 5, 6, 9, 11]);
  const clone = onward.object.clone();
  onward.object.close();
  assert.is(references(memory), 2);
  clone.close();
  first.object.close();
  assert.is(references(memory), 0);
  const again = post(frame);
  assert.is(references(memory), 1, 'the same memory');
  again.object.close();
});

test('transfer closes the source; closed objects can not be posted', () => {
  const frame = make();
  const { object } = post(frame, 'transfer');
  assert.equal([frame.format, object.format], [null, 'I420']);
  assert.throws(() => post(frame), named('DataCloneError'));
  const audio = new AudioData({ format: 's16-planar', sampleRate: 8000, numberOfFrames: 2, numberOfChannels: 2, timestamp: 1, data: Int16Array.of(1, 2, 3, 4) });
  const moved = post(audio, 'transfer').object;
  const samples = new Int16Array(2);
  moved.copyTo(samples, { planeIndex: 1 });
  assert.equal([[...samples], audio.numberOfFrames, moved.duration], [[3, 4], 0, 250]);
  const chunk = new EncodedVideoChunk({ type: 'delta', timestamp: 4, data: Uint8Array.of(7, 8) });
  const copy = post(chunk).object;
  const bytes = new Uint8Array(2);
  copy.copyTo(bytes);
  assert.equal([copy.type, copy.timestamp, copy.duration, [...bytes]], ['delta', 4, null, [7, 8]]);
  assert.not(typeOf('EncodedVideoChunk').transfer);
});

test('what is drawn is upright', () => {
  const data = Uint8Array.of(1, 1, 1, 255, 2, 2, 2, 255, 3, 3, 3, 255, 4, 4, 4, 255, 5, 5, 5, 255, 6, 6, 6, 255);
  const draw = (rotation: number, flip: boolean) => {
    const drawable = core.drawableOf(new VideoFrame(data, { format: 'RGBA', codedWidth: 3, codedHeight: 2, timestamp: 0, rotation, flip }))!;
    const bytes = drawable.read();
    return [drawable.width, drawable.height, ...Array.from({ length: 6 }, (_, index) => bytes[index * 4])];
  };
  assert.equal(draw(0, false), [3, 2, 1, 2, 3, 4, 5, 6]);
  assert.equal(draw(90, false), [2, 3, 4, 1, 5, 2, 6, 3]);
  assert.equal(draw(180, true), [3, 2, 4, 5, 6, 1, 2, 3]);
  assert.equal(draw(270, false), [2, 3, 3, 6, 2, 5, 1, 4]);
  assert.is(core.drawableOf({}), null);
});

test.run();
