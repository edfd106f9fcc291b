/** mediabunny over Mediant's WebCodecs: it writes an MP4, converts it to WebM and back, and each file holds the pictures and the tone that went in. */
// timeout: 120 s
import 'mediant/polyfill';
import { createRequire } from 'node:module';
import { AudioData, AudioDecoder, EncodedAudioChunk, EncodedVideoChunk, VideoDecoder, VideoFrame } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import { sniffContainer } from '../../../src/container/sniff';
import type { Track } from '../../../src/container/tracks';
import { corpusMissing } from '../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../support/containers/demux';
import { probe } from '../../support/containers/ffprobe';
import { fileOf } from '../../support/containers/mux';
import { sameAsFfprobe, type ComparisonOptions } from '../../support/containers/same-as-ffprobe';

/** Its own types bring those of a browser into every file of the project. */
const mediabunny = createRequire(import.meta.url)('mediabunny') as any;
const { ALL_FORMATS, AudioSample, AudioSampleSource, BufferSource, BufferTarget, Conversion, Input, Mp4OutputFormat, Output, VideoSample, VideoSampleSource, WebMOutputFormat } = mediabunny;

const [width, height, sampleRate, channels] = [160, 96, 48_000, 2];
const pictures = 50;
const pictureMicroseconds = 40_000;
const level = (index: number): number => 30 + (index * 4);

/** A grey picture whose level tells which it is. */
const picture = (index: number): VideoFrame => new VideoFrame(new Uint8Array(width * height * 4).fill(level(index)), {
  format: 'RGBX', codedWidth: width, codedHeight: height, timestamp: index * pictureMicroseconds, duration: pictureMicroseconds,
});

/** As long as a picture, 440 Hz. */
function tone(index: number): AudioData {
  const frames = (sampleRate * pictureMicroseconds) / 1e6;
  const data = Float32Array.from({ length: frames * channels }, (_, at) => Math.sin(((index * frames + Math.floor(at / channels)) / sampleRate) * 440 * 2 * Math.PI) / 2);
  return new AudioData({ format: 'f32', sampleRate, numberOfChannels: channels, numberOfFrames: frames, timestamp: index * pictureMicroseconds, data });
}

async function written(): Promise<Uint8Array> {
  const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() });
  const video = new VideoSampleSource({ codec: 'avc', bitrate: 400_000, keyFrameInterval: 1 });
  const audio = new AudioSampleSource({ codec: 'aac', bitrate: 128_000 });
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  for (let index = 0; index < pictures; index++) {
    for (const [source, sample] of [[video, new VideoSample(picture(index))], [audio, new AudioSample(tone(index))]]) {
      await source.add(sample);
      sample.close();
    }
  }
  await output.finalize();
  return new Uint8Array(output.target.buffer);
}

async function converted(bytes: Uint8Array, format: unknown, video: string, audio: string): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const output = new Output({ format, target: new BufferTarget() });
  const conversion = await Conversion.init({ input, output, video: { codec: video, bitrate: 400_000 }, audio: { codec: audio, bitrate: 128_000 }, showWarnings: false });
  assert.ok(conversion.isValid);
  assert.equal(conversion.discardedTracks, []);
  await conversion.execute();
  return new Uint8Array(output.target.buffer);
}

interface Decoded {
  readonly timestamps: readonly number[];
  readonly levels: readonly number[];
  readonly frames: number;
  readonly loudness: number;
}

const fail = (error: DOMException) => { throw error; };
const microseconds = (ticks: number, { timescale }: Track): number => Math.round((ticks * 1e6) / timescale);
const configOf = ({ descriptions: [{ codec, description }] }: Track) => ({ codec, ...(description && { description }) });

/** What our demuxer and decoders make of a file. */
async function decoded(bytes: Uint8Array): Promise<Decoded & { codecs: string[] }> {
  const outputs = demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);
  const { tracks } = initSegment(outputs)!;
  const chunksOf = (track: Track) => samplesOf(outputs, track.id).map(({ timestamp, isKey, data }) => ({ type: isKey ? 'key' as const : 'delta' as const, timestamp: microseconds(timestamp, track), data }));
  const [video, audio] = (['video', 'audio'] as const).map((kind) => tracks.find(({ type }) => type === kind)!);

  const timestamps: number[] = [];
  const levels: Promise<number>[] = [];
  const pictureDecoder = new VideoDecoder({
    output(frame) {
      timestamps.push(frame.timestamp);
      const pixels = new Uint8Array(frame.allocationSize({ format: 'RGBA' }));
      levels.push(frame.copyTo(pixels, { format: 'RGBA' }).then(() => pixels[(width * height / 2 + width / 2) * 4]));
      frame.close();
    },
    error: fail,
  });
  pictureDecoder.configure(configOf(video));
  for (const chunk of chunksOf(video)) pictureDecoder.decode(new EncodedVideoChunk(chunk));
  await pictureDecoder.flush();
  pictureDecoder.close();

  const samples: number[] = [];
  const soundDecoder = new AudioDecoder({
    output(data) {
      const block = new Float32Array(data.numberOfFrames);
      data.copyTo(block, { planeIndex: 0, format: 'f32-planar' });
      samples.push(...block);
      data.close();
    },
    error: fail,
  });
  soundDecoder.configure({ ...configOf(audio), ...audio.descriptions[0].audio! });
  for (const chunk of chunksOf(audio)) soundDecoder.decode(new EncodedAudioChunk(chunk));
  await soundDecoder.flush();
  soundDecoder.close();
  const inside = samples.slice(sampleRate / 2, sampleRate);
  return {
    codecs: tracks.map(({ descriptions }) => descriptions[0].codec.split('.')[0]), timestamps, levels: await Promise.all(levels), frames: samples.length,
    loudness: Math.sqrt(inside.reduce((sum, value) => sum + value * value, 0) / inside.length),
  };
}

async function holdsWhatWentIn(bytes: Uint8Array, codecs: readonly string[], count = pictures): Promise<void> {
  const { timestamps, levels, frames, loudness, ...file } = await decoded(bytes);
  assert.equal(file.codecs, codecs);
  assert.equal(timestamps, Array.from({ length: count }, (_, index) => index * pictureMicroseconds));
  levels.forEach((value, index) => assert.ok(Math.abs(value - level(index)) <= 12, `picture ${index}: ${value}, not ${level(index)}`));
  const whole = (pictures * pictureMicroseconds * sampleRate) / 1e6;
  assert.ok(frames >= whole && frames <= whole + 6000, `${frames} frames of ${whole}`);
  assert.ok(Math.abs(loudness - 0.5 / Math.SQRT2) < 0.02, `${loudness}`);
}

function ffprobeAgrees(name: string, bytes: Uint8Array, ignore: ComparisonOptions['ignore']): void {
  if (corpusMissing) return;
  const outputs = demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);
  const probed = probe(fileOf(name, bytes));
  assert.is(probed.warnings, '');
  sameAsFfprobe(outputs, probed, { ignore });
}

test('MP4 with H.264 and AAC, to WebM with VP9 and Opus, and back', async () => {
  const mp4 = await written();
  await holdsWhatWentIn(mp4, ['avc1', 'mp4a']);
  ffprobeAgrees('written.mp4', mp4, []);

  const webm = await converted(mp4, new WebMOutputFormat(), 'vp9', 'opus');
  await holdsWhatWentIn(webm, ['vp09', 'opus']);
  ffprobeAgrees('converted.webm', webm, ['dts', 'position']);

  const back = await converted(webm, new Mp4OutputFormat(), 'avc', 'aac');
  // The last picture of a WebM file has no duration, and mediabunny converts none that is not seen for any time.
  await holdsWhatWentIn(back, ['avc1', 'mp4a'], pictures - 1);
  ffprobeAgrees('back.mp4', back, []);
});

if (corpusMissing) console.log(`skipped in part: ${corpusMissing}`);
test.run();
