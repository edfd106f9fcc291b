import { types } from 'node:util';
import type { Scope } from './scope';

/**
 * StructuredSerialize and StructuredDeserialize (https://html.spec.whatwg.org/#structuredserializeinternal) between any two realms,
 * of this thread or another. A serialized value is plain data of Node's realm: what Node's own message ports can carry, with
 * every object a record in `records`, so that identity and cycles survive.
 */
export interface Serialized {
  readonly value: Encoded;
  readonly records: readonly Rec[];
  /** ArrayBuffers and Node's MessagePorts among the records that move instead of being copied. */
  readonly transfer: any[];
  /** Records of the transferred platform objects, in order of the transfer list. */
  readonly transferred: readonly number[];
}

type Encoded = undefined | null | boolean | number | string | bigint | { readonly ref: number };
type Rec = readonly [kind: string, ...data: any[]];

/** A platform object that can be cloned or moved. Types are tried in order of registration. */
export interface PlatformType {
  readonly name: string;
  is(value: object): boolean;
  /** [Serializable]: data for `make`, in which nested values are encoded by `encode`. */
  serialize?(value: any, encode: (nested: unknown) => Encoded): unknown;
  /** [Transferable]: data for `make`; adds to `transfer` what Node has to move. The object is unusable afterwards. */
  transfer?(value: any, transfer: any[]): unknown;
  make(data: any, scope: Scope, decode: (nested: Encoded) => unknown): object;
}

/** Node's own: the global of a Worker thread gets another. */
const { structuredClone: nodeStructuredClone } = globalThis;

const platformTypes = new Map<string, PlatformType>();

export function registerPlatformType(type: PlatformType): void {
  platformTypes.set(type.name, type);
}

/** A type that has been registered. */
export function platformType(name: string): PlatformType | undefined {
  return platformTypes.get(name);
}

const errorNames = new Set(['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError']);
const typedArrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get as () => string | undefined;

export function serialize(value: unknown, transferList: readonly object[], scope: Scope): Serialized {
  const records: Rec[] = [];
  const memory = new Map<object, number>();
  const transfer: any[] = [];
  const transferred: number[] = [];

  for (const object of transferList) {
    if (memory.has(object)) {
      throw cloneError(scope, 'An object is listed twice in the transfer list.');
    }
    if (types.isArrayBuffer(object) ? isDetached(object) : platformTypeOf(object)?.transfer === undefined) {
      throw cloneError(scope, `${describe(object)} can't be transferred.`);
    }
    transferred.push(records.length);
    reserve(object);
  }
  const encoded = encode(value);
  transferList.forEach((object, index) => {
    records[transferred[index] as number] = moved(object);
  });
  return { value: encoded, records, transfer, transferred };

  function reserve(object: object): number {
    const index = records.push(['reserved']) - 1;
    memory.set(object, index);
    return index;
  }

  function moved(object: object): Rec {
    if (types.isArrayBuffer(object)) {
      const buffer = detach(object, scope);
      transfer.push(buffer);
      return ['buffer', buffer];
    }
    const type = platformTypeOf(object) as PlatformType;
    return ['platform', type.name, type.transfer?.(object, transfer)];
  }

  function encode(item: unknown): Encoded {
    if (typeof item === 'symbol' || typeof item === 'function') {
      throw cloneError(scope, `${describe(item)} could not be cloned.`);
    }
    if (typeof item !== 'object' || item === null) {
      return item as Encoded;
    }
    const known = memory.get(item);
    if (known !== undefined) {
      return { ref: known };
    }
    const index = reserve(item);
    records[index] = record(item);
    return { ref: index };
  }

  function record(item: any): Rec {
    if (types.isBoxedPrimitive(item)) {
      const primitive = item.valueOf();
      if (typeof primitive === 'symbol') {
        throw cloneError(scope, 'A Symbol object could not be cloned.');
      }
      return ['boxed', primitive];
    }
    if (types.isDate(item)) return ['date', Date.prototype.getTime.call(item)];
    if (types.isRegExp(item)) return ['regexp', item.source, item.flags];
    if (types.isSharedArrayBuffer(item)) return ['shared', item];
    if (types.isArrayBuffer(item)) return ['buffer', copyOf(item, scope)];
    if (ArrayBuffer.isView(item)) return view(item);
    if (types.isMap(item)) return ['map', [...Map.prototype.entries.call(item)].map(([key, entry]) => [encode(key), encode(entry)])];
    if (types.isSet(item)) return ['set', [...Set.prototype.values.call(item)].map(encode)];
    const platform = platformTypeOf(item);
    if (platform?.serialize !== undefined) return ['platform', platform.name, platform.serialize(item, encode)];
    if (platform !== undefined || isPlatformObject(item, scope.global) || types.isProxy(item) || isInternal(item)) {
      throw cloneError(scope, `${describe(item)} could not be cloned.`);
    }
    if (types.isNativeError(item)) return errorRecord(item);
    const entries = Object.keys(item).map((key) => [key, encode(item[key])]);
    return Array.isArray(item) ? ['array', item.length, entries] : ['object', entries];
  }

  function view(item: ArrayBufferView): Rec {
    const name = typedArrayTag.call(item) ?? 'DataView';
    const buffer = encode(item.buffer);
    return ['view', name, buffer, item.byteOffset, name === 'DataView' ? item.byteLength : (item as Uint8Array).length];
  }

  function errorRecord(item: Error): Rec {
    const own = Object.getOwnPropertyDescriptor(item, 'message');
    const message = own !== undefined && 'value' in own ? String(own.value) : undefined;
    const cause = Object.hasOwn(item, 'cause') ? [encode(item.cause)] : [];
    return ['error', errorNames.has(item.name) ? item.name : 'Error', message, String(item.stack), cause];
  }
}

export interface Deserialized {
  readonly value: unknown;
  readonly transferred: readonly object[];
}

export function deserialize(serialized: Serialized, scope: Scope): Deserialized {
  const memory = new Map<number, object>();
  const builder: Builder = { scope, global: scope.global, decode };
  const value = decode(serialized.value);
  return { value, transferred: serialized.transferred.map((ref) => decode({ ref }) as object) };

  function decode(encoded: Encoded): unknown {
    if (typeof encoded !== 'object' || encoded === null) {
      return encoded;
    }
    const known = memory.get(encoded.ref);
    if (known !== undefined) {
      return known;
    }
    const [kind, ...data] = serialized.records[encoded.ref] as Rec;
    const object = makers[kind]?.(builder, data) as object;
    memory.set(encoded.ref, object);
    fillers[kind]?.(builder, object, data);
    return object;
  }
}

interface Builder {
  readonly scope: Scope;
  readonly global: any;
  decode(encoded: Encoded): unknown;
}

/** Make the object of a record, empty where its contents may refer back to it. */
const makers: Readonly<Record<string, (builder: Builder, data: any[]) => object>> = {
  boxed: ({ global }, [primitive]) => global.Object(primitive),
  date: ({ global }, [time]) => new global.Date(time),
  regexp: ({ global }, [source, flags]) => new global.RegExp(source, flags),
  shared: ({ scope }, [buffer]) => scope.adoptBuffer(buffer),
  buffer: ({ scope }, [buffer]) => scope.adoptBuffer(buffer),
  view: ({ global, decode }, [name, buffer, offset, length]) => new global[name](decode(buffer), offset, length),
  map: ({ global }) => new global.Map(),
  set: ({ global }) => new global.Set(),
  error: ({ global }, [name, message]) => withoutStack(message === undefined ? new global[name]() : new global[name](message)),
  array: ({ global }, [length]) => new global.Array(length),
  object: ({ global }) => new global.Object(),
  platform: ({ scope, decode }, [name, data]) => (platformTypes.get(name) as PlatformType).make(data, scope, decode),
};

/** Put in what a record's object contains. */
const fillers: Readonly<Record<string, (builder: Builder, object: any, data: any[]) => void>> = {
  map: ({ global, decode }, map, [entries]) => {
    for (const [key, value] of entries) {
      global.Map.prototype.set.call(map, decode(key), decode(value));
    }
  },
  set: ({ global, decode }, set, [values]) => {
    for (const value of values) {
      global.Set.prototype.add.call(set, decode(value));
    }
  },
  error: ({ decode }, error, [, , stack, cause]) => {
    Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
    if (cause.length > 0) {
      Object.defineProperty(error, 'cause', { value: decode(cause[0]), writable: true, configurable: true });
    }
  },
  array: ({ decode }, array, [, entries]) => addProperties(array, entries, decode),
  object: ({ decode }, object, [entries]) => addProperties(object, entries, decode),
};

function addProperties(object: object, entries: readonly [string, Encoded][], decode: (encoded: Encoded) => unknown): void {
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value: decode(value), writable: true, configurable: true, enumerable: true });
  }
}

function withoutStack(error: Error): Error {
  Object.defineProperty(error, 'stack', { value: undefined, writable: true, configurable: true });
  return error;
}

function platformTypeOf(value: object): PlatformType | undefined {
  for (const type of platformTypes.values()) {
    if (type.is(value)) {
      return type;
    }
  }
  return undefined;
}

/** An object is a platform object when a prototype of it belongs to an interface that the global offers. */
function isPlatformObject(value: object, global: any): boolean {
  for (let prototype = Object.getPrototypeOf(value); prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const tag = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value;
    if (typeof tag === 'string' && Object.getOwnPropertyDescriptor(global, tag)?.value?.prototype === prototype) {
      return true;
    }
  }
  return false;
}

/** Objects with internal slots that the algorithm names none of. */
function isInternal(value: object): boolean {
  return types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || types.isGeneratorObject(value) ||
    types.isModuleNamespaceObject(value) || types.isExternal(value) || value instanceof WeakRef;
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

function copyOf(buffer: ArrayBuffer, scope: Scope): ArrayBuffer {
  if (isDetached(buffer)) {
    throw cloneError(scope, 'A detached ArrayBuffer could not be cloned.');
  }
  return new Uint8Array(new Uint8Array(buffer)).buffer;
}

/** Moves the memory into an ArrayBuffer of Node's realm. */
function detach(buffer: ArrayBuffer, scope: Scope): ArrayBuffer {
  try {
    return nodeStructuredClone(buffer, { transfer: [buffer] });
  } catch {
    throw cloneError(scope, 'This ArrayBuffer can\'t be transferred.');
  }
}

function cloneError(scope: Scope, message: string): Error {
  return new scope.global.DOMException(message, 'DataCloneError');
}

function describe(value: unknown): string {
  try {
    return typeof value === 'object' ? Object.prototype.toString.call(value) : String(value).slice(0, 60);
  } catch {
    return typeof value;
  }
}
