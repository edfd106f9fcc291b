import { setImmediate } from 'node:timers';
import type { AudioPlanes, Codec, CodecEvents, EncodedData } from '../../CodecBackend';
import type { HostError } from '../../Host';

/** Outputs that wait at most: beyond that, inputs do. Small enough for the samples to be in the processor's cache still when they are read. */
const mostOutputs = 16;

/** A decoder whose packets take microseconds, less than handing them to another thread would: they are decoded in `send`. */
export abstract class ImmediateAudioDecoder implements Codec<EncodedData, AudioPlanes> {
  abstract readonly name: string;
  readonly isHardware = false;
  readonly #events: CodecEvents;
  #outputs: AudioPlanes[] = [];
  /** Outputs received. */
  #received = 0;
  /** Set at `mostOutputs`, until all have been received: packets are decoded a few at a time, not one for each that is taken. */
  #isFull = false;
  #hasRefused = false;
  #hasFailed = false;
  #generation = 0;

  protected constructor(events: CodecEvents) {
    this.#events = events;
  }

  send(chunk: EncodedData): boolean {
    if (this.#isFull || this.isWaiting) {
      this.#hasRefused = true;
      return false;
    }
    if (!this.#hasFailed) this.decode(chunk);
    return true;
  }

  receive(): AudioPlanes | null {
    if (this.#outputs.length === 0) return null;
    const output = this.#outputs[this.#received++];
    if (this.#received === this.#outputs.length) {
      this.#outputs.length = 0;
      this.#received = 0;
      this.#isFull = false;
      if (this.#hasRefused && !this.isWaiting) this.later(() => this.hasRoom());
    }
    return output;
  }

  flush(): void {
    if (this.#hasFailed) return;
    this.drain();
    this.later(() => this.#events.flushed());
  }

  reset(): void {
    this.#forget();
    this.#hasFailed = false;
    this.forget();
  }

  close(): void {
    this.#forget();
    this.free();
  }

  /** Gives its outputs to `output`, or tells what is wrong by `fail`. */
  protected abstract decode(chunk: EncodedData): void;
  /** Gives what is still to come. */
  protected abstract drain(): void;
  /** The next packet stands alone. */
  protected abstract forget(): void;
  protected abstract free(): void;

  /** Nothing can be decoded now; `hasRoom` is called once it can. */
  protected get isWaiting(): boolean {
    return false;
  }

  protected hasRoom(): void {
    if (!this.#hasRefused) return;
    this.#hasRefused = false;
    this.#events.progress();
  }

  protected output(samples: AudioPlanes): void {
    this.#outputs.push(samples);
    if (this.#outputs.length >= mostOutputs) this.#isFull = true;
  }

  protected fail(error: HostError): void {
    this.#hasFailed = true;
    this.later(() => this.#events.failed(error));
  }

  /** In a task, unless there is a reset before. */
  protected later(tell: () => void): void {
    const generation = this.#generation;
    setImmediate(() => {
      if (generation === this.#generation) tell();
    });
  }

  #forget(): void {
    this.#generation++;
    this.#outputs = [];
    this.#received = 0;
    this.#isFull = false;
    this.#hasRefused = false;
  }
}
