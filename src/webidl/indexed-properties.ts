/**
 * Objects with indexed properties (`getter T item(unsigned long index)`), which can be read but not written:
 * https://webidl.spec.whatwg.org/#js-legacy-platform-objects
 */

/** What an indexed getter asks of an implementation. */
export interface IndexedProperties {
  readonly length: number;
}

/** Reads the property at an index below `length`, as script sees it. */
export type IndexedGetter = (impl: never, index: number) => unknown;

/** The array index that a property key stands for, or -1. */
function arrayIndexOf(key: PropertyKey): number {
  if (typeof key !== 'string') return -1;
  const index = Number(key) >>> 0;
  return String(index) === key && index !== 4294967295 ? index : -1;
}

/** Puts the indexed properties of `impl` in front of the ordinary object `wrapper`. */
export function withIndexedProperties(wrapper: object, impl: object, getter: IndexedGetter): object {
  const list = impl as IndexedProperties;
  const has = (index: number) => index >= 0 && index < list.length;
  const read = (index: number) => getter(impl as never, index);
  return new Proxy(wrapper, {
    get(target, key, receiver) {
      const index = arrayIndexOf(key);
      if (has(index)) return read(index);
      return Reflect.get(target, key, receiver);
    },
    has(target, key) {
      return has(arrayIndexOf(key)) || Reflect.has(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      const index = arrayIndexOf(key);
      if (has(index)) return { value: read(index), writable: false, enumerable: true, configurable: true };
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    ownKeys(target) {
      return [...Array.from({ length: list.length }, (_item, index) => String(index)), ...Reflect.ownKeys(target)];
    },
    set(target, key, value, receiver) {
      // Without an indexed setter no array index can be written, present or not.
      return arrayIndexOf(key) < 0 && Reflect.set(target, key, value, receiver);
    },
    defineProperty(target, key, descriptor) {
      return arrayIndexOf(key) < 0 && Reflect.defineProperty(target, key, descriptor);
    },
    deleteProperty(target, key) {
      const index = arrayIndexOf(key);
      return index < 0 ? Reflect.deleteProperty(target, key) : !has(index);
    },
    preventExtensions() {
      return false;
    },
  });
}
