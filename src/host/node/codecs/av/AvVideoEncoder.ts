import type { AVPictureType } from 'node-av/constants';
import type { CodecContext, Frame, Packet } from 'node-av/lib';
import type { CodecEvents, ColorSpace, EncodedOutput, VideoEncoderInput, VideoEncoderRequest } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import { avcConfiguration, hevcConfiguration, joinWithLengths, splitByteStream } from '../../../../container/codecs/nal-units';
import type { NodeAv } from '../node-av';
import { AsyncCodec, type Status } from './AsyncCodec';
import { receivePacket, sendFrame } from './calls';
import { codingError, endOfFile, isTryAgain, notSupported } from './errors';
import { setOptions } from './options';
import { impliedByMatrix, setColorSpace } from './formats';
import { microseconds } from './open-decoder';
import { fitsLevel, globalHeader, layerPatterns, videoEncoders, type EncoderSettings, type VideoEncoderKind } from './video-encoders';
import { VideoInputs } from './VideoInputs';

/** AV_PICTURE_TYPE_I, and what leaves the choice to the encoder. */
const keyPicture = 1 as AVPictureType;
const anyPicture = 0 as AVPictureType;

/** What the stream is taken to be until the first frame tells. */
const rec709: ColorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false };

interface InFlight {
  readonly timestamp: number;
  readonly duration: number | null;
  readonly temporalLayer: number;
}

/**
 * FFmpeg's video encoders. What can't be changed while one is open (the colour space, the quantizer) has it opened anew, which begins
 * with a key frame.
 */
export class AvVideoEncoder extends AsyncCodec<VideoEncoderInput, EncodedOutput> {
  readonly name: string;
  readonly isHardware = false;
  readonly #av: NodeAv;
  readonly #kind: VideoEncoderKind;
  readonly #request: VideoEncoderRequest;
  readonly #inputs: VideoInputs;
  readonly #packet: Packet;
  #context: CodecContext | null;
  #settings: EncoderSettings;
  /** By FFmpeg's timestamps. */
  #inFlight = new Map<bigint, InFlight>();
  #previousTimestamp: number | null = null;
  /** Of the last frame, microseconds from the first one. */
  #pts = 0;
  /** Frames since the last key frame that was asked for, which the pattern of the layers begins with. */
  #patternIndex = 0;
  /** Outputs of an encoder that made room for another. */
  #drained: EncodedOutput[] = [];
  #isConfigNew = true;

  constructor(av: NodeAv, kind: VideoEncoderKind, settings: EncoderSettings, context: CodecContext, events: CodecEvents) {
    super(events);
    this.#av = av;
    this.#kind = kind;
    this.#settings = settings;
    this.#request = settings.request;
    this.#context = context;
    this.name = kind.encoder;
    this.#inputs = new VideoInputs(av, context.pixelFormat, settings.request.width, settings.request.height);
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  protected async put(input: VideoEncoderInput): Promise<Status> {
    const colorSpace = encodedColorSpace(input.colorSpace, this.#kind);
    const prepared = await this.#prepare({ request: this.#request, colorSpace, quantizer: this.#quantizerOf(input) });
    if (isHostError(prepared)) return prepared;
    const frame = await this.#inputs.convert(input, colorSpace);
    if (isHostError(frame)) return frame;
    this.#stamp(frame, input);
    const status = await sendFrame(prepared, frame);
    const { pts } = frame;
    frame.free();
    if (status >= 0) return 'done';
    this.#inFlight.delete(pts);
    return isTryAgain(this.#av, status) ? 'again' : codingError(this.#av, `The ${this.name} encoder rejects the frame at ${input.timestamp} µs`, status);
  }

  /** An encoder that holds nothing back needs no end, and goes on without a key frame. */
  protected async putEnd(): Promise<Status> {
    if (this.#context === null || this.#inFlight.size === 0) return 'done';
    const status = await sendFrame(this.#context, null);
    return status >= 0 || status === endOfFile ? 'done' : codingError(this.#av, `The ${this.name} encoder can't be flushed`, status);
  }

  protected async take(): Promise<Status | { output: EncodedOutput }> {
    const output = this.#drained.shift();
    if (output !== undefined) return { output };
    if (this.#context === null || this.#inFlight.size === 0) return 'again';
    const status = await receivePacket(this.#context, this.#packet);
    if (isTryAgain(this.#av, status)) return 'again';
    if (status === endOfFile) {
      this.#endContext();
      return 'end';
    }
    if (status < 0) return codingError(this.#av, `The ${this.name} encoder fails`, status);
    return { output: this.#takePacket() };
  }

  protected restart(reason: 'end' | 'reset'): Status {
    // After its end the context has been freed by `take`.
    if (reason === 'reset') {
      this.#drained = [];
      this.#endContext();
    }
    return 'done';
  }

  protected free(): void {
    this.#endContext();
    this.#inputs.free();
    this.#packet.free();
  }

  protected override discardInput(input: VideoEncoderInput): void {
    input.release();
  }

  #quantizerOf({ quantizer }: VideoEncoderInput): number | undefined {
    if (this.#request.bitrateMode !== 'quantizer') return undefined;
    return Math.min(quantizer ?? this.#settings.quantizer ?? defaultQuantizer, this.#kind.highestQuantizer);
  }

  /** An open encoder with these settings. */
  async #prepare(settings: EncoderSettings): Promise<CodecContext | HostError> {
    const isSame = JSON.stringify(settings.colorSpace) === JSON.stringify(this.#settings.colorSpace) && settings.quantizer === this.#settings.quantizer;
    if (this.#context !== null && isSame) return this.#context;
    const failure = await this.#drain();
    if (failure !== null) return failure;
    this.#settings = settings;
    const context = openContext(this.#av, this.#kind, settings);
    if (!isHostError(context)) this.#context = context;
    return context;
  }

  async #drain(): Promise<HostError | null> {
    if (this.#inFlight.size > 0) {
      const status = await this.putEnd();
      if (typeof status === 'object') return status;
      while (this.#inFlight.size > 0 && (await receivePacket(this.#context!, this.#packet)) >= 0) this.#drained.push(this.#takePacket());
    }
    this.#endContext();
    return null;
  }

  #endContext(): void {
    this.#context?.freeContext();
    this.#context = null;
    this.#inFlight.clear();
    this.#previousTimestamp = null;
    this.#pts = 0;
    this.#patternIndex = 0;
    this.#isConfigNew = true;
  }

  #stamp(frame: Frame, { timestamp, duration, keyFrame }: VideoEncoderInput): void {
    frame.pts = this.#nextPts(timestamp);
    frame.duration = BigInt(Math.round(this.#nominalDuration));
    frame.pictType = keyFrame ? keyPicture : anyPicture;
    if (keyFrame) this.#patternIndex = 0;
    const pattern = layerPatterns[this.#request.temporalLayers];
    this.#inFlight.set(frame.pts, { timestamp, duration, temporalLayer: pattern[this.#patternIndex % pattern.length] });
    this.#patternIndex++;
  }

  /** Microseconds */
  get #nominalDuration(): number {
    return 1e6 / (this.#request.framerate ?? defaultFramerate);
  }

  /**
   * What rate control goes by: the time of the frame after the one before, unless that is so far from the frame rate, or backwards, that it
   * would leave no bits or all of them for it. Script sees its own timestamps.
   */
  #nextPts(timestamp: number): bigint {
    const step = timestamp - (this.#previousTimestamp ?? timestamp);
    const nominal = this.#nominalDuration;
    if (this.#previousTimestamp !== null) this.#pts += Math.min(Math.max(step, nominal * leastStep), nominal * mostStep);
    this.#previousTimestamp = timestamp;
    return BigInt(Math.round(this.#pts));
  }

  #takePacket(): EncodedOutput {
    const packet = this.#packet;
    const inFlight = this.#inFlight.get(packet.pts)!;
    this.#inFlight.delete(packet.pts);
    const { isKeyframe: isKey } = packet;
    const bytes = packet.data!;
    const units = this.#kind.isByteStream !== null && !this.#request.annexB ? splitByteStream(bytes) : null;
    const data = units === null ? new Uint8Array(bytes) : joinWithLengths(units);
    packet.unref();
    const output: EncodedOutput = { data, isKey, ...inFlight };
    if (!this.#isConfigNew) return output;
    this.#isConfigNew = false;
    return { ...output, decoderConfig: { colorSpace: this.#settings.colorSpace, ...this.#description() } };
  }

  #description(): { description?: Uint8Array } {
    const { isByteStream } = this.#kind;
    const { extraData } = this.#context!;
    if (isByteStream === null || this.#request.annexB || extraData === null) return {};
    const units = splitByteStream(extraData);
    const description = isByteStream === 'h264' ? avcConfiguration(units) : hevcConfiguration(units);
    return description === null ? {} : { description };
  }
}

/** RGB is encoded as limited-range YUV; what a frame leaves open is Rec. 709. */
function encodedColorSpace({ primaries, transfer, matrix, fullRange }: ColorSpace, { hasMatrixOnly }: VideoEncoderKind): ColorSpace {
  const isRgb = matrix === 'rgb' || (matrix === null && fullRange === true);
  const space: ColorSpace = {
    primaries: primaries ?? 'bt709',
    transfer: transfer ?? 'bt709',
    matrix: isRgb ? 'bt709' : (matrix ?? 'bt709'),
    fullRange: isRgb ? false : (fullRange ?? false),
  };
  return hasMatrixOnly ? { ...space, ...impliedByMatrix(space.matrix) } : space;
}

/** The middle of the range. */
const defaultQuantizer = 30;
const defaultFramerate = 30;
/** Of the nominal duration of a frame. */
const leastStep = 0.25;
const mostStep = 8;
/** Where neither a bit rate nor a quantizer is given: bits for each pixel, as videos on the web have. */
const bitsPerPixel = 0.1;
/** Frames between key frames, if none is asked for. */
const longestGroup = 3000;

function openContext(av: NodeAv, kind: VideoEncoderKind, settings: EncoderSettings): CodecContext | HostError {
  const { request, colorSpace } = settings;
  const codec = av.Codec.findEncoderByName(kind.encoder as Parameters<typeof av.Codec.findEncoderByName>[0]);
  const pixelFormat = kind.pixelFormat(request.codec);
  if (codec === null || pixelFormat === null) return notSupported(`FFmpeg has no encoder for ${request.codec.string}.`);
  const context = new av.CodecContext();
  context.allocContext3(codec);
  const framerate = request.framerate ?? defaultFramerate;
  context.width = request.width;
  context.height = request.height;
  context.pixelFormat = av.avGetPixFmtFromName(pixelFormat);
  context.timeBase = new av.Rational(microseconds.num, microseconds.den);
  context.framerate = new av.Rational(Math.round(framerate * 1000), 1000);
  context.gopSize = longestGroup;
  context.maxBFrames = 0;
  context.threadCount = 0;
  setColorSpace(context, colorSpace);
  if (request.bitrateMode !== 'quantizer') setRates(context, kind, request, framerate);
  if (!request.annexB && kind.isByteStream !== null) context.flags = (context.flags | globalHeader) as typeof context.flags;
  setOptions(context, kind.configure(settings, context));
  const status = context.open2Sync(codec, null);
  if (status >= 0) return context;
  context.freeContext();
  return notSupported(`The encoder ${kind.encoder} can't be opened for ${request.codec.string} with this configuration: ${new av.FFmpegError(status).message}.`);
}

function setRates(context: CodecContext, { isAlwaysConstant }: VideoEncoderKind, { width, height, bitrate, bitrateMode }: VideoEncoderRequest, framerate: number): void {
  const rate = BigInt(Math.min(2 ** 31 - 1, bitrate ?? Math.round(width * height * framerate * bitsPerPixel)));
  context.bitRate = rate;
  if (bitrateMode === 'constant' || isAlwaysConstant) {
    context.rcMinRate = rate;
    context.rcMaxRate = rate;
    context.rcBufferSize = Number(rate);
  }
}

export function openVideoEncoder(av: NodeAv, request: VideoEncoderRequest, events: CodecEvents): AvVideoEncoder | HostError {
  const { codec, width, height } = request;
  if (request.keepAlpha) return notSupported('No encoder here keeps alpha.');
  if (!fitsLevel(request)) return notSupported(`Pictures of ${width} × ${height} exceed the level of ${codec.string}.`);
  let error: HostError = notSupported(`There is no encoder for ${codec.string}.`);
  for (const kind of videoEncoders[codec.name] ?? []) {
    const settings: EncoderSettings = { request, colorSpace: rec709, quantizer: request.bitrateMode === 'quantizer' ? defaultQuantizer : undefined };
    const problem = unfit(kind, request);
    const context = problem === null ? openContext(av, kind, settings) : notSupported(problem);
    if (!isHostError(context)) return new AvVideoEncoder(av, kind, settings, context, events);
    error = context;
  }
  return error;
}

function unfit(kind: VideoEncoderKind, { width, height, temporalLayers, bitrateMode }: VideoEncoderRequest): string | null {
  if (width > kind.mostPixels || height > kind.mostPixels || width * height > mostArea) return `${kind.encoder} has no pictures of ${width} × ${height}.`;
  if (kind.needsEvenSize && (width % 2 === 1 || height % 2 === 1)) return `${kind.encoder} has no pictures of odd width or height.`;
  if (temporalLayers > 1 && kind.layersNeedRate === true && bitrateMode === 'quantizer') return `${kind.encoder} has temporal layers with a bit rate only.`;
  return temporalLayers > kind.mostTemporalLayers ? `${kind.encoder} has no temporal layers.` : null;
}

/** Pixels; beyond 16K an encoder's memory would be gigabytes. */
const mostArea = 16384 * 8704;
