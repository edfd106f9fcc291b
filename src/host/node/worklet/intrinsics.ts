/**
 * What this thread's own code uses of the language while script runs, taken before the first module: a worklet's script shares the
 * realm and may replace any of it. What must not fail, or must not end up in script's hands, goes through these.
 */
const { bind, call } = Function.prototype;

/** `method` with its `this` as first argument. */
export function uncurryThis<This, Arguments extends unknown[], Result>(
  method: (this: This, ...values: Arguments) => Result,
): (self: This, ...values: Arguments) => Result {
  return Reflect.apply(bind, call, [method]) as never;
}

export const { apply, construct, getPrototypeOf, ownKeys } = Reflect;
export const { create, defineProperty, freeze, getOwnPropertyDescriptor, isFrozen } = Object;
export const { fround } = Math;
export const { isFinite } = Number;
export const Samples = Float32Array;
export const Memory = ArrayBuffer;
export const PromiseOf = Promise;
export const PlatformError = DOMException;
export const LanguageError = Error;
export const LanguageTypeError = TypeError;

export const exec = uncurryThis(RegExp.prototype.exec);
export const describeSymbol = uncurryThis(Symbol.prototype.toString);
/** Throws when either array has lost its memory, or has too little. */
export const setSamples = uncurryThis(Float32Array.prototype.set) as (to: Float32Array, from: Float32Array) => void;
/** 0 for an array whose memory was transferred away. */
export const lengthOf = uncurryThis(getOwnPropertyDescriptor(getPrototypeOf(Float32Array.prototype)!, 'length')!.get!) as (array: Float32Array) => number;

/** An object that finds nothing on its prototype. */
export function dictionary<Value>(): Record<string | number, Value> {
  return create(null) as Record<string | number, Value>;
}

/** Gives an object all that it inherits, so that what script does to the prototypes does not reach it. */
export function harden(object: object): void {
  for (let prototype = getPrototypeOf(object); prototype !== null && prototype !== Object.prototype; prototype = getPrototypeOf(prototype)) {
    for (const key of ownKeys(prototype)) {
      if (key !== 'constructor' && getOwnPropertyDescriptor(object, key) === undefined) {
        defineProperty(object, key, getOwnPropertyDescriptor(prototype, key)!);
      }
    }
  }
}
