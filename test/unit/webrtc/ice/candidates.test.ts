import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCall } from '../../../virtual/support/ice-calls';
import { hostCandidate, IcePeer } from '../../../virtual/support/IcePeer';
import { VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

const parameters = { usernameFragment: 'remo', password: 'r'.repeat(22) };
const name = '1f4712db-ea17-4bcf-a596-105139dfd8bf.local';

test('a candidate with a name is asked for, and checked when it has an address', () => {
  const { caller, callee, run } = makeCall({ calleeAddresses: [] });
  callee.onLocalCandidate = () => {};
  callee.addHost('192.0.2.2');
  caller.agent.addRemoteCandidate(0, { ...callee.agent.localCandidates[0], address: name });
  caller.agent.addRemoteCandidate(0, { ...callee.agent.localCandidates[0], address: name, port: 1, foundation: 'other' });
  caller.drain();
  assert.equal(caller.events.filter(({ type }) => type === 'resolve'), [{ type: 'resolve', name }]);
  assert.is(caller.agent.pairs.length, 0);
  caller.agent.resolveRemoteAddress(0, name, '192.0.2.2');
  assert.is(caller.agent.pairs.length, 2);
  assert.is(caller.agent.remoteCandidates[0].candidate.address, name);
  caller.drain();
  run(100);
  assert.is(caller.agent.selectedPair!.remote.candidate.address, name);
});

test('a name that cannot be resolved is no candidate; names are limited', () => {
  const peer = new IcePeer(new VirtualNetwork(1));
  peer.addHost('192.0.2.1');
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: name, port: 1 }));
  peer.agent.resolveRemoteAddress(0, name, null);
  peer.agent.resolveRemoteAddress(0, name, 'still no address');
  peer.agent.resolveRemoteAddress(0, 'unasked.local', '192.0.2.2');
  assert.is(peer.agent.remoteCandidates.length, 0);
  for (let index = 0; index < 100; index++) peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: `${index}.local`, port: 1 }));
  peer.drain();
  assert.is(peer.events.filter(({ type }) => type === 'resolve').length, 33);
  assert.is(peer.agent.counters.candidatesDropped, 68);
});

test('candidates that come one by one are checked as they come', () => {
  const { caller, callee, run } = makeCall({ callerAddresses: [], calleeAddresses: [] });
  run(1000);
  assert.is(caller.agent.state, 'new');
  callee.addHost('192.0.2.2');
  run(1000);
  assert.is(caller.agent.state, 'checking');
  caller.addHost('192.0.2.1');
  run(50);
  assert.is(caller.agent.state, 'completed');
});

test('the same candidate again changes nothing', () => {
  const { caller, callee } = makeCall();
  caller.network.queue.runUntil(1);
  const [candidate] = callee.agent.localCandidates;
  caller.agent.addRemoteCandidate(1, candidate);
  caller.agent.addLocalCandidate(1, caller.agent.localCandidates[0]);
  assert.equal([caller.agent.pairs.length, caller.agent.remoteCandidates.length, caller.agent.localCandidates.length], [1, 1, 1]);
});

test('signalled candidates are limited', () => {
  const peer = new IcePeer(new VirtualNetwork(1), { limits: { remoteCandidates: 10 } });
  peer.agent.start(0, parameters, 'controlling');
  for (let index = 0; index < 15; index++) peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 + index }));
  assert.is(peer.agent.remoteCandidates.length, 10);
  assert.is(peer.agent.counters.candidatesDropped, 5);
});

test.run();
