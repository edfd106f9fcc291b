import type { Network } from './network';

/**
 * A global scope that an environment furnishes: a window of jsdom or the global of a Worker thread. Every file of this folder
 * adds one concern to it.
 */
export interface Scope {
  /** The global object; constructors and intrinsics of the realm are read from it. */
  readonly global: any;
  readonly network: Network;
  /** The URL that relative URLs resolve against. */
  baseURL(): string;
  readonly origin: string;
  /** Takes an ArrayBuffer of Node's realm into this one without copying. */
  adoptBuffer(buffer: ArrayBuffer): ArrayBuffer;
  /** Dispatches as the user agent does. */
  fire(target: EventTarget, event: object): void;
  /** HTML's *report an exception*. */
  report(error: unknown): void;
}
