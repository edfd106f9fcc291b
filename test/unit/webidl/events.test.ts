/** Events that are generated whole, event handler attributes and their place among the listeners. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { features } from './features/build';
import { throwsTypeError } from './support';

const { FeatureBase, FeatureEvent } = await features();

test('an event has its init dictionary as attributes', () => {
  const source = new FeatureBase('source');
  const event = new FeatureEvent('x', { source, sources: [source], cancelable: true });
  assert.instance(event, Event);
  assert.is(event.type, 'x');
  assert.is(event.source, source);
  assert.is(event.detail, null);
  assert.is(event.sources, event.sources);
  assert.ok(Object.isFrozen(event.sources) && event.sources[0] === source);
  assert.is(event.cancelable, true);
  assert.is(event.isTrusted, false);
  throwsTypeError(
    () => new FeatureEvent('x', {}),
    "Failed to construct 'FeatureEvent': Failed to read the 'source' property from 'FeatureEventInit': Required member is undefined.",
  );
  throwsTypeError(() => new FeatureEvent('x'), "Failed to construct 'FeatureEvent': 2 arguments required, but only 1 present.");
  throwsTypeError(() => FeatureEvent.prototype.source, 'Illegal invocation');
});

test('implementations fire events with implementations in them', () => {
  const base = new FeatureBase();
  const events: any[] = [];
  base.onfeature = (event: Event) => events.push(event);
  base.addEventListener('feature', (event: Event) => events.push(event));
  base.ping();
  assert.is(events.length, 2);
  assert.instance(events[0], FeatureEvent);
  assert.is(events[0].source, base);
  assert.is(events[0].sources[0], base);
  assert.is(events[0].target, base);
});

test('a handler keeps its place among the listeners until it is null', () => {
  const base = new FeatureBase();
  let order: string[] = [];
  const log = (name: string) => () => {
    order.push(name);
  };
  const run = () => {
    order = [];
    base.ping();
    return order.join(' ');
  };
  base.addEventListener('ping', log('first'));
  base.onping = log('handler');
  base.addEventListener('ping', log('last'));
  assert.is(run(), 'first handler last');
  base.onping = log('changed');
  assert.is(run(), 'first changed last');
  base.onping = null;
  assert.is(run(), 'first last');
  base.onping = log('again');
  assert.is(run(), 'first last again');
});

test('what a handler attribute takes and gives back', () => {
  const base = new FeatureBase();
  const handler = () => undefined;
  const object = { handleEvent: () => assert.unreachable('an object is no handler') };
  assert.is(base.onping, null);
  base.onping = handler;
  assert.is(base.onping, handler);
  base.onping = 'text';
  assert.is(base.onping, null);
  base.onping = object;
  assert.is(base.onping, object);
  base.ping();
});

test('a handler runs on the current target, and false cancels', () => {
  const base = new FeatureBase();
  const seen: unknown[] = [];
  base.onping = function (this: unknown, event: Event) {
    seen.push(this === base, event.defaultPrevented);
    return false;
  };
  base.addEventListener('ping', (event: Event) => seen.push(event.defaultPrevented));
  base.ping();
  assert.equal(seen, [true, false, true]);
});

test('a host dispatches in its own way', async () => {
  const dispatched: string[] = [];
  const own = await features({
    dispatchEvent(target, event) {
      dispatched.push(event.type);
      return target.dispatchEvent(event);
    },
  });
  new own.FeatureBase().ping();
  assert.equal(dispatched, ['ping', 'feature']);
});

test.run();
