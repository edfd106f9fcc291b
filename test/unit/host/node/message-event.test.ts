import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasNodeEvents, quickMessageEvent } from '../../../../src/host/node/MessageEvent';

const QuickMessageEvent = quickMessageEvent(globalThis);

test('is a MessageEvent to script', () => {
  const data = new ArrayBuffer(4);
  const event = new QuickMessageEvent('message', { data, origin: 'https://example.net' }) as MessageEvent;
  assert.instance(event, MessageEvent);
  assert.is(event.constructor, MessageEvent);
  assert.is(String(event), String(new MessageEvent('message')));
  assert.is(event.data, data);
  const plain = new MessageEvent('message', { data, origin: 'https://example.net' });
  const own: Record<string, unknown> = {};
  const theirs: Record<string, unknown> = {};
  for (const name in plain) if (name !== 'timeStamp') theirs[name] = plain[name as keyof MessageEvent];
  for (const name in event) if (name !== 'timeStamp') own[name] = event[name as keyof MessageEvent];
  assert.equal(own, theirs);
});

test('listeners get it, once', () => {
  const target = new EventTarget();
  const heard: unknown[] = [];
  target.addEventListener('message', (event) => heard.push((event as MessageEvent).data), { once: true });
  for (const data of [0, 1]) target.dispatchEvent(new QuickMessageEvent('message', { data }));
  assert.equal(heard, [0]);
});

test('tells Node\'s events from those of a window', () => {
  assert.ok(hasNodeEvents(globalThis));
  assert.not.ok(hasNodeEvents({ EventTarget: class {} }));
});

test.run();
