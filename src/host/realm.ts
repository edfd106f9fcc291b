/**
 * The names that specifications take from the *realm*: intrinsics that are observable (`TypeError`, `Promise`, the typed
 * arrays) and platform constructors. The bundle's wrapper shadows every one of them, so sources use them as free names.
 * No other free name may be used in `src/` outside `src/host/*` and `src/cli` (a lint rule holds this).
 */
export const realmNames = [
  'AggregateError', 'Array', 'ArrayBuffer', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Boolean', 'DataView', 'Date', 'Error',
  'EvalError', 'FinalizationRegistry', 'Float32Array', 'Float64Array', 'Function', 'Int16Array', 'Int32Array', 'Int8Array',
  'Map', 'Number', 'Object', 'Promise', 'Proxy', 'RangeError', 'ReferenceError', 'RegExp', 'Set', 'SharedArrayBuffer',
  'String', 'Symbol', 'SyntaxError', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8Array', 'Uint8ClampedArray',
  'WeakMap', 'WeakRef', 'WeakSet',
  'Blob', 'DOMException', 'DOMRectReadOnly', 'ErrorEvent', 'Event', 'EventTarget', 'MessageChannel', 'MessageEvent', 'ReadableStream',
] as const;

/** A record of the realm's intrinsics and platform constructors, by name. */
export type Realm = { readonly [name in (typeof realmNames)[number]]: any };

/**
 * Reads a realm from a global object. Names the global lacks are taken from `fallback` (an intrinsic of a non-contextified
 * window, say); a name found in neither is left undefined and fails where it is first used.
 */
export function realmOf(global: object, fallback: object = globalThis): Realm {
  const record: Record<string, unknown> = {};
  for (const name of realmNames) {
    record[name] = (global as Record<string, unknown>)[name] ?? (fallback as Record<string, unknown>)[name];
  }
  return record as Realm;
}
