/** Maplike, setlike, iterable and async iterable interfaces. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { rejection, throwsTypeError } from './support';

const { FeatureAsync, FeatureBase, FeatureMap, FeaturePairs, FeatureReadonlyMap, FeatureSet } = await features();

test('maplike converts keys and values', () => {
  const map = new FeatureMap();
  const base = new FeatureBase();
  assert.is(map.set(1, base), map);
  assert.is(map.size, 1);
  assert.is(map.get('1'), base);
  assert.is(map.has(1), true);
  assert.ok([...map][0][1] === base);
  assert.equal([...map.keys()], ['1']);
  assert.throws(() => map.set('x', {}), TypeError);
  const seen: unknown[] = [];
  map.forEach(function (this: unknown, ...parameters: unknown[]) {
    seen.push(this, ...parameters);
  }, 'this');
  assert.ok(String(seen[0]) === 'this' && seen[1] === base && seen[2] === '1' && seen[3] === map);
  assert.is(map.delete('1'), true);
  assert.is(map.delete('1'), false);
  map.set('a', base).clear();
  assert.is(map.size, 0);
});

test('a readonly maplike has no methods that change it', () => {
  const map = new FeatureReadonlyMap();
  assert.equal([...map], [['one', 1], ['two', 2]]);
  assert.is(map.set, undefined);
  assert.is(map.get('three'), undefined);
  assert.is(Object.prototype.toString.call(map.entries()), '[object Map Iterator]');
});

test('setlike', () => {
  const set = new FeatureSet();
  assert.is(set.add(1).add('1').add('b'), set);
  assert.equal([...set], ['1', 'b']);
  assert.equal([...set.entries()], [['1', '1'], ['b', 'b']]);
  assert.is(set.has(1), true);
  assert.is(set.delete(1), true);
  assert.is(set.size, 1);
});

test('iterable: the iterator is live', () => {
  const pairs = new FeaturePairs();
  pairs.append('a', 1);
  const iterator = pairs.entries();
  assert.equal(iterator.next(), { value: ['a', 1], done: false });
  pairs.append('b', 2);
  assert.equal(iterator.next(), { value: ['b', 2], done: false });
  assert.equal(iterator.next(), { value: undefined, done: true });
  assert.equal([...pairs.keys(), ...pairs.values()], ['a', 'b', 1, 2]);
  assert.is(Object.prototype.toString.call(iterator), '[object FeaturePairs Iterator]');
  assert.is(pairs[Symbol.iterator], pairs.entries);
  throwsTypeError(() => iterator.next.call({}), 'Illegal invocation');
  const seen: unknown[] = [];
  pairs.forEach((value: number, key: string) => seen.push(key, value));
  assert.equal(seen, ['a', 1, 'b', 2]);
  throwsTypeError(() => pairs.forEach(1), "Failed to execute 'forEach' on 'FeaturePairs': parameter 1 is not of type 'Function'.");
});

test('async iterable', async () => {
  const values: number[] = [];
  for await (const value of new FeatureAsync(3)) values.push(value);
  assert.equal(values, [0, 1, 2]);
  const iterator = new FeatureAsync(5).values(3);
  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
  assert.equal(results.map(({ value }: { value: number }) => value), [3, 4, undefined, undefined]);
  assert.equal(results.map(({ done }: { done: boolean }) => done), [false, false, true, true]);
  assert.instance(await rejection(iterator.next.call({})), TypeError);
});

test('leaving an asynchronous loop returns the iterator', async () => {
  const source = new FeatureAsync(5);
  for await (const value of source) if (value === 1) break;
  const iterator = source.values();
  await iterator.next();
  assert.equal(await iterator.return('end'), { value: 'end', done: true });
  assert.equal(await iterator.next(), { value: undefined, done: true });
});

test.run();
