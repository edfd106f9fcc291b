import { setImmediate } from 'node:timers';
import type { AVSampleFormat } from 'node-av/constants';
import type { CodecContext, Frame, Packet, SoftwareResampleContext } from 'node-av/lib';
import type { AudioEncoderRequest, AudioPlanes, Codec, CodecEvents, EncodedOutput } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import { bytesPerSample, copySamples, isPlanar } from '../../../../webcodecs/samples';
import type { NodeAv } from '../node-av';
import { audioEncoders, type AudioEncoderKind } from './audio-encoders';
import { codingError, endOfFile, isTryAgain, notSupported } from './errors';
import { setOptions } from './options';
import { SampleQueue } from './SampleQueue';
import { globalHeader } from './video-encoders';

/** AVSampleFormat */
const sampleFormats = { s16: 1, s32: 2, f32: 3, 'f32-planar': 8 } as const;
const floatPlanar = sampleFormats['f32-planar'] as AVSampleFormat;
/** AV_CODEC_CAP_SMALL_LAST_FRAME, AV_CODEC_CAP_VARIABLE_FRAME_SIZE */
const smallLastFrame = 1 << 6;

/** FFmpeg's audio encoders; a packet is encoded in `send`, as audio decoders do it. */
export class AvAudioEncoder implements Codec<AudioPlanes, EncodedOutput> {
  readonly name: string;
  readonly isHardware = false;
  readonly #av: NodeAv;
  readonly #kind: AudioEncoderKind;
  readonly #request: AudioEncoderRequest;
  readonly #events: CodecEvents;
  readonly #packet: Packet;
  #context: CodecContext | null;
  #resampler: SoftwareResampleContext | null = null;
  /** What is not a whole frame yet, at the encoder's sample rate. */
  #samples: SampleQueue;
  #outputs: EncodedOutput[] = [];
  /** Microseconds, of the first sample since the encoder was empty. */
  #firstTimestamp: number | null = null;
  /** Frames that have gone into the encoder, and those whose packets have come out. */
  #framesIn = 0;
  #framesOut = 0;
  #isConfigNew = true;
  #generation = 0;
  #hasFailed = false;

  constructor(av: NodeAv, kind: AudioEncoderKind, request: AudioEncoderRequest, context: CodecContext, events: CodecEvents) {
    this.#av = av;
    this.#kind = kind;
    this.#request = request;
    this.#context = context;
    this.#events = events;
    this.name = kind.encoder;
    this.#samples = new SampleQueue(request.numberOfChannels);
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  send(input: AudioPlanes): boolean {
    if (this.#hasFailed) return true;
    const { sampleRate, numberOfChannels } = this.#request;
    if (input.sampleRate !== sampleRate || input.numberOfChannels !== numberOfChannels) {
      this.#fail({
        code: 'encoding',
        message: `The encoder is configured for ${numberOfChannels} channels of ${sampleRate} Hz, the AudioData has ${input.numberOfChannels} of ${input.sampleRate} Hz.`,
      });
      return true;
    }
    const context = this.#openAgain();
    if (context === null) return true;
    this.#firstTimestamp ??= input.timestamp;
    this.#push(floatsOf(input), context);
    this.#encodeWholeFrames(context);
    return true;
  }

  receive(): EncodedOutput | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    if (this.#hasFailed) return;
    const context = this.#context;
    if (context !== null && this.#firstTimestamp !== null) {
      this.#pushResampled(null, context);
      this.#encodeWholeFrames(context);
      if (this.#samples.frames > 0) this.#encode(this.#lastFrame(context), context);
      if (!this.#hasFailed) {
        context.sendFrameSync(null);
        this.#receiveAll(context);
      }
      this.#end();
    }
    this.#later(() => this.#events.flushed());
  }

  reset(): void {
    this.#generation++;
    this.#hasFailed = false;
    this.#outputs = [];
    if (this.#firstTimestamp !== null) this.#end();
    this.#isConfigNew = true;
  }

  close(): void {
    this.#generation++;
    this.#outputs = [];
    this.#end();
    this.#packet.free();
  }

  get #encoderRate(): number {
    return encoderRate(this.#kind, this.#request);
  }

  #openAgain(): CodecContext | null {
    if (this.#context !== null) return this.#context;
    const context = openContext(this.#av, this.#kind, this.#request);
    if (isHostError(context)) this.#fail(context);
    else this.#context = context;
    return this.#context;
  }

  /** Encoders can't be used after their end. */
  #end(): void {
    this.#context?.freeContext();
    this.#context = null;
    this.#resampler?.free();
    this.#resampler = null;
    this.#samples = new SampleQueue(this.#request.numberOfChannels);
    this.#firstTimestamp = null;
    this.#framesIn = 0;
    this.#framesOut = 0;
  }

  #push(channels: Float32Array[], context: CodecContext): void {
    if (this.#encoderRate === this.#request.sampleRate) this.#samples.push(channels);
    else this.#pushResampled(channels, context);
  }

  /** `null` for what the resampler still holds. */
  #pushResampled(channels: Float32Array[] | null, { channelLayout }: CodecContext): void {
    if (channels === null && this.#resampler === null) return;
    if (this.#resampler === null) {
      this.#resampler = new this.#av.SoftwareResampleContext();
      this.#resampler.allocSetOpts2(channelLayout, floatPlanar, this.#encoderRate, channelLayout, floatPlanar, this.#request.sampleRate);
      this.#resampler.init();
    }
    const frames = channels?.[0].length ?? 0;
    const most = this.#resampler.getOutSamples(frames);
    if (most <= 0) return;
    const output = Array.from({ length: this.#request.numberOfChannels }, () => Buffer.alloc(most * 4));
    const input = channels?.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)) ?? null;
    const count = this.#resampler.convertSync(output, most, input, frames);
    if (count > 0) this.#samples.push(output.map(({ buffer, byteOffset }) => new Float32Array(new Uint8Array(buffer, byteOffset, count * 4).slice().buffer)));
  }

  #frameSize({ frameSize }: CodecContext): number {
    return this.#kind.frameSize ?? (frameSize > 0 ? frameSize : 1024);
  }

  #encodeWholeFrames(context: CodecContext): void {
    const size = this.#frameSize(context);
    while (this.#samples.frames >= size && !this.#hasFailed) this.#encode(this.#samples.take(size), context);
  }

  /** The rest, filled up with silence for encoders that take whole frames only. */
  #lastFrame(context: CodecContext): Float32Array[] {
    const { frames } = this.#samples;
    const takesLess = this.#kind.frameSize === undefined && (this.#av.Codec.findEncoderByName(this.#kind.encoder as never)!.capabilities & smallLastFrame) !== 0;
    return this.#samples.take(takesLess ? frames : this.#frameSize(context));
  }

  #encode(channels: Float32Array[], context: CodecContext): void {
    const frame = this.#frameOf(channels, context);
    const status = context.sendFrameSync(frame);
    frame.free();
    if (status < 0) this.#fail(codingError(this.#av, `The ${this.name} encoder rejects the samples`, status));
    else this.#receiveAll(context);
  }

  #frameOf(channels: Float32Array[], { channelLayout, sampleRate }: CodecContext): Frame {
    const { format } = this.#kind;
    const [{ length: frames }] = channels;
    const frame = new this.#av.Frame();
    frame.alloc();
    frame.format = sampleFormats[format] as AVSampleFormat;
    frame.nbSamples = frames;
    frame.sampleRate = sampleRate;
    frame.channelLayout = channelLayout;
    frame.getBuffer(0);
    frame.pts = BigInt(this.#framesIn);
    this.#framesIn += frames;
    const planes = channels.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
    const samples: AudioPlanes = { format: 'f32-planar', sampleRate, numberOfFrames: frames, numberOfChannels: channels.length, timestamp: 0, planes };
    const targets = (frame.extendedData ?? frame.data)!;
    const bytes = frames * bytesPerSample(format) * (isPlanar(format) ? 1 : channels.length);
    const count = isPlanar(format) ? channels.length : 1;
    for (let plane = 0; plane < count; plane++) copySamples(samples, targets[plane].subarray(0, bytes), format, plane, 0, frames);
    return frame;
  }

  #receiveAll(context: CodecContext): void {
    for (;;) {
      const status = context.receivePacketSync(this.#packet);
      if (isTryAgain(this.#av, status) || status === endOfFile) return;
      if (status < 0) {
        this.#fail(codingError(this.#av, `The ${this.name} encoder fails`, status));
        return;
      }
      this.#takePacket(context);
      this.#packet.unref();
    }
  }

  /** Packets follow one another without a gap, from the time of the first sample on. */
  #takePacket(context: CodecContext): void {
    if (this.#packet.size === 0) return; // FLAC's last, which carries a new header only.
    const frames = Number(this.#packet.duration) || this.#frameSize(context);
    const toMicroseconds = (count: number) => Math.round((count / this.#encoderRate) * 1e6);
    const start = toMicroseconds(this.#framesOut);
    this.#framesOut += frames;
    const extraData = new Uint8Array(context.extraData ?? []);
    const raw = new Uint8Array(this.#packet.data!);
    const data = this.#kind.packet === undefined ? raw : this.#kind.packet(raw, this.#request, extraData);
    if (data === null) return;
    const output: EncodedOutput = { data, isKey: true, timestamp: this.#firstTimestamp! + start, duration: toMicroseconds(this.#framesOut) - start };
    if (!this.#isConfigNew) {
      this.#outputs.push(output);
      return;
    }
    this.#isConfigNew = false;
    const description = extraData.length === 0 ? undefined : this.#kind.description(extraData, this.#request);
    this.#outputs.push({ ...output, decoderConfig: { description } });
  }

  #fail(error: HostError): void {
    this.#hasFailed = true;
    this.#later(() => this.#events.failed(error));
  }

  #later(tell: () => void): void {
    const generation = this.#generation;
    setImmediate(() => {
      if (generation === this.#generation) tell();
    });
  }
}

function floatsOf(input: AudioPlanes): Float32Array[] {
  return Array.from({ length: input.numberOfChannels }, (_, channel) => {
    const samples = new Float32Array(input.numberOfFrames);
    copySamples(input, new Uint8Array(samples.buffer), 'f32-planar', channel, 0, input.numberOfFrames);
    return samples;
  });
}

function encoderRate({ sampleRates, resamplesTo }: AudioEncoderKind, { sampleRate }: AudioEncoderRequest): number {
  return sampleRates === null || sampleRates.includes(sampleRate) ? sampleRate : (resamplesTo ?? sampleRate);
}

/** What is beyond these, no resampler is for. */
const sampleRateRange = { lowest: 3000, highest: 384000 };

function openContext(av: NodeAv, kind: AudioEncoderKind, request: AudioEncoderRequest): CodecContext | HostError {
  const { sampleRate, numberOfChannels, codec: { string }, bitrate, options } = request;
  const codec = av.Codec.findEncoderByName(kind.encoder as never);
  if (codec === null) return notSupported(`FFmpeg has no encoder ${kind.encoder}.`);
  if (sampleRate < sampleRateRange.lowest || sampleRate > sampleRateRange.highest) return notSupported(`No encoder takes a sample rate of ${sampleRate} Hz.`);
  if (numberOfChannels > kind.mostChannels) return notSupported(`The encoder ${kind.encoder} has no ${numberOfChannels} channels.`);
  const context = new av.CodecContext();
  context.allocContext3(codec);
  context.sampleRate = encoderRate(kind, request);
  context.sampleFormat = sampleFormats[kind.format] as AVSampleFormat;
  context.channelLayout = av.avChannelLayoutDefault(numberOfChannels);
  context.timeBase = new av.Rational(1, context.sampleRate);
  if (kind.bitsPerRawSample !== undefined) context.bitsPerRawSample = kind.bitsPerRawSample;
  if (bitrate !== undefined) context.bitRate = BigInt(bitrate);
  if (kind.encoder === 'flac' && options['blockSize']) context.frameSize = options['blockSize'] as number;
  context.flags = (context.flags | globalHeader) as typeof context.flags;
  setOptions(context, kind.options(request));
  const status = context.open2Sync(codec, null);
  if (status >= 0) return context;
  context.freeContext();
  return notSupported(`The encoder ${kind.encoder} can't be opened for ${string} with this configuration: ${new av.FFmpegError(status).message}.`);
}

export function openAudioEncoder(av: NodeAv, request: AudioEncoderRequest, events: CodecEvents): AvAudioEncoder | HostError {
  let error: HostError = notSupported(`There is no encoder for ${request.codec.string}.`);
  for (const kind of audioEncoders(request)) {
    const context = openContext(av, kind, request);
    if (!isHostError(context)) return new AvAudioEncoder(av, kind, request, context, events);
    error = context;
  }
  return error;
}
