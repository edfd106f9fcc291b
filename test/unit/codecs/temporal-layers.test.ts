// timeout: 120 s
import { createHash } from 'node:crypto';
import type { EncodedVideoChunk} from 'mediant/webcodecs';
import { VideoDecoder, VideoEncoder, VideoFrame, type VideoDecoderConfig, type VideoEncoderConfig } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const frames = 22;
/** A key frame on demand, in the middle of the layers' pattern. */
const secondKey = 11;
const patterns = { L1T2: [0, 1], L1T3: [0, 2, 1, 2] } as const;

/** A texture that moves, so that pictures are predicted from each other. */
function picture(index: number, width: number, height: number): VideoFrame {
  const data = new Uint8Array(width * height * 3 / 2).fill(128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[y * width + x] = 128 + 50 * Math.sin((x + index * 2) / 11) + 40 * Math.sin((y + x / 2 - index) / 7) + ((x * 7919 + y * 104_729) % 17);
    }
  }
  return new VideoFrame(data, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: index * 40_000 });
}

interface Layered {
  readonly chunk: EncodedVideoChunk;
  readonly layer: number;
}

async function encode(config: VideoEncoderConfig): Promise<{ chunks: Layered[]; config: VideoDecoderConfig }> {
  const chunks: Layered[] = [];
  let decoderConfig: VideoDecoderConfig | undefined;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      chunks.push({ chunk, layer: metadata!.svc!.temporalLayerId! });
      decoderConfig ??= metadata?.decoderConfig;
    },
    error: (error) => { throw error; },
  });
  encoder.configure(config);
  for (let index = 0; index < frames; index++) {
    const frame = picture(index, config.width, config.height);
    encoder.encode(frame, { keyFrame: index === secondKey });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return { chunks, config: decoderConfig! };
}

/** What the pictures are, by timestamp. */
async function decode(config: VideoDecoderConfig, chunks: readonly Layered[]): Promise<Map<number, string>> {
  const pictures = new Map<number, Promise<string>>();
  const decoder = new VideoDecoder({
    output(frame) {
      const bytes = new Uint8Array(frame.allocationSize());
      pictures.set(frame.timestamp, frame.copyTo(bytes).then(() => createHash('md5').update(bytes).digest('hex')));
      frame.close();
    },
    error: (error) => { throw error; },
  });
  decoder.configure(config);
  for (const { chunk } of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  return new Map(await Promise.all([...pictures].map(async ([timestamp, hash]) => [timestamp, await hash] as const)));
}

const small = { width: 160, height: 96, bitrate: 300_000, framerate: 25 };
const configs: readonly VideoEncoderConfig[] = ['vp8', 'vp09.00.10.08', 'av01.0.04M.08', 'av01.0.04M.10'].flatMap((codec) => (['quality', 'realtime'] as const).flatMap((latencyMode) => [
  { codec, ...small, latencyMode, scalabilityMode: 'L1T2' },
  { codec, ...small, latencyMode, scalabilityMode: 'L1T3', bitrateMode: 'constant' },
  ...(codec.startsWith('av01') ? [] : [{ codec, ...small, latencyMode, scalabilityMode: 'L1T3', bitrateMode: 'quantizer' } as const]),
]));

for (const config of configs) {
  const { codec, latencyMode, scalabilityMode, bitrateMode = 'variable' } = config;
  test(`${codec} ${scalabilityMode}, ${latencyMode}, ${bitrateMode}: without upper layers the others are the same pictures`, async () => {
    const pattern = patterns[scalabilityMode as keyof typeof patterns];
    const { chunks, config: decoderConfig } = await encode(config);
    assert.equal(chunks.map(({ layer }) => layer), Array.from({ length: frames }, (_, index) => pattern[(index < secondKey ? index : index - secondKey) % pattern.length]));
    assert.equal(chunks.flatMap(({ chunk }, index) => (chunk.type === 'key' ? [index] : [])), [0, secondKey]);
    const whole = await decode(decoderConfig, chunks);
    assert.is(new Set(whole.values()).size, frames);
    for (let highest = 0; highest < Math.max(...pattern); highest++) {
      const kept = chunks.filter(({ layer }) => layer <= highest);
      const part = await decode(decoderConfig, kept);
      assert.equal([...part], kept.map(({ chunk: { timestamp } }) => [timestamp, whole.get(timestamp)!]), `layers up to ${highest}`);
    }
  });
}

test('what an encoder has no layers for is not supported', async () => {
  for (const codec of ['avc1.42001E', 'hvc1.1.6.L93.B0']) {
    assert.is((await VideoEncoder.isConfigSupported({ codec, ...small, scalabilityMode: 'L1T2' })).supported, false);
    assert.is((await VideoEncoder.isConfigSupported({ codec, ...small, scalabilityMode: 'L1T1' })).supported, true);
  }
  assert.is((await VideoEncoder.isConfigSupported({ codec: 'av01.0.04M.08', ...small, scalabilityMode: 'L1T2', bitrateMode: 'quantizer' })).supported, false);
});

test.run();
