import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endCandidates, IcePeer, signal } from '../../../virtual/support/IcePeer';
import { VirtualNetwork } from '../../../virtual/support/VirtualNetwork';
import { VirtualTcp } from '../../../virtual/support/VirtualTcp';

function makeCall(withUdp = false, { seed = 4, roles }: { seed?: number; roles?: Parameters<typeof signal>[3] } = {}) {
  const network = new VirtualNetwork(seed, { delay: 10 });
  const tcp = new VirtualTcp();
  const [caller, callee] = [new IcePeer(network), new IcePeer(network)];
  for (const [peer, address] of [[caller, '192.0.2.1'], [callee, '192.0.2.2']] as const) {
    if (withUdp) peer.addHost(address);
    peer.addTcp(tcp, address, 'active');
    peer.addTcp(tcp, address, 'passive', 4000);
  }
  signal(caller, callee, 0, roles);
  endCandidates(caller, callee);
  return { network, tcp, caller, callee, run: (milliseconds: number) => network.queue.runUntil(network.queue.now + milliseconds) };
}

test('active candidates connect to passive ones, and checks go over the connections', () => {
  const { tcp, caller, callee, run } = makeCall();
  run(500);
  for (const { agent } of [caller, callee]) {
    assert.is(agent.state, 'completed');
    assert.is(agent.selectedPair!.base.protocol, 'tcp');
  }
  // Both have the same connection, whichever of the two it is.
  const { local, remote } = caller.agent.selectedPair!;
  const theirs = callee.agent.selectedPair!;
  assert.equal([local.address, local.port], [theirs.remote.address.address, theirs.remote.address.port]);
  assert.is(remote.candidate.protocol, 'tcp');
  assert.ok(tcp.connections >= 1);
  assert.ok(caller.sendData('a') && callee.sendData('b'));
  run(100);
  assert.equal([caller.received.length, callee.received.length], [1, 1]);
  run(60_000);
  assert.is(caller.agent.state, 'completed');
});

test('UDP is preferred; TCP saves the connection when UDP breaks, over connections that are opened again', () => {
  const { network, tcp, caller, callee, run } = makeCall(true);
  run(1000);
  assert.is(caller.agent.selectedPair!.base.protocol, 'udp');
  assert.ok(caller.agent.pairs.some((pair) => pair.isValid && pair.isReliable));
  run(2500);
  assert.is(tcp.connections, 0);
  network.inspect = () => false;
  run(12_000);
  for (const { agent } of [caller, callee]) assert.is(agent.selectedPair!.base.protocol, 'tcp');
  assert.ok(caller.sendData('a'));
  run(100);
  assert.is(callee.received.length, 1);
  run(60_000);
  for (const { agent } of [caller, callee]) assert.ok(agent.state === 'completed' && agent.selectedPair!.isNominated && agent.selectedPair!.base.protocol === 'tcp');
  assert.is(tcp.connections, 1);
});

test('three seconds after the nomination there is no connection but the selected one', () => {
  const { tcp, caller, callee, run } = makeCall();
  run(500);
  const selected = [caller, callee].map(({ agent }) => agent.selectedPair!);
  assert.is(tcp.connections, 2);
  run(3500);
  assert.is(tcp.connections, 1);
  run(60_000);
  assert.equal([caller, callee].map(({ agent }) => agent.selectedPair), selected);
  for (const { agent } of [caller, callee]) assert.is(agent.state, 'completed');
  assert.equal(callee.agent.pairs.concat(caller.agent.pairs).filter(({ connection }) => connection !== 'none').length, 2);
});

test('a connection that comes when ICE has concluded is answered, and closed after three seconds', () => {
  const { tcp, caller, callee, run } = makeCall(true);
  run(4000);
  assert.is(tcp.connections, 0);
  callee.addTcp(tcp, '192.0.2.2', 'passive', 4001);
  run(200);
  assert.is(tcp.connections, 1);
  assert.ok(caller.agent.pairs.some((pair) => pair.isReliable && pair.isValid && pair.remote.address.port === 4001));
  assert.is(caller.agent.selectedPair!.base.protocol, 'udp');
  run(3000);
  assert.is(tcp.connections, 0);
  for (const { agent } of [caller, callee]) assert.is(agent.state, 'completed');
});

test('over a path that breaks for both, connections are tried until one opens', () => {
  const { network, tcp, caller, callee, run } = makeCall(true);
  run(4000);
  network.inspect = () => false;
  const { listeners } = tcp;
  tcp.listeners = new Map();
  run(10_000);
  for (const { agent } of [caller, callee]) assert.is(agent.state, 'disconnected');
  tcp.listeners = listeners;
  run(8000);
  for (const { agent } of [caller, callee]) assert.is(agent.selectedPair!.base.protocol, 'tcp');
});

test('a restart has its connections opened again, and closes those of before', () => {
  const { tcp, caller, callee, run } = makeCall();
  run(4000);
  const candidates = [caller, callee].map(({ agent }) => agent.localCandidates.filter(({ type }) => type === 'host'));
  for (const peer of [caller, callee]) peer.agent.restart(peer.now);
  signal(caller, callee);
  run(0);
  for (const [index, peer] of [caller, callee].entries()) for (const candidate of candidates[index]!) peer.addLocalCandidate(candidate);
  endCandidates(caller, callee);
  run(1000);
  assert.is(tcp.connections, 2);
  for (const { agent } of [caller, callee]) assert.is(agent.state, 'completed');
  run(4000);
  assert.is(tcp.connections, 1);
  assert.ok(caller.sendData('a') && callee.sendData('b'));
  run(100);
  assert.equal([caller.received.length, callee.received.length], [1, 1]);
});

for (const role of ['controlling', 'controlled'] as const) {
  test(`after a conflict of two that are ${role} both keep the same connection`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { tcp, caller, callee, run } = makeCall(false, { seed, roles: [role, role] });
      run(5000);
      assert.is(tcp.connections, 1, `seed ${seed}`);
      run(30_000);
      for (const { agent } of [caller, callee]) assert.ok(agent.state === 'completed' && agent.selectedPair!.connection === 'open', `seed ${seed}: ${agent.state}`);
      assert.is(tcp.connections, 1);
    }
  });
}

test('over a network without UDP, TCP is found within a second', () => {
  const { network, caller, run } = makeCall(true);
  network.inspect = () => false;
  run(1000);
  assert.is(caller.agent.state, 'connected');
  assert.is(caller.agent.selectedPair!.base.protocol, 'tcp');
});

test('a connection that is refused fails its pair at once; one that breaks takes the pair with it', () => {
  const { network, tcp, caller, callee, run } = makeCall();
  caller.agent.addRemoteCandidate(0, { ...callee.agent.localCandidates[1], port: 4001, foundation: 'closed' });
  caller.drain();
  run(500);
  assert.is(caller.agent.pairs.find(({ remote }) => remote.address.port === 4001)!.state, 'failed');
  const pair = caller.agent.selectedPair!;
  tcp.cut(caller, pair.transportId, pair.remote.address);
  assert.is.not(caller.agent.selectedPair, pair);
  assert.not(pair.isValid);
  run(network.queue.now + 3000);
  assert.ok(caller.agent.selectedPair, 'over the other connection, or a new one');
});

test('connections are given back when the agent closes', () => {
  const { caller, callee, run } = makeCall();
  run(500);
  const opened = [caller, callee].map(({ agent }) => agent.pairs.filter(({ connection }) => connection !== 'none').length);
  for (const peer of [caller, callee]) {
    peer.agent.close(peer.now);
    peer.drain();
  }
  assert.equal([caller, callee].map(({ events }) => events.filter(({ type }) => type === 'disconnect').length), opened);
});

test.run();
