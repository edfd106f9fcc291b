import vm from 'node:vm';
import type { MessagePort } from 'node:worker_threads';
import { AudioWorkletProcessor } from './AudioWorkletProcessor';

/** What stays of this thread's global object: the language, and interfaces that are exposed to worklets. */
const exposed = new Set([
  'AbortController', 'AbortSignal', 'DOMException', 'Event', 'EventTarget', 'MessageChannel', 'MessageEvent', 'MessagePort',
  'ReadableStream', 'TextDecoder', 'TextEncoder', 'TransformStream', 'URL', 'URLSearchParams', 'WebAssembly', 'WritableStream', 'console',
]);

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
  port(): MessagePort | undefined;
  registerProcessor(name: unknown, processorCtor: unknown): void;
}

/** Makes the global object of this thread an AudioWorkletGlobalScope. */
export function becomeGlobalScope({ clock, sampleRate, renderQuantumSize, port, registerProcessor }: GlobalScopeState): void {
  const language = languageGlobals();
  // Node makes some of its globals when they are first read, out of others that are about to go.
  for (const name of exposed) Reflect.get(globalThis, name);
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!exposed.has(name as string) && !language.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  for (const type of [WorkletGlobalScope, AudioWorkletGlobalScope, AudioWorkletProcessor]) {
    Object.defineProperty(type.prototype, Symbol.toStringTag, { value: type.name, configurable: true });
    Object.defineProperty(globalThis, type.name, { value: type, writable: true, configurable: true });
  }
  Object.setPrototypeOf(globalThis, AudioWorkletGlobalScope.prototype);
  const frameRate = Math.fround(sampleRate);
  const attributes: Readonly<Record<string, () => unknown>> = {
    currentFrame: () => clock[0],
    currentTime: () => clock[0]! / sampleRate,
    sampleRate: () => frameRate,
    renderQuantumSize: () => renderQuantumSize,
    port,
  };
  for (const [name, get] of Object.entries(attributes)) {
    Object.defineProperty(globalThis, name, { get, enumerable: true, configurable: true });
  }
  Object.defineProperty(globalThis, 'registerProcessor', {
    value: function registerProcessor_(name: unknown, processorCtor: unknown) {
      if (arguments.length < 2) {
        throw new TypeError(`Failed to execute 'registerProcessor' on 'AudioWorkletGlobalScope': 2 arguments required, but only ${arguments.length} present.`);
      }
      registerProcessor(name, processorCtor);
    },
    enumerable: true,
    configurable: true,
    writable: true,
  });
  Object.defineProperty((globalThis as Record<string, any>)['registerProcessor'], 'name', { value: 'registerProcessor', configurable: true });
}

/** The properties that the language itself gives a global object. */
function languageGlobals(): Set<PropertyKey> {
  return new Set(vm.runInNewContext('Reflect.ownKeys(globalThis)') as PropertyKey[]);
}
