import type { CodecContext, Frame, Packet } from 'node-av/lib';
import { findDecoder, opusDecoderName, requestFloats } from './av/open-decoder';
import type { Demuxer } from './demuxer';
import { CodecFailure } from './failure';
import { endOfFile, skipManually } from './ffmpeg';
import { PcmCollector } from './pcm';
import { convert, sampleFormats, samplesOf } from './sample-formats';

/** AV_EF_CRCCHECK and AV_EF_EXPLODE: a frame whose checksum is wrong is an error. */
const strict = 'crccheck+explode';

/** FFmpeg's decoder for a demuxer's stream, gathering what it decodes. */
export class Decoder {
  readonly codec: string;
  readonly #context: CodecContext;
  readonly #frame: Frame;
  #collector: PcmCollector | undefined;
  /** The first packet that could not be decoded; forgiven when it is the last of the file. */
  #failure: CodecFailure | undefined;
  #ended = false;

  /** `trims`: leave it to FFmpeg to drop encoder delay and padding. */
  constructor(readonly demuxer: Demuxer, trims: boolean) {
    const { av, stream } = demuxer;
    const parameters = stream.codecpar;
    this.codec = demuxer.codec;
    const codec = this.codec === 'opus' ? findDecoder(av, { name: opusDecoderName(parameters.extradata) }) : av.Codec.findDecoder(parameters.codecId);
    if (!codec) throw new CodecFailure('encoding', `The ${demuxer.name} file holds ${this.codec} audio, which the backend can't decode.`);
    this.#context = new av.CodecContext();
    this.#context.allocContext3(codec);
    this.#frame = new av.Frame();
    this.#frame.alloc();
    this.#context.parametersToContext(parameters);
    this.#context.pktTimebase = stream.timeBase;
    this.#context.threadCount = 1;
    requestFloats(this.#context, codec);
    if (!trims) this.#context.flags2 = (this.#context.flags2 | skipManually) as CodecContext['flags2'];
    if (this.codec === 'flac') this.#context.setOption('err_detect', strict);
    if (this.#context.open2Sync(codec, null) < 0) {
      this.free();
      throw new CodecFailure('encoding', `The ${this.codec} header of the ${demuxer.name} file is damaged.`);
    }
  }

  /** Everything decoded up to now; undefined while there is none. */
  get collector(): PcmCollector | undefined {
    return this.#collector;
  }

  decode(packet: Packet | null): void {
    if (this.#ended) return;
    if (packet && this.#failure) throw this.#failure;
    const status = this.#context.sendPacketSync(packet);
    if (status < 0 && packet) this.#reject(status, packet);
    this.#receive(packet);
  }

  free(): void {
    this.#frame.free();
    this.#context.freeContext();
  }

  #receive(packet: Packet | null): void {
    const { FFmpegError, PosixError } = this.demuxer.av;
    const tryAgain = FFmpegError.AVERROR(PosixError.EAGAIN);
    while (!this.#ended) {
      const status = this.#context.receiveFrameSync(this.#frame);
      if (status === tryAgain || status === endOfFile) return;
      if (status < 0) {
        if (packet) this.#reject(status, packet);
        return;
      }
      this.#collect(this.#frame);
      this.#frame.unref();
    }
  }

  #reject(status: number, packet: Packet): void {
    const { av, name } = this.demuxer;
    const where = packet.pos >= 0n ? ` at byte ${packet.pos}` : '';
    const reason = new av.FFmpegError(status).message;
    this.#failure ??= new CodecFailure('encoding', `The ${this.codec} data${where} of the ${name} file can't be decoded: ${reason}.`);
  }

  /** A stream that changes its rate or channels in the middle ends there, as it does in browsers. */
  #collect(frame: Frame): void {
    const { nbSamples: frames, channels, sampleRate } = frame;
    if (frames === 0) return;
    const format = sampleFormats[frame.format];
    if (!format) throw new CodecFailure('encoding', `The ${this.codec} decoder gives samples in an unknown format.`);
    this.#collector ??= new PcmCollector(sampleRate, channels);
    if (this.#collector.sampleRate !== sampleRate || this.#collector.channels !== channels) {
      this.#ended = true;
      return;
    }
    const planes = (frame.extendedData ?? frame.data ?? []).map((plane) => samplesOf(format, plane));
    this.#collector.append(frames, (channel, target, first) => {
      if (format.planar) convert(format, planes[channel], first, 1, target);
      else convert(format, planes[0], first * channels + channel, channels, target);
    });
  }
}
