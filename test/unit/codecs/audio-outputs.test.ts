/** Outputs of audio decoders: how many wait, and whose their memory is. */
import type { EncodedAudioChunk} from 'mediant/webcodecs';
import { AudioData, AudioDecoder, AudioEncoder, type AudioDecoderConfig } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AudioPlanes, EncodedData } from '../../../src/host/CodecBackend';
import { ImmediateAudioDecoder } from '../../../src/host/node/codecs/ImmediateAudioDecoder';
import { PlanePool } from '../../../src/host/node/codecs/PlanePool';
import { backendMissing } from '../../support/media-encode';

const frames = 64;
const plane = (value: number) => new Uint8Array(frames).fill(value);
const samples = (timestamp: number): AudioPlanes => ({ format: 'u8', sampleRate: 8000, numberOfFrames: frames, numberOfChannels: 1, timestamp, planes: [plane(timestamp)] });

/** Gives an output for each packet. */
class PlainDecoder extends ImmediateAudioDecoder {
  readonly name = 'plain';
  progressed = 0;

  constructor() {
    super({ progress: () => { this.progressed++; }, flushed() {}, failed() {} });
  }

  protected decode({ timestamp }: EncodedData): void {
    this.output(samples(timestamp));
  }

  protected drain(): void {}
  protected forget(): void {}
  protected free(): void {}
}

const packet = (timestamp: number): EncodedData => ({ data: new Uint8Array(1), isKey: true, timestamp, duration: null });
const task = () => new Promise((resolve) => { setImmediate(resolve); });

/** Sends until there is no room. */
function fill(decoder: PlainDecoder, from: number): number {
  let next = from;
  while (decoder.send(packet(next))) assert.ok(++next < 1000, 'no end');
  return next;
}

test('few outputs wait, and packets are taken again when all have been received', async () => {
  const decoder = new PlainDecoder();
  const end = fill(decoder, 0);
  for (let index = 0; index < end - 1; index++) {
    assert.is(decoder.receive()!.timestamp, index);
    assert.is(decoder.send(packet(99)), false);
  }
  assert.is(decoder.receive()!.timestamp, end - 1);
  assert.is(decoder.receive(), null);
  await task();
  assert.is(decoder.progressed, 1);
  assert.is(fill(decoder, end), 2 * end);
  decoder.reset();
  assert.is(decoder.receive(), null);
  assert.is(fill(decoder, 0), end);
  decoder.close();
  await task();
  assert.is(decoder.progressed, 1);
});

test('memory is used again, but not that of another length', () => {
  const pool = new PlanePool();
  const [left, right] = [pool.take(8), pool.take(8)];
  assert.is.not(left, right);
  pool.release({ ...samples(0), planes: [left, right] });
  assert.equal(new Set([pool.take(8), pool.take(8)]), new Set([left, right]));
  pool.release({ ...samples(0), planes: [left, right] });
  assert.is(pool.take(16).length, 16);
  assert.is.not(pool.take(8), left);
});

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

const sampleRate = 48_000;
const packetFrames = 4608;
const packets = 40;
const valueOf = (index: number): number => 100 * index - 2000;

interface Encoded {
  readonly chunks: readonly EncodedAudioChunk[];
  readonly config: AudioDecoderConfig;
}

/** FLAC whose packets are each of one value. */
async function encodeSteps(): Promise<Encoded> {
  const chunks: EncodedAudioChunk[] = [];
  let config: AudioDecoderConfig | undefined;
  const encoder = new AudioEncoder({
    output(chunk, metadata) {
      chunks.push(chunk);
      config = metadata?.decoderConfig ?? config;
    },
    error: assert.unreachable,
  });
  encoder.configure({ codec: 'flac', sampleRate, numberOfChannels: 1, flac: { blockSize: packetFrames } } as never);
  for (let index = 0; index < packets; index++) {
    const data = new Int16Array(packetFrames).fill(valueOf(index));
    const audio = new AudioData({ format: 's16', sampleRate, numberOfFrames: packetFrames, numberOfChannels: 1, timestamp: (index * packetFrames * 1e6) / sampleRate, data });
    encoder.encode(audio);
    audio.close();
  }
  await encoder.flush();
  encoder.close();
  return { chunks, config: config! };
}

function valuesIn(data: AudioData): ReadonlySet<number> {
  const values = new Int16Array(data.numberOfFrames);
  data.copyTo(values, { planeIndex: 0, format: 's16' });
  return new Set(values);
}

for (const [what, keep] of missing ? [] : [
  ['outputs that are kept', (data: AudioData) => data],
  ['clones of outputs that are closed', (data: AudioData) => {
    const clone = data.clone();
    data.close();
    return clone;
  }],
  ['every other output, the others closed', (data: AudioData) => {
    if (data.timestamp % (2e6 * packetFrames / sampleRate) === 0) return data;
    data.close();
    return null;
  }],
] as const) {
  test(`${what} hold their samples, whatever is decoded after them`, async () => {
    const { chunks, config } = await encodeSteps();
    const kept: AudioData[] = [];
    const decoder = new AudioDecoder({
      output(data) {
        const own = keep(data);
        if (own) kept.push(own);
      },
      error: assert.unreachable,
    });
    decoder.configure(config);
    for (const chunk of chunks) decoder.decode(chunk);
    assert.ok(decoder.decodeQueueSize > 0);
    await decoder.flush();
    assert.is(decoder.decodeQueueSize, 0);
    decoder.close();
    assert.ok(kept.length >= packets / 2);
    for (const data of kept) {
      assert.equal([...valuesIn(data)], [valueOf(Math.round((data.timestamp * sampleRate) / 1e6 / packetFrames))]);
      data.close();
    }
  });
}

test('what an encoder was given is not overwritten when it is closed at once', async () => {
  if (missing) return;
  const { chunks, config } = await encodeSteps();
  const pcm: EncodedAudioChunk[] = [];
  const encoder = new AudioEncoder({ output: (chunk) => pcm.push(chunk), error: assert.unreachable });
  encoder.configure({ codec: 'pcm-s16', sampleRate, numberOfChannels: 1 });
  const decoder = new AudioDecoder({
    output(data) {
      encoder.encode(data);
      data.close();
    },
    error: assert.unreachable,
  });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  await encoder.flush();
  assert.is(pcm.length, packets);
  pcm.forEach((chunk, index) => {
    const values = new Int16Array(chunk.byteLength / 2);
    chunk.copyTo(values);
    assert.equal([...new Set(values)], [valueOf(index)]);
  });
});

test.run();
