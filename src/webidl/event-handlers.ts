/**
 * Event handler IDL attributes: https://html.spec.whatwg.org/multipage/webappapis.html#event-handlers
 */
import { wrapperOf, type PlatformObject } from './platform-object';
import { isObject } from './conversions';

interface EventHandler {
  value: object;
  listener: (event: Event) => void;
}

/** The event handler map of each target, by event type. A handler whose value is null has no entry. */
const eventHandlers = new WeakMap<PlatformObject, Map<string, EventHandler>>();

/** Taken before script can replace them. */
const { addEventListener, removeEventListener } = EventTarget.prototype;

export function getEventHandler(target: PlatformObject, type: string): object | null {
  return eventHandlers.get(target)?.get(type)?.value ?? null;
}

/**
 * The setter. A handler keeps the place in the listener list that it took when its value was last null:
 * https://html.spec.whatwg.org/multipage/webappapis.html#activate-an-event-handler
 */
export function setEventHandler(target: PlatformObject, type: string, value: unknown): void {
  let map = eventHandlers.get(target);
  const handler = map?.get(type);
  // [LegacyTreatNonObjectAsNull]
  if (!isObject(value)) {
    if (handler === undefined) return;
    map!.delete(type);
    removeEventListener.call(wrapperOf(target), type, handler.listener as never);
    return;
  }
  if (handler !== undefined) {
    handler.value = value;
    return;
  }
  if (map === undefined) eventHandlers.set(target, (map = new Map()));
  const added: EventHandler = { value, listener: (event) => process(added, event) };
  map.set(type, added);
  addEventListener.call(wrapperOf(target), type, added.listener as never);
}

/**
 * https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm
 * A [LegacyTreatNonObjectAsNull] callback may be an object that can't be called; then nothing happens.
 */
function process(handler: EventHandler, event: Event): void {
  const { value } = handler;
  if (typeof value !== 'function') return;
  // Step 3: special error event handling is not applicable, no target here is a global scope.
  // Step 4: an exception goes through to the dispatcher, which reports it as any listener's.
  const returned: unknown = Reflect.apply(value, event.currentTarget, [event]);
  // Step 5: beforeunload is not applicable, no Window.
  if (returned === false) event.preventDefault();
}
