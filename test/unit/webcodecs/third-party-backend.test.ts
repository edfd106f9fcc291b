import { EncodedVideoChunk, registerCodecBackend, VideoDecoder, type VideoFrame } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TinyBackend } from '../../support/tiny-codec';

const backend = new TinyBackend();
const unregister = registerCodecBackend(backend);

interface Recorder {
  readonly decoder: VideoDecoder;
  readonly log: string[];
  onFrame?: (frame: VideoFrame) => void;
}

function record(): Recorder {
  const recorder: Recorder = {
    log: [],
    decoder: new VideoDecoder({
      output(frame) {
        recorder.log.push(`frame ${frame.timestamp}`);
        recorder.onFrame?.(frame);
        frame.close();
      },
      error: (error) => recorder.log.push(`error ${error.name}`),
    }),
  };
  recorder.decoder.addEventListener('dequeue', () => recorder.log.push(`dequeue ${recorder.decoder.decodeQueueSize}`));
  return recorder;
}

const chunk = (timestamp: number, type: 'key' | 'delta' = 'delta', data = [timestamp]) => new EncodedVideoChunk({ type, timestamp, duration: 10, data: Uint8Array.from(data) });
const nameOf = (promise: Promise<unknown>) => promise.then(() => 'resolved', (error: DOMException) => error.name);

test('a registered codec is found, others are not disturbed', async () => {
  assert.is((await VideoDecoder.isConfigSupported({ codec: 'tiny' })).supported, true);
  assert.is((await VideoDecoder.isConfigSupported({ codec: 'huge' })).supported, false);
});

test('frames come in order with their times, and flush gives the delayed one', async () => {
  const { decoder, log } = record();
  decoder.configure({ codec: 'tiny' });
  for (let index = 0; index < 5; index++) decoder.decode(chunk(index, index === 0 ? 'key' : 'delta'));
  assert.ok(decoder.decodeQueueSize > 0);
  await decoder.flush();
  assert.equal(log.filter((line) => line.startsWith('frame')), ['frame 0', 'frame 1', 'frame 2', 'frame 3', 'frame 4']);
  assert.is(log.filter((line) => line.startsWith('dequeue')).at(-1), 'dequeue 0');
  assert.is(decoder.decodeQueueSize, 0);
  decoder.close();
  assert.is(backend.openFrames, 0);
});

test('what came out can be read, in both formats', async () => {
  const recorder = record();
  const bytes = new Uint8Array(12);
  const pixel = new Uint8Array(32);
  const copies: Promise<unknown>[] = [];
  recorder.onFrame = (frame) => copies.push(frame.copyTo(bytes), frame.copyTo(pixel, { format: 'RGBA' }));
  recorder.decoder.configure({ codec: 'tiny', colorSpace: { fullRange: true } });
  recorder.decoder.decode(chunk(0, 'key', [77]));
  await recorder.decoder.flush();
  await Promise.all(copies);
  assert.equal([...bytes], [77, 77, 77, 77, 77, 77, 77, 77, 128, 128, 128, 128]);
  assert.equal([...pixel.subarray(0, 4)], [77, 77, 77, 255]);
  recorder.decoder.close();
});

test('a flush asks for a key chunk, and each flush is answered', async () => {
  const { decoder, log } = record();
  decoder.configure({ codec: 'tiny' });
  assert.throws(() => decoder.decode(chunk(0)), (error: DOMException) => error.name === 'DataError');
  decoder.decode(chunk(0, 'key'));
  const flushes = [decoder.flush(), decoder.flush()];
  assert.throws(() => decoder.decode(chunk(1)), (error: DOMException) => error.name === 'DataError');
  decoder.decode(chunk(2, 'key'));
  await Promise.all([...flushes, decoder.flush()]);
  assert.equal(log.filter((line) => line.startsWith('frame')), ['frame 0', 'frame 2']);
  decoder.close();
});

test('a reset in an output callback ends outputs, rejects the flush and keeps the codec for the same configuration', async () => {
  const recorder = record();
  const { decoder, log } = recorder;
  decoder.configure({ codec: 'tiny' });
  for (let index = 0; index < 6; index++) decoder.decode(chunk(index, 'key'));
  const flushed = nameOf(decoder.flush());
  recorder.onFrame = ({ timestamp }) => { if (timestamp === 1) decoder.reset(); };
  assert.is(await flushed, 'AbortError');
  assert.is(decoder.state, 'unconfigured');
  assert.is(decoder.decodeQueueSize, 0);
  const opened = backend.calls.filter((call) => call === 'open').length;
  decoder.configure({ codec: 'tiny' });
  decoder.decode(chunk(9, 'key'));
  await decoder.flush();
  assert.is(backend.calls.filter((call) => call === 'open').length, opened);
  assert.equal(log.filter((line) => line.startsWith('frame')), ['frame 0', 'frame 1', 'frame 9']);
  decoder.close();
  assert.is(backend.openFrames, 0);
});

test('a new configuration comes after the outputs of the one before', async () => {
  const recorder = record();
  const sizes: string[] = [];
  recorder.onFrame = ({ timestamp, displayWidth }) => sizes.push(`${timestamp}: ${displayWidth}`);
  recorder.decoder.configure({ codec: 'tiny' });
  recorder.decoder.decode(chunk(0, 'key'));
  recorder.decoder.decode(chunk(1));
  recorder.decoder.configure({ codec: 'tiny', displayAspectWidth: 4, displayAspectHeight: 1 });
  recorder.decoder.decode(chunk(2, 'key'));
  await recorder.decoder.flush();
  assert.equal(sizes, ['0: 4', '1: 4', '2: 8']);
  recorder.decoder.close();
});

test('an error closes the decoder, tells it once and rejects what waits', async () => {
  const { decoder, log } = record();
  decoder.configure({ codec: 'tiny' });
  decoder.decode(chunk(0, 'key'));
  decoder.decode(chunk(1, 'delta', []));
  decoder.decode(chunk(2));
  assert.is(await nameOf(decoder.flush()), 'EncodingError');
  assert.equal(log.filter((line) => line.startsWith('error')), ['error EncodingError']);
  assert.is(decoder.state, 'closed');
  assert.is(await nameOf(decoder.flush()), 'InvalidStateError');
});

test('a codec that is nowhere is NotSupportedError, and closing while it is looked for ends it', async () => {
  const missing = record();
  missing.decoder.configure({ codec: 'huge' });
  assert.is(await nameOf(missing.decoder.flush()), 'NotSupportedError');
  assert.equal(missing.log, ['error NotSupportedError']);
  const closed = record();
  closed.decoder.configure({ codec: 'tiny' });
  const flushed = nameOf(closed.decoder.flush());
  closed.decoder.close();
  assert.is(await flushed, 'AbortError');
  assert.equal(closed.log, []);
});

test.after(() => unregister());

test.run();
