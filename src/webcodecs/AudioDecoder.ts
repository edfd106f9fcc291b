import type { AudioDecoderConfig, AudioDecoderInit, AudioDecoderSupport } from '../generated/webcodecs-types';
import type { AudioPlanes, EncodedData } from '../host/CodecBackend';
import { AudioData } from './AudioData';
import { CodecObject } from './CodecObject';
import { audioDecoderRequest, invalidAudioDecoderConfig } from './configs';
import type { EncodedAudioChunk } from './EncodedAudioChunk';
import { KeyChunkRequirement } from './KeyChunkRequirement';
import { answerSupport, checkConfig } from './support';

/** https://w3c.github.io/webcodecs/#audiodecoder-interface */
export class AudioDecoder extends CodecObject<AudioDecoderConfig, EncodedData, AudioPlanes> {
  readonly #outputCallback: AudioDecoderInit['output'];
  readonly #keyChunk = new KeyChunkRequirement('AudioDecoder');

  constructor({ output, error }: AudioDecoderInit) {
    super('AudioDecoder', error);
    this.#outputCallback = output;
  }

  /** [[decodeQueueSize]] */
  get decodeQueueSize(): number {
    return this._queueSize;
  }

  /** https://w3c.github.io/webcodecs/#dom-audiodecoder-configure */
  configure(config: AudioDecoderConfig): void {
    // Step 1
    checkConfig('AudioDecoder', invalidAudioDecoderConfig(config));
    // Step 2
    if (this.state === 'closed') throw this._stateError('configure');
    // Step 4
    this._requireKeyChunk();
    this._configure(config, audioDecoderRequest(config));
  }

  /** https://w3c.github.io/webcodecs/#dom-audiodecoder-decode */
  decode(chunk: EncodedAudioChunk): void {
    // Step 1
    if (this.state !== 'configured') throw this._stateError('decode');
    // Step 2
    this.#keyChunk.check(chunk.type);
    this._enqueueInput(chunk._encoded);
  }

  /** https://w3c.github.io/webcodecs/#dom-audiodecoder-isconfigsupported */
  static isConfigSupported(config: AudioDecoderConfig): Promise<AudioDecoderSupport> {
    return answerSupport('AudioDecoder', config, invalidAudioDecoderConfig(config), audioDecoderRequest);
  }

  protected override _requireKeyChunk(): void {
    this.#keyChunk.require();
  }

  protected _activate(): void {}

  protected _discard(): void {}

  /** https://w3c.github.io/webcodecs/#output-audiodata */
  protected _output(samples: AudioPlanes): void {
    this.#outputCallback.call(undefined, new AudioData(samples));
  }
}
