// timeout: 120 s
import {
  AudioData, AudioDecoder, AudioEncoder, EncodedVideoChunk, VideoDecoder, VideoEncoder, VideoFrame, type EncodedAudioChunk,
  type AudioDecoderConfig, type AudioEncoderConfig, type VideoDecoderConfig, type VideoEncoderConfig,
} from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const width = 160;
const height = 96;

/** A grey picture whose level tells the frame. */
function picture(index: number): VideoFrame {
  const data = new Uint8Array(width * height * 4).fill(level(index));
  return new VideoFrame(data, { format: 'RGBX', codedWidth: width, codedHeight: height, timestamp: index * 40_000, duration: 40_000 });
}

const level = (index: number): number => 20 + index * 20;

interface Encoded {
  readonly chunks: EncodedVideoChunk[];
  readonly configs: VideoDecoderConfig[];
  readonly layers: (number | undefined)[];
}

async function encode(config: VideoEncoderConfig, frames: readonly number[], options: (index: number) => object = () => ({})): Promise<Encoded> {
  const result: Encoded = { chunks: [], configs: [], layers: [] };
  let failure: DOMException | undefined;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      result.chunks.push(chunk);
      result.layers.push(metadata?.svc?.temporalLayerId);
      if (metadata?.decoderConfig) result.configs.push(metadata.decoderConfig);
    },
    error: (error) => { failure = error; },
  });
  encoder.configure(config);
  for (const index of frames) {
    const frame = picture(index);
    encoder.encode(frame, options(index));
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  assert.is(failure, undefined);
  return result;
}

async function decode(config: VideoDecoderConfig, chunks: readonly EncodedVideoChunk[]): Promise<{ levels: number[]; timestamps: number[]; format: string | null }> {
  const levels: Promise<number>[] = [];
  const timestamps: number[] = [];
  let format: string | null = null;
  const decoder = new VideoDecoder({
    output(frame) {
      timestamps.push(frame.timestamp);
      ({ format } = frame);
      const bytes = new Uint8Array(frame.allocationSize({ format: 'RGBA' }));
      levels.push(frame.copyTo(bytes, { format: 'RGBA' }).then(() => bytes[(width * height / 2 + width / 2) * 4]));
      frame.close();
    },
    error: (error) => { throw error; },
  });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  return { levels: await Promise.all(levels), timestamps, format };
}

const base = { width, height, bitrate: 400_000, framerate: 25 };
const ten = Array.from({ length: 10 }, (_, index) => index);

const videoCodecs: readonly (readonly [codec: string, format: string, extra?: Partial<VideoEncoderConfig>])[] = [
  ['vp8', 'I420'], ['vp09.00.10.08', 'I420'], ['vp09.02.10.10', 'I420P10'], ['vp09.01.10.08.03', 'I444'], ['av01.0.04M.08', 'I420'], ['avc1.42001E', 'I420'],
  ['avc1.64001E', 'I420', { avc: { format: 'annexb' } }], ['avc1.6E001E', 'I420P10'], ['hvc1.1.6.L93.B0', 'I420'], ['hvc1.2.4.L93.B0', 'I420P10', { hevc: { format: 'annexb' } } as object],
];

for (const [codec, format, extra] of videoCodecs) {
  for (const latencyMode of ['quality', 'realtime'] as const) {
    test(`${codec}, ${latencyMode}: what is encoded is decoded, frame by frame`, async () => {
      const config: VideoEncoderConfig = { codec, ...base, latencyMode, ...extra };
      assert.ok((await VideoEncoder.isConfigSupported(config)).supported);
      const { chunks, configs } = await encode(config, ten, (index) => ({ keyFrame: index === 6 }));
      assert.equal(chunks.map(({ timestamp, duration }) => [timestamp, duration]), ten.map((index) => [index * 40_000, 40_000]));
      assert.is(configs.length, 1);
      assert.ok(chunks[0].type === 'key' && chunks[6].type === 'key');
      const decoded = await decode(configs[0], chunks);
      assert.equal(decoded.timestamps, ten.map((index) => index * 40_000));
      assert.is(decoded.format, format);
      decoded.levels.forEach((value, index) => assert.ok(Math.abs(value - level(index)) <= 12, `${index}: ${value}`));
    });
  }
}

test('temporal layers: the base layer stands alone', async () => {
  for (const [codec, scalabilityMode, pattern] of [['vp8', 'L1T2', [0, 1]], ['vp09.00.10.08', 'L1T3', [0, 2, 1, 2]]] as const) {
    const { chunks, configs, layers } = await encode({ codec, ...base, scalabilityMode, bitrateMode: 'constant' }, ten);
    assert.equal(layers, ten.map((index) => pattern[index % pattern.length]));
    const lowest = chunks.filter((_, index) => layers[index] === 0);
    const decoded = await decode(configs[0], lowest);
    assert.is(decoded.levels.length, lowest.length);
    decoded.levels.forEach((value, at) => assert.ok(Math.abs(value - level(ten.filter((index) => layers[index] === 0)[at])) <= 12));
  }
});

test('a quantizer for each frame', async () => {
  const { chunks } = await encode({ codec: 'vp09.00.10.08', ...base, bitrateMode: 'quantizer' }, [0, 1, 2, 3], (index) => ({ vp9: { quantizer: index < 2 ? 10 : 60 } }));
  assert.is(chunks.length, 4);
});

test('an encoder takes frames of its decoder, crops and scales', async () => {
  const source = await encode({ codec: 'vp8', ...base }, [3]);
  const chunks: EncodedVideoChunk[] = [];
  const encoder = new VideoEncoder({ output: (chunk) => chunks.push(chunk), error: (error) => { throw error; } });
  encoder.configure({ codec: 'vp8', ...base, width: 64, height: 48 });
  const decoder = new VideoDecoder({
    output(frame) {
      const crop = new VideoFrame(frame, { visibleRect: { x: 32, y: 16, width: 64, height: 48 } });
      encoder.encode(frame);
      encoder.encode(crop);
      frame.close();
      crop.close();
    },
    error: (error) => { throw error; },
  });
  decoder.configure(source.configs[0]);
  decoder.decode(source.chunks[0]);
  await decoder.flush();
  await encoder.flush();
  assert.is(chunks.length, 2);
  decoder.close();
  encoder.close();
});

function tone(index: number, { sampleRate, numberOfChannels }: AudioEncoderConfig): AudioData {
  const frames = sampleRate / 10;
  const data = new Float32Array(frames * numberOfChannels);
  for (let frame = 0; frame < frames; frame++) {
    const value = Math.sin(((index * frames + frame) / sampleRate) * 440 * 2 * Math.PI) / 2;
    for (let channel = 0; channel < numberOfChannels; channel++) data[channel * frames + frame] = value;
  }
  return new AudioData({ format: 'f32-planar', sampleRate, numberOfChannels, numberOfFrames: frames, timestamp: index * 100_000, data });
}

async function throughAudio(config: AudioEncoderConfig): Promise<{ samples: Float32Array; timestamps: number[]; sampleRate: number }> {
  const chunks: EncodedAudioChunk[] = [];
  let decoderConfig: AudioDecoderConfig | undefined;
  const fail = (error: DOMException) => { throw error; };
  const encoder = new AudioEncoder({ output: (chunk, metadata) => { chunks.push(chunk); decoderConfig ??= metadata?.decoderConfig; }, error: fail });
  encoder.configure(config);
  for (let index = 0; index < 10; index++) encoder.encode(tone(index, config));
  await encoder.flush();
  encoder.close();
  const blocks: Float32Array[] = [];
  let sampleRate = 0;
  const decoder = new AudioDecoder({
    output(data) {
      ({ sampleRate } = data);
      const block = new Float32Array(data.numberOfFrames);
      data.copyTo(block, { planeIndex: 0, format: 'f32-planar' });
      blocks.push(block);
    },
    error: fail,
  });
  decoder.configure(decoderConfig!);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  return { samples: Float32Array.from(blocks.flatMap((block) => [...block])), timestamps: chunks.map(({ timestamp }) => timestamp), sampleRate };
}

/** Root mean square, over what is surely inside. */
function loudness(samples: Float32Array): number {
  const inside = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  return Math.sqrt(inside.reduce((sum, value) => sum + value * value, 0) / inside.length);
}

const audioCodecs: readonly AudioEncoderConfig[] = [
  { codec: 'opus', sampleRate: 48000, numberOfChannels: 2, bitrate: 96000 }, { codec: 'opus', sampleRate: 44100, numberOfChannels: 1, bitrate: 96000 },
  { codec: 'mp4a.40.2', sampleRate: 44100, numberOfChannels: 2, bitrate: 128000 }, { codec: 'mp4a.40.2', sampleRate: 48000, numberOfChannels: 1, bitrate: 96000, aac: { format: 'adts' } } as AudioEncoderConfig,
  { codec: 'flac', sampleRate: 44100, numberOfChannels: 2 }, { codec: 'mp3', sampleRate: 48000, numberOfChannels: 2, bitrate: 128000 }, { codec: 'vorbis', sampleRate: 48000, numberOfChannels: 2, bitrate: 128000 },
  { codec: 'alaw', sampleRate: 8000, numberOfChannels: 1 }, { codec: 'ulaw', sampleRate: 8000, numberOfChannels: 1 }, { codec: 'pcm-s24', sampleRate: 48000, numberOfChannels: 3 },
  { codec: 'pcm-f32', sampleRate: 48000, numberOfChannels: 1 }, { codec: 'g722', sampleRate: 16000, numberOfChannels: 1 },
];

for (const config of audioCodecs) {
  test(`${config.codec}, ${config.sampleRate} Hz, ${config.numberOfChannels} channels: a tone comes through`, async () => {
    assert.ok((await AudioEncoder.isConfigSupported(config)).supported);
    const { samples, timestamps, sampleRate } = await throughAudio(config);
    assert.is(timestamps[0], 0);
    assert.ok(timestamps.every((timestamp, index) => index === 0 || timestamp > timestamps[index - 1]));
    assert.ok(samples.length >= sampleRate * 0.99, `${samples.length} of ${sampleRate}`);
    assert.ok(Math.abs(loudness(samples) - 0.5 / Math.SQRT2) < 0.02, `${loudness(samples)}`);
  });
}

test('lossless codecs lose nothing', async () => {
  for (const codec of ['flac', 'pcm-s24', 'pcm-f32', 'pcm-s24be', 'pcm-s32be', 'pcm-f32be']) {
    const config = { codec, sampleRate: 8000, numberOfChannels: 2 };
    const { samples } = await throughAudio(config);
    const original = new Float32Array(800);
    tone(0, config).copyTo(original, { planeIndex: 0 });
    original.forEach((value, index) => assert.ok(Math.abs(samples[index] - value) <= 2 ** -23, `${codec} ${index}`));
  }
});

test('damaged chunks end in an EncodingError or are concealed, and the process lives', async () => {
  const { chunks, configs } = await encode({ codec: 'avc1.42001E', ...base }, ten);
  for (let seed = 1; seed <= 40; seed++) {
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state % below;
    };
    const errors: string[] = [];
    const decoder = new VideoDecoder({ output: (frame) => frame.close(), error: ({ name }) => errors.push(name) });
    decoder.configure(configs[0]);
    for (const chunk of chunks) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      for (let change = 0; change < 4; change++) data[random(data.length)] = random(256);
      if (decoder.state === 'configured') decoder.decode(new EncodedVideoChunk({ type: chunk.type, timestamp: chunk.timestamp, data }));
    }
    await decoder.flush().catch(() => {});
    if (decoder.state === 'configured') decoder.close();
    assert.ok(errors.every((name) => name === 'EncodingError'), `${errors}`);
  }
});

test('what is not there is not said to be', async () => {
  const video = ['av01.1.04M.08', 'avc1.58001E', 'hvc1.9.4.L93', 'vp09.00.10.08'].map((codec) => VideoEncoder.isConfigSupported({ codec, ...base, alpha: 'keep' }));
  assert.equal((await Promise.all(video)).map(({ supported }) => supported), [false, false, false, false]);
  const { supported } = await VideoEncoder.isConfigSupported({ codec: 'avc1.42001E', ...base, width: 1920, height: 1080 });
  assert.is(supported, false, 'larger than its level');
});

test.run();
