/** Partial interfaces of interfaces that the realm brings, and interfaces that inherit from DOMException. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { throwsTypeError } from './support';

const place = (): any => Object.create(Object.create(Object.prototype, { constructor: { value: Object } }));

test('an object of the realm gets the members on its prototype', async () => {
  const { extensions, extend, FeatureBase } = await features();
  const object = place();
  extend(object, extensions[0]);
  const prototype = Object.getPrototypeOf(object);
  assert.equal(Object.keys(prototype), ['level', 'secret', 'settle']);
  assert.equal(Object.keys(object), []);
  assert.is(object.level, 1);
  object.level = '7';
  assert.is(object.level, 7);
  assert.instance(object.settle('x'), FeatureBase);
  assert.is(object.secret, object.secret);
  assert.is(Object.getOwnPropertyDescriptor(prototype, 'secret')!.get!.name, 'get secret');
  throwsTypeError(() => prototype.level, 'Illegal invocation');
  throwsTypeError(() => prototype.settle.call(place(), 'x'), 'Illegal invocation');
});

test('a prototype that objects share keeps the members of the first', async () => {
  const [one, other] = [await features(), await features()];
  const shared = Object.getPrototypeOf(place());
  const [first, second] = [Object.create(shared), Object.create(shared)];
  one.extend(first, one.extensions[0]);
  other.extend(second, other.extensions[0]);
  first.level = 2;
  assert.equal([first.level, second.level], [2, 1]);
});

test('what is there already can be left alone, and an insecure realm lacks what needs a secure one', async () => {
  const { extensions, extend } = await features({ isSecureContext: false });
  const object = place();
  object.level = 'own';
  extend(object, extensions[0], true);
  assert.is(object.level, 'own');
  assert.equal(Object.keys(Object.getPrototypeOf(object)), ['settle']);
});

test('an interface may inherit from DOMException', async () => {
  const { FeatureError } = await features();
  const error = new FeatureError('x');
  assert.instance(error, DOMException);
  assert.equal([error.name, error.message, error.subject, error.code], ['FeatureError', 'about x', 'x', 0]);
  const Derived = class extends FeatureError {} as any;
  assert.instance(new Derived('y'), Derived);
  assert.is(Object.prototype.toString.call(error), '[object FeatureError]');
});

test('an event\'s array that no init dictionary sets is empty', async () => {
  const { FeatureBase, FeatureEvent } = await features();
  const event = new FeatureEvent('x', { source: new FeatureBase() });
  assert.equal(event.more, []);
  assert.is(event.more, event.more);
});

test.run();
