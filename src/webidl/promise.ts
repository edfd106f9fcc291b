/** Promise types (https://webidl.spec.whatwg.org/#js-promise). */
import { toScript } from './platform-object';

/** Promises that already deliver script-visible values. */
const settledForScript = new WeakSet<object>();

/** A new promise with its functions; what it is settled with may be an implementation. */
export interface PromiseCapability<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** https://webidl.spec.whatwg.org/#a-new-promise */
export function newPromise<T>(): PromiseCapability<T> {
  let resolvePromise!: (value: any) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((resolve, fail) => {
    resolvePromise = resolve;
    reject = fail;
  });
  settledForScript.add(promise);
  // A wrapper may be a thenable, if script made it one; the value goes through the promise resolution procedure as it is.
  return { promise, resolve: (value) => resolvePromise(toScript(value)), reject: (reason) => reject(toScript(reason)) };
}

/** https://webidl.spec.whatwg.org/#js-to-promise: a conversion never fails. */
export function toPromise(value: any): Promise<any> {
  return new Promise((resolve) => resolve(value));
}

/** A promise of implementations as script sees it. Promises made by `newPromise` pass as they are. */
export function promiseToScript<T>(promise: Promise<T>, convert: (value: T) => unknown): Promise<unknown> {
  return settledForScript.has(promise) ? promise : promise.then(convert);
}
