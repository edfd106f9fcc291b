/** What Web IDL says of interface objects that the syntax of classes does not. */
import { registerEvent, registerInterface, type BrandClass } from './platform-object';

export type InterfaceObject = Function & { prototype: object };

/** One row of the list that an API exports to installers. */
export interface InterfaceEntry {
  readonly name: string;
  readonly interface: InterfaceObject;
  /** Names of the global interfaces that show it: `Window`, `DedicatedWorker`, … or `*`. */
  readonly exposed: readonly string[];
  /** Absent from a global that is not a secure context. */
  readonly secureContext: boolean;
}

export interface InterfaceDetails {
  /** The implementation class and the brand of its wrappers; none for events, which are generated whole. */
  implementation?: unknown;
  brand?: BrandClass;
  event?: boolean;
  constants?: Readonly<Record<string, number | boolean>>;
  /** Members that are absent where the realm is not a secure context. */
  secureContext?: readonly string[];
  /** Members that only some globals show: the names of those, by member. */
  exposed?: Readonly<Record<string, readonly string[]>>;
  /** The members of a value iterable are those of `Array.prototype`. */
  valueIterable?: boolean;
  /** Indexed properties with a `length`: it is iterated as an array is. */
  indexedIterable?: boolean;
  /** Symbols whose property has another property's value: `[symbol, original]`. */
  aliases?: readonly (readonly [symbol, string])[];
}

/** https://webidl.spec.whatwg.org/#js-interfaces: attributes of properties, constants, the class string, iterators. */
export function finishInterface(interfaceObject: InterfaceObject, name: string, details: InterfaceDetails): void {
  const prototype = interfaceObject.prototype as Record<PropertyKey, unknown>;
  const globalNames = host.globalNames ?? ['Window'];
  const hidden = Object.entries(details.exposed ?? {}).filter(([, globals]) => !globals.some((global) => globalNames.includes(global)));
  for (const member of [...hidden.map(([member]) => member), ...(host.isSecureContext ? [] : (details.secureContext ?? []))]) {
    delete prototype[member];
    delete (interfaceObject as unknown as Record<string, unknown>)[member];
  }
  if (details.valueIterable === true) {
    const { entries, keys, values, forEach } = Array.prototype;
    Object.assign(prototype, { entries, keys, values, forEach });
    defineHidden(prototype, Symbol.iterator, values, true);
  }
  if (details.indexedIterable === true) defineHidden(prototype, Symbol.iterator, Array.prototype.values, true);
  // A bundler may have renamed the class, which shares its name with the implementation's.
  defineHidden(interfaceObject, 'name', name, false);
  makeEnumerable(prototype, ['constructor']);
  makeEnumerable(interfaceObject, ['length', 'name', 'prototype']);
  for (const [constant, value] of Object.entries(details.constants ?? {})) {
    const descriptor = { value, writable: false, enumerable: true, configurable: false };
    Object.defineProperty(interfaceObject, constant, descriptor);
    Object.defineProperty(prototype, constant, descriptor);
  }
  defineHidden(prototype, Symbol.toStringTag, name, false);
  for (const [alias, original] of details.aliases ?? []) {
    defineHidden(prototype, alias, prototype[original], true);
  }
  if (details.brand !== undefined) registerInterface(details.implementation, interfaceObject, details.brand);
  if (details.event === true) registerEvent(name, interfaceObject);
}

function makeEnumerable(object: object, except: readonly string[]): void {
  for (const key of Object.getOwnPropertyNames(object)) {
    if (!except.includes(key)) Object.defineProperty(object, key, { enumerable: true });
  }
}

export function defineHidden(object: object, key: PropertyKey, value: unknown, writable: boolean): void {
  Object.defineProperty(object, key, { value, writable, enumerable: false, configurable: true });
}
