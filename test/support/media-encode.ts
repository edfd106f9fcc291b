/** Small audio files of every format, encoded by node-av from given samples, so that tests need no ffmpeg and no stored media. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Format {
  readonly name: string;
  readonly container: string;
  readonly codec: string;
  /** FFmpeg's names. */
  readonly muxer: string;
  readonly encoder: string;
  readonly sampleFormat: 'fltp' | 'flt' | 's16' | 's16p' | 's32';
  readonly lossless?: boolean;
  readonly muxerOptions?: Record<string, string>;
  readonly encoderOptions?: Record<string, string>;
  /** Sample rates and channel counts that the tests try. */
  readonly sampleRates?: readonly number[];
  readonly channels?: readonly number[];
  /** The container does not say how much its encoder added. */
  readonly untrimmed?: boolean;
}

export const formats: readonly Format[] = [
  { name: 'mp3', container: 'MP3', codec: 'mp3', muxer: 'mp3', encoder: 'libmp3lame', sampleFormat: 'fltp', channels: [1, 2] },
  { name: 'mp3-without-xing', container: 'MP3', codec: 'mp3', muxer: 'mp3', encoder: 'libmp3lame', sampleFormat: 'fltp', channels: [1, 2],
    muxerOptions: { write_xing: '0', id3v2_version: '0' }, untrimmed: true },
  { name: 'flac', container: 'FLAC', codec: 'flac', muxer: 'flac', encoder: 'flac', sampleFormat: 's16', lossless: true },
  { name: 'flac-24', container: 'FLAC', codec: 'flac', muxer: 'flac', encoder: 'flac', sampleFormat: 's32', lossless: true },
  { name: 'flac-ogg', container: 'Ogg', codec: 'flac', muxer: 'ogg', encoder: 'flac', sampleFormat: 's16', lossless: true },
  { name: 'flac-mp4', container: 'MP4', codec: 'flac', muxer: 'mp4', encoder: 'flac', sampleFormat: 's16', lossless: true },
  { name: 'aac-m4a', container: 'MP4', codec: 'aac', muxer: 'ipod', encoder: 'aac', sampleFormat: 'fltp' },
  { name: 'aac-fragmented', container: 'MP4', codec: 'aac', muxer: 'mp4', encoder: 'aac', sampleFormat: 'fltp',
    muxerOptions: { movflags: 'frag_keyframe+empty_moov+delay_moov' } },
  { name: 'adts', container: 'ADTS', codec: 'aac', muxer: 'adts', encoder: 'aac', sampleFormat: 'fltp', untrimmed: true },
  { name: 'vorbis-ogg', container: 'Ogg', codec: 'vorbis', muxer: 'ogg', encoder: 'libvorbis', sampleFormat: 'fltp' },
  { name: 'opus-ogg', container: 'Ogg', codec: 'opus', muxer: 'ogg', encoder: 'libopus', sampleFormat: 'flt', sampleRates: [48000] },
  { name: 'opus-mp4', container: 'MP4', codec: 'opus', muxer: 'mp4', encoder: 'libopus', sampleFormat: 'flt', sampleRates: [48000] },
  { name: 'opus-webm', container: 'WebM', codec: 'opus', muxer: 'webm', encoder: 'libopus', sampleFormat: 'flt', sampleRates: [48000] },
  { name: 'vorbis-webm', container: 'WebM', codec: 'vorbis', muxer: 'webm', encoder: 'libvorbis', sampleFormat: 'fltp' },
];

type Av = typeof import('node-av/lib');

/** Why the backend is not there, or null. */
export async function backendMissing(): Promise<string | null> {
  return import('node-av/lib').then(() => null, () => 'node-av is not installed');
}

const sampleFormatNumbers = { flt: 3, fltp: 8, s16: 1, s16p: 6, s32: 2 };
const globalHeader = 1 << 22; // AV_CODEC_FLAG_GLOBAL_HEADER
const bitExact = { muxer: 0x400, encoder: 1 << 23 }; // The same samples always give the same file.

let serial = 0;

/** Encodes samples of nominal range [-1, 1). */
export async function encode(format: Format, channels: readonly Float32Array[], sampleRate: number): Promise<Uint8Array> {
  const av = await import('node-av/lib');
  av.Log.setLevel(-8 as never);
  const path = join(tmpdir(), `mediant-media-${process.pid}-${serial++}`);
  try {
    encodeTo(av, path, format, channels, sampleRate);
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(path, { force: true });
  }
}

function encodeTo(av: Av, path: string, format: Format, channels: readonly Float32Array[], sampleRate: number): void {
  const check = (status: number, what: string) => av.FFmpegError.throwIfError(status, `${format.name}: ${what}`);
  const codec = av.Codec.findEncoderByName(format.encoder as never);
  if (!codec) throw new Error(`The backend has no encoder ${format.encoder}.`);
  const container = new av.FormatContext();
  check(container.allocOutputContext2(null, format.muxer, path), 'allocOutputContext2');
  container.setFlags(bitExact.muxer as never);
  const encoder = new av.CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleFormat = sampleFormatNumbers[format.sampleFormat] as never;
  encoder.sampleRate = sampleRate;
  encoder.channelLayout = av.avChannelLayoutDefault(channels.length);
  encoder.timeBase = new av.Rational(1, sampleRate);
  encoder.bitRate = BigInt(128000 * channels.length);
  if (format.sampleFormat === 's32') encoder.bitsPerRawSample = 24;
  encoder.setFlags(globalHeader as never, bitExact.encoder as never);
  // Not by Dictionary: node-av frees one twice when writeHeader has taken it.
  for (const [name, value] of Object.entries({ strict: '-2', ...format.encoderOptions })) encoder.setOption(name, value);
  check(encoder.open2Sync(codec, null), 'open2');
  const stream = container.newStream(codec);
  check(stream.codecpar.fromContext(encoder), 'fromContext');
  stream.timeBase = encoder.timeBase;
  check(container.openOutputSync(), 'openOutput');
  for (const [name, value] of Object.entries({ strict: '-2', ...format.muxerOptions })) check(container.setOption(name, value), `option ${name}`);
  check(container.writeHeaderSync(null), 'writeHeader');

  const packet = new av.Packet();
  packet.alloc();
  const drain = () => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      check(container.interleavedWriteFrameSync(packet), 'interleavedWriteFrame');
      packet.unref();
    }
  };
  const frames = channels[0].length;
  const frameSize = encoder.frameSize || 1024;
  for (let from = 0; from < frames; from += frameSize) {
    const nbSamples = Math.min(frameSize, frames - from);
    const frame = av.Frame.fromAudioBuffer(packed(format, channels, from, nbSamples), {
      nbSamples, sampleRate, format: encoder.sampleFormat, channelLayout: encoder.channelLayout, timeBase: encoder.timeBase, pts: BigInt(from),
    });
    check(encoder.sendFrameSync(frame), 'sendFrame');
    frame.free();
    drain();
  }
  check(encoder.sendFrameSync(null), 'sendFrame');
  drain();
  check(container.writeTrailerSync(), 'writeTrailer');
  container.closeOutputSync();
  packet.free();
  encoder.freeContext();
  container.freeContext();
}

function packed(format: Format, channels: readonly Float32Array[], from: number, frames: number): Buffer {
  const planar = format.sampleFormat.endsWith('p');
  const at = (index: number) => (planar
    ? channels[Math.floor(index / frames)][from + (index % frames)]
    : channels[index % channels.length][from + Math.floor(index / channels.length)]);
  const count = frames * channels.length;
  const clip = (value: number, scale: number) => Math.max(-scale, Math.min(scale - 1, Math.round(value * scale)));
  const samples = format.sampleFormat.startsWith('flt') ? Float32Array.from({ length: count }, (_, index) => at(index))
    : format.sampleFormat.startsWith('s16') ? Int16Array.from({ length: count }, (_, index) => clip(at(index), 32768))
      : Int32Array.from({ length: count }, (_, index) => clip(at(index), 8388608) * 256);
  return Buffer.from(samples.buffer);
}
