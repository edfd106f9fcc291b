import type { FormatContext, Packet, Stream } from 'node-av/lib';
import type { Container } from '../../../container/sniff';
import { CodecFailure } from './failure';
import { audioMedia, endOfFile } from './ffmpeg';
import { MemoryFile } from './memory-file';
import type { NodeAv } from './node-av';

/** FFmpeg's demuxers: the one the bytes call for is named, so that none of the others (playlists, network) can be reached. */
const demuxers: Record<Container, string> = {
  wav: 'wav', mp3: 'mp3', adts: 'aac', flac: 'flac', mp4: 'mov', ogg: 'ogg', webm: 'matroska',
};

export const containerNames: Record<Container, string> = {
  wav: 'WAV', mp3: 'MP3', adts: 'ADTS', flac: 'FLAC', mp4: 'MP4', ogg: 'Ogg', webm: 'WebM',
};

/** The decoders that may run, here and in FFmpeg's own probing: what browsers play, Apple Lossless, and what WAV files hold. */
const decoders = [
  'aac', 'alac', 'flac', 'mp1float', 'mp2float', 'mp3float', 'opus', 'libopus', 'vorbis', 'libvorbis', 'adpcm_ms', 'adpcm_ima_wav', 'gsm_ms',
  'pcm_alaw', 'pcm_mulaw', 'pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le', 'pcm_s16be', 'pcm_s24be', 'pcm_s32be',
  'pcm_f32be',
].join(',');

let file: MemoryFile | undefined;

/** FFmpeg's demuxer over bytes in memory, reading one audio stream. One at a time may be open. */
export class Demuxer {
  readonly #file: MemoryFile;
  readonly #format: FormatContext;
  readonly #packet: Packet;
  /** The stream to decode; set by `open`. */
  stream!: Stream;

  constructor(readonly av: NodeAv, readonly bytes: Uint8Array, readonly container: Container) {
    this.#file = (file ??= new MemoryFile(av));
    this.#format = new av.FormatContext();
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  get name(): string {
    return containerNames[this.container];
  }

  /** FFmpeg's name of the stream's codec. */
  get codec(): string {
    return this.av.avGetCodecName(this.stream.codecpar.codecId) ?? 'unknown';
  }

  /** A tag of the file as a whole. */
  tag(name: string): string | null {
    return this.#format.metadata?.get(name) ?? null;
  }

  /** Seconds, as the container or an estimate from its bit rate says; `NaN` where neither does. */
  get durationSeconds(): number {
    const microseconds = Number(this.#format.duration);
    return microseconds > 0 ? microseconds / 1e6 : NaN;
  }

  async open(options: Record<string, string>): Promise<void> {
    await this.#file.open(this.bytes);
    this.#format.allocContext();
    this.#format.pb = this.#file.io;
    const dictionary = this.av.Dictionary.fromObject({ codec_whitelist: decoders, ...options });
    try {
      const demuxer = this.av.InputFormat.findInputFormat(demuxers[this.container]);
      this.#check(await this.#format.openInput('', demuxer, dictionary), 'is damaged or cut short');
    } finally {
      dictionary.free();
    }
    this.#check(await this.#format.findStreamInfo(null), 'describes no stream that can be read');
    const index = this.#format.findBestStream(audioMedia);
    if (index < 0) throw new CodecFailure('encoding', `The ${this.name} file has no audio track.`);
    this.stream = this.#format.streams[index];
  }

  /** Gives each packet of the stream to `use`, which may not keep it. Resolves where the file, or what can be read of it, ends. */
  async read(use: (packet: Packet) => void): Promise<void> {
    const { index } = this.stream;
    for (;;) {
      const status = await this.#format.readFrame(this.#packet);
      if (status < 0) {
        if (status !== endOfFile) this.#check(status, 'is damaged');
        return;
      }
      try {
        if (this.#packet.streamIndex === index) use(this.#packet);
      } finally {
        this.#packet.unref();
      }
    }
  }

  async close(): Promise<void> {
    this.#packet.free();
    this.#format.pb = null; // Not the format's to close.
    await this.#format.closeInput();
    this.#file.close();
  }

  #check(status: number, problem: string): void {
    if (status >= 0) return;
    const position = Math.min(this.#file.position, this.bytes.length);
    const reason = new this.av.FFmpegError(status).message;
    throw new CodecFailure('encoding', `The ${this.name} file ${problem}: ${reason} (near byte ${position} of ${this.bytes.length}).`);
  }
}
