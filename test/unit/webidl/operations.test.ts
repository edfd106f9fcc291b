/** Arguments, overloads, unions, sequences, records, callbacks. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { throwsTypeError } from './support';

const reported: unknown[] = [];
const { FeatureBase, FeatureOperations } = await features({ reportException: (error) => reported.push(error) });
const operations = new FeatureOperations();
const base = new FeatureBase('base');

test('overloads are chosen by count and by the distinguishing argument', () => {
  assert.is(operations.pick(base), 'base');
  assert.is(operations.pick('text'), '"text",');
  assert.is(operations.pick(12), '"12",');
  assert.is(operations.pick(base, 3), '"[object FeatureBase]",3');
  assert.is(operations.pick({ name: 'n' }, 1, 2).slice(-4), ',1,2');
  assert.is(operations.pick(1, 2, 3, 4), '1,2,3,4');
  assert.is(operations.pick(1, 2, 3, 4, 5), '1,2,3,4');
  const context = "Failed to execute 'pick' on 'FeatureOperations'";
  throwsTypeError(() => operations.pick(), `${context}: 1 argument required, but only 0 present.`);
  assert.ok(new FeatureOperations('a'));
  assert.ok(new FeatureOperations());
  throwsTypeError(() => new FeatureOperations(1, Symbol('s')), `Cannot convert a Symbol value to a number`);
});

test('too few arguments', () => {
  throwsTypeError(
    () => operations.apply(() => 1),
    "Failed to execute 'apply' on 'FeatureOperations': 2 arguments required, but only 1 present.",
  );
});

test('brand checks', () => {
  throwsTypeError(() => FeatureOperations.prototype.sum.call({}), 'Illegal invocation');
  throwsTypeError(() => FeatureOperations.prototype.sum.call(undefined), 'Illegal invocation');
  throwsTypeError(() => FeatureOperations.prototype.sum.call(base), 'Illegal invocation');
  throwsTypeError(() => FeatureBase.prototype.name, 'Illegal invocation');
  throwsTypeError(() => FeatureOperations.prototype.sum.call(Object.create(operations)), 'Illegal invocation');
  throwsTypeError(() => FeatureOperations.prototype.sum.call(new Proxy(operations, {})), 'Illegal invocation');
});

test('variadic and optional arguments', () => {
  assert.is(operations.sum(), 0);
  assert.is(operations.sum(1, '2', 3), 6);
  assert.is(operations.optionalInterface(), 7);
  assert.is(operations.optionalInterface(undefined, undefined), 7);
  assert.is(operations.optionalInterface(null, 3), 3);
  assert.is(operations.optionalInterface(base), 4);
  assert.is(FeatureOperations.join('a', 1), 'a1');
  assert.is(FeatureOperations.prototype.join, undefined);
});

test('unions', () => {
  const kinds: [unknown, string][] = [
    [1, 'number'],
    [true, 'boolean'],
    ['s', 'string'],
    [null, 'null'],
    [undefined, 'null'],
    [base, 'interface'],
    [[1], 'sequence'],
    [new Set([1]), 'sequence'],
    [{}, 'dictionary'],
    [() => 1, 'function'],
    [new ArrayBuffer(1), 'buffer'],
    [1n, 'string'],
  ];
  for (const [value, kind] of kinds) assert.is(operations.kind(value), kind, String(value));
  assert.is(operations.same(base), base);
  assert.is(operations.same(5), '5');
});

test('sequences follow the iteration protocol', () => {
  assert.equal(operations.strings([1, 2]), ['1', '2']);
  assert.equal(operations.strings(new Set(['a'])), ['a']);
  assert.equal(operations.nested([[1.5], new Uint8Array([2])]), [[1], [2]]);
  let left = 2;
  const iterable = { [Symbol.iterator]: () => ({ next: () => (left-- > 0 ? { value: left } : { done: true }) }) };
  assert.equal(operations.strings(iterable), ['1', '0']);
  const context = "Failed to execute 'strings' on 'FeatureOperations': parameter 1";
  throwsTypeError(() => operations.strings(5), `${context} is not of type 'sequence'.`);
  throwsTypeError(() => operations.strings({}), `${context} is not iterable.`);
  assert.throws(() => operations.strings([Symbol('s')]), TypeError);
});

test('an array whose iteration script has replaced is iterated by that', () => {
  const array = ['a', 'b'] as any;
  array[Symbol.iterator] = function* () {
    yield 'replaced';
  };
  assert.equal(operations.strings(array), ['replaced']);
  const prototype = Object.getPrototypeOf([][Symbol.iterator]());
  const { next } = prototype;
  prototype.next = () => ({ done: true });
  try {
    assert.is(operations.strings(['a']).length, 0);
  } finally {
    prototype.next = next;
  }
});

test('an element whose conversion shortens the array ends the sequence there', () => {
  const array: unknown[] = [{ toString: () => ((array.length = 1), 'first') }, 'second'];
  assert.equal(operations.strings(array), ['first']);
});

test('records keep the order of enumerable own properties', () => {
  const source = Object.defineProperty({ b: 'bb', a: 'a' }, 'hidden', { value: 'x', enumerable: false });
  const lengths = operations.lengths(source);
  assert.equal(Object.entries(lengths), [['b', 2], ['a', 1]]);
  assert.is(Object.getPrototypeOf(lengths), Object.prototype);
  assert.throws(() => operations.lengths({ [Symbol('s')]: 'x' }), TypeError);
});

test('callbacks convert what they return, and throw to the caller', () => {
  assert.is(operations.apply((value: number) => `${value}5`, 1), 15);
  throwsTypeError(() => operations.apply(() => NaN, 1), "The callback 'Transform': the return value is not a finite floating-point value.");
  const error = new RangeError('from script');
  assert.throws(
    () =>
      operations.apply(() => {
        throw error;
      }, 1),
    (thrown: unknown) => thrown === error,
  );
});

test('a callback without result gets wrappers and `this`, and what it throws is reported', () => {
  const seen: unknown[] = [];
  operations.notify(function (this: unknown, ...parameters: unknown[]) {
    seen.push(this, ...parameters);
    throw new RangeError('reported');
  }, base);
  assert.ok(seen.length === 2 && seen[0] === base && seen[1] === base);
  assert.is((reported.pop() as Error).message, 'reported');
});

test('callback interfaces are functions or objects with the operation', () => {
  assert.is(operations.visit((name: string) => name === 'x', 'x'), true);
  const visitor = {
    expected: 'y',
    visit(name: string) {
      return name === this.expected;
    },
  };
  assert.is(operations.visit(visitor, 'y'), true);
  assert.throws(() => operations.visit({}, 'y'), TypeError);
  assert.throws(() => operations.visit(1, 'y'), TypeError);
});

test('buffers: shared and resizable ones only where allowed, detached ones always', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const Resizable = ArrayBuffer as any;
  const resizable = new Resizable(4, { maxByteLength: 8 });
  assert.is(operations.bytes(new DataView(new ArrayBuffer(3))), 3);
  assert.is(operations.bytes(new ArrayBuffer(3)), 3);
  assert.is(operations.sharedBytes(shared), 4);
  assert.is(operations.allBytes(shared.buffer), 4);
  assert.is(operations.allBytes(shared), 4);
  assert.is(operations.resizableBytes(resizable), 4);
  for (const value of [shared, shared.buffer, resizable, new Uint8Array(resizable), {}, 5]) {
    assert.throws(() => operations.bytes(value), TypeError);
  }
  assert.throws(() => operations.floats(new Float64Array(1)), TypeError);
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  assert.is(operations.bytes(detached), 0);
});

test('objects of the realm', () => {
  assert.is(operations.handle(new Event('tick')), 'tick');
  throwsTypeError(() => operations.handle({}), "Failed to execute 'handle' on 'FeatureOperations': parameter 1 is not of type 'Event'.");
});

test.run();
