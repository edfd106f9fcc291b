/** Dictionaries, in and out: https://webidl.spec.whatwg.org/#js-dictionary */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { throwsTypeError } from './support';

const { FeatureBase, FeatureChild } = await features();
const parent = new FeatureBase('parent');
const converted = (options: unknown) => new FeatureChild(parent, options).options();

test('defaults are filled in, absent members stay absent', () => {
  assert.equal(converted({ name: 'n' }), {
    name: 'n',
    zeta: 1,
    bold: false,
    colour: 'red',
    points: [],
    inner: { depth: 3, scale: Math.fround(0.1) },
    base: null,
  });
});

test('members are read in lexicographical order, base dictionary first', () => {
  const read: PropertyKey[] = [];
  const options = new Proxy({ name: 'n' } as Record<PropertyKey, unknown>, {
    get(target, key) {
      read.push(key);
      return target[key];
    },
  });
  converted(options);
  assert.equal(read, ['alpha', 'name', 'zeta', 'base', 'bold', 'colour', 'inner', 'points']);
});

test('each member is converted before the next is read', () => {
  const log: string[] = [];
  const logged = (name: string, value: unknown) => ({
    valueOf: () => (log.push(`convert ${name}`), value),
    toString: () => (log.push(`convert ${name}`), String(value)),
  });
  converted({
    get zeta() {
      return log.push('read zeta'), logged('zeta', 1);
    },
    get name() {
      return log.push('read name'), logged('name', 'n');
    },
  });
  assert.equal(log, ['read name', 'convert name', 'read zeta', 'convert zeta']);
});

test('errors name the member and its dictionary', () => {
  const context = "Failed to construct 'FeatureChild'";
  throwsTypeError(() => new FeatureChild(parent, {}), `${context}: Failed to read the 'name' property from 'BaseOptions': Required member is undefined.`);
  throwsTypeError(() => new FeatureChild(parent, 5), `${context}: parameter 2 is not of type 'DerivedOptions'.`);
  throwsTypeError(
    () => new FeatureChild(parent, { name: 'n', colour: 'mauve' }),
    `${context}: Failed to read the 'colour' property from 'DerivedOptions': The provided value 'mauve' is not a valid enum value of type Colour.`,
  );
  throwsTypeError(
    () => new FeatureChild(parent, { name: 'n', inner: { depth: 256 } }),
    `${context}: Failed to read the 'depth' property from 'InnerOptions': The provided value is outside the accepted range of 0 to 255, inclusive.`,
  );
});

test('a returned dictionary is a plain object of wrappers', () => {
  const child = new FeatureChild(parent, { name: 'child' });
  const report = child.report();
  assert.is(Object.getPrototypeOf(report), Object.prototype);
  assert.equal(Object.keys(report), ['source', 'sources', 'total']);
  assert.is(report.source, parent);
  assert.is(report.sources[1], child);
  assert.is(child.parent, parent);
  assert.is(child.sibling, null);
});

test.run();
