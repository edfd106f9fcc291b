import type {
  EncodedVideoChunkMetadata, VideoDecoderConfig, VideoEncoderConfig, VideoEncoderEncodeOptions, VideoEncoderInit, VideoEncoderSupport,
} from '../generated/webcodecs-types';
import type { EncodedOutput, Pixels, VideoEncoderInput } from '../host/CodecBackend';
import type { HostError } from '../host/Host';
import { executing } from '../webidl/exceptions';
import { CodecObject } from './CodecObject';
import { cloneConfig, invalidVideoEncoderConfig, videoEncoderRequest } from './configs';
import { EncodedVideoChunk } from './EncodedVideoChunk';
import type { Orientation } from './frame-init';
import { formats } from './pixels/formats';
import { temporalLayersOf } from './scalability';
import { answerSupport, checkConfig } from './support';
import type { FrameState, VideoFrame } from './VideoFrame';
import { ResourceReference } from './VideoResource';

/** https://w3c.github.io/webcodecs/#videoencoder-interface */
export class VideoEncoder extends CodecObject<VideoEncoderConfig, VideoEncoderInput, EncodedOutput> {
  readonly #outputCallback: VideoEncoderInit['output'];
  /** [[active encoder config]] */
  #activeEncoderConfig: VideoEncoderConfig | null = null;
  /** The configuration given by `configure`, for whose codec the options of `encode` are. */
  #config: VideoEncoderConfig | null = null;
  /** [[active output config]] */
  #activeOutputConfig: VideoDecoderConfig | null = null;
  /** [[active orientation]] */
  #activeOrientation: Orientation | null = null;

  constructor({ output, error }: VideoEncoderInit) {
    super('VideoEncoder', error);
    this.#outputCallback = output;
  }

  /** [[encodeQueueSize]] */
  get encodeQueueSize(): number {
    return this._queueSize;
  }

  /** https://w3c.github.io/webcodecs/#dom-videoencoder-configure */
  configure(config: VideoEncoderConfig): void {
    // Step 1
    checkConfig('VideoEncoder', invalidVideoEncoderConfig(config));
    // Step 2
    if (this.state === 'closed') throw this._stateError('configure');
    // Step 4
    this.#activeOrientation = null;
    this.#config = config;
    this._configure(config, videoEncoderRequest(config));
  }

  /** https://w3c.github.io/webcodecs/#dom-videoencoder-encode */
  encode(frame: VideoFrame, options: VideoEncoderEncodeOptions): void {
    // Step 1
    if (frame._isDetached) throw new TypeError(executing('encode', 'VideoEncoder', 'the frame is closed.'));
    // Step 2
    if (this.state !== 'configured') throw this._stateError('encode');
    // Steps 3 and 4
    const { rotation, flip } = frame;
    this.#activeOrientation ??= { rotation, flip };
    if (this.#activeOrientation.rotation !== rotation || this.#activeOrientation.flip !== flip) {
      throw new DOMException(executing('encode', 'VideoEncoder', 'the frame is rotated or flipped otherwise than the first one.'), 'DataError');
    }
    // Step 5: the input holds the frame's resource.
    this._enqueueInput(encoderInput(frame._state, options, quantizerOf(options, this.#config!)));
  }

  /** https://w3c.github.io/webcodecs/#dom-videoencoder-isconfigsupported */
  static isConfigSupported(config: VideoEncoderConfig): Promise<VideoEncoderSupport> {
    return answerSupport('VideoEncoder', config, invalidVideoEncoderConfig(config), videoEncoderRequest);
  }

  protected _activate(config: VideoEncoderConfig): void {
    this.#activeEncoderConfig = config;
    this.#activeOutputConfig = null;
  }

  protected _discard(input: VideoEncoderInput): void {
    input.release();
  }

  /** https://w3c.github.io/webcodecs/#output-encodedvideochunks */
  protected _output(output: EncodedOutput): void {
    const { decoderConfig, temporalLayer } = output;
    // Steps 1.1 and 1.2
    const chunk = new EncodedVideoChunk(output);
    // Steps 1.3 to 1.6
    const metadata: EncodedVideoChunkMetadata = {};
    if (decoderConfig !== undefined || this.#activeOutputConfig === null) {
      const { codec, width, height, displayWidth, displayHeight } = this.#activeEncoderConfig!;
      this.#activeOutputConfig = {
        codec, codedWidth: width, codedHeight: height,
        ...(displayWidth !== undefined && displayHeight !== undefined && { displayAspectWidth: displayWidth, displayAspectHeight: displayHeight }),
        ...(decoderConfig?.description && { description: decoderConfig.description }),
        ...(decoderConfig?.colorSpace && { colorSpace: decoderConfig.colorSpace }),
        rotation: this.#activeOrientation?.rotation ?? 0, flip: this.#activeOrientation?.flip ?? false,
      } as VideoDecoderConfig;
      metadata.decoderConfig = cloneConfig(this.#activeOutputConfig);
    }
    // Step 1.7
    if ((temporalLayersOf(this.#activeEncoderConfig!.scalabilityMode) ?? 1) > 1) metadata.svc = { temporalLayerId: temporalLayer ?? 0 };
    // Step 1.8: alpha is not encoded by any backend's request that was granted.
    // Step 1.9
    this.#outputCallback.call(undefined, chunk, metadata);
  }
}

/** What is handed to the backend, with a reference of its own to the pixels. */
function encoderInput({ slots, resource }: FrameState, { keyFrame }: VideoEncoderEncodeOptions, quantizer: number | undefined): VideoEncoderInput {
  const reference = new ResourceReference(resource);
  const { timestamp, duration, visibleRect, colorSpace, format } = slots;
  return {
    native: resource.native, visibleRect, timestamp, duration, keyFrame, quantizer,
    colorSpace: colorSpace.toJSON(),
    pixels(): Pixels | HostError {
      if (reference.isReleased) return { code: 'encoding', message: 'The frame was released.' };
      if (resource.native !== null) return resource.native.pixels();
      const pixels = resource.pixels();
      return format !== null && !formats[format].hasAlpha ? { ...pixels, format: formats[pixels.format].opaque, planes: pixels.planes.slice(0, formats[format].planes.length) } : pixels;
    },
    release: () => reference.release(),
  };
}

/** The codec-specific option of the codec that is configured; it counts with bitrateMode "quantizer" only. */
function quantizerOf(options: VideoEncoderEncodeOptions, { codec, bitrateMode }: VideoEncoderConfig): number | undefined {
  if (bitrateMode !== 'quantizer') return undefined;
  const { avc, hevc, vp9, av1 } = options;
  const byCodec: Readonly<Record<string, { quantizer?: number | null } | undefined>> = { avc1: avc, avc3: avc, hvc1: hevc, hev1: hevc, vp09: vp9, av01: av1 };
  return byCodec[codec.split('.', 1)[0]]?.quantizer ?? undefined;
}
