/**
 * A Host without addon or sound, so that what depends on realms and windows can be tested anywhere: its engines answer requests, and
 * an offline render completes at once with silence.
 */
import { EngineEvent, EngineState, StateWord } from '../../../../src/generated/commands';
import type { EngineEvents, Host, OfflineEngine, RealtimeEngine, RenderEngine } from '../../../../src/host/Host';

export class ClocklessHost implements Host {
  readonly isSecureContext = true;
  readonly baseURL = 'about:blank';
  readonly reported: unknown[] = [];
  /** Engines that are open. */
  readonly open = new Set<RenderEngine>();

  readonly audio: Host['audio'] = {
    outputInfo: () => ({ sampleRate: 48000, maxChannelCount: 2, backend: 'silent', label: 'none' }),
    outputDevices: () => [],
    openRealtime: (_options, events) => {
      const engine: RealtimeEngine = {
        ...this.#engine(() => engine),
        setState: (state, serial) => this.#send(events, EngineEvent.StateChanged, state, serial),
        keepAlive: () => {},
        setSink: (_sinkId, serial) => this.#send(events, EngineEvent.StateChanged, EngineState.Running, serial),
      };
      this.open.add(engine);
      return engine;
    },
    openOffline: (_options, events) => {
      const engine: OfflineEngine = {
        ...this.#engine(() => engine),
        render: ([channel]) => {
          this.#send(events, EngineEvent.Completed, channel!.length, 0);
          return true;
        },
        suspendAt: () => {},
        resume: () => {},
      };
      this.open.add(engine);
      return engine;
    },
  };

  readonly codecs: Host['codecs'] = {
    decodeAudioData: (_bytes, _sampleRate, done) => setImmediate(() => done({ code: 'encoding', message: 'Not a known format.' })),
  };

  now(): number {
    return performance.now();
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    return setTimeout(callback, milliseconds);
  }

  clearTimeout(handle: unknown): void {
    clearTimeout(handle as NodeJS.Timeout);
  }

  queueTask(callback: () => void): void {
    setImmediate(callback);
  }

  reportException(error: unknown): void {
    this.reported.push(error);
  }

  transferArrayBuffer(buffer: ArrayBuffer): ArrayBuffer {
    return structuredClone(buffer, { transfer: [buffer] });
  }

  getRandomValues(bytes: Uint8Array): void {
    crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
  }

  #engine(self: () => RenderEngine): RenderEngine {
    return {
      state: new Float64Array(StateWord.Count),
      submit: () => 0,
      paramValue: () => 0,
      analyserTimeDomain: () => {},
      analyserFrequency: () => {},
      reduction: () => 0,
      close: () => void this.open.delete(self()),
    };
  }

  #send(events: EngineEvents, ...words: number[]): void {
    const record = new Float64Array(4);
    record.set(words);
    setImmediate(() => events(record, 1));
  }
}
