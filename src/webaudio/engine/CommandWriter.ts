import type { HostError, RenderEngine, WorkletThread } from '../../host/Host';
import type { AutomationRate, ChannelCountMode, ChannelInterpretation, NodeKind, NodeOp, ParamEventType } from '../../generated/commands';
import { Command, StateWord } from '../../generated/commands';

/** What `CreateNode` says of each AudioParam, in the order of its index. */
export interface ParamState {
  readonly defaultValue: number;
  readonly minValue: number;
  readonly maxValue: number;
  readonly _rate: AutomationRate;
  readonly _currentValue: number;
}

const initialCapacity = 512;
const noAttachment = -1;

/**
 * The *control message queue* seen from the control thread: commands are appended to one array of doubles and submitted
 * together in the microtask after the first, so everything that one run of script changes comes into force at one render
 * quantum boundary. `native/audio/engine/Commands.h` is the layout.
 */
export class CommandWriter {
  readonly engine: RenderEngine;
  /** The thread that renders in the engine's stead once there is an AudioWorklet. */
  worklet: WorkletThread | null = null;
  #words = new Float64Array(initialCapacity);
  #count = 0;
  #attachments: Float32Array[] = [];
  #lastBatch = 0;
  #flushScheduled = false;
  #closed = false;
  #lastNode = 1;
  readonly #flush = (): void => this.flush();

  constructor(engine: RenderEngine) {
    this.engine = engine;
  }

  /** A node id not used before; 1 is the destination. */
  allocateNode(): number {
    return ++this.#lastNode;
  }

  /** The serial that the commands being collected now will have. Serials of a render engine count from 1. */
  get openBatch(): number {
    return this.#lastBatch + 1;
  }

  /** Whether the render thread has taken a batch. */
  isApplied(batch: number): boolean {
    return batch <= this.engine.state[StateWord.AppliedBatch]!;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Closes the engine: nothing may be asked of it any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.worklet?.close();
    this.engine.close();
  }

  /** Submits what has been collected. Called before anything whose order against the commands matters. */
  flush(): void {
    this.#flushScheduled = false;
    if (this.#count === 0) return;
    const attachments = this.#attachments;
    const count = this.#count;
    this.#attachments = [];
    this.#count = 0;
    if (!this.#closed) this.#lastBatch = this.engine.submit(this.#words, count, attachments);
  }

  createNode(
    node: number,
    kind: NodeKind,
    inputs: number,
    outputs: number,
    channelCount: number,
    channelCountMode: ChannelCountMode,
    channelInterpretation: ChannelInterpretation,
    params: readonly ParamState[],
    argumentValues: readonly number[],
  ): void {
    let at = this.#reserve(10 + params.length * 5 + argumentValues.length);
    const words = this.#words;
    words[at++] = Command.CreateNode;
    words[at++] = node;
    words[at++] = kind;
    words[at++] = inputs;
    words[at++] = outputs;
    words[at++] = channelCount;
    words[at++] = channelCountMode;
    words[at++] = channelInterpretation;
    words[at++] = params.length;
    for (const param of params) {
      words[at++] = param.defaultValue;
      words[at++] = param.minValue;
      words[at++] = param.maxValue;
      words[at++] = param._rate;
      words[at++] = param._currentValue;
    }
    words[at++] = argumentValues.length;
    for (const value of argumentValues) words[at++] = value;
  }

  releaseNode(node: number): void {
    const at = this.#reserve(2);
    this.#words[at] = Command.ReleaseNode;
    this.#words[at + 1] = node;
  }

  setChannels(node: number, channelCount: number, mode: ChannelCountMode, interpretation: ChannelInterpretation): void {
    this.#write5(Command.SetChannels, node, channelCount, mode, interpretation);
  }

  connect(source: number, output: number, destination: number, input: number): void {
    this.#write5(Command.Connect, source, output, destination, input);
  }

  connectParam(source: number, output: number, destination: number, param: number): void {
    this.#write5(Command.ConnectParam, source, output, destination, param);
  }

  disconnect(source: number, output: number, destination: number, input: number): void {
    this.#write5(Command.Disconnect, source, output, destination, input);
  }

  disconnectParam(source: number, output: number, destination: number, param: number): void {
    this.#write5(Command.DisconnectParam, source, output, destination, param);
  }

  setParamRate(node: number, param: number, rate: AutomationRate): void {
    this.#write4(Command.ParamSetRate, node, param, rate);
  }

  /** `extra` is a time constant or a duration, in seconds. */
  paramEvent(node: number, param: number, type: ParamEventType, value: number, time: number, extra = 0, curve: Float32Array | null = null): void {
    const at = this.#reserve(8);
    const words = this.#words;
    words[at] = Command.ParamEvent;
    words[at + 1] = node;
    words[at + 2] = param;
    words[at + 3] = type;
    words[at + 4] = value;
    words[at + 5] = time;
    words[at + 6] = extra;
    words[at + 7] = curve === null ? noAttachment : this.#attachments.push(curve) - 1;
  }

  paramCancel(node: number, param: number, cancelTime: number): void {
    this.#write4(Command.ParamCancel, node, param, cancelTime);
  }

  paramCancelAndHold(node: number, param: number, cancelTime: number): void {
    this.#write4(Command.ParamCancelAndHold, node, param, cancelTime);
  }

  /** A message with numbers only, three at most: the frequent ones, without an array. */
  message(node: number, op: NodeOp, argumentCount: 0 | 1 | 2 | 3, first = 0, second = 0, third = 0): void {
    const at = this.#reserve(6 + argumentCount);
    const words = this.#words;
    words[at] = Command.Message;
    words[at + 1] = node;
    words[at + 2] = op;
    words[at + 3] = noAttachment;
    words[at + 4] = 0;
    words[at + 5] = argumentCount;
    if (argumentCount > 0) words[at + 6] = first;
    if (argumentCount > 1) words[at + 7] = second;
    if (argumentCount > 2) words[at + 8] = third;
  }

  /** A message of any number of arguments, with sample data. */
  messageWithData(node: number, op: NodeOp, attachments: readonly Float32Array[], argumentValues: readonly number[]): void {
    let at = this.#reserve(6 + argumentValues.length);
    const words = this.#words;
    words[at++] = Command.Message;
    words[at++] = node;
    words[at++] = op;
    words[at++] = attachments.length === 0 ? noAttachment : this.#attachments.length;
    words[at++] = attachments.length;
    words[at++] = argumentValues.length;
    for (const value of argumentValues) words[at++] = value;
    for (const attachment of attachments) this.#attachments.push(attachment);
  }

  #write4(command: Command, a: number, b: number, c: number): void {
    const at = this.#reserve(4);
    const words = this.#words;
    words[at] = command;
    words[at + 1] = a;
    words[at + 2] = b;
    words[at + 3] = c;
  }

  #write5(command: Command, a: number, b: number, c: number, d: number): void {
    const at = this.#reserve(5);
    const words = this.#words;
    words[at] = command;
    words[at + 1] = a;
    words[at + 2] = b;
    words[at + 3] = c;
    words[at + 4] = d;
  }

  /** Makes room, schedules the flush, and returns the index of the first word. */
  #reserve(count: number): number {
    const at = this.#count;
    const needed = at + count;
    if (needed > this.#words.length) {
      const grown = new Float64Array(Math.max(needed, this.#words.length * 2));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#count = needed;
    if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      void Promise.resolve().then(this.#flush);
    }
    return at;
  }
}

/** One error for an engine that can't be had: it names what is missing and the remedy. */
export function engineFailure(error: HostError): DOMException {
  return new DOMException(error.message, 'NotSupportedError');
}
