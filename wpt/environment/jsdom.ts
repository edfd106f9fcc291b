import { createRequire } from 'node:module';

/**
 * The user's copy of jsdom, with the few inner modules that an environment has to reach: jsdom has no `exports` map, and
 * offers no hook of its own for windows of frames and for module scripts.
 */
const require = createRequire(import.meta.url);

/** A jsdom window; anything may be on it. */
export type Window = any;

export interface JSDOMInstance {
  readonly window: Window;
  getInternalVMContext(): object;
}

interface VirtualConsole {
  on(event: string, listener: (...values: any[]) => void): this;
  emit(event: string, ...values: unknown[]): boolean;
}

interface JSDOMModule {
  readonly JSDOM: new (html: string | Uint8Array, options: object) => JSDOMInstance;
  readonly VirtualConsole: new () => VirtualConsole;
  readonly CookieJar: new () => object;
  requestInterceptor(answer: (request: Request, context: { element: object | null }) => Promise<Response | undefined>): unknown;
}

export const jsdom = require('jsdom') as JSDOMModule;

/** `createWindow` is looked up here at every call by the frame elements, so replacing it reaches their windows. */
export const windowModule = require('jsdom/lib/jsdom/browser/Window.js') as { createWindow(options: any): Window };

export const parser = require('jsdom/lib/jsdom/browser/parser/index.js') as { parseIntoDocument(markup: string, document: object): void };

export const frameElement = require('jsdom/lib/jsdom/living/nodes/HTMLFrameElement-impl.js') as { implementation: { prototype: any } };

export const scriptElement = require('jsdom/lib/jsdom/living/nodes/HTMLScriptElement-impl.js') as { implementation: { prototype: any } };

export const reportException = require('jsdom/lib/jsdom/living/helpers/runtime-script-errors.js') as
  (window: Window, error: unknown, fileName?: string) => void;

const { implSymbol } = require('jsdom/lib/generated/idl/utils.js') as { implSymbol: symbol };

/** The implementation object behind a wrapper, undefined for any other object. */
export function implementationOf(wrapper: any): any {
  return Object.hasOwn(wrapper, implSymbol) ? wrapper[implSymbol] : undefined;
}

/**
 * Dispatches an event as the user agent does: `isTrusted` is true. jsdom finds the window that hears of exceptions in listeners by the
 * target's document, which targets that are not nodes are given here.
 */
export function dispatchTrusted(target: any, event: any, window: Window): boolean {
  const eventImplementation = implementationOf(event);
  const implementation = implementationOf(target);
  if (target !== window) {
    implementation._ownerDocument ??= implementationOf(window.document);
  }
  eventImplementation.isTrusted = true;
  return implementation._dispatch(eventImplementation);
}
