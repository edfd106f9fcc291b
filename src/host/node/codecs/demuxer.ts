import type { FormatContext, Packet, Stream } from 'node-av/lib';
import type { Container } from '../../../container/sniff';
import { containerNames } from './container-names';
import { CodecFailure } from './failure';
import { audioMedia, endOfFile } from './ffmpeg';
import type { NodeAv } from './node-av';
import { ScratchFile } from './scratch-file';

/** FFmpeg's demuxers: the one the bytes call for is named, so that none of the others (playlists, network) can be reached. */
const demuxers: Record<Container, string> = {
  wav: 'wav', mp3: 'mp3', adts: 'aac', flac: 'flac', mp4: 'mov', ogg: 'ogg', webm: 'matroska', mpegts: 'mpegts',
};

/** The decoders that may run, here and in FFmpeg's own probing: what browsers play, Apple Lossless, and what WAV files hold. */
const decoders = [
  'aac', 'alac', 'flac', 'mp1float', 'mp2float', 'mp3float', 'opus', 'libopus', 'vorbis', 'libvorbis', 'adpcm_ms', 'adpcm_ima_wav', 'gsm_ms',
  'pcm_alaw', 'pcm_mulaw', 'pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le', 'pcm_s16be', 'pcm_s24be', 'pcm_s32be',
  'pcm_f32be',
].join(',');

/** FFmpeg's demuxer over the bytes of a file, reading one audio stream. */
export class Demuxer {
  readonly #file: ScratchFile;
  #open = false;
  readonly #format: FormatContext;
  readonly #packet: Packet;
  /** The stream to decode; set by `open`. */
  stream!: Stream;

  constructor(readonly av: NodeAv, readonly bytes: Uint8Array, readonly container: Container) {
    this.#file = new ScratchFile(bytes);
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

  open(options: Record<string, string>): void {
    const dictionary = this.av.Dictionary.fromObject({ codec_whitelist: decoders, protocol_whitelist: 'file', ...options });
    try {
      const demuxer = this.av.InputFormat.findInputFormat(demuxers[this.container]);
      this.#check(this.#format.openInputSync(`file:${this.#file.path}`, demuxer, dictionary), 'is damaged or cut short');
      this.#open = true;
    } finally {
      dictionary.free();
      this.#file.remove();
    }
    this.#check(this.#format.findStreamInfoSync(null), 'describes no stream that can be read');
    const index = this.#format.findBestStream(audioMedia);
    if (index < 0) throw new CodecFailure('encoding', `The ${this.name} file has no audio track.`);
    this.stream = this.#format.streams[index];
  }

  /** Gives each packet of the stream to `use`, which may not keep it, up to where the file, or what can be read of it, ends. */
  read(use: (packet: Packet) => void): void {
    const { index } = this.stream;
    for (;;) {
      const status = this.#format.readFrameSync(this.#packet);
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

  close(): void {
    this.#packet.free();
    if (this.#open) this.#format.closeInputSync();
    this.#file.remove();
  }

  #check(status: number, problem: string): void {
    if (status >= 0) return;
    const position = this.#format.pb?.pos;
    const where = position === undefined ? '' : ` (near byte ${position} of ${this.bytes.length})`;
    throw new CodecFailure('encoding', `The ${this.name} file ${problem}: ${new this.av.FFmpegError(status).message}${where}.`);
  }
}
