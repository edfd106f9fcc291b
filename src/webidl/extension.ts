/**
 * Members that specifications add to an interface of the realm which has one object: `partial interface Navigator`. Their
 * implementation is a class of ours, an instance of it stands behind that object.
 */
import { illegalInvocation } from './errors';
import type { InterfaceObject } from './interface-object';

/** One row of the list that an API exports to installers. */
export interface Extension {
  /** Name of the interface. */
  readonly name: string;
  /** Property of the global object that holds the one object. */
  readonly property: string;
  /** A class with the members. */
  readonly members: InterfaceObject;
  /** Members that are absent where the realm is not a secure context. */
  readonly secureContext: readonly string[];
  /** Makes what stands behind the members, once. */
  create(): object;
}

/** What stands behind the members, by the extension's class, and the objects that have them. */
const implementations = new Map<InterfaceObject, object>();
const extendedObjects = new WeakMap<object, Set<InterfaceObject>>();

/** Gives `object` the members of `extension`, or only those it lacks. */
export function extend(object: object, { members, secureContext, create }: Extension, onlyMissing = false): void {
  if (!implementations.has(members)) implementations.set(members, create());
  extendedObjects.set(object, (extendedObjects.get(object) ?? new Set()).add(members));
  const prototype = Object.getPrototypeOf(object) as object;
  const names = Object.keys(Object.getOwnPropertyDescriptors(members.prototype))
    .filter((name) => name !== 'constructor' && (host.isSecureContext || !secureContext.includes(name)))
    .filter((name) => !onlyMissing || !(name in object));
  for (const name of names) {
    const descriptor = { ...Object.getOwnPropertyDescriptor(members.prototype, name), enumerable: true, configurable: true };
    // A prototype that several windows share has been given the member by the first of them, for its own object.
    Object.defineProperty(Object.hasOwn(prototype, name) ? object : prototype, name, descriptor);
  }
}

/** The implementation behind `object`'s members; the generated members' brand check. */
export function extensionOf<T extends object>(object: unknown, members: InterfaceObject): T {
  if (extendedObjects.get(object as object)?.has(members) !== true) throw illegalInvocation();
  return implementations.get(members) as T;
}
