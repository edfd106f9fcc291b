/** Types of the platform, for programs without TypeScript's `dom` library. */

export interface EventListenerOptions {
  capture?: boolean;
}

export interface AddEventListenerOptions extends EventListenerOptions {
  once?: boolean;
  passive?: boolean;
  signal?: AbortSignal;
}

export type EventListenerOrEventListenerObject = ((event: Event) => void) | { handleEvent(event: Event): void };

/** The realm's MessagePort: lib.dom's, or Node's. */
export type MessagePort = typeof globalThis extends { MessagePort: { prototype: infer Port } } ? Port : unknown;

/** lib.dom's, or what it says. */
export type ErrorEvent = typeof globalThis extends { ErrorEvent: { prototype: infer ErrorEvent } }
  ? ErrorEvent
  : Event & { readonly message: string; readonly filename: string; readonly lineno: number; readonly colno: number; readonly error: unknown };

/** lib.dom's, or what it says. */
export type DOMRectReadOnly = typeof globalThis extends { DOMRectReadOnly: { prototype: infer Rect } }
  ? Rect
  : {
    readonly x: number; readonly y: number; readonly width: number; readonly height: number;
    readonly top: number; readonly right: number; readonly bottom: number; readonly left: number;
    toJSON(): unknown;
  };

/** The realm's ReadableStream: lib.dom's, or Node's. */
export type ReadableStream = typeof globalThis extends { ReadableStream: { prototype: infer Stream } } ? Stream : unknown;
