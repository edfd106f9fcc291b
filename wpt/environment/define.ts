/** Puts an interface or a global on an object as Web IDL does: writable, configurable, not enumerable. */
export function defineHidden(target: object, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** Puts operations on a global as Web IDL does: enumerable. */
export function defineOperations(target: object, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
  }
}

/** Puts a read-only attribute on an object. */
export function defineAttribute(target: object, name: string, get: () => unknown): void {
  Object.defineProperty(target, name, { get, configurable: true, enumerable: true });
}

/** The class string of an interface. */
export function defineTag(prototype: object, name: string): void {
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

type Listener = (event: object) => unknown;

/**
 * An event handler IDL attribute (https://html.spec.whatwg.org/#event-handler-idl-attributes) on a prototype of an EventTarget: the
 * handler keeps the place in the order of listeners that it had when it was first set.
 */
export function defineEventHandler(prototype: object, type: string, whenSet: (target: any) => void = () => {}): void {
  const handlers = new WeakMap<object, { current: Listener | null }>();
  Object.defineProperty(prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get(this: object) {
      return handlers.get(this)?.current ?? null;
    },
    set(this: EventTarget, value: unknown) {
      const current = typeof value === 'function' ? (value as Listener) : null;
      const slot = handlers.get(this);
      if (slot !== undefined) {
        slot.current = current;
      } else if (current !== null) {
        const added = { current: current as Listener | null };
        handlers.set(this, added);
        this.addEventListener(type, (event) => added.current?.call(this, event));
      }
      whenSet(this);
    },
  });
}
