/**
 * Events the platform fires are trusted, and what their listeners throw is reported to the window. DOM libraries do both only
 * for events of their own making, so this goes through the seams they leave.
 */

/** What jsdom keeps behind a wrapper: `wrapper[Symbol(impl)]`. */
interface JsdomImplementation {
  isTrusted?: boolean;
  _dispatch?(event: JsdomImplementation): boolean;
  _ownerDocument?: unknown;
}

let jsdomImpl: symbol | undefined;

/** The implementation behind a wrapper of jsdom; undefined for anybody else's object. */
export function jsdomImplementation(wrapper: object): JsdomImplementation | undefined {
  if (jsdomImpl === undefined || !(jsdomImpl in wrapper)) {
    const symbol = Object.getOwnPropertySymbols(wrapper).find(({ description }) => description === 'impl');
    if (symbol === undefined) return undefined;
    jsdomImpl = symbol;
  }
  return (wrapper as Record<symbol, JsdomImplementation>)[jsdomImpl];
}

/**
 * Dispatches `event` at `target` as the platform does. `document`, where there is one, is the document whose window hears of
 * exceptions in listeners.
 */
export function dispatchTrusted(target: EventTarget, event: Event, document?: object): boolean {
  const eventImpl = jsdomImplementation(event);
  const targetImpl = jsdomImplementation(target);
  if (eventImpl && targetImpl?._dispatch) {
    // jsdom finds the window to report to by its target's document.
    if (document) targetImpl._ownerDocument ??= jsdomImplementation(document);
    eventImpl.isTrusted = true;
    return targetImpl._dispatch(eventImpl);
  }
  // happy-dom has no such attribute at all. Node's is not configurable, and stays false.
  if (!('isTrusted' in event)) Object.defineProperty(event, 'isTrusted', { value: true, enumerable: true });
  return target.dispatchEvent(event);
}
