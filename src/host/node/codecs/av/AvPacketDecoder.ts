import type { CodecContext, Frame, Packet } from 'node-av/lib';
import { fail } from '../../../../container/failure';
import type { SampleDescription } from '../../../../container/tracks';
import { floatPlanes, PacketDecoder, type DecodedPacket } from '../../../../decoders/PacketDecoder';
import { samplesAsFloats } from '../../../../webcodecs/samples';
import type { SampleFormat } from '../../../CodecBackend';
import type { NodeAv } from '../node-av';
import { endOfFile, tryAgain } from './errors';
import { Landings, type Landing } from './Landings';
import { requestFloats } from './open-decoder';
import { setOptions } from './options';
import type { AvDecoder } from './track-decoders';

/** By FFmpeg's AVSampleFormat; those of doubles become floats. */
const sampleFormats: readonly SampleFormat[] = ['u8', 's16', 's32', 'f32', 'f32', 'u8-planar', 's16-planar', 's32-planar', 'f32-planar', 'f32-planar'];
const doubleFormats: readonly number[] = [4, 9];

/** AV_CODEC_FLAG2_SKIP_MANUAL: what is not to be heard, the demuxer tells. */
const skipManually = 0x20000000;

/** FFmpeg's decoders as a decoder of single packets. Samples are valid up to the next call. */
export class AvPacketDecoder extends PacketDecoder {
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #packet: Packet;
  readonly #frame: Frame;
  readonly #landings: Landings;
  readonly #tryAgain: number;
  /** FFmpeg gives the first block of Vorbis too, which only prepares the next one. */
  #isPreparing: boolean;

  /** Null where FFmpeg does not open it. */
  static open(av: NodeAv, decoder: AvDecoder, { audio }: SampleDescription): AvPacketDecoder | null {
    const codec = decoder.names.map((name) => av.Codec.findDecoderByName(name as Parameters<typeof av.Codec.findDecoderByName>[0])).find((found) => found !== null);
    if (!codec) return null;
    const context = new av.CodecContext();
    context.allocContext3(codec);
    if (decoder.extraData && decoder.extraData.length > 0) context.extraData = Buffer.from(decoder.extraData);
    if (audio) [context.sampleRate, context.channels] = [audio.sampleRate, audio.numberOfChannels];
    if (decoder.bitsPerSample) context.bitsPerCodedSample = decoder.bitsPerSample;
    context.threadCount = 1;
    context.flags2 = (context.flags2 | skipManually) as CodecContext['flags2'];
    requestFloats(context, codec);
    // A frame whose checksum is wrong is an error.
    if (decoder.name === 'flac') setOptions(context, { err_detect: 'crccheck+explode' });
    if (context.open2Sync(codec, null) >= 0) return new AvPacketDecoder(av, decoder.name, context);
    context.freeContext();
    return null;
  }

  private constructor(av: NodeAv, readonly name: string, context: CodecContext) {
    super();
    this.#av = av;
    this.#context = context;
    this.#tryAgain = tryAgain(av);
    this.#isPreparing = name === 'vorbis';
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#frame = new av.Frame();
    this.#frame.alloc();
    this.#landings = new Landings(av);
  }

  protected decodePacket(packet: Uint8Array): DecodedPacket | null {
    if (packet.length === 0) fail('an empty packet', 0);
    this.#packet.data = packet as Buffer; // Any Uint8Array does.
    const status = this.#context.sendPacketSync(this.#packet);
    if (status < 0) this.#fail(status);
    const decoded = this.#receiveAll();
    const isPreparation = this.#isPreparing;
    this.#isPreparing = false;
    return isPreparation ? null : decoded;
  }

  override drain(): DecodedPacket | null {
    this.#context.sendPacketSync(null);
    return this.#receiveAll();
  }

  override reset(): null {
    this.#context.flushBuffers();
    return null;
  }

  override free(): void {
    this.#packet.free();
    this.#frame.free();
    this.#landings.free();
    this.#context.freeContext();
  }

  #fail(status: number): never {
    fail(new this.#av.FFmpegError(status).message, 0);
  }

  /** Nearly always one frame. */
  #receiveAll(): DecodedPacket | null {
    const frame = this.#frame;
    let all: DecodedPacket | null = null;
    for (;;) {
      const status = this.#context.receiveFrameSync(frame);
      if (status === this.#tryAgain || status === endOfFile) return all;
      if (status < 0) this.#fail(status);
      const before: DecodedPacket | null = all && asFloats(all);
      const landing = this.#landings.land(frame);
      if (landing === null) continue;
      const decoded = samplesOf(landing, frame.sampleRate);
      all = before ? joined(before, asFloats(decoded)) : decoded;
    }
  }
}

function samplesOf({ format, planes, numberOfFrames, numberOfChannels }: Landing, sampleRate: number): DecodedPacket {
  const samples = doubleFormats.includes(format) ? planes.map(singles) : planes;
  return { format: sampleFormats[format], sampleRate, numberOfFrames, numberOfChannels, planes: samples };
}

function singles(plane: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(plane); // They may begin anywhere.
  return new Uint8Array(Float32Array.from(new Float64Array(bytes.buffer, 0, bytes.length >> 3)).buffer);
}

/** A copy. */
const asFloats = (packet: DecodedPacket): DecodedPacket =>
  floatPlanes(packet.sampleRate, packet.numberOfFrames, Array.from({ length: packet.numberOfChannels }, (_, channel) => samplesAsFloats(packet, channel)));

function joined(first: DecodedPacket, second: DecodedPacket): DecodedPacket {
  if (first.sampleRate !== second.sampleRate || first.numberOfChannels !== second.numberOfChannels) fail('frames of different kinds', 0);
  const planes = first.planes.map((plane, channel) => Uint8Array.from([...plane, ...second.planes[channel]]));
  return { ...first, numberOfFrames: first.numberOfFrames + second.numberOfFrames, planes };
}
