/** Iterable, asynchronously iterable, maplike and setlike declarations. */
import { implOf, toScript } from './platform-object';
import { illegalInvocation } from './errors';
import { defineHidden } from './interface-object';

export type IterationKind = 'key' | 'value' | 'key+value';

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** What `iterable<K, V>` asks of an implementation: its value pairs to iterate over, as they are now. */
export interface PairIterable {
  pairs(): readonly (readonly [unknown, unknown])[];
}

interface PairIteratorState {
  target: PairIterable;
  kind: IterationKind;
  index: number;
}

/** https://webidl.spec.whatwg.org/#js-default-iterator-object, one class an interface. */
export function pairIterator(name: string): (target: PairIterable, kind: IterationKind) => object {
  const states = new WeakMap<object, PairIteratorState>();
  const prototype = Object.create(iteratorPrototype) as object;
  const { next } = {
    /** https://webidl.spec.whatwg.org/#js-iterator-prototype-object */
    next(this: object) {
      const state = states.get(this);
      if (state === undefined) throw illegalInvocation();
      const pair = state.target.pairs()[state.index];
      if (pair === undefined) return { value: undefined, done: true };
      state.index++;
      return { value: pairResult(pair, state.kind), done: false };
    },
  };
  Object.defineProperty(prototype, 'next', { value: next, writable: true, enumerable: true, configurable: true });
  defineHidden(prototype, Symbol.toStringTag, `${name} Iterator`, false);
  return (target, kind) => {
    const iterator = Object.create(prototype) as object;
    states.set(iterator, { target, kind, index: 0 });
    return iterator;
  };
}

/** https://webidl.spec.whatwg.org/#iterator-result, without the wrapping. */
function pairResult([key, value]: readonly [unknown, unknown], kind: IterationKind): unknown {
  if (kind === 'key') return toScript(key);
  if (kind === 'value') return toScript(value);
  return [toScript(key), toScript(value)];
}

/** The `forEach` of a pair iterable. */
export function forEachPair(target: PairIterable, object: object, callback: Function, thisArgument: unknown): void {
  for (let index = 0; index < target.pairs().length; index++) {
    const [key, value] = target.pairs()[index];
    Reflect.apply(callback, thisArgument, [toScript(value), toScript(key), object]);
  }
}

/** What `async iterable<V>` and `async iterable<K, V>` ask of an implementation. */
export interface AsyncIterable {
  /** Asynchronous iterator initialization steps; returns the state handed to the others. */
  asyncIteratorInit?(...parameters: any[]): unknown;
  /** https://webidl.spec.whatwg.org/#dfn-get-the-next-iteration-result; `endOfIteration` ends it. */
  asyncIteratorNext(state: any): Promise<unknown>;
  /** https://webidl.spec.whatwg.org/#asynchronous-iterator-return */
  asyncIteratorReturn?(state: any, value: unknown): Promise<unknown>;
}

/** https://webidl.spec.whatwg.org/#end-of-iteration */
export const endOfIteration: unique symbol = Symbol('end of iteration');

const asyncIteratorPrototype = Object.getPrototypeOf(
  Object.getPrototypeOf(async function* () {}.prototype),
) as object;

interface AsyncIteratorState {
  target: AsyncIterable;
  kind: IterationKind;
  state: unknown;
  ongoing: Promise<unknown> | null;
  finished: boolean;
}

/** https://webidl.spec.whatwg.org/#js-default-asynchronous-iterator-object, one class an interface. */
export function asyncIterator(
  name: string,
  hasReturn: boolean,
): (target: AsyncIterable, kind: IterationKind, parameters: readonly unknown[]) => object {
  const states = new WeakMap<object, AsyncIteratorState>();
  const prototype = Object.create(asyncIteratorPrototype) as object;

  const runNext = (iterator: AsyncIteratorState): Promise<unknown> => {
    if (iterator.finished) return Promise.resolve({ value: undefined, done: true });
    return iterator.target.asyncIteratorNext(iterator.state).then(
      (next) => {
        iterator.ongoing = null;
        if (next === endOfIteration) {
          iterator.finished = true;
          return { value: undefined, done: true };
        }
        const value = Array.isArray(next) && iterator.kind !== 'value' ? pairResult(next as never, iterator.kind) : toScript(next);
        return { value, done: false };
      },
      (reason: unknown) => {
        iterator.ongoing = null;
        iterator.finished = true;
        throw reason;
      },
    );
  };

  const runReturn = (iterator: AsyncIteratorState, value: unknown): Promise<unknown> => {
    if (iterator.finished) return Promise.resolve({ value, done: true });
    iterator.finished = true;
    return iterator.target.asyncIteratorReturn!(iterator.state, value).then(() => ({ value, done: true }));
  };

  /** Steps of `next` and `return` alike: one at a time, in order. */
  const enqueue = (object: object, run: (iterator: AsyncIteratorState) => Promise<unknown>): Promise<unknown> => {
    const iterator = states.get(object);
    if (iterator === undefined) return Promise.reject(illegalInvocation());
    const { ongoing } = iterator;
    const steps = () => run(iterator);
    iterator.ongoing = ongoing === null ? steps() : ongoing.then(steps, steps);
    return iterator.ongoing;
  };

  const members: Record<string, unknown> = {
    next(this: object) {
      return enqueue(this, runNext);
    },
  };
  if (hasReturn) {
    Object.assign(members, {
      return(this: object, value: unknown) {
        return enqueue(this, (iterator) => runReturn(iterator, value));
      },
    });
  }
  for (const [member, value] of Object.entries(members)) {
    Object.defineProperty(prototype, member, { value, writable: true, enumerable: true, configurable: true });
  }
  defineHidden(prototype, Symbol.toStringTag, `${name} AsyncIterator`, false);
  return (target, kind, parameters) => {
    const iterator = Object.create(prototype) as object;
    const state = target.asyncIteratorInit?.(...parameters);
    states.set(iterator, { target, kind, state, ongoing: null, finished: false });
    return iterator;
  };
}

/** The implementation's form of a value that script holds. */
function fromScript(value: unknown): any {
  return implOf(value) ?? value;
}

/**
 * The [[BackingMap]] of a maplike interface. An implementation has one as `backingMap` and uses it like a Map of
 * implementations; `script` is the realm's Map that the interface object's methods work on.
 */
export class BackingMap<K, V> {
  readonly script = new Map<unknown, unknown>();

  get size(): number {
    return this.script.size;
  }
  get(key: K): V | undefined {
    return fromScript(this.script.get(toScript(key)));
  }
  has(key: K): boolean {
    return this.script.has(toScript(key));
  }
  set(key: K, value: V): this {
    this.script.set(toScript(key), toScript(value));
    return this;
  }
  delete(key: K): boolean {
    return this.script.delete(toScript(key));
  }
  clear(): void {
    this.script.clear();
  }
  *entries(): Generator<[K, V]> {
    for (const [key, value] of this.script) yield [fromScript(key), fromScript(value)];
  }
}

/** The [[BackingSet]] of a setlike interface; an implementation has one as `backingSet`. */
export class BackingSet<T> {
  readonly script = new Set<unknown>();

  get size(): number {
    return this.script.size;
  }
  has(value: T): boolean {
    return this.script.has(toScript(value));
  }
  add(value: T): this {
    this.script.add(toScript(value));
    return this;
  }
  delete(value: T): boolean {
    return this.script.delete(toScript(value));
  }
  clear(): void {
    this.script.clear();
  }
  *values(): Generator<T> {
    for (const value of this.script) yield fromScript(value);
  }
}
