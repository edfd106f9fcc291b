import { EncodedVideoChunk, registerCodecBackend, VideoDecoder, type EncodedData, type VideoDecoderConfig } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SentPackets } from '../../../src/webcodecs/SentPackets';
import { hidden, ReorderingBackend, shown } from '../../support/reordering-codec';

const backend = new ReorderingBackend();
const unregister = registerCodecBackend(backend);

/** In the order of coding: `K` key, `P` other, `h` hidden, each with its timestamp. */
type Stream = readonly (readonly [type: 'K' | 'P' | 'h', timestamp: number])[];

const streams: Readonly<Record<string, Stream>> = {
  'groups with reordering': [['K', 0], ['P', 3], ['P', 1], ['P', 2], ['P', 5], ['P', 4], ['K', 6], ['P', 9], ['P', 7], ['P', 8], ['K', 10], ['P', 12], ['P', 11]],
  'pictures that lead a key frame': [['K', 0], ['P', 2], ['P', 1], ['K', 5], ['P', 3], ['P', 4], ['P', 8], ['P', 6], ['P', 7], ['K', 11], ['P', 9], ['P', 10]],
  'pictures that are not shown': [['K', 0], ['h', 1], ['P', 1], ['P', 2], ['h', 3], ['K', 3], ['h', 4], ['P', 4], ['P', 5], ['P', 6]],
  'no key frame but the first': [['K', 0], ...Array.from({ length: 20 }, (_, index) => ['P', index + 1] as const)],
  'one timestamp for all': [['K', 0], ['P', 0], ['P', 0], ['K', 0], ['P', 0], ['P', 0], ['P', 0]],
};

const chunkOf = ([type, timestamp]: Stream[number]) =>
  new EncodedVideoChunk({ type: type === 'K' ? 'key' : 'delta', timestamp, data: Uint8Array.of(type === 'h' ? hidden : shown) });

interface Run {
  readonly decoder: VideoDecoder;
  readonly timestamps: number[];
  readonly errors: string[];
}

function start(failsAfter: number, hardwareAcceleration: VideoDecoderConfig['hardwareAcceleration'] = 'no-preference'): Run {
  backend.device.failsAfter = failsAfter;
  backend.opened.length = 0;
  const timestamps: number[] = [];
  const errors: string[] = [];
  const decoder = new VideoDecoder({
    output(frame) {
      timestamps.push(frame.timestamp);
      frame.close();
    },
    error: ({ name }) => errors.push(name),
  });
  decoder.configure({ codec: 'reordering', hardwareAcceleration });
  return { decoder, timestamps, errors };
}

const inOrder = (stream: Stream) => stream.filter(([type]) => type !== 'h').map(([, timestamp]) => timestamp).sort((a, b) => a - b);

for (const [name, stream] of Object.entries(streams)) {
  test(`${name}: each picture comes once and in order, wherever the device is taken away`, async () => {
    for (let failsAfter = 0; failsAfter <= stream.length; failsAfter++) {
      const { decoder, timestamps, errors } = start(failsAfter);
      for (const packet of stream) decoder.decode(chunkOf(packet));
      await decoder.flush();
      assert.equal(timestamps, inOrder(stream), `after ${failsAfter} inputs`);
      assert.equal(backend.opened, failsAfter < stream.length ? ['hardware', 'software'] : ['hardware']);
      // What comes after a flush is decoded by what is there.
      decoder.decode(chunkOf(['K', 100]));
      await decoder.flush();
      assert.is(timestamps.at(-1), 100);
      assert.equal(errors, []);
      decoder.close();
      assert.is(backend.openFrames, 0);
    }
  });
}

test('inputs that come slowly, with the pictures taken in between', async () => {
  const stream = streams['groups with reordering'];
  const { decoder, timestamps } = start(8);
  for (const packet of stream) {
    decoder.decode(chunkOf(packet));
    for (let turn = 0; turn < 6; turn++) await new Promise(setImmediate);
  }
  await decoder.flush();
  assert.equal(timestamps, inOrder(stream));
  decoder.close();
});

test('a reset at any time of the change to software', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const { decoder, timestamps, errors } = start(2);
    for (const packet of streams['groups with reordering']) decoder.decode(chunkOf(packet));
    const flushed = decoder.flush().catch(({ name }: DOMException) => name);
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    decoder.reset();
    assert.is(await flushed, 'AbortError');
    timestamps.length = 0;
    decoder.configure({ codec: 'reordering' });
    decoder.decode(chunkOf(['K', 50]));
    decoder.decode(chunkOf(['P', 51]));
    await decoder.flush();
    assert.equal(timestamps, [50, 51], `after ${turns} turns`);
    assert.equal(errors, []);
    decoder.close();
    assert.is(backend.openFrames, 0);
  }
});

test('a close during the change to software ends it', async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { decoder, errors } = start(1);
    for (const packet of streams['groups with reordering']) decoder.decode(chunkOf(packet));
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    decoder.close();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.equal(errors, []);
    assert.is(backend.openFrames, 0);
  }
});

test('prefer-software asks for no hardware', async () => {
  const { decoder, timestamps } = start(0, 'prefer-software');
  decoder.decode(chunkOf(['K', 0]));
  await decoder.flush();
  assert.equal(backend.opened, ['software']);
  assert.equal(timestamps, [0]);
  decoder.close();
});

test('what is kept to be decoded again ends with the next key frame, and has a bound', () => {
  const input = (timestamp: number, isKey: boolean): EncodedData => ({ data: new Uint8Array(10), isKey, timestamp, duration: null });
  const sent = new SentPackets(100);
  for (let time = 0; time < 5; time++) sent.add(input(time, time === 0));
  sent.add(input(5, true));
  for (let time = 0; time < 5; time++) sent.out(time);
  assert.is(sent.inputs!.length, 6);
  sent.out(5);
  assert.equal(sent.inputs!.map(({ timestamp }) => timestamp), [5]);
  assert.equal([...sent.countOut()], [[5, 1]]);
  for (let time = 6; time < 16; time++) sent.add(input(time, false));
  assert.is(sent.inputs, null);
  sent.add(input(16, true));
  assert.is(sent.inputs, null);
  sent.out(16);
  assert.is(sent.inputs!.length, 1);
});

test.after(() => unregister());

test.run();
