/** Small graphs for tests of hosts and devices, written as commands. */
import { AutomationRate, ChannelCountMode, ChannelInterpretation, Command, EngineEvent, EngineState, NodeKind, NodeOp } from '../../src/generated/commands';
import { isHostError } from '../../src/host/Host';
import type { Host, OfflineEngine, RealtimeEngine, RealtimeOptions } from '../../src/host/Host';

export const destination = 1;
const mostPositive = 3.4028234663852886e38;

const param = (value: number): number[] => [value, -mostPositive, mostPositive, AutomationRate.ARate, value];

function createNode(node: number, kind: number, inputs: number, params: number[][], args: number[] = []): number[] {
  return [
    Command.CreateNode, node, kind, inputs, 1, 2, ChannelCountMode.Max, ChannelInterpretation.Speakers,
    params.length, ...params.flat(), args.length, ...args,
  ];
}

/** A source of `value` from time 0 on, connected to the destination. */
export function constantSource(node: number, value: number): number[] {
  return [
    ...createNode(node, NodeKind.ConstantSource, 0, [param(value)]),
    Command.Connect, node, 0, destination, 0,
    Command.Message, node, NodeOp.Start, 0, 0, 1, 0,
  ];
}

/** A source of the samples attached as `attachments` first to last, connected to the destination. */
export function bufferSource(node: number, sampleRate: number, channels: number, when = 0): number[] {
  return [
    ...createNode(node, NodeKind.BufferSource, 0, [param(1), param(0)]),
    Command.Connect, node, 0, destination, 0,
    Command.Message, node, NodeOp.SetBuffer, 0, channels, 1, sampleRate,
    Command.Message, node, NodeOp.Start, 0, 0, 3, when, 0, -1,
  ];
}

export function submit(engine: RealtimeEngine | OfflineEngine, words: number[], attachments: Float32Array[] = []): number {
  return engine.submit(Float64Array.from(words), words.length, attachments);
}

export interface EventRecord {
  readonly type: number;
  readonly first: number;
  readonly second: number;
}

export function readEvents(words: Float64Array, count: number): EventRecord[] {
  const records: EventRecord[] = [];
  for (let i = 0; i < count; i += 4) records.push({ type: words[i], first: words[i + 1], second: words[i + 2] });
  return records;
}

/** Renders what `words` describe. */
export async function renderOffline(host: Host, length: number, numberOfChannels: number, words: number[], attachments: Float32Array[] = [], sampleRate = 48000) {
  const output = Array.from({ length: numberOfChannels }, () => new Float32Array(length));
  await new Promise<void>((resolve, reject) => {
    const engine = host.audio.openOffline({ sampleRate, renderQuantumSize: 128, numberOfChannels }, (events, count) => {
      if (readEvents(events, count).some(({ type }) => type === EngineEvent.Completed)) {
        (engine as OfflineEngine).close();
        resolve();
      }
    });
    if (isHostError(engine)) return reject(new Error(engine.message));
    submit(engine, words, attachments);
    engine.render(output);
  });
  return output;
}

/** A context in real time whose answers can be awaited. */
export class LiveEngine {
  readonly engine: RealtimeEngine;
  readonly events: EventRecord[] = [];
  readonly #waiting: { matches: (event: EventRecord) => boolean; resolve: (event: EventRecord) => void }[] = [];
  #serial = 0;

  constructor(host: Host, options: Partial<RealtimeOptions> = {}) {
    const engine = host.audio.openRealtime(
      { sampleRate: 48000, renderQuantumSize: 128, latency: 0, sinkId: '', numberOfChannels: 2, ...options },
      (words, count) => {
        for (const event of readEvents(words, count)) {
          this.events.push(event);
          for (const waiter of this.#waiting.filter(({ matches }) => matches(event))) {
            this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
            waiter.resolve(event);
          }
        }
      },
    );
    if (isHostError(engine)) throw new Error(engine.message);
    this.engine = engine;
  }

  /** Seconds of context time. */
  get currentTime(): number {
    return this.engine.state[0] / 48000;
  }

  next(matches: (event: EventRecord) => boolean): Promise<EventRecord> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  setState(state: number): Promise<EventRecord> {
    const serial = ++this.#serial;
    this.engine.setState(state, serial);
    return this.next(({ type, second }) => type === EngineEvent.StateChanged && second === serial);
  }

  setSink(sinkId: string | null): Promise<EventRecord> {
    const serial = ++this.#serial;
    this.engine.setSink(sinkId, serial);
    return this.next(({ second }) => second === serial);
  }

  run(): Promise<EventRecord> {
    return this.setState(EngineState.Running);
  }

  close(): void {
    this.engine.close();
  }
}

/** Resolves once `condition` holds; looks after every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
