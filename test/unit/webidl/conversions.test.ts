/** Values from script become IDL values: https://webidl.spec.whatwg.org/#js-type-mapping */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { throwsTypeError } from './support';

const { FeatureAttributes, FeatureBase } = await features();
const attributes = new FeatureAttributes();

/** What the attribute is after `value` was written to it. */
function stored(name: string, value: unknown): unknown {
  attributes[name] = value;
  return attributes[name];
}

test('integers wrap around', () => {
  const cases: [string, unknown, number][] = [
    ['byteValue', 200, -56],
    ['octetValue', -1, 255],
    ['octetValue', 256.9, 0],
    ['shortValue', 65535, -1],
    ['unsignedShortValue', 65537, 1],
    ['longValue', 2 ** 31, -(2 ** 31)],
    ['longValue', 4.9, 4],
    ['longValue', -4.9, -4],
    ['longValue', NaN, 0],
    ['longValue', Infinity, 0],
    ['longValue', '0x10', 16],
    ['longValue', { valueOf: () => 7 }, 7],
    ['unsignedLongValue', -1, 2 ** 32 - 1],
    ['unsignedLongValue', 2 ** 32 + 5, 5],
    ['longLongValue', 2 ** 53 + 2, 2 ** 53 + 2],
    ['unsignedLongLongValue', -1, 2 ** 64],
    ['clamped', 300, 255],
    ['clamped', -3, 0],
    ['clamped', 1.5, 2],
    ['clamped', 2.5, 2],
    ['enforced', 4294967295, 4294967295],
    ['enforced', 3.7, 3],
  ];
  for (const [name, value, expected] of cases) assert.is(stored(name, value), expected, `${name} = ${String(value)}`);
});

test('an integer is never -0', () => {
  assert.ok(Object.is(stored('longValue', -0), 0));
  assert.ok(Object.is(stored('clamped', -0.2), 0));
});

test('[EnforceRange] refuses what does not fit', () => {
  const context = "Failed to set the 'enforced' property on 'FeatureAttributes': The provided value";
  const range = `${context} is outside the accepted range of 0 to 4294967295, inclusive.`;
  throwsTypeError(() => (attributes.enforced = -1), range);
  throwsTypeError(() => (attributes.enforced = 2 ** 32), range);
  throwsTypeError(() => (attributes.enforced = NaN), `${context} is not a finite number.`);
});

test('floating-point numbers', () => {
  assert.is(stored('floatValue', 0.1), Math.fround(0.1));
  assert.is(stored('doubleValue', '1.5'), 1.5);
  assert.is(stored('unrestrictedDoubleValue', Infinity), Infinity);
  assert.ok(Number.isNaN(stored('unrestrictedFloatValue', 'x')));
  const float = "Failed to set the 'floatValue' property on 'FeatureAttributes': The provided value is";
  throwsTypeError(() => (attributes.floatValue = NaN), `${float} not a finite floating-point value.`);
  throwsTypeError(() => (attributes.floatValue = 1e39), `${float} outside the range of a single-precision floating-point value.`);
  throwsTypeError(
    () => (attributes.doubleValue = Infinity),
    "Failed to set the 'doubleValue' property on 'FeatureAttributes': The provided value is not a finite floating-point value.",
  );
  assert.throws(() => (attributes.doubleValue = 1n), TypeError);
  assert.throws(() => (attributes.doubleValue = Symbol('s')), TypeError);
});

test('strings', () => {
  assert.is(stored('string', 12), '12');
  assert.is(stored('string', null), 'null');
  assert.is(stored('nullString', null), '');
  assert.is(stored('nullableString', null), null);
  assert.is(stored('nullableString', undefined), null);
  assert.is(stored('usvString', 'a\ud800b'), 'a\ufffdb');
  assert.is(stored('byteString', 'é'), 'é');
  assert.throws(() => (attributes.byteString = 'Ā'), TypeError);
  assert.throws(() => (attributes.string = Symbol('s')), TypeError);
});

test('an attribute ignores a value that its enumeration lacks', () => {
  assert.is(stored('colour', 'dark-blue'), 'dark-blue');
  assert.is(stored('colour', 'DARK-BLUE'), 'dark-blue');
});

test('bigint takes no number with a fraction, booleans take anything', () => {
  assert.is(stored('bigIntValue', 2n ** 70n), 2n ** 70n);
  assert.is(stored('bigIntValue', '12'), 12n);
  assert.is(stored('booleanValue', 'no'), true);
  assert.is(stored('booleanValue', 0), false);
});

test('objects, interfaces, unions, callbacks', () => {
  const object = {};
  const base = new FeatureBase();
  const notify = () => undefined;
  assert.is(stored('thing', object), object);
  assert.is(stored('anything', object), object);
  assert.is(stored('base', base), base);
  assert.is(stored('base', null), null);
  assert.is(stored('label', 5), 5);
  assert.is(stored('label', true), 'true');
  assert.is(stored('notify', notify), notify);
  assert.is(stored('notify', null), null);
  throwsTypeError(
    () => (attributes.base = object),
    "Failed to set the 'base' property on 'FeatureAttributes': The provided value is not of type 'FeatureBase'.",
  );
  assert.throws(() => (attributes.thing = 1), TypeError);
  assert.throws(() => (attributes.notify = {}), TypeError);
});

test('FrozenArray attributes are frozen, and the same while the value is', () => {
  attributes.numbers = new Set([1.5, '2']);
  assert.equal(attributes.numbers, [1, 2]);
  assert.ok(Object.isFrozen(attributes.numbers));
  assert.is(attributes.bases, attributes.bases);
  assert.instance(attributes.bases[0], FeatureBase);
});

test('[Replaceable], [PutForwards], static', () => {
  attributes.forwarded = 'new name';
  assert.is(attributes.forwarded.name, 'new name');
  assert.is(String(attributes.forwarded), 'new name');
  attributes.replaceable = 'replaced';
  assert.equal(Object.getOwnPropertyDescriptor(attributes, 'replaceable'), {
    value: 'replaced',
    writable: true,
    enumerable: true,
    configurable: true,
  });
  FeatureAttributes.shared = 4.5;
  assert.is(FeatureAttributes.shared, 4);
});

test.run();
