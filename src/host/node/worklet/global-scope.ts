import type { MessagePort } from 'node:worker_threads';
import { exposed, hidden } from '../../../generated/worklet-exposure';
import { AudioWorkletProcessor } from './AudioWorkletProcessor';

class WorkletGlobalScope {
  constructor() {
    throw new TypeError('Illegal constructor');
  }
}

/** https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope */
class AudioWorkletGlobalScope extends WorkletGlobalScope {}

export interface GlobalScopeState {
  /** The first frame of the quantum being rendered. */
  readonly clock: Float64Array;
  readonly sampleRate: number;
  readonly renderQuantumSize: number;
  readonly console: Console;
  /** The properties that the language itself gives a global object. */
  readonly languageGlobals: readonly string[];
  port(): MessagePort | undefined;
  registerProcessor(name: unknown, processorCtor: unknown): void;
}

/** Makes the global object of this thread an AudioWorkletGlobalScope: the language, and what is exposed to worklets. */
export function becomeGlobalScope(state: GlobalScopeState): void {
  const { clock, sampleRate, renderQuantumSize, port, registerProcessor } = state;
  hideTheRest(state.languageGlobals);
  for (const type of [WorkletGlobalScope, AudioWorkletGlobalScope, AudioWorkletProcessor]) {
    Object.defineProperty(type.prototype, Symbol.toStringTag, { value: type.name, configurable: true });
    defineHidden(globalThis, type.name, type);
  }
  Object.setPrototypeOf(globalThis, AudioWorkletGlobalScope.prototype);
  defineHidden(globalThis, 'console', state.console);
  const frameRate = Math.fround(sampleRate);
  const operations = {
    get currentFrame() { return clock[0]; },
    get currentTime() { return clock[0]! / sampleRate; },
    get sampleRate() { return frameRate; },
    get renderQuantumSize() { return renderQuantumSize; },
    get port() { return port(); },
    registerProcessor(name: unknown, processorCtor: unknown): void {
      if (arguments.length < 2) {
        throw new TypeError(`Failed to execute 'registerProcessor' on 'AudioWorkletGlobalScope': 2 arguments required, but only ${arguments.length} present.`);
      }
      registerProcessor(name, processorCtor);
    },
  };
  Object.defineProperties(globalThis, Object.getOwnPropertyDescriptors(operations));
}

function hideTheRest(languageGlobals: readonly string[]): void {
  const kept = new Set<PropertyKey>([...languageGlobals, ...exposed]);
  // Node makes some of its globals when they are first read, out of others that are about to go.
  for (const name of exposed) Reflect.get(globalThis, name);
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!kept.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  for (const [owner, members] of Object.entries(hidden)) {
    for (const member of members) Reflect.deleteProperty(Reflect.get(globalThis, owner) as object, member);
  }
  // The agent of a worklet can't block: https://html.spec.whatwg.org/#obtain-a-worklet-agent
  defineHidden(Atomics, 'wait', {
    wait(_typedArray: unknown, _index: unknown, _value: unknown, _timeout: unknown): never {
      throw new TypeError('Atomics.wait cannot be called in this context');
    },
  }.wait);
}

function defineHidden(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, configurable: true });
}
