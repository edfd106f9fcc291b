/** What `addEventListener` takes, for programs without TypeScript's `dom` library. */

export interface EventListenerOptions {
  capture?: boolean;
}

export interface AddEventListenerOptions extends EventListenerOptions {
  once?: boolean;
  passive?: boolean;
  signal?: AbortSignal;
}

export type EventListenerOrEventListenerObject = ((event: Event) => void) | { handleEvent(event: Event): void };
