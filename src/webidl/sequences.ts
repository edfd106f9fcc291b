/** Sequences, frozen arrays and records, in both directions. */
import { notOfType, typeError } from './errors';
import { isObject, type Converter } from './conversions';

const arrayValues = Array.prototype.values;
const arrayIteratorPrototype = Object.getPrototypeOf([].values()) as { next: unknown };
const arrayNext = arrayIteratorPrototype.next;
const typedArrayValues = Object.getPrototypeOf(Uint8Array.prototype).values as unknown;

/** Whether script has replaced how arrays iterate; then the protocol is followed to the letter. */
function iteratesPlainly(value: object, method: unknown): boolean {
  return (
    ((method === arrayValues && Array.isArray(value)) || (method === typedArrayValues && ArrayBuffer.isView(value))) &&
    arrayIteratorPrototype.next === arrayNext
  );
}

/** Whether a value goes the way of sequences where a type allows others too. */
export function isIterable(value: unknown): boolean {
  if (!isObject(value)) return false;
  const method = (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  return method !== undefined && method !== null;
}

/** https://webidl.spec.whatwg.org/#js-sequence */
export function toSequence<T>(value: any, convert: Converter<T>, context: string, detail: string): T[] {
  if (!isObject(value)) throw notOfType(context, detail, 'sequence');
  const method = (value as any)[Symbol.iterator];
  if (method === undefined || method === null) throw typeError(context, detail, 'is not iterable');
  if (typeof method !== 'function') throw typeError(context, detail, 'has an iterator that is not a function');
  const elementDetail = `${detail}'s element`;
  if (iteratesPlainly(value, method)) {
    const array = value as unknown as ArrayLike<unknown>;
    const result: T[] = [];
    // The length is read each time: converting an element may run script.
    for (let index = 0; index < array.length; index++) result.push(convert(array[index], context, elementDetail));
    return result;
  }
  const iterator = method.call(value);
  if (!isObject(iterator)) throw typeError(context, detail, 'has an iterator that is not an object');
  const { next } = iterator as { next: any };
  const result: T[] = [];
  for (;;) {
    const step = next.call(iterator);
    if (!isObject(step)) throw typeError(context, detail, 'has an iterator whose result is not an object');
    if ((step as any).done) return result;
    result.push(convert((step as any).value, context, elementDetail));
  }
}

/** https://webidl.spec.whatwg.org/#js-frozen-array */
export function toFrozenArray<T>(value: any, convert: Converter<T>, context: string, detail: string): readonly T[] {
  return Object.freeze(toSequence(value, convert, context, detail));
}

/** https://webidl.spec.whatwg.org/#js-record */
export function toRecord<T>(
  value: any,
  convertKey: Converter<string>,
  convertValue: Converter<T>,
  context: string,
  detail: string,
): Record<string, T> {
  if (!isObject(value)) throw notOfType(context, detail, 'record');
  const result: Record<string, T> = Object.create(null);
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    const typedKey = convertKey(key, context, `${detail}'s key`);
    result[typedKey] = convertValue((value as any)[key], context, `${detail}'s value`);
  }
  return result;
}

export function sequenceToScript<T>(values: readonly T[], convert: (value: T) => unknown): unknown[] {
  return values.map((value) => convert(value));
}

/** The frozen array that stands for an implementation's array, the same one each time while that array is. */
const frozenArrays = new WeakMap<object, readonly unknown[]>();

export function frozenArrayToScript<T>(values: readonly T[], convert: (value: T) => unknown): readonly unknown[] {
  let frozen = frozenArrays.get(values);
  if (frozen === undefined) {
    frozen = Object.freeze(sequenceToScript(values, convert));
    frozenArrays.set(values, frozen);
  }
  return frozen;
}

export function recordToScript<T>(record: Readonly<Record<string, T>>, convert: (value: T) => unknown): object {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    Object.defineProperty(result, key, { value: convert(value), writable: true, enumerable: true, configurable: true });
  }
  return result;
}
