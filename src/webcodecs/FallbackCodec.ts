import type { Codec, CodecEvents } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';

/** Opens a codec in software; answers in a task. */
export type OpenSoftware = (events: CodecEvents, done: (result: Codec | HostError) => void) => void;

/**
 * A codec on a device, which goes on in software when that fails: as the device may be taken away at any time, and codes only some of the streams of a
 * codec. What the device had not put out yet is coded again; what it had, comes once.
 */
export abstract class FallbackCodec<Input, Output> implements Codec<Input, Output> {
  readonly #events: CodecEvents;
  readonly #openSoftware: OpenSoftware;
  /** Null before it is opened, and while the one in software is. */
  #codec: Codec<Input, Output> | null = null;
  #isHardware = true;
  /** From a failure on until the codec in software has all that is sent again, before anything else. */
  #isFallingBack = false;
  #again: Input[] = [];
  #isFlushing = false;
  #wantsRoom = false;
  #isClosed = false;
  #name = '';

  constructor(openSoftware: OpenSoftware, events: CodecEvents) {
    this.#openSoftware = openSoftware;
    this.#events = events;
  }

  /** An input for the codec on the device, and to be kept. */
  protected share(input: Input): { readonly device: Input; readonly kept: Input } {
    return { device: input, kept: input };
  }

  /** The device has taken an input. */
  protected abstract keep(input: Input): void;

  /** An output of the device is taken. */
  protected abstract sawOutput(output: Output): void;

  /** What software is sent first, and is kept no longer; or why it can't go on. */
  protected abstract takeKept(): Input[] | HostError;

  /** Whether an output of software comes a second time, and is given back. */
  protected abstract dropsRepeated(output: Output): boolean;

  /** An input that will not be coded. */
  protected abstract discard(input: Input): void;

  /** Keeps nothing of what was sent. */
  protected abstract forgetKept(): void;

  /** What the codec on the device is to tell. */
  readonly hardwareEvents: CodecEvents = {
    progress: () => this.#events.progress(),
    flushed: () => this.#flushed(),
    failed: (error) => (this.#isHardware ? this.#fallBack() : this.#events.failed(error)),
  };

  readonly #softwareEvents: CodecEvents = {
    progress: () => {
      if (this.#isFallingBack) this.#sendAgain();
      this.#events.progress();
    },
    flushed: () => this.#flushed(),
    failed: (error) => this.#events.failed(error),
  };

  /** With the codec that was opened. */
  start(codec: Codec<Input, Output>): void {
    this.#codec = codec;
    this.#isHardware = codec.isHardware;
    this.#name = codec.name;
  }

  get name(): string {
    return this.#name;
  }

  get isHardware(): boolean {
    return this.#isHardware;
  }

  send(input: Input): boolean {
    if (this.#isFallingBack) {
      this.#wantsRoom = true;
      return false;
    }
    if (!this.#isHardware) return this.#codec!.send(input);
    const { device, kept } = this.share(input);
    const isTaken = this.#codec!.send(device);
    if (isTaken) this.keep(kept);
    return isTaken;
  }

  receive(): Output | null {
    for (;;) {
      const output = this.#codec?.receive() ?? null;
      if (output === null) return null;
      if (this.#isHardware) this.sawOutput(output);
      else if (this.dropsRepeated(output)) continue;
      return output;
    }
  }

  flush(): void {
    this.#isFlushing = true;
    if (!this.#isFallingBack) this.#codec!.flush();
  }

  reset(): void {
    this.#forget();
    this.#wantsRoom = false;
    if (this.#codec === null) return;
    this.#isFallingBack = false;
    this.#codec.reset();
  }

  close(): void {
    this.#isClosed = true;
    this.#forget();
    this.#codec?.close();
    this.#codec = null;
  }

  #forget(): void {
    this.#isFlushing = false;
    this.forgetKept();
    for (const input of this.#again) this.discard(input);
    this.#again = [];
  }

  #flushed(): void {
    this.#forget();
    this.#events.flushed();
  }

  #fallBack(): void {
    const inputs = this.takeKept();
    this.#codec?.close();
    this.#codec = null;
    this.#isHardware = false;
    if (isHostError(inputs)) {
      this.#events.failed(inputs);
      return;
    }
    this.#isFallingBack = true;
    this.#again = inputs;
    this.#openSoftware(this.#softwareEvents, (result) => {
      if (isHostError(result)) {
        if (!this.#isClosed) this.#events.failed(result);
      } else if (this.#isClosed) {
        result.close();
      } else {
        this.start(result);
        this.#sendAgain();
      }
    });
  }

  #sendAgain(): void {
    let count = 0;
    while (count < this.#again.length && this.#codec!.send(this.#again[count])) count++;
    this.#again.splice(0, count);
    if (this.#again.length > 0) return;
    this.#isFallingBack = false;
    if (this.#isFlushing) this.#codec!.flush();
    if (!this.#wantsRoom) return;
    this.#wantsRoom = false;
    this.#events.progress();
  }
}
