/** Operations and attributes that return promises never throw. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { rejection } from './support';

const { FeatureAttributes, FeatureBase, FeatureOperations } = await features();
const operations = new FeatureOperations();

test('errors of arguments, brands and algorithms reject', async () => {
  const missing = await rejection(operations.later());
  assert.instance(missing, TypeError);
  assert.is(missing.message, "Failed to execute 'later' on 'FeatureOperations': 1 argument required, but only 0 present.");
  assert.instance(await rejection(operations.later(Symbol('s'))), TypeError);
  assert.is((await rejection(FeatureOperations.prototype.later.call({}, 'x'))).message, 'Illegal invocation');
  const { get } = Object.getOwnPropertyDescriptor(FeatureAttributes.prototype, 'ready')!;
  assert.is((await rejection(get!.call({}))).message, 'Illegal invocation');
  const failed = await rejection(operations.fail('state'));
  assert.instance(failed, DOMException);
  assert.is(failed.name, 'InvalidStateError');
});

test('a promise delivers wrappers', async () => {
  const base = await operations.later('name');
  assert.instance(base, FeatureBase);
  assert.is(base.name, 'name');
});

test('a promise made for script settles without a turn in between', async () => {
  const order: string[] = [];
  const later = operations.later('name').then(() => order.push('later'));
  const plain = Promise.resolve().then(() => order.push('plain'));
  await Promise.all([later, plain]);
  assert.equal(order, ['later', 'plain']);
});

test('arguments of promise type take any value', async () => {
  assert.is(await operations.settle(3), 3);
  assert.is(await operations.settle(Promise.resolve(4)), 4);
  assert.is(await operations.settle({ then: (resolve: (value: number) => void) => resolve(5) }), 5);
  assert.is(await rejection(operations.settle(Promise.reject(6))), 6);
});

test('a callback that returns a promise rejects instead of throwing', async () => {
  assert.is(await operations.applyLater(async (value: number) => value * 2, 4), 9);
  const error = new RangeError('from script');
  const promise = operations.applyLater(() => {
    throw error;
  }, 1);
  assert.is(await rejection(promise), error);
});

test.run();
