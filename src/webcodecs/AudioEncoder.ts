import type { AudioDecoderConfig, AudioEncoderConfig, AudioEncoderInit, AudioEncoderSupport } from '../generated/webcodecs-types';
import type { AudioPlanes, EncodedOutput } from '../host/CodecBackend';
import { executing } from '../webidl/exceptions';
import type { AudioData } from './AudioData';
import { CodecObject } from './CodecObject';
import { withOpusDefaults } from './codec-options';
import { audioEncoderRequest, cloneConfig, invalidAudioEncoderConfig } from './configs';
import { EncodedAudioChunk } from './EncodedAudioChunk';
import { answerSupport, checkConfig } from './support';

/** https://w3c.github.io/webcodecs/#audioencoder-interface */
export class AudioEncoder extends CodecObject<AudioEncoderConfig, AudioPlanes, EncodedOutput> {
  readonly #outputCallback: AudioEncoderInit['output'];
  /** [[active encoder config]] */
  #activeEncoderConfig: AudioEncoderConfig | null = null;
  /** Whether [[active output config]] is null or differs from the one that the outputs have. */
  #isOutputConfigNew = true;

  constructor({ output, error }: AudioEncoderInit) {
    super('AudioEncoder', error);
    this.#outputCallback = output;
  }

  /** [[encodeQueueSize]] */
  get encodeQueueSize(): number {
    return this._queueSize;
  }

  /** https://w3c.github.io/webcodecs/#dom-audioencoder-configure */
  configure(config: AudioEncoderConfig): void {
    // Step 1
    checkConfig('AudioEncoder', invalidAudioEncoderConfig(config));
    // Step 2
    if (this.state === 'closed') throw this._stateError('configure');
    this._configure(config, audioEncoderRequest(config));
  }

  /** https://w3c.github.io/webcodecs/#dom-audioencoder-encode */
  encode(data: AudioData): void {
    // Step 1
    if (data._isDetached) throw new TypeError(executing('encode', 'AudioEncoder', 'the AudioData is closed.'));
    // Step 2
    if (this.state !== 'configured') throw this._stateError('encode');
    // Step 3: samples never change, so that what is queued needs no object around it.
    this._enqueueInput(data._samples);
  }

  /** https://w3c.github.io/webcodecs/#dom-audioencoder-isconfigsupported */
  static isConfigSupported(config: AudioEncoderConfig): Promise<AudioEncoderSupport> {
    // The options in the answer are those that would be used.
    const filled = config.opus === undefined || config.codec !== 'opus' ? config : { ...config, opus: withOpusDefaults(config.opus) };
    return answerSupport('AudioEncoder', filled, invalidAudioEncoderConfig(config), audioEncoderRequest);
  }

  protected _activate(config: AudioEncoderConfig): void {
    this.#activeEncoderConfig = config;
    this.#isOutputConfigNew = true;
  }

  protected _discard(): void {}

  /** https://w3c.github.io/webcodecs/#output-encodedaudiochunks */
  protected _output(output: EncodedOutput): void {
    const { decoderConfig } = output;
    // Steps 1.1 and 1.2
    const chunk = new EncodedAudioChunk(output);
    // Steps 1.3 to 1.6
    const isNew = this.#isOutputConfigNew || decoderConfig !== undefined;
    this.#isOutputConfigNew = false;
    const { codec, sampleRate, numberOfChannels } = this.#activeEncoderConfig!;
    const outputConfig: AudioDecoderConfig = { codec, sampleRate, numberOfChannels, ...(decoderConfig?.description && { description: decoderConfig.description }) };
    // Step 1.7
    this.#outputCallback.call(undefined, chunk, isNew ? { decoderConfig: cloneConfig(outputConfig) } : {});
  }
}
