import type { AnalyserOptions } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { constructing, setting } from './exceptions';

const description = describeNode('AnalyserNode', NodeKind.Analyser);

const defaultFftSize = 2048;
const minFftSize = 32;
const maxFftSize = 32768;
const defaultSmoothing = 0.8;

/** https://webaudio.github.io/web-audio-api/#AnalyserNode */
export class AnalyserNode extends AudioNode {
  #fftSize: number;
  #minDecibels: number;
  #maxDecibels: number;
  #smoothingTimeConstant: number;
  /** Floats from the engine on their way into bytes. */
  #scratch: Float32Array | null = null;

  constructor(context: BaseAudioContext, options: Partial<AnalyserOptions> = {}) {
    super(context, description);
    const { fftSize = defaultFftSize, maxDecibels = -30, minDecibels = -100, smoothingTimeConstant = defaultSmoothing } = options;
    const message = (detail: string): string => constructing('AnalyserNode', detail);
    checkFftSize(fftSize, message);
    checkDecibels(minDecibels, maxDecibels, message);
    checkSmoothing(smoothingTimeConstant, message);
    this._setChannelOptions(options);
    this.#fftSize = fftSize;
    this.#minDecibels = minDecibels;
    this.#maxDecibels = maxDecibels;
    this.#smoothingTimeConstant = smoothingTimeConstant;
    this._create();
    if (fftSize !== defaultFftSize) this.#sendFftSize();
    if (smoothingTimeConstant !== defaultSmoothing) this.#sendSmoothing();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-fftsize, frames */
  get fftSize(): number {
    return this.#fftSize;
  }

  set fftSize(fftSize: number) {
    checkFftSize(fftSize, (detail) => setting('fftSize', 'AnalyserNode', detail));
    if (fftSize === this.#fftSize) return;
    this.#fftSize = fftSize;
    this.#sendFftSize();
  }

  get frequencyBinCount(): number {
    return this.#fftSize / 2;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-mindecibels */
  get minDecibels(): number {
    return this.#minDecibels;
  }

  set minDecibels(minDecibels: number) {
    checkDecibels(minDecibels, this.#maxDecibels, (detail) => setting('minDecibels', 'AnalyserNode', detail));
    this.#minDecibels = minDecibels;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-maxdecibels */
  get maxDecibels(): number {
    return this.#maxDecibels;
  }

  set maxDecibels(maxDecibels: number) {
    checkDecibels(this.#minDecibels, maxDecibels, (detail) => setting('maxDecibels', 'AnalyserNode', detail));
    this.#maxDecibels = maxDecibels;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-smoothingtimeconstant */
  get smoothingTimeConstant(): number {
    return this.#smoothingTimeConstant;
  }

  set smoothingTimeConstant(smoothingTimeConstant: number) {
    checkSmoothing(smoothingTimeConstant, (detail) => setting('smoothingTimeConstant', 'AnalyserNode', detail));
    this.#smoothingTimeConstant = smoothingTimeConstant;
    this.#sendSmoothing();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-getfloatfrequencydata */
  getFloatFrequencyData(array: Float32Array): void {
    const count = Math.min(array.length, this.frequencyBinCount);
    if (count > 0) this.#readFrequency(count === array.length ? array : new Float32Array(array.buffer, array.byteOffset, count));
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-getbytefrequencydata */
  getByteFrequencyData(array: Uint8Array): void {
    const count = Math.min(array.length, this.frequencyBinCount);
    if (count === 0) return;
    const decibels = this.#floats(count);
    this.#readFrequency(decibels);
    const scale = 255 / (this.#maxDecibels - this.#minDecibels);
    for (let bin = 0; bin < count; ++bin) array[bin] = toByte(scale * (decibels[bin]! - this.#minDecibels));
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-getfloattimedomaindata */
  getFloatTimeDomainData(array: Float32Array): void {
    const count = Math.min(array.length, this.#fftSize);
    if (count > 0) this.#readTimeDomain(array, count);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-analysernode-getbytetimedomaindata */
  getByteTimeDomainData(array: Uint8Array): void {
    const count = Math.min(array.length, this.#fftSize);
    if (count === 0) return;
    const samples = this.#floats(this.#fftSize);
    this.#readTimeDomain(samples, this.#fftSize);
    for (let index = 0; index < count; ++index) array[index] = toByte(128 * (1 + samples[index]!));
  }

  #readFrequency(out: Float32Array): void {
    const { _commands: commands } = this.context;
    if (commands.closed) {
      out.fill(-Infinity);
      return;
    }
    commands.flush();
    commands.engine.analyserFrequency(this._id, out);
  }

  /** *Current time-domain data* is the newest `fftSize` frames; the first `count` of them are wanted. */
  #readTimeDomain(out: Float32Array, count: number): void {
    const { _commands: commands } = this.context;
    if (commands.closed) {
      out.fill(0, 0, count);
      return;
    }
    commands.flush();
    if (count === this.#fftSize) {
      const exact = out.length === count ? out : new Float32Array(out.buffer, out.byteOffset, count);
      commands.engine.analyserTimeDomain(this._id, exact);
    } else {
      const samples = this.#floats(this.#fftSize);
      commands.engine.analyserTimeDomain(this._id, samples);
      out.set(new Float32Array(samples.buffer, 0, count));
    }
  }

  #floats(count: number): Float32Array {
    if (this.#scratch?.length !== count) this.#scratch = new Float32Array(count);
    return this.#scratch!;
  }

  #sendFftSize(): void {
    this.context._commands.message(this._id, NodeOp.SetFftSize, 1, this.#fftSize);
  }

  #sendSmoothing(): void {
    this.context._commands.message(this._id, NodeOp.SetSmoothing, 1, this.#smoothingTimeConstant);
  }
}

/** Rounded down and clipped to a byte. */
function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.floor(value)));
}

function checkFftSize(fftSize: number, message: (detail: string) => string): void {
  if (fftSize >= minFftSize && fftSize <= maxFftSize && (fftSize & (fftSize - 1)) === 0) return;
  throw new DOMException(message(`the FFT size (${fftSize}) is not a power of two in the range [${minFftSize}, ${maxFftSize}].`), 'IndexSizeError');
}

function checkDecibels(minDecibels: number, maxDecibels: number, message: (detail: string) => string): void {
  if (minDecibels < maxDecibels) return;
  throw new DOMException(message(`minDecibels (${minDecibels}) must be less than maxDecibels (${maxDecibels}).`), 'IndexSizeError');
}

function checkSmoothing(value: number, message: (detail: string) => string): void {
  if (value >= 0 && value <= 1) return;
  throw new DOMException(message(`the smoothing time constant (${value}) is outside the range [0, 1].`), 'IndexSizeError');
}
