import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCall } from '../../../virtual/support/ice-calls';
import { endCandidates, hostCandidate, IcePeer, signal } from '../../../virtual/support/IcePeer';
import { Nat, VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

test('behind a NAT and without a server, a peer is reached at the address that its checks come from', () => {
  const network = new VirtualNetwork(2, { delay: 10 });
  const [caller, callee] = [new IcePeer(network), new IcePeer(network)];
  caller.addHost('10.0.0.1', new Nat(network, 'symmetric', '198.51.100.1'));
  callee.addHost('192.0.2.2');
  signal(caller, callee);
  endCandidates(caller, callee);
  network.queue.runUntil(1000);
  assert.is(caller.agent.state, 'completed');
  const ours = caller.agent.selectedPair!.local;
  const theirs = callee.agent.selectedPair!.remote.candidate;
  assert.is(ours.type, 'prflx');
  assert.equal([ours.relatedAddress, ours.transportId], ['10.0.0.1', 1]);
  assert.is(theirs.type, 'prflx');
  assert.equal([ours.address, ours.port], [theirs.address, theirs.port]);
  assert.is(ours.address, '198.51.100.1');
  // It is not one of those that are signalled.
  assert.equal(caller.agent.localCandidates.map(({ type }) => type), ['host', 'prflx']);
});

test('a peer-reflexive candidate that is signalled later gets the priority and foundation it has', () => {
  const { network, caller, callee, run } = makeCall();
  // The callee's candidate reaches the caller late: first come the callee's checks.
  const late = new IcePeer(network);
  late.addHost('192.0.2.3');
  late.agent.start(0, callee.agent.localParameters, 'controlling');
  run(1000);
  const agent = caller.agent;
  const pair = agent.selectedPair!;
  assert.is(pair.remote.candidate.type, 'host');

  const alone = new IcePeer(network);
  alone.addHost('192.0.2.4');
  alone.agent.start(network.queue.now, late.agent.localParameters, 'controlled');
  late.agent.start(network.queue.now, alone.agent.localParameters, 'controlling');
  late.agent.addRemoteCandidate(network.queue.now, alone.agent.localCandidates[0]);
  late.drain();
  run(100);
  const learnt = alone.agent.pairs[0];
  assert.is(learnt.remote.candidate.type, 'prflx');
  const signalled = { ...late.agent.localCandidates[0], foundation: 'signalled' };
  alone.agent.addRemoteCandidate(network.queue.now, signalled);
  assert.is(alone.agent.pairs.length, 1);
  assert.is(alone.agent.pairs[0], learnt);
  assert.is(learnt.remote.candidate.type, 'host');
  assert.is(learnt.remote.candidate.foundation, 'signalled');
});

test('a server-reflexive candidate is checked from its base, once', () => {
  const network = new VirtualNetwork(2);
  const peer = new IcePeer(network);
  const transportId = peer.addHost('10.0.0.1');
  peer.addLocalCandidate({ ...hostCandidate(transportId, { address: '198.51.100.1', port: 1234 }), type: 'srflx', relatedAddress: '10.0.0.1', relatedPort: 40_000 });
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 5 }));
  assert.is(peer.agent.pairs.length, 1);
  assert.is(peer.agent.pairs[0].local.type, 'host');
});

test('a mapped address that is a known server-reflexive one makes no new candidate', () => {
  const network = new VirtualNetwork(2, { delay: 1 });
  const [caller, callee] = [new IcePeer(network), new IcePeer(network)];
  const nat = new Nat(network, 'full-cone', '198.51.100.1');
  const transportId = caller.addHost('10.0.0.1', nat);
  const { local } = caller.sockets.get(transportId)!;
  const mapped = nat.translateOut(local, { address: '192.0.2.2', port: 1 });
  caller.addLocalCandidate({ ...hostCandidate(transportId, mapped), type: 'srflx', priority: 1694498815, relatedAddress: local.address, relatedPort: local.port });
  callee.addHost('192.0.2.2');
  signal(caller, callee);
  network.queue.runUntil(500);
  assert.is(caller.agent.selectedPair!.local.type, 'srflx');
  assert.is(caller.agent.localCandidates.length, 2);
  assert.is(callee.agent.selectedPair!.remote.candidate.type, 'srflx');
});

test.run();
