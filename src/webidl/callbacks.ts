/** Callback functions and callback interfaces as implementations see them: plain functions. */
import { isObject } from './conversions';
import { notOfType } from './errors';
import { toScript } from './platform-object';

/** The script's own object behind a converted callback; attributes of callback type give it back. */
const originals = new WeakMap<Function, object>();

export function callbackToScript(callback: Function | null): object | null {
  return callback === null ? null : (originals.get(callback) ?? callback);
}

export interface CallbackType {
  readonly name: string;
  /** Converts what the callback returned; throws what the conversion throws. None: the return type is undefined. */
  readonly result?: (value: unknown) => unknown;
  /** A callback that returns a promise never throws. */
  readonly promise?: boolean;
  /** The operation of a callback interface. */
  readonly operation?: string;
}

/**
 * https://webidl.spec.whatwg.org/#invoke-a-callback-function. Called as a function, the callback's `this` is what the function's
 * is. Where the return type is undefined an exception is reported; otherwise it is thrown to the algorithm that asked.
 */
function makeCallback(type: CallbackType, object: object): (...parameters: any[]) => any {
  const { result } = type;
  const invoke = (thisArgument: unknown, parameters: unknown[]): unknown => {
    const values = parameters.map(toScript);
    if (type.operation === undefined || typeof object === 'function') {
      return Reflect.apply(object as Function, type.operation === undefined ? toScript(thisArgument) : undefined, values);
    }
    const operation = (object as Record<string, unknown>)[type.operation];
    if (typeof operation !== 'function') throw new TypeError(`${type.name}.${type.operation} is not a function.`);
    return Reflect.apply(operation, object, values);
  };
  const callback = function (this: unknown, ...parameters: unknown[]): unknown {
    if (type.promise === true) {
      try {
        return result!(invoke(this, parameters));
      } catch (error) {
        return Promise.reject(error);
      }
    }
    if (result !== undefined) return result(invoke(this, parameters));
    try {
      invoke(this, parameters);
    } catch (error) {
      host.reportException(error);
    }
    return undefined;
  };
  originals.set(callback, object);
  return callback;
}

/** https://webidl.spec.whatwg.org/#js-callback-function */
export function toCallback(value: unknown, type: CallbackType, context: string, detail: string): (...parameters: any[]) => any {
  if (typeof value !== 'function') throw notOfType(context, detail, 'Function');
  return makeCallback(type, value);
}

/** https://webidl.spec.whatwg.org/#js-callback-interface */
export function toCallbackInterface(value: unknown, type: CallbackType, context: string, detail: string): (...parameters: any[]) => any {
  if (!isObject(value)) throw notOfType(context, detail, type.name);
  return makeCallback(type, value);
}
