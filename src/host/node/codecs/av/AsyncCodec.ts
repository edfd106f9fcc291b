import { setImmediate } from 'node:timers';
import type { Codec, CodecEvents } from '../../../CodecBackend';
import type { HostError } from '../../../Host';

/** What a step of the work came to. */
export type Status = 'done' | 'again' | 'end' | HostError;

/**
 * A codec whose work is done on other threads, one step at a time: put in an input, take out an output. FFmpeg's contexts bear no
 * second call while one is running, so that a reset or an end waits for the step that is under way.
 */
export abstract class AsyncCodec<Input, Output> implements Codec<Input, Output> {
  abstract readonly name: string;
  abstract readonly isHardware: boolean;
  readonly #events: CodecEvents;
  #inputs: Input[] = [];
  #outputs: Output[] = [];
  #isBusy = false;
  #isClosed = false;
  #isFlushing = false;
  #needsRestart = false;
  #hasFailed = false;
  #wantsRoom = false;
  /** Changes with each reset; a step begun before one has no effect after it. */
  #generation = 0;

  constructor(events: CodecEvents) {
    this.#events = events;
  }

  send(input: Input): boolean {
    if (this.#inputs.length >= mostInputs || this.#outputs.length >= mostOutputs) {
      this.#wantsRoom = true;
      return false;
    }
    this.#inputs.push(input);
    void this.#work();
    return true;
  }

  receive(): Output | null {
    const output = this.#outputs.shift() ?? null;
    if (output !== null && this.#outputs.length === mostOutputs - 1) void this.#work();
    return output;
  }

  flush(): void {
    this.#isFlushing = true;
    void this.#work();
  }

  reset(): void {
    this.#generation++;
    this.#inputs.forEach((input) => this.discardInput(input));
    this.#outputs.forEach((output) => this.discardOutput(output));
    this.#inputs = [];
    this.#outputs = [];
    this.#isFlushing = false;
    this.#wantsRoom = false;
    this.#hasFailed = false;
    this.#needsRestart = true;
    void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.reset();
  }

  /** Hands the input to the codec, `again` where outputs must be taken first. The input stays this object's. */
  protected abstract put(input: Input): Promise<Status>;
  /** Tells the codec that there is no more input. */
  protected abstract putEnd(): Promise<Status>;
  /** Takes an output, `again` where there is none before more input, `end` after the last one. */
  protected abstract take(): Promise<Status | { output: Output }>;
  /** Makes the codec ready for more after its end, or as new, with all that it has forgotten. */
  protected abstract restart(reason: 'end' | 'reset'): Status;
  protected abstract free(): void;
  protected discardInput(_input: Input): void {}
  protected discardOutput(_output: Output): void {}

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (await this.#step());
    this.#isBusy = false;
    if (this.#isClosed) this.free();
  }

  /** True where there is more to do. */
  async #step(): Promise<boolean> {
    if (this.#isClosed || this.#hasFailed) return false;
    if (this.#needsRestart) {
      this.#needsRestart = false;
      return this.#judge(this.restart('reset'), this.#generation);
    }
    if (this.#outputs.length >= mostOutputs) return false;
    const generation = this.#generation;
    if (this.#inputs.length > 0) {
      const input = this.#inputs[0];
      const status = await this.put(input);
      if (generation !== this.#generation) return true;
      if (status === 'again') return this.#takeAll(generation);
      this.#inputs.shift();
      this.discardInput(input);
      if (!this.#judge(status, generation)) return false;
      const goesOn = await this.#takeAll(generation);
      if (generation === this.#generation) this.#tellOfRoom();
      return goesOn;
    }
    return this.#isFlushing ? this.#finish(generation) : false;
  }

  /** Takes what has come out. False after a failure. */
  async #takeAll(generation: number): Promise<boolean> {
    for (;;) {
      const result = await this.take();
      if (typeof result === 'object' && 'output' in result) {
        if (generation !== this.#generation) {
          this.discardOutput(result.output);
          return true;
        }
        this.#outputs.push(result.output);
        this.#later(generation, () => this.#events.progress());
        continue;
      }
      return generation !== this.#generation || this.#judge(result, generation);
    }
  }

  async #finish(generation: number): Promise<boolean> {
    const status = await this.putEnd();
    if (generation !== this.#generation) return true;
    if (!this.#judge(status, generation) || !(await this.#takeAll(generation))) return false;
    if (generation !== this.#generation) return true;
    this.#isFlushing = false;
    if (!this.#judge(this.restart('end'), generation)) return false;
    this.#later(generation, () => this.#events.flushed());
    return this.#inputs.length > 0;
  }

  #judge(status: Status, generation: number): boolean {
    if (typeof status !== 'object') return true;
    this.#hasFailed = true;
    this.#later(generation, () => this.#events.failed(status));
    return false;
  }

  #tellOfRoom(): void {
    if (!this.#wantsRoom) return;
    this.#wantsRoom = false;
    this.#later(this.#generation, () => this.#events.progress());
  }

  #later(generation: number, tell: () => void): void {
    setImmediate(() => {
      if (generation === this.#generation && !this.#isClosed) tell();
    });
  }
}

/** Inputs that wait for the codec; behind them they wait with WebCodecs, where script sees their number. */
const mostInputs = 4;
/** Outputs that wait to be received. Each may be a frame of many megabytes. */
const mostOutputs = 8;
