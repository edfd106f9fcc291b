import type { VideoDecoderConfig, VideoDecoderInit, VideoDecoderSupport } from '../generated/webcodecs-types';
import type { EncodedData, NativeVideoFrame } from '../host/CodecBackend';
import { CodecObject } from './CodecObject';
import { invalidVideoDecoderConfig, videoDecoderRequest } from './configs';
import type { EncodedVideoChunk } from './EncodedVideoChunk';
import { KeyChunkRequirement } from './KeyChunkRequirement';
import { answerSupport, checkConfig } from './support';
import { createVideoFrame, type FrameOverrides } from './VideoFrame';

/** https://w3c.github.io/webcodecs/#videodecoder-interface */
export class VideoDecoder extends CodecObject<VideoDecoderConfig, EncodedData, NativeVideoFrame> {
  readonly #outputCallback: VideoDecoderInit['output'];
  readonly #keyChunk = new KeyChunkRequirement('VideoDecoder');
  /** Of the [[active decoder config]] */
  #overrides: FrameOverrides = {};

  constructor({ output, error }: VideoDecoderInit) {
    super('VideoDecoder', error);
    this.#outputCallback = output;
  }

  /** [[decodeQueueSize]] */
  get decodeQueueSize(): number {
    return this._queueSize;
  }

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-configure */
  configure(config: VideoDecoderConfig): void {
    // Step 1
    checkConfig('VideoDecoder', invalidVideoDecoderConfig(config));
    // Step 2
    if (this.state === 'closed') throw this._stateError('configure');
    // Step 4
    this._requireKeyChunk();
    this._configure(config, videoDecoderRequest(config));
  }

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-decode */
  decode(chunk: EncodedVideoChunk): void {
    // Step 1
    if (this.state !== 'configured') throw this._stateError('decode');
    // Step 2
    this.#keyChunk.check(chunk.type);
    this._enqueueInput(chunk._encoded);
  }

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-isconfigsupported */
  static isConfigSupported(config: VideoDecoderConfig): Promise<VideoDecoderSupport> {
    return answerSupport('VideoDecoder', config, invalidVideoDecoderConfig(config), videoDecoderRequest);
  }

  protected override _requireKeyChunk(): void {
    this.#keyChunk.require();
  }

  protected _activate({ displayAspectWidth, displayAspectHeight, colorSpace, rotation, flip }: VideoDecoderConfig): void {
    this.#overrides = { displayAspectWidth, displayAspectHeight, colorSpace, rotation, flip };
  }

  protected _discard(): void {}

  /** https://w3c.github.io/webcodecs/#output-videoframes */
  protected _output(output: NativeVideoFrame): void {
    this.#outputCallback.call(undefined, createVideoFrame(output, output.timestamp, output.duration, this.#overrides));
  }
}
