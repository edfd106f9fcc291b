/**
 * Conversions of JavaScript values to IDL values (https://webidl.spec.whatwg.org/#js-type-mapping): a fast path for values
 * that are already right, `webidl-conversions` for the rest. Every conversion takes `(value, context, detail)`, the two
 * halves of the message to throw, which are only joined when it is thrown.
 */
import conversions from 'webidl-conversions';
import { notOfType, typeError } from './errors';
import { implOf, type PlatformObject } from './platform-object';

export type Converter<T> = (value: any, context: string, detail: string) => T;

function message(context: string, detail: string): string {
  return `${context}: ${detail}`;
}

export function toDouble(value: unknown, context: string, detail: string): number {
  // A finite number is the only one whose difference with itself is zero.
  if (typeof value === 'number' && value - value === 0) return value;
  return conversions.double(value, { context: message(context, detail) });
}

export function toUnrestrictedDouble(value: unknown, context: string, detail: string): number {
  if (typeof value === 'number') return value;
  return conversions['unrestricted double'](value, { context: message(context, detail) });
}

export function toFloat(value: unknown, context: string, detail: string): number {
  if (typeof value === 'number') {
    const single = Math.fround(value);
    if (single - single === 0) return single;
  }
  return conversions.float(value, { context: message(context, detail) });
}

export function toUnrestrictedFloat(value: unknown, context: string, detail: string): number {
  if (typeof value === 'number') return Math.fround(value);
  return conversions['unrestricted float'](value, { context: message(context, detail) });
}

/** `[EnforceRange]`, `[Clamp]` or neither. */
export type IntegerMode = '' | 'enforceRange' | 'clamp';

/** Makes the conversion to an integer type: https://webidl.spec.whatwg.org/#abstract-opdef-converttoint */
export function integer(type: string, lowest: number, highest: number, mode: IntegerMode = ''): Converter<number> {
  const convert = conversions[type];
  return (value, context, detail) => {
    // + 0 turns -0 into 0.
    if (typeof value === 'number' && value >= lowest && value <= highest && Math.trunc(value) === value) return value + 0;
    return convert(value, {
      context: message(context, detail),
      enforceRange: mode === 'enforceRange',
      clamp: mode === 'clamp',
    });
  };
}

export const toUnsignedLong = integer('unsigned long', 0, 4294967295);
export const toLong = integer('long', -2147483648, 2147483647);

export function toBoolean(value: unknown): boolean {
  return !!value;
}

export function toDOMString(value: unknown, context: string, detail: string): string {
  if (typeof value === 'string') return value;
  return conversions.DOMString(value, { context: message(context, detail) });
}

/** `[LegacyNullToEmptyString] DOMString` */
export function toStringNullEmpty(value: unknown, context: string, detail: string): string {
  return value === null ? '' : toDOMString(value, context, detail);
}

export function toUSVString(value: unknown, context: string, detail: string): string {
  return conversions.USVString(value, { context: message(context, detail) });
}

export function toByteString(value: unknown, context: string, detail: string): string {
  return conversions.ByteString(value, { context: message(context, detail) });
}

export function toAny(value: unknown): any {
  return value;
}

export function toUndefined(): undefined {
  return undefined;
}

export function toBigInt(value: any): bigint {
  return BigInt.asIntN(1, 0n) + BigInt(value);
}

export function toSymbol(value: unknown, context: string, detail: string): symbol {
  if (typeof value === 'symbol') return value;
  throw notOfType(context, detail, 'symbol');
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function toObject(value: unknown, context: string, detail: string): object {
  if (isObject(value)) return value;
  throw notOfType(context, detail, 'object');
}

/** https://webidl.spec.whatwg.org/#js-enumeration */
export function enumeration<T extends string>(name: string, values: readonly T[]): Converter<T> & { has(value: unknown): boolean } {
  const set = new Set<unknown>(values);
  const convert: Converter<T> = (value, context, detail) => {
    if (set.has(value)) return value;
    const string = toDOMString(value, context, detail);
    if (set.has(string)) return string as T;
    throw new TypeError(`${context}: ${detail} '${string}' is not a valid enum value of type ${name}.`);
  };
  return Object.assign(convert, { has: (value: unknown) => set.has(value) });
}

/** https://webidl.spec.whatwg.org/#js-interface, for an interface with an implementation class. */
export function toInterface<T extends PlatformObject>(
  value: unknown,
  implementation: abstract new (...parameters: any[]) => T,
  name: string,
  context: string,
  detail: string,
): T {
  const impl = implOf(value);
  if (impl instanceof implementation) return impl as T;
  throw notOfType(context, detail, name);
}

/** An interface that the realm brings (`Event`, `EventTarget`, `DOMException`). */
export function toForeign<T>(value: unknown, constructor: Function, name: string, context: string, detail: string): T {
  if (value instanceof constructor) return value as T;
  throw notOfType(context, detail, name);
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** Steps 1 and 2 of https://webidl.spec.whatwg.org/#js-dictionary: the object whose members are read. */
export function dictionarySource(value: unknown, name: string, context: string, detail: string): Record<string, any> {
  if (value === undefined || value === null) return nothing;
  if (typeof value === 'object' || typeof value === 'function') return value as Record<string, unknown>;
  throw notOfType(context, detail, name);
}

export function requiredMember(context: string, member: string, dictionary: string): TypeError {
  return typeError(context, `Failed to read the '${member}' property from '${dictionary}':`, 'Required member is undefined');
}
