/** Encoders on a device that does not open, or is taken away: each frame comes out once, in order, and a key frame begins what software makes. */
import { registerCodecBackend, VideoEncoder, VideoFrame, type Codec, type CodecEvents, type VideoEncoderConfig, type VideoEncoderRequest } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FallbackEncoder } from '../../../src/webcodecs/FallbackEncoder';
import { FakeEncoders } from '../../support/fake-encoder';

const backend = new FakeEncoders();
const unregister = registerCodecBackend(backend);

interface Chunk {
  readonly timestamp: number;
  readonly isKey: boolean;
  readonly sample: number;
  readonly isOfSoftware: boolean;
  /** Of the decoder configuration that came with it. */
  readonly description: number | undefined;
}

function start(device: Partial<FakeEncoders['device']>, hardwareAcceleration: VideoEncoderConfig['hardwareAcceleration'] = 'prefer-hardware') {
  Object.assign(backend.device, { opens: true, failsAfter: Infinity, leavesOut: Infinity }, device);
  backend.opened.length = 0;
  const chunks: Chunk[] = [];
  const errors: string[] = [];
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const description = metadata?.decoderConfig?.description as Uint8Array | undefined;
      chunks.push({ timestamp: chunk.timestamp, isKey: chunk.type === 'key', sample: data[0], isOfSoftware: data[1] === 1, description: description && new Uint8Array(description)[0] });
    },
    error: ({ name }) => errors.push(name),
  });
  encoder.configure({ codec: 'fake', width: 2, height: 2, hardwareAcceleration });
  return { encoder, chunks, errors };
}

function encode(encoder: VideoEncoder, index: number, keyFrame = false): void {
  const frame = new VideoFrame(Uint8Array.of(index, 0, 0, 0, 128, 128), { format: 'I420', codedWidth: 2, codedHeight: 2, timestamp: index * 40 });
  encoder.encode(frame, { keyFrame });
  frame.close();
}

const frames = 12;
const numbers = Array.from({ length: frames }, (_, index) => index);

test('wherever the device is taken away', async () => {
  for (let failsAfter = 0; failsAfter <= frames; failsAfter++) {
    const { encoder, chunks, errors } = start({ failsAfter });
    for (const index of numbers) encode(encoder, index, index === 5);
    await encoder.flush();
    const isTakenAway = failsAfter < frames;
    assert.equal(backend.opened, isTakenAway ? ['hardware', 'software'] : ['hardware'], `after ${failsAfter}`);
    assert.equal(chunks.map(({ timestamp, sample }) => [timestamp, sample]), numbers.map((index) => [index * 40, index]));
    assert.equal(errors, []);
    const first = chunks.findIndex(({ isOfSoftware }) => isOfSoftware);
    assert.is(first >= 0, isTakenAway);
    assert.ok(chunks.every(({ isOfSoftware }, index) => isOfSoftware === (isTakenAway && index >= first)));
    const keys = chunks.flatMap(({ isKey, timestamp }) => (isKey ? [timestamp / 40] : []));
    assert.equal(keys, [...new Set([0, 5, ...(isTakenAway ? [first] : [])])].sort((a, b) => a - b));
    // What a decoder is to be configured with comes with the first chunk of each.
    if (isTakenAway) assert.is(chunks[first].description, 0);
    if (first !== 0) assert.is(chunks[0].description, 1);
    encode(encoder, frames);
    await encoder.flush();
    assert.is(chunks.at(-1)!.timestamp, frames * 40);
    encoder.close();
  }
});

test('a device that does not open', async () => {
  const { encoder, chunks } = start({ opens: false });
  for (const index of numbers) encode(encoder, index);
  await encoder.flush();
  assert.equal(backend.opened, ['software']);
  assert.equal(chunks.map(({ sample, isOfSoftware }) => [sample, isOfSoftware]), numbers.map((index) => [index, true]));
  encoder.close();
});

test('prefer-software asks for no device', async () => {
  const { encoder } = start({}, 'prefer-software');
  encode(encoder, 0);
  await encoder.flush();
  assert.equal(backend.opened, ['software']);
  encoder.close();
});

test('frames that rate control leaves out are not encoded later by software', async () => {
  const { encoder, chunks, errors } = start({ leavesOut: 2, failsAfter: 80 });
  for (let index = 0; index < 100; index++) encode(encoder, index);
  await encoder.flush();
  assert.equal(errors, []);
  const times = chunks.map(({ timestamp }) => timestamp);
  assert.equal(times, [...times].sort((a, b) => a - b));
  assert.equal(chunks.filter(({ isOfSoftware }) => isOfSoftware).map(({ timestamp }) => timestamp / 40), Array.from({ length: 21 }, (_, index) => 79 + index));
  encoder.close();
});

test('a reset and a close at any time of the change to software', async () => {
  for (let turns = 0; turns < 12; turns++) {
    for (const isClosed of [false, true]) {
      const { encoder, chunks, errors } = start({ failsAfter: 2 });
      for (const index of numbers) encode(encoder, index);
      const flushed = encoder.flush().then(() => undefined, ({ name }: DOMException) => name);
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      if (isClosed) encoder.close();
      else encoder.reset();
      assert.ok(['AbortError', undefined].includes(await flushed), `after ${turns} turns`); // It may be over by then.
      if (!isClosed) {
        chunks.length = 0;
        encoder.configure({ codec: 'fake', width: 2, height: 2, hardwareAcceleration: 'prefer-hardware' });
        encode(encoder, 50);
        await encoder.flush();
        assert.equal(chunks.map(({ timestamp }) => timestamp), [2000]);
        encoder.close();
      }
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      assert.equal(errors, []);
    }
  }
});

test('each frame is given back once, when neither encoder needs it any more', async () => {
  for (const failsAfter of [0, 3, Infinity]) {
    Object.assign(backend.device, { opens: true, failsAfter, leavesOut: 5 });
    const released = numbers.map(() => 0);
    const request = { kind: 'video-encoder', codec: { name: '', string: 'fake' }, hardwareAcceleration: 'prefer-hardware' } as VideoEncoderRequest;
    const open = (hardwareAcceleration: 'prefer-hardware' | 'prefer-software', events: CodecEvents, done: (codec: Codec) => void) =>
      backend.open({ ...request, hardwareAcceleration }, events, (result) => done(result as Codec));
    let isFlushed = false;
    const encoder = new FallbackEncoder((events, done) => open('prefer-software', events, done), { progress() {}, flushed() { isFlushed = true; }, failed: ({ message }) => assert.unreachable(message) });
    encoder.start(await new Promise((resolve) => { open('prefer-hardware', encoder.hardwareEvents, resolve); }));
    const turn = () => new Promise(setImmediate);
    const plane = { data: new Uint8Array(6), stride: 2 };
    for (const index of numbers) {
      const input = {
        native: null, timestamp: index * 40, duration: null, keyFrame: false, visibleRect: { x: 0, y: 0, width: 2, height: 2 }, colorSpace: { primaries: null, transfer: null, matrix: null, fullRange: null },
        pixels: () => ({ format: 'I420', codedWidth: 2, codedHeight: 2, planes: [plane, plane, plane] } as const), release() { released[index]++; },
      };
      while (!encoder.send(input)) {
        await turn();
        while (encoder.receive());
      }
    }
    encoder.flush();
    while (!isFlushed) {
      await turn();
      while (encoder.receive());
    }
    encoder.close();
    await turn();
    assert.equal(released, numbers.map(() => 1), `after ${failsAfter}`);
  }
});

test.after(() => unregister());

test.run();
