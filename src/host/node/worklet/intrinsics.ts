/**
 * What this thread's own code uses of the language while script runs. Taken before the first module: a worklet's script shares
 * the realm and may replace any of it.
 */
const { bind, call } = Function.prototype;

/** `method` with its `this` as first argument. */
export function uncurryThis<This, Arguments extends unknown[], Result>(
  method: (this: This, ...values: Arguments) => Result,
): (self: This, ...values: Arguments) => Result {
  return Reflect.apply(bind, call, [method]) as never;
}

export const { construct, getPrototypeOf, ownKeys } = Reflect;
export const { defineProperty, freeze, getOwnPropertyDescriptor } = Object;
export const { fround } = Math;
export const Samples = Float32Array;

/** Throws when either array has lost its memory, or has too little. */
export const setSamples = uncurryThis(Float32Array.prototype.set) as (to: Float32Array, from: Float32Array) => void;
/** 0 for an array whose memory was transferred away. */
export const lengthOf = uncurryThis(getOwnPropertyDescriptor(getPrototypeOf(Float32Array.prototype)!, 'length')!.get!) as (array: Float32Array) => number;
