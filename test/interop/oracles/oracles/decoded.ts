/** Files decoded: our demuxers and decoders against the ffmpeg command line. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { AudioDecoder, EncodedAudioChunk, EncodedVideoChunk, VideoDecoder, type AudioData, type AudioDecoderConfig, type VideoFrame } from 'mediant/webcodecs';
import * as assert from 'uvu/assert';
import type { Sample } from '../../../../src/container/outputs';
import type { Track } from '../../../../src/container/tracks';
import { initSegment, samplesOf } from '../../../support/containers/demux';
import type { Oracle, Question } from './Oracle';

type Decodes = (question: Question, track: Track, samples: readonly Sample[], place: number) => Promise<string | void>;

/** Asks about each track of a kind. A reason why there is nothing to say about one stands for the file. */
function eachTrack(type: Track['type'], decodes: Decodes, what: string): Oracle {
  return async (question) => {
    const tracks = initSegment(question.outputs)!.tracks.filter((track) => track.type === type);
    if (tracks.length === 0) return `no ${what}`;
    const reasons: string[] = [];
    for (const [place, track] of tracks.entries()) {
      const reason = await decodes(question, track, samplesOf(question.outputs, track.id), place);
      if (reason) reasons.push(reason);
    }
    return reasons[0];
  };
}

/** Those it takes by itself give integers, and have late what SILK codes; ours are these. */
const decoders: Readonly<Record<string, readonly string[]>> = {
  'mp4a.6B': ['-c:a', 'mp2float'], 'mp4a.69': ['-c:a', 'mp2float'], opus: ['-c:a', 'libopus', '-request_sample_fmt', 'flt'],
};

const ffmpeg = (path: string, decoder: readonly string[], stream: string, ...options: string[]): Buffer => execFileSync('ffmpeg', [
  '-v', 'error', '-nostdin', '-copyts', '-noautorotate', ...decoder, '-i', path, '-map', `0:${stream}`, '-fps_mode', 'passthrough', ...options, '-',
], { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe'] });

const microseconds = (ticks: number, { timescale }: Track): number => Math.round((ticks * 1e6) / timescale);
const noDecoder = (codec: string): string => `no decoder of ${codec || 'a codec without a name'}`;

/** Each picture that is shown has the time and the bytes that FFmpeg gives. */
export const askPictures = eachTrack('video', async ({ file, excuse }, track, samples, place) => {
  const [{ codec, description }] = track.descriptions;
  const config = { codec, ...(description && { description }) };
  if (codec === '' || !(await VideoDecoder.isConfigSupported(config)).supported) return noDecoder(codec);
  const hidden = new Set(samples.filter(isHidden).map(({ timestamp }) => microseconds(timestamp, track)));
  const pictures: Promise<{ time: number; hash: string }>[] = [];
  const failures: unknown[] = [];
  const decoder = new VideoDecoder({
    output: (frame) => {
      if (hidden.has(frame.timestamp)) frame.close();
      else pictures.push(pictureOf(frame));
    },
    error: (error) => failures.push(error),
  });
  decoder.configure(config);
  for (const { timestamp, isKey, data } of samples) decoder.decode(new EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp: microseconds(timestamp, track), data }));
  await decoder.flush().catch((error) => failures.push(error));
  assert.equal(failures, []);
  decoder.close();
  const ours = await Promise.all(pictures);
  const theirs = framesOf(ffmpeg(file.path, [], `v:${place}`, '-enc_time_base', '-1', '-f', 'framemd5').toString());
  const { lead = 0, isRelative, tolerance = 0 } = excuse;
  assert.equal(ours.slice(lead).map(({ hash }) => hash), theirs.map(({ hash }) => hash), `${ours.length} pictures, ffmpeg gives ${theirs.length}`);
  const shift = isRelative ? theirs[0].time - ours[lead].time : 0;
  ours.slice(lead).forEach(({ time }, index) => {
    assert.ok(Math.abs(time + shift - theirs[index].time) <= 1 + tolerance * 1e6, `picture ${index}: ${time} µs, ffmpeg says ${theirs[index].time} µs`);
  });
}, 'pictures');

/** All of it lies outside of its edit. */
const isHidden = ({ trim, duration }: Sample): boolean => trim !== null && duration !== null && trim.start + trim.end >= duration;

async function pictureOf(frame: VideoFrame): Promise<{ time: number; hash: string }> {
  const bytes = new Uint8Array(frame.allocationSize());
  await frame.copyTo(bytes);
  const { timestamp } = frame;
  frame.close();
  return { time: timestamp, hash: createHash('md5').update(bytes).digest('hex') };
}

/** Lines of ffmpeg's framemd5: stream, decode timestamp, timestamp, duration, size, hash. */
function framesOf(text: string): { time: number; hash: string }[] {
  const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)$/m.exec(text)!;
  return text.split('\n').filter((line) => /^0,/.test(line)).map((line) => {
    const [, , time, , , hash] = line.split(',').map((field) => field.trim());
    return { time: (Number(time) * Number(numerator) * 1e6) / Number(denominator), hash };
  });
}

/** One in 16 bits. */
const leastBit = 1 / 32_768;

/** What is heard begins with the same frame as FFmpeg's, each is within one least significant bit of 16, and it is as long as what was encoded. */
export const askSound = eachTrack('audio', async ({ file, excuse, seconds }, track, samples, place) => {
  const [{ codec, description, audio }] = track.descriptions;
  const config = { codec, ...audio!, ...(description && { description: codec === 'opus' ? withoutPreSkip(description) : description }) };
  if (codec === '' || !(await AudioDecoder.isConfigSupported(config)).supported) return noDecoder(codec);
  const { channels, samples: ours } = await heard(track, samples, config);
  const raw = ffmpeg(file.path, decoders[codec] ?? [], `a:${place}`, '-f', 'f32le', '-c:a', 'pcm_f32le');
  const theirs = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
  const { lead = 0, ignore = [] } = excuse;
  const [first, theirFirst] = [Math.max(0, lead) * channels, Math.max(0, -lead) * channels];
  const count = Math.min(ours.length - first, theirs.length - theirFirst);
  let worst = 0;
  for (let index = 0; index < count; index++) worst = Math.max(worst, Math.abs(ours[first + index] - theirs[theirFirst + index]));
  const lengths = `${ours.length / channels} frames, ffmpeg gives ${theirs.length / channels}`;
  assert.ok(worst <= leastBit, `samples differ by ${worst * 32_768} of 16 bits; ${lengths}`);
  if (!ignore.includes('trackDuration')) assert.is(ours.length - first, theirs.length - theirFirst, lengths);
  if (seconds !== null) assert.is(ours.length / channels, Math.round(seconds * audio!.sampleRate), `frames of what was encoded; ${lengths}`);
}, 'sound');

interface Heard {
  readonly channels: number;
  /** Interleaved. */
  readonly samples: Float32Array;
}

/** Decodes a track, and leaves out what its samples and the track say, and what the last sample is shorter than a whole frame of its codec. */
async function heard(track: Track, samples: readonly Sample[], config: AudioDecoderConfig): Promise<Heard> {
  const trims = new Map(samples.map((sample) => [microseconds(sample.timestamp, track), sample.trim]));
  const pieces: Float32Array[] = [];
  const failures: unknown[] = [];
  let channels = config.numberOfChannels;
  const frames = (ticks: number) => Math.round((ticks * config.sampleRate) / track.timescale);
  const last = samples.at(-1)!;
  /** Of a duration, in frames. */
  const mostRounding = track.timescale < config.sampleRate ? frames(1) : 0;
  const decoder = new AudioDecoder({
    output: (data) => {
      channels = data.numberOfChannels;
      const { start, end } = trims.get(data.timestamp) ?? { start: 0, end: 0 };
      const padding = last.duration !== null && data.timestamp === microseconds(last.timestamp, track) ? data.numberOfFrames - frames(last.duration) : 0;
      const cut = Math.max(frames(end), padding > mostRounding ? padding : 0);
      pieces.push(interleaved(data).subarray(frames(start) * channels, Math.max(0, data.numberOfFrames - cut) * channels));
      data.close();
    },
    error: (error) => failures.push(error),
  });
  decoder.configure(config);
  for (const { timestamp, data } of samples) decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: microseconds(timestamp, track), data }));
  await decoder.flush().catch((error) => failures.push(error));
  assert.equal(failures, []);
  decoder.close();
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((at, piece) => {
    all.set(piece, at);
    return at + piece.length;
  }, 0);
  const { startFrames, endFrames } = track.gapless ?? { startFrames: 0, endFrames: 0 };
  return { channels, samples: all.subarray(startFrames * channels, all.length - endFrames * channels) };
}
/** Samples say themselves how much of the beginning is not to be heard; a decoder that is told by its description leaves it out as well, Chromium's too. */
function withoutPreSkip(opusHead: Uint8Array): Uint8Array {
  const copy = opusHead.slice();
  copy.fill(0, 10, 12);
  return copy;
}

function interleaved(data: AudioData): Float32Array {
  const samples = new Float32Array(data.numberOfFrames * data.numberOfChannels);
  data.copyTo(samples, { planeIndex: 0, format: 'f32' });
  return samples;
}
