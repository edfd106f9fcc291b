/**
 * Implementations and their wrappers. An *implementation* is an instance of a hand-written class; its *wrapper* is the
 * platform object that script holds. The generated interface objects are the only code that crosses between them.
 */
import { withIndexedProperties, type IndexedGetter } from './indexed-properties';
import type { InterfaceObject } from './interface-object';

/** What stamps the wrappers of an interface; the generated code derives one class an interface. */
export interface BrandClass {
  new (wrapper: object, impl: never): Brand;
  /** Of an interface with indexed properties. */
  readonly indexed?: IndexedGetter;
}

interface Registration {
  interfaceObject: InterfaceObject;
  brand: BrandClass;
}

/** Registrations by implementation class. */
const registrations = new Map<unknown, Registration>();
/** Constructors of events that are generated whole, by interface name. */
const eventInterfaces = new Map<string, new (type: string, init: object) => Event>();

export function registerInterface(implementation: unknown, interfaceObject: InterfaceObject, brand: BrandClass): void {
  registrations.set(implementation, { interfaceObject, brand });
}

export function registerEvent(name: string, interfaceObject: unknown): void {
  eventInterfaces.set(name, interfaceObject as new (type: string, init: object) => Event);
}

/** A constructor that returns the object it is given, so that a derived class stamps its private fields on that object. */
const ReturnOverride = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/**
 * The link from a wrapper to its implementation: a private field, which neither script nor a proxy can forge. Generated
 * classes derived from this add a field for each interface of the inheritance chain, so that a member of an interface reads
 * a field that only its own objects have: one load where the engine sees few kinds of object.
 */
export class Brand extends ReturnOverride {
  #impl: PlatformObject;

  constructor(wrapper: object, impl: PlatformObject) {
    super(wrapper);
    this.#impl = impl;
  }

  static implOf(value: unknown): PlatformObject | undefined {
    return typeof value === 'object' && value !== null && #impl in value ? (value as Brand).#impl : undefined;
  }
}

/** The implementation behind a wrapper; undefined for every other value. */
export const implOf = Brand.implOf;

/** Base class of implementations. */
export abstract class PlatformObject {
  #wrapper: object | undefined;

  /** An object with the prototype of `newTarget`, to be the wrapper. One that carries state of its own is made by the realm. */
  _makeObject(newTarget: Function): object {
    return Reflect.construct(Object, [], newTarget);
  }

  static wrapperOf(impl: PlatformObject): object {
    return impl.#wrapper ?? makeWrapper(impl);
  }

  static hasWrapper(impl: PlatformObject): boolean {
    return impl.#wrapper !== undefined;
  }

  static link(impl: PlatformObject, brand: BrandClass, wrapper: object): object {
    new brand(wrapper, impl as never);
    impl.#wrapper = wrapper;
    return wrapper;
  }
}

/** The platform object that script sees for an implementation, made on first use. */
export const wrapperOf = PlatformObject.wrapperOf;
/** Whether script can have seen the implementation. */
export const hasWrapper = PlatformObject.hasWrapper;
/** Makes `wrapper` the wrapper of `impl`. */
export const link = PlatformObject.link;

/** Base class of implementations whose interface inherits from EventTarget. */
export abstract class EventTargetObject extends PlatformObject {
  override _makeObject(newTarget: Function): object {
    return Reflect.construct(EventTarget, [], newTarget);
  }

  /**
   * Fires an event at this object (https://dom.spec.whatwg.org/#concept-event-fire). `init` may hold implementations.
   * Returns false when a listener canceled the event.
   */
  fire(type: string, init?: object, interfaceName?: string): boolean {
    if (!hasWrapper(this)) return true; // no wrapper, so no listener
    return dispatch(wrapperOf(this) as EventTarget, createEvent(type, init, interfaceName));
  }
}

/** Base class of implementations whose interface inherits from DOMException. */
export abstract class DOMExceptionObject extends PlatformObject {
  readonly #message: string;
  readonly #name: string;

  constructor(message: string, name: string) {
    super();
    this.#message = message;
    this.#name = name;
  }

  override _makeObject(newTarget: Function): object {
    return Reflect.construct(DOMException, [this.#message, this.#name], newTarget);
  }
}

/** https://dom.spec.whatwg.org/#concept-event-create */
export function createEvent(type: string, init: object = {}, interfaceName = 'Event'): Event {
  if (interfaceName === 'Event') return new Event(type, init);
  const EventInterface = eventInterfaces.get(interfaceName);
  if (EventInterface === undefined) throw new Error(`No event interface '${interfaceName}' is registered.`);
  const record: Record<string, unknown> = {};
  for (const name of Object.keys(init)) record[name] = toScript((init as Record<string, unknown>)[name]);
  return new EventInterface(type, record);
}

/** For realms without one (Node's, before 25): the members of https://html.spec.whatwg.org/#errorevent */
class ErrorEventStandIn extends Event {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
  readonly error: unknown;

  constructor(type: string, init: Record<string, any> = {}) {
    super(type, init);
    ({ message: this.message = '', filename: this.filename = '', lineno: this.lineno = 0, colno: this.colno = 0, error: this.error } = init);
  }
}
Object.defineProperty(ErrorEventStandIn, 'name', { value: 'ErrorEvent', configurable: true });
registerEvent('ErrorEvent', typeof ErrorEvent === 'function' ? ErrorEvent : ErrorEventStandIn);
if (typeof MessageEvent === 'function') registerEvent('MessageEvent', MessageEvent);

/** Taken before script can replace it. */
const { dispatchEvent } = EventTarget.prototype;

/** The one way an event made by the platform reaches its target; a host may mark it trusted. */
export function dispatch(target: EventTarget, event: Event): boolean {
  return host.dispatchEvent === undefined ? dispatchEvent.call(target, event) : host.dispatchEvent(target, event);
}

/** The script-visible form of a value that may be an implementation or an array of them. */
export function toScript(value: unknown): unknown {
  if (value instanceof PlatformObject) return wrapperOf(value);
  if (Array.isArray(value) && value.some((item) => item instanceof PlatformObject)) return value.map(toScript);
  return value;
}

/** https://webidl.spec.whatwg.org/#internally-create-a-new-object-implementing-the-interface */
function makeWrapper(impl: PlatformObject): object {
  let implementation: unknown = impl.constructor;
  let registration = registrations.get(implementation);
  while (registration === undefined) {
    implementation = Object.getPrototypeOf(implementation);
    if (implementation === null) throw new Error(`No interface is registered for ${impl.constructor.name}.`);
    registration = registrations.get(implementation);
  }
  return construct(impl, registration.brand, registration.interfaceObject);
}

/** Makes the wrapper of `impl` with the prototype of `newTarget`, which is the interface object or a class that script derived from it. */
export function construct(impl: PlatformObject, brand: BrandClass, newTarget: Function): object {
  const object = impl._makeObject(newTarget);
  return link(impl, brand, brand.indexed === undefined ? object : withIndexedProperties(object, impl, brand.indexed));
}
