/**
 * A host whose render engines record what they are told and render nothing: it is bound to the free name `host` when this
 * module is evaluated, so import it before the interfaces under test.
 */
import { AutomationRate, Command, EngineEvent, EngineState, NodeKind, NodeOp, ParamEventType, StateWord } from '../../../src/generated/commands';
import type {
  AudioDevice,
  DecodedAudio,
  EngineEvents,
  HostError,
  OfflineEngine,
  OfflineOptions,
  RealtimeEngine,
  RealtimeOptions,
} from '../../../src/host/Host';

function nameOf(enumeration: Record<string, number>, value: number): string {
  return Object.keys(enumeration).find((name) => enumeration[name] === value) ?? String(value);
}

/** How many words follow the opcode, where that is fixed. */
const fixedLengths: Readonly<Record<number, number>> = {
  [Command.ReleaseNode]: 1,
  [Command.SetChannels]: 4,
  [Command.Connect]: 4,
  [Command.ConnectParam]: 4,
  [Command.Disconnect]: 4,
  [Command.DisconnectParam]: 4,
  [Command.ParamSetRate]: 3,
  [Command.ParamCancel]: 3,
  [Command.ParamCancelAndHold]: 3,
};

/** Samples, or how many there are where that is more than one reads. */
function textOf(samples: Float32Array): string {
  return samples.length > 100 ? `{${samples.length} samples}` : `{${samples.join(',')}}`;
}

/** Commands as readable lines, e.g. `Connect 2 0 1 0`. */
function decode(words: Float64Array, count: number, attachments: readonly Float32Array[]): string[] {
  const lines: string[] = [];
  let at = 0;
  const take = (): number => words[at++]!;
  const takeAll = (length: number): number[] => Array.from({ length }, take);
  while (at < count) {
    const command = take();
    const name = nameOf(Command, command);
    if (command === Command.CreateNode) {
      const [node, kind, ...shape] = takeAll(7);
      const params = Array.from({ length: take() }, () => takeAll(5));
      const values = takeAll(take());
      const text = params.map(([, , , rate, initial]) => `${nameOf(AutomationRate, rate!)}:${initial}`).join(',');
      lines.push([name, node, nameOf(NodeKind, kind!), ...shape, `[${text}]`, ...values].join(' '));
    } else if (command === Command.ParamEvent) {
      const [node, param, type, value, time, extra, attachment] = takeAll(7);
      const curve = attachment === -1 ? '' : ` {${attachments[attachment!]!.join(',')}}`;
      lines.push(`${name} ${node} ${param} ${nameOf(ParamEventType, type!)} ${value} ${time} ${extra}${curve}`);
    } else if (command === Command.Message) {
      const [node, op, first, number] = takeAll(4);
      const values = takeAll(take());
      const data = Array.from({ length: number! }, (_, index) => textOf(attachments[first! + index]!));
      lines.push([name, node, nameOf(NodeOp, op!), ...values, ...data].join(' '));
    } else {
      lines.push([name, ...takeAll(fixedLengths[command]!)].join(' '));
    }
  }
  return lines;
}

class RecordingEngine {
  readonly state = new Float64Array(StateWord.Count);
  readonly log: string[] = [];
  readonly batches: string[][] = [];
  readonly attachments: Float32Array[] = [];
  readonly values = new Map<string, number>();
  closed = false;
  #events: EngineEvents;

  constructor(events: EngineEvents) {
    this.#events = events;
  }

  submit(words: Float64Array, count: number, attachments: readonly Float32Array[]): number {
    const batch = decode(words, count, attachments);
    this.attachments.push(...attachments);
    this.batches.push(batch);
    this.log.push(...batch);
    return this.batches.length;
  }

  /** Pretends that all batches are in force and that rendering has come to `frame`. */
  rendered(frame: number): void {
    this.state[StateWord.AppliedBatch] = this.batches.length;
    this.state[StateWord.CurrentFrame] = frame;
  }

  emit(type: number, a = 0, b = 0, c = 0): void {
    this.#events(Float64Array.of(type, a, b, c), 4);
  }

  emitAll(...events: [number, number, number, number][]): void {
    this.#events(Float64Array.from(events.flat()), events.length * 4);
  }

  paramValue(node: number, param: number): number {
    this.log.push(`paramValue ${node} ${param}`);
    return this.values.get(`${node} ${param}`) ?? 0;
  }

  analyserTimeDomain(_node: number, out: Float32Array): void {
    for (let index = 0; index < out.length; ++index) out[index] = index / out.length;
  }

  analyserFrequency(_node: number, out: Float32Array): void {
    for (let index = 0; index < out.length; ++index) out[index] = -index;
  }

  reduction(): number {
    return -1;
  }

  close(): void {
    this.closed = true;
    this.log.push('close');
  }
}

export class RecordingRealtimeEngine extends RecordingEngine implements RealtimeEngine {
  readonly requests: { serial: number; type: string }[] = [];
  holds = false;
  readonly options: RealtimeOptions;

  constructor(options: RealtimeOptions, events: EngineEvents) {
    super(events);
    this.options = options;
  }

  setState(state: number, serial: number): void {
    this.log.push(`setState ${nameOf(EngineState, state)}`);
    this.requests.push({ serial, type: nameOf(EngineState, state) });
  }

  setSink(sinkId: string | null, serial: number): void {
    this.log.push(`setSink ${sinkId}`);
    this.requests.push({ serial, type: 'Sink' });
  }

  keepAlive(hold: boolean): void {
    this.holds = hold;
  }

  /** Answers the oldest request. */
  answer(type: number = EngineEvent.StateChanged): void {
    const request = this.requests.shift()!;
    const state = (EngineState as Record<string, number>)[request.type] ?? EngineState.Running;
    this.emit(type, state, request.serial);
  }
}

export class RecordingOfflineEngine extends RecordingEngine implements OfflineEngine {
  readonly options: OfflineOptions;
  /** The newest. */
  output: readonly Float32Array[] = [];

  constructor(options: OfflineOptions, events: EngineEvents) {
    super(events);
    this.options = options;
  }

  render(output: readonly Float32Array[]): boolean {
    this.output = output;
    this.log.push(`render ${output[0]!.length}`);
    return settings.hasThreads;
  }

  suspendAt(frame: number): void {
    this.log.push(`suspendAt ${frame}`);
  }

  resume(): void {
    this.log.push('resume');
  }
}

/** Set by tests. */
export const settings: {
  openFailure: HostError | null;
  hasThreads: boolean;
  decode: (bytes: Uint8Array) => DecodedAudio | HostError;
  devices: AudioDevice[];
  now: number;
} = {
  openFailure: null,
  hasThreads: true,
  decode: () => ({ code: 'encoding', message: 'not audio.' }),
  devices: [],
  now: 0,
};

export const engines: { realtime: RecordingRealtimeEngine[]; offline: RecordingOfflineEngine[] } = { realtime: [], offline: [] };

export const newest = {
  get realtime(): RecordingRealtimeEngine {
    return engines.realtime[engines.realtime.length - 1]!;
  },
  get offline(): RecordingOfflineEngine {
    return engines.offline[engines.offline.length - 1]!;
  },
};

/** Lets queued tasks and what they queue run. */
export async function tasks(rounds = 4): Promise<void> {
  for (let round = 0; round < rounds; ++round) await new Promise((resolve) => setImmediate(resolve));
}

(globalThis as Record<string, unknown>).host = {
  now: () => settings.now,
  setTimeout,
  clearTimeout,
  queueTask: (callback: () => void) => setImmediate(callback),
  reportException: (error: unknown) => {
    throw error;
  },
  isSecureContext: true,
  transferArrayBuffer: (buffer: ArrayBuffer) => structuredClone(buffer, { transfer: [buffer] }),
  baseURL: 'about:blank',
  getRandomValues: (bytes: Uint8Array) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
  audio: {
    outputInfo: () => ({ sampleRate: 48000, maxChannelCount: 6, backend: 'silent', label: 'recording' }),
    outputDevices: () => settings.devices,
    openRealtime: (options: RealtimeOptions, events: EngineEvents) => {
      if (settings.openFailure !== null) return settings.openFailure;
      engines.realtime.push(new RecordingRealtimeEngine(options, events));
      return newest.realtime;
    },
    openOffline: (options: OfflineOptions, events: EngineEvents) => {
      if (settings.openFailure !== null) return settings.openFailure;
      engines.offline.push(new RecordingOfflineEngine(options, events));
      return newest.offline;
    },
  },
  codecs: {
    decodeAudioData: (bytes: Uint8Array, _sampleRate: number, done: (result: DecodedAudio | HostError) => void) => {
      setImmediate(() => done(settings.decode(bytes)));
    },
  },
};
