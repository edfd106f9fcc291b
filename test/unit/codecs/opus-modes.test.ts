/** Opus in all its modes, by node-av and by the embedded decoder, against libopus in the ffmpeg command line. */
import { execFileSync } from 'node:child_process';
import { AudioDecoder, EncodedAudioChunk, type AudioData, type AudioDecoderConfig } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import { isMalformed } from '../../../src/container/malformed';
import { OpusPacketDecoder, readOpusHead } from '../../../src/host/node/codecs/embedded/OpusPacketDecoder';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../support/containers/demux';
import { backendMissing } from '../../support/media-encode';

const voice = '-f lavfi -i aevalsrc=exprs=0.7*(2*mod(t*(120+20*sin(2*PI*0.7*t))\\,1)-1):sample_rate=48000:duration=2,lowpass=3400';
const noise = (layout: string) => `-f lavfi -i anoisesrc=duration=1:sample_rate=48000:seed=1:amplitude=0.9,pan=${layout}|c0=c0|c1=0.5*c0|c2=0.8*c0|c3=0.2*c0|c4=0.9*c0|c5=0.7*c0`;

/** Modes that are to occur, by the configurations of RFC 6716, table 2. */
const files: Readonly<Record<string, readonly [command: string, ...modes: string[]]>> = {
  'opus-narrow.ogg': [`${voice} -c:a libopus -application voip -b:a 8k`, 'SILK'],
  'opus-silk-mono.ogg': [`${voice} -c:a libopus -application voip -b:a 12k`, 'SILK'],
  'opus-silk-60-ms.ogg': [`${voice} -c:a libopus -application voip -b:a 8k -frame_duration 60`, 'SILK'],
  'opus-silk-stereo.ogg': ['{audio} -ac 2 -c:a libopus -application voip -b:a 16k', 'SILK', 'hybrid'],
  'opus-hybrid-mono.ogg': [`${voice} -c:a libopus -application voip -b:a 30k`, 'hybrid'],
  'opus-hybrid-stereo.ogg': ['{audio} -ac 2 -c:a libopus -application voip -b:a 40k', 'hybrid', 'CELT'],
  'opus-celt-stereo.ogg': ['{stereo} -c:a libopus -b:a 96k', 'CELT'],
  'opus-celt-2.5-ms.ogg': ['{audio} -c:a libopus -b:a 96k -frame_duration 2.5', 'CELT'],
  'opus-loud-5.1.ogg': [`${noise('5.1')} -c:a libopus -b:a 256k`, 'CELT'],
};

const modeOf = ([first]: Uint8Array): string => (first >> 3 < 12 ? 'SILK' : first >> 3 < 16 ? 'hybrid' : 'CELT');

interface Stream {
  readonly path: string;
  readonly packets: readonly Uint8Array[];
  readonly description: Uint8Array;
  readonly channels: number;
}

function streamOf(name: string, command: string): Stream {
  const { bytes, path } = corpusFile(name, command);
  const outputs = demuxFile(createDemuxer('ogg', { canSeek: true, size: bytes.length })!, bytes);
  const { description, audio } = initSegment(outputs)!.tracks[0].descriptions[0];
  return { path, packets: samplesOf(outputs).map(({ data }) => data), description: description!, channels: audio!.numberOfChannels };
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((at, piece) => {
    all.set(piece, at);
    return at + piece.length;
  }, 0);
  return all;
}

/** Interleaved, the pre-skip left out. */
async function byWebCodecs({ packets, description, channels }: Stream): Promise<Float32Array> {
  const config: AudioDecoderConfig = { codec: 'opus', sampleRate: 48_000, numberOfChannels: channels, description };
  const pieces: Float32Array[] = [];
  const output = (data: AudioData) => {
    const piece = new Float32Array(data.numberOfFrames * channels);
    assert.is(data.format, 'f32');
    data.copyTo(piece, { planeIndex: 0 });
    pieces.push(piece);
    data.close();
  };
  const decoder = new AudioDecoder({ output, error: assert.unreachable });
  decoder.configure(config);
  for (const data of packets) decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 0, data }));
  await decoder.flush();
  decoder.close();
  return joined(pieces);
}

async function byEmbedded({ packets, description, channels }: Stream): Promise<Float32Array> {
  const head = readOpusHead(description)!;
  const decoder = await OpusPacketDecoder.open(head, channels);
  const all = joined(packets.map((packet) => {
    const decoded = decoder.decode(packet);
    if (decoded === null || isMalformed(decoded)) assert.unreachable('no samples');
    const [{ buffer, byteOffset, byteLength }] = (decoded as Exclude<typeof decoded, null | { malformed: string }>).planes;
    return new Float32Array(buffer, byteOffset, byteLength / 4);
  }));
  decoder.free();
  return all.subarray(head.preSkip * channels);
}

function byCommandLine(path: string): Float32Array {
  const bytes = execFileSync('ffmpeg', ['-v', 'error', '-c:a', 'libopus', '-request_sample_fmt', 'flt', '-i', path, '-f', 'f32le', '-'], { maxBuffer: 2 ** 26 });
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** In steps of 16 bits, as far as both go. */
function difference(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let index = 0; index < Math.min(a.length, b.length); index++) worst = Math.max(worst, Math.abs(a[index] - b[index]));
  return worst * 32_768;
}

const missing = corpusMissing ?? (await backendMissing());
if (missing) console.log(`skipped: ${missing}`);

for (const [name, [command, ...modes]] of missing ? [] : Object.entries(files)) {
  test(name, async () => {
    const stream = streamOf(name, command);
    const occurring = new Set(stream.packets.map(modeOf));
    for (const mode of modes) assert.ok(occurring.has(mode), `${mode} does not occur: ${[...occurring].join()}`);
    const theirs = byCommandLine(stream.path);
    for (const ours of [await byWebCodecs(stream), await byEmbedded(stream)]) {
      // The last packet is not cut here.
      assert.ok(ours.length >= theirs.length);
      const steps = difference(ours, theirs);
      assert.ok(steps < 0.1, `${steps} steps of 16 bits`);
    }
  });
}

test('channels of a mapping family without an order stay in theirs', async () => {
  if (missing) return;
  const stream = streamOf('opus-discrete.ogg', `${noise('5.1')} -c:a libopus -mapping_family 255 -b:a 400k`);
  assert.is(stream.description[18], 255);
  const steps = difference(await byWebCodecs(stream), await byEmbedded(stream));
  assert.ok(steps < 1, `${steps} steps of 16 bits`);
});

test.run();
