import { readFile } from 'node:fs/promises';
import { isHostError } from '../../Host';
import type { CodecHost } from '../../Host';
import { feedOrThrow, FedMicrophone, lowSeconds } from './FedMicrophone';
import { planesOf, withChannels } from './pcm';
import type { Pcm } from './pcm';

export type { Pcm } from './pcm';

/** What a program supplies in place of a microphone. */
export interface MicrophoneOptions {
  /** As `enumerateDevices()` tells it. Default: `Microphone`. */
  readonly label?: string;
  /** Hertz. Default: 48000. */
  readonly sampleRate?: number;
  /** Default: 1. */
  readonly channelCount?: number;
  /** Whether it comes before the devices there are, and so is what `getUserMedia({ audio: true })` gives. Default: false. */
  readonly isDefault?: boolean;
  /** Chunks that are asked for as they are needed; when there are no more, the tracks end. */
  readonly source?: Iterable<Pcm> | AsyncIterable<Pcm>;
  /** An audio file, which is played over and over. */
  readonly file?: string | URL;
}

/** Seconds that may be queued before `write()` makes its caller wait. */
const highSeconds = 1;

export class SuppliedMicrophone extends FedMicrophone {
  readonly isDefault: boolean;
  readonly #removed: (microphone: SuppliedMicrophone) => void;
  readonly #source: Iterator<Pcm> | AsyncIterator<Pcm> | null;
  #isPulling = false;
  #isEnding = false;
  #isRemoved = false;
  /** Callers of `write()` that wait. */
  #writers: (() => void)[] = [];

  constructor(number: number, options: MicrophoneOptions, codecs: CodecHost, removed: (microphone: SuppliedMicrophone) => void) {
    const { label = 'Microphone', sampleRate = 48000, channelCount = 1, isDefault = false, source, file } = options;
    if (!(sampleRate >= 3000 && sampleRate <= 768000)) throw new RangeError(`A microphone's sample rate is a number from 3000 to 768000, not ${String(sampleRate)}.`);
    if (!(Number.isInteger(channelCount) && channelCount >= 1 && channelCount <= 32)) {
      throw new RangeError(`A microphone's channel count is a whole number from 1 to 32, not ${String(channelCount)}.`);
    }
    super({ deviceId: `microphone-${number}`, group: `microphone-${number}`, label, sampleRate, channelCount, hasEffects: false });
    this.isDefault = isDefault;
    this.#removed = removed;
    this.#source = source === undefined ? null : iteratorOf(source);
    if (file !== undefined) void this.#load(file, codecs);
  }

  get deviceId(): string {
    return this.device.deviceId;
  }

  /**
   * Queues samples, any number of interleaved frames; a Float32Array between −1 and 1, or an Int16Array. They are copied. The promise is
   * there for those who make audio faster than it is heard: it is fulfilled when no more than a second is queued.
   */
  write(samples: Pcm): Promise<void> {
    if (this.#isEnding) throw new Error('The microphone has been ended.');
    feedOrThrow(this._feed()).push(planesOf(samples, this.device.channelCount));
    if (this.queuedSeconds <= highSeconds) return Promise.resolve();
    return new Promise((resolve) => this.#writers.push(resolve));
  }

  /** Drops what is queued. */
  clear(): void {
    feedOrThrow(this._feed()).clear();
    this._wants();
  }

  /** When what is queued has been heard, the tracks end and the device is gone. */
  end(): void {
    this.#isEnding = true;
    this._wants();
  }

  /** The device is unplugged: its tracks end. */
  remove(): void {
    if (this.#isRemoved) return;
    this.#isRemoved = this.#isEnding = true;
    for (const resolve of this.#writers.splice(0)) resolve();
    this._end();
    this.#removed(this);
  }

  protected override _wants(): void {
    const { queuedSeconds } = this;
    if (queuedSeconds <= highSeconds) for (const resolve of this.#writers.splice(0)) resolve();
    if (this.#isEnding && queuedSeconds === 0) this.remove();
    else if (this.#source !== null && this.isOpen && queuedSeconds < lowSeconds) void this.#pull(this.#source);
  }

  async #pull(source: Iterator<Pcm> | AsyncIterator<Pcm>): Promise<void> {
    if (this.#isPulling || this.#isEnding) return;
    this.#isPulling = true;
    try {
      while (this.isOpen && this.queuedSeconds < highSeconds) {
        const { value, done } = await source.next();
        if (done === true) {
          this.end();
          break;
        }
        if (!this.#isEnding) void this.write(value);
      }
    } catch (error) {
      this.remove();
      // Nobody waits for it: it is uncaught, as from any other callback of Node.
      queueMicrotask(() => { throw error; });
    }
    this.#isPulling = false;
  }

  async #load(file: string | URL, codecs: CodecHost): Promise<void> {
    const failed = (message: string) => {
      this.remove();
      queueMicrotask(() => { throw new Error(`${String(file)}: ${message}`); });
    };
    const bytes = await readFile(file).catch((error: Error) => failed(error.message));
    if (bytes === undefined) return;
    const { sampleRate, channelCount } = this.device;
    codecs.decodeAudioData(bytes, sampleRate, (result) => {
      if (isHostError(result)) {
        failed(result.message);
      } else if (!this.#isRemoved) {
        feedOrThrow(this._feed()).loop(withChannels(result.channels, channelCount));
      }
    });
  }
}

function iteratorOf(source: Iterable<Pcm> | AsyncIterable<Pcm>): Iterator<Pcm> | AsyncIterator<Pcm> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
