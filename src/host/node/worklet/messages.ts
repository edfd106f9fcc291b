import type { MessagePort } from 'node:worker_threads';
import type { HostError, ModuleSource, ProcessorFailure, WorkletParameter } from '../../Host';

/** What the Worker of an AudioWorklet starts with. */
export interface WorkletStart {
  /** By which the addon finds the engine. */
  readonly link: number;
  readonly port: MessagePort;
  readonly sampleRate: number;
  readonly renderQuantumSize: number;
  /** Names of the properties that the language itself gives a global object. */
  readonly languageGlobals: readonly string[];
}

export type ToWorklet =
  | { readonly kind: 'addModule'; readonly id: number; readonly url: string; readonly credentials: string }
  | { readonly kind: 'source'; readonly url: string; readonly result: ModuleSource | HostError }
  | { readonly kind: 'setPort'; readonly port: MessagePort }
  /** A `create` for this node comes next; it may turn out not to be readable. */
  | { readonly kind: 'announce'; readonly node: number }
  | { readonly kind: 'create'; readonly node: number; readonly name: string; readonly options: unknown; readonly port: MessagePort };

export type FromWorklet =
  | { readonly kind: 'fetch'; readonly url: string; readonly credentials: string }
  | { readonly kind: 'added'; readonly id: number; readonly failure: HostError | null }
  | { readonly kind: 'registered'; readonly name: string; readonly parameters: readonly WorkletParameter[] }
  | { readonly kind: 'created'; readonly node: number; readonly failure: ProcessorFailure | null }
  | { readonly kind: 'failed'; readonly node: number; readonly failure: ProcessorFailure };
