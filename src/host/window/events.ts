/**
 * Events the platform fires are trusted, and what their listeners throw is reported to the window. DOM libraries do both only
 * for events of their own making, so this goes through the seams they leave.
 */
import { jsdomImplementation } from '../jsdom/implementation';

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
