// timeout: 60 s
import { EncodedVideoChunk, registerCodecBackend, VideoDecoder, VideoEncoder, VideoFrame, type VideoDecoderConfig } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TakenAwayBackend } from '../../../bench/codecs/TakenAwayBackend';
import { isHostError } from '../../../src/host/Host';
import { nodeAvBackend } from '../../../src/host/node/codecs/av';
import { openVideoDecoder } from '../../../src/host/node/codecs/av/AvVideoDecoder';
import { HardwareDevices, platformKinds, type DeviceKind } from '../../../src/host/node/codecs/av/HardwareDevices';
import { trialLevel, trialPicture } from '../../../src/host/node/codecs/av/trial-pictures';
import { loadNodeAv } from '../../../src/host/node/codecs/node-av';
import { parseVideoCodec } from '../../../src/webcodecs/codec-strings/parse';
import { backendMissing } from '../../support/media-encode';

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);
const silent = { progress() {}, flushed() {}, failed() {} };

const request = (codec: string, hardwareAcceleration: 'prefer-hardware' | 'prefer-software' = 'prefer-hardware') =>
  ({ kind: 'video-decoder', codec: parseVideoCodec(codec)!, hardwareAcceleration, optimizeForLatency: false }) as const;

const trials: readonly (readonly [trial: string, codec: string, format: string])[] = [
  ['h264', 'avc1.640028', 'I420'], ['hevc', 'hev1.1.6.L120.90', 'I420'], ['hevc 10', 'hev1.2.4.L120.90', 'I420P10'], ['vp8', 'vp8', 'I420'], ['vp9', 'vp09.00.10.08', 'I420'],
  ['vp9 10', 'vp09.02.10.10', 'I420P10'], ['av1', 'av01.0.04M.08', 'I420'], ['av1 10', 'av01.0.04M.10', 'I420P10'],
];

for (const [trial, codec, format] of missing ? [] : trials) {
  test(`the picture that devices are tried with for ${trial} is what it should be`, async () => {
    const levels: Promise<[string | null, number]>[] = [];
    const decoder = new VideoDecoder({
      output(frame) {
        const bytes = new Uint8Array(frame.allocationSize());
        levels.push(frame.copyTo(bytes).then(() => [frame.format, frame.format === 'I420' ? bytes[1000] : (bytes[1000] + 256 * bytes[1001]) / 4]));
        levels.at(-1)!.finally(() => frame.close());
      },
      error: (error) => { throw error; },
    });
    decoder.configure({ codec, hardwareAcceleration: 'prefer-software' });
    decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: trialPicture(trial) }));
    await decoder.flush();
    const [[decodedFormat, level]] = await Promise.all(levels);
    assert.is(decodedFormat, format);
    assert.ok(Math.abs(level - trialLevel) <= 2, String(level));
    decoder.close();
  });
}

/** Kinds that no system has, or not this one. */
const unopenable: readonly DeviceKind[] = [
  { name: 'vaapi', nodes: ['/nowhere'] }, { name: process.platform === 'win32' ? 'videotoolbox' : 'd3d11va' }, { name: process.platform === 'darwin' ? 'd3d11va' : 'videotoolbox' },
];

if (!missing) {
  test('where no device can be opened software is, and each device says why', async () => {
    const av = await loadNodeAv();
    const devices = new HardwareDevices(av, unopenable);
    for (const [, codec] of trials) {
      const opened = openVideoDecoder(av, request(codec), silent, devices);
      assert.not(isHostError(opened));
      assert.is(isHostError(opened) || opened.isHardware, false);
      if (!isHostError(opened)) opened.close();
    }
    assert.is(devices.problem('vaapi'), 'no device: there is no /nowhere');
    assert.match(devices.problem(unopenable[1].name)!, /^can't be opened: /);
  });

  // Vulkan opens in software on many machines that have no GPU, and decodes nothing there.
  test('a device that opens counts only for the codecs that it decodes a picture of', async () => {
    const av = await loadNodeAv();
    const kinds = platformKinds.map(({ name }) => ({ name }));
    const devices = new HardwareDevices(av, kinds);
    for (const [, codec] of trials) {
      const decoding = [...devices.decoding(parseVideoCodec(codec)!)];
      assert.ok(decoding.every((name) => devices.problem(name) === null), codec);
      const opened = openVideoDecoder(av, request(codec), silent, devices);
      assert.is(isHostError(opened) || opened.isHardware, decoding.length > 0);
      if (!isHostError(opened)) opened.close();
    }
    for (const { name } of kinds) devices.forget(name);
  });

  test('prefer-software touches no device', async () => {
    const av = await loadNodeAv();
    const untouchable = new Proxy({}, { get: () => assert.unreachable('a device was asked for') }) as HardwareDevices;
    const opened = openVideoDecoder(av, request('avc1.640028', 'prefer-software'), silent, untouchable);
    assert.not(isHostError(opened));
    if (!isHostError(opened)) opened.close();
  });

  for (const codec of ['avc1.64001E', 'hvc1.1.6.L93.B0', 'vp8', 'vp09.00.10.08', 'av01.0.04M.08']) {
    test(`${codec}: a decoder whose device is taken away gives the same pictures as one that keeps it`, async () => {
      const { chunks, config } = await encode(codec);
      const whole = await decode(config, chunks);
      for (const frames of [0, 1, 5, 11]) {
        const backend = new TakenAwayBackend(nodeAvBackend, frames);
        const unregister = registerCodecBackend(backend);
        const pictures = await decode(config, chunks);
        unregister();
        assert.is(backend.losses, 1);
        assert.equal(pictures, whole, `after ${frames}`);
      }
      assert.equal(whole.map(([timestamp]) => timestamp), chunks.map(({ timestamp }) => timestamp));
    });
  }
}

async function encode(codec: string): Promise<{ chunks: EncodedVideoChunk[]; config: VideoDecoderConfig }> {
  const chunks: EncodedVideoChunk[] = [];
  let config: VideoDecoderConfig | undefined;
  const encoder = new VideoEncoder({
    output(chunk, metadata) {
      chunks.push(chunk);
      config ??= metadata?.decoderConfig;
    },
    error: (error) => { throw error; },
  });
  encoder.configure({ codec, width: 64, height: 64, bitrate: 200_000, framerate: 25 });
  for (let index = 0; index < 14; index++) {
    const data = new Uint8Array(64 * 64 * 4).map((_, at) => (at * 3 + index * 40) % 251);
    const frame = new VideoFrame(data, { format: 'RGBX', codedWidth: 64, codedHeight: 64, timestamp: index * 40_000 });
    encoder.encode(frame, { keyFrame: index === 8 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return { chunks, config: config! };
}

/** Timestamps with a sum of the pixels. */
async function decode(config: VideoDecoderConfig, chunks: readonly EncodedVideoChunk[]): Promise<[number, number][]> {
  const pictures: Promise<[number, number]>[] = [];
  const decoder = new VideoDecoder({
    output(frame) {
      const bytes = new Uint8Array(frame.allocationSize());
      pictures.push(frame.copyTo(bytes).then(() => [frame.timestamp, bytes.reduce((sum, byte, index) => (sum + byte * (index % 13)) >>> 0, 0)]));
      pictures.at(-1)!.finally(() => frame.close());
    },
    error: (error) => { throw error; },
  });
  decoder.configure(config);
  for (const chunk of chunks) decoder.decode(chunk);
  await decoder.flush();
  decoder.close();
  return Promise.all(pictures);
}

test.run();
