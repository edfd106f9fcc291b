/** Interface objects: prototypes, subclasses, private constructors, constants, secure contexts, the installer's list. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features, generated } from './features/build';
import { throwsTypeError } from './support';

const all = await features();
const { FeatureBase, FeatureChild, FeatureJSON, FeaturePrivate, FeatureSet } = all;

test('script derives from interfaces', () => {
  class Derived extends FeatureBase {
    own = 'field';
    #hidden = 1;
    constructor() {
      super('derived');
    }
    get hidden() {
      return this.#hidden;
    }
    describe(): string {
      return `derived ${super.describe()}`;
    }
  }
  const derived = new Derived();
  assert.instance(derived, Derived);
  assert.instance(derived, FeatureBase);
  assert.instance(derived, EventTarget);
  assert.is(derived.own, 'field');
  assert.is(derived.hidden, 1);
  assert.is(derived.describe(), 'derived derived/');
  assert.is(new FeatureChild(derived, { name: 'n' }).parent, derived);
  class Numbers extends FeatureSet {}
  assert.instance(new Numbers().add('1'), Numbers);
  assert.is(Object.getPrototypeOf(Reflect.construct(FeatureBase, [], Numbers)), Numbers.prototype);
});

test('the chain of prototypes', () => {
  assert.is(Object.getPrototypeOf(FeatureChild), FeatureBase);
  assert.is(Object.getPrototypeOf(FeatureBase), EventTarget);
  assert.is(Object.getPrototypeOf(FeatureChild.prototype), FeatureBase.prototype);
  assert.is(Object.getPrototypeOf(FeatureBase.prototype), EventTarget.prototype);
  assert.is(String(new FeatureChild(new FeatureBase(), { name: 'n' })), '[object FeatureChild]');
  assert.is(FeatureChild.name, 'FeatureChild');
  assert.is(FeatureChild.length, 2);
});

test('private constructors', () => {
  throwsTypeError(() => new FeaturePrivate(), "Failed to construct 'FeaturePrivate': Illegal constructor");
  const created = FeaturePrivate.create(5);
  assert.instance(created, FeaturePrivate);
  assert.is(created.value, 5);
  assert.is(FeaturePrivate.created, 1);
});

test('constants stand on the interface object and its prototype', () => {
  const descriptor = { value: 1, writable: false, enumerable: true, configurable: false };
  assert.equal(Object.getOwnPropertyDescriptor(FeatureBase, 'LOW'), descriptor);
  assert.equal(Object.getOwnPropertyDescriptor(FeatureBase.prototype, 'LOW'), descriptor);
  assert.is(FeatureBase.LOUD, true);
});

test('[Default] toJSON takes the attributes of JSON types', () => {
  assert.is(JSON.stringify(new FeatureJSON()), '{"number":3,"text":"three"}');
});

test('secure contexts', async () => {
  const entry = (name: string) => all.interfaces.find((row) => row.name === name)!;
  assert.is(entry('FeatureSecure').secureContext, true);
  assert.is(entry('FeatureBase').secureContext, false);
  assert.equal(entry('FeatureWorker').exposed, ['DedicatedWorker']);
  assert.equal(entry('FeatureBase').exposed, ['*']);
  const insecure = await features({ isSecureContext: false });
  assert.is('secret' in insecure.FeatureAttributes.prototype, false);
  assert.is('secretOperation' in insecure.FeatureOperations.prototype, false);
  assert.is('secret' in all.FeatureAttributes.prototype, true);
});

test('members that only other globals show are absent', async () => {
  assert.is('workerOnly' in all.FeatureAttributes.prototype, false);
  const worker = await features({ globalNames: ['DedicatedWorker', 'Worker'] });
  assert.is(new worker.FeatureAttributes().workerOnly, 2);
});

test('a member that names an interface which is not offered is left out and listed', () => {
  assert.is('omittedOperation' in all.FeatureOperations.prototype, false);
  assert.equal(JSON.parse(generated.files.get('omitted.json')!), [
    { interface: 'FeatureOperations', member: 'omittedOperation', missing: ['FeatureMissing'] },
  ]);
});

test('an object has one wrapper, [NewObject] makes a new one', () => {
  const operations = new all.FeatureOperations();
  assert.is.not(operations.fresh(), operations.fresh());
  const attributes = new all.FeatureAttributes();
  assert.is(attributes.forwarded, attributes.forwarded);
});

test.run();
