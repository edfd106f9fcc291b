import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { IceCandidate, LocalCandidate } from '../../../../src/webrtc/ice/candidate';
import { arePairable, CandidatePair } from '../../../../src/webrtc/ice/CandidatePair';
import { Checklist } from '../../../../src/webrtc/ice/Checklist';
import { pairPriority } from '../../../../src/webrtc/ice/priority';

const candidate = (fields: Partial<LocalCandidate> = {}): LocalCandidate => ({
  foundation: '1', component: 1, protocol: 'udp', priority: 100, address: '192.0.2.1', port: 5000, type: 'host', tcpType: null, relatedAddress: null,
  relatedPort: null, usernameFragment: null, extensions: [], transportId: 1, url: null, relayProtocol: null, ...fields,
});
const remote = (fields: Partial<IceCandidate> = {}) => {
  const signalled = candidate({ address: '192.0.2.2', ...fields });
  return { candidate: signalled, address: { address: signalled.address, port: signalled.port } };
};

let ids = 0;
const pair = (priority: number, foundation = `${ids}`) => new CandidatePair(++ids, candidate({ foundation }), remote({ port: 6000 + ids }), pairPriority(priority, priority));

test('pairs are checked by priority; triggered ones before them, first come first served', () => {
  const checklist = new Checklist(100);
  const [low, high, middle] = [pair(1), pair(3), pair(2)];
  for (const each of [low, high, middle]) checklist.add(each);
  assert.equal(checklist.pairs.map(({ id }) => id), [high.id, middle.id, low.id]);
  checklist.trigger(low);
  checklist.trigger(low);
  const order: number[] = [];
  for (let next = checklist.next(); next; next = checklist.next()) {
    next.state = 'in-progress';
    order.push(next.id);
  }
  assert.equal(order, [low.id, high.id, middle.id]);
  assert.not(checklist.hasWork);
});

test('of one foundation one pair at a time, until one has succeeded', () => {
  const checklist = new Checklist(100);
  const [first, second, third] = [pair(3, 'same'), pair(2, 'same'), pair(1, 'same')];
  for (const each of [first, second, third]) checklist.add(each);
  assert.equal([first.state, second.state, third.state], ['waiting', 'frozen', 'frozen']);
  first.state = 'in-progress';
  assert.is(checklist.next(), undefined);
  first.state = 'failed';
  assert.ok(checklist.hasWork);
  assert.is(checklist.next(), second);
  second.state = 'succeeded';
  checklist.unfreezeFoundation(second.foundation);
  assert.is(third.state, 'waiting');
});

test('a full list drops a failed pair, else the worst that is idle', () => {
  const checklist = new Checklist(3);
  const [a, b, c] = [pair(10), pair(20), pair(30)];
  for (const each of [a, b, c]) assert.is(checklist.add(each), undefined);
  b.state = 'failed';
  const [d, e] = [pair(5), pair(40)];
  assert.is(checklist.add(d), b);
  assert.is(checklist.add(e), d);
  a.state = 'in-progress';
  c.isValid = true;
  e.state = 'in-progress';
  const worst = pair(1);
  assert.is(checklist.add(worst), worst);
  assert.is(checklist.pairs.length, 3);
});

test('what pairs with what', () => {
  assert.ok(arePairable(candidate(), remote()));
  assert.not(arePairable(candidate(), remote({ component: 2 })));
  assert.not(arePairable(candidate(), remote({ address: '2001:db8::1' })));
  assert.not(arePairable(candidate({ address: 'fe80::1' }), remote({ address: '2001:db8::1' })));
  assert.ok(arePairable(candidate({ address: 'fe80::1' }), remote({ address: 'fe80::2' })));
  const tcp = (local: LocalCandidate['tcpType'], other: LocalCandidate['tcpType']) =>
    arePairable(candidate({ protocol: 'tcp', tcpType: local }), remote({ protocol: 'tcp', tcpType: other }));
  assert.ok(tcp('active', 'passive') && tcp('so', 'so'));
  assert.not(tcp('passive', 'active') || tcp('active', 'active') || tcp('so', 'passive') || tcp(null, 'passive') || tcp('active', null));
  assert.not(arePairable(candidate(), remote({ protocol: 'tcp', tcpType: 'passive' })));
});

test.run();
