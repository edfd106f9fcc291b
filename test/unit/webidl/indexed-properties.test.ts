/** Interfaces with an indexed getter: https://webidl.spec.whatwg.org/#js-legacy-platform-objects */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { throwsTypeError } from './support';

const { FeatureBase, FeatureList, FeatureTargets } = await features();
const [first, second] = [new FeatureBase('first'), new FeatureBase('second')];

test('indices below the length are own properties that can be read only', () => {
  const list = new FeatureList([first, second]);
  assert.is(list[0], first);
  assert.is(list[1], second);
  assert.is(list[2], undefined);
  assert.is(list.item(2), null);
  assert.ok('1' in list && !('2' in list) && !('01' in list));
  assert.equal(Object.keys(list), ['0', '1']);
  const descriptor = Object.getOwnPropertyDescriptor(list, '0')!;
  assert.ok(descriptor.value === first && descriptor.enumerable && descriptor.configurable && !descriptor.writable);
  assert.throws(() => (list[0] = second), TypeError);
  assert.throws(() => (list[5] = second), TypeError);
  assert.throws(() => Object.defineProperty(list, '0', { value: 1 }), TypeError);
  assert.throws(() => delete list[0], TypeError);
  assert.ok(delete list[7]);
  assert.throws(() => Object.preventExtensions(list), TypeError);
  list.expando = 1;
  assert.is(list.expando, 1);
});

test('value iterables iterate as arrays do', () => {
  const list = new FeatureList([first, second]);
  assert.ok([...list][1] === second);
  assert.equal([...list.keys()], [0, 1]);
  assert.is(FeatureList.prototype[Symbol.iterator], Array.prototype.values);
  const seen: unknown[] = [];
  list.forEach((base: unknown, index: number) => seen.push(index, base));
  assert.ok(seen[0] === 0 && seen[3] === second);
});

test('an event target with indices dispatches', () => {
  const targets = new FeatureTargets(2);
  const seen: unknown[] = [];
  targets.onchange = function (this: unknown, event: Event) {
    seen.push(this === targets, event.target === targets);
  };
  targets.change();
  assert.equal(seen, [true, true]);
  assert.is(targets[1], 'item 1');
  assert.instance(targets, EventTarget);
  throwsTypeError(() => FeatureTargets.prototype.length, 'Illegal invocation');
});

test('script derives from them', () => {
  class Derived extends FeatureList {
    own = 1;
  }
  const derived = new (Derived as any)([first]);
  assert.instance(derived, Derived);
  assert.ok(derived.own === 1 && derived[0] === first && derived.length === 1);
});

test.run();
