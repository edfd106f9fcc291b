import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { utf8Encode } from '../../../../src/text/utf8';
import { stunCrypto } from '../../../support/stun-crypto';
import { checkRequest, checkResponse, makeCall, makeConnectedCall, statesOf } from '../../../virtual/support/ice-calls';
import { hostCandidate, IcePeer } from '../../../virtual/support/IcePeer';
import { VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

const remoteParameters = { usernameFragment: 'remo', password: 'r'.repeat(22) };
const remoteAddress = { address: '198.51.100.1', port: 7000 };

/** Of different foundations, so that none waits for another. */
const remoteOf = (index: number) => ({ address: `198.51.100.${index + 1}`, port: 7000 });

/** An agent with one host candidate, started towards a peer that is played by the test. */
function makeAlone(role: 'controlling' | 'controlled' = 'controlling', remotes = 1) {
  const network = new VirtualNetwork(3);
  const peer = new IcePeer(network);
  const sent: { readonly at: number; readonly bytes: Uint8Array; readonly address: string }[] = [];
  network.inspect = (_source, destination, bytes) => {
    sent.push({ at: network.queue.now, bytes: bytes.slice(), address: destination.address });
    return true;
  };
  peer.addHost('192.0.2.1');
  peer.agent.start(0, remoteParameters, role);
  for (let index = 0; index < remotes; index++) {
    peer.agent.addRemoteCandidate(0, hostCandidate(0, remoteOf(index), 65_535 - index));
  }
  peer.drain();
  return { network, peer, sent, run: (milliseconds: number) => network.queue.runUntil(network.queue.now + milliseconds) };
}

test('two hosts connect within a round trip of the parameters, and nominate', () => {
  const { caller, callee, run } = makeCall();
  run(19);
  assert.is(caller.agent.selectedPair, null);
  run(2);
  assert.is(caller.agent.state, 'connected');
  assert.is(callee.agent.state, 'connected');
  run(60);
  for (const { agent } of [caller, callee]) {
    assert.ok(agent.selectedPair!.isNominated);
    assert.is(agent.state, 'completed');
  }
  assert.equal(statesOf(caller), ['checking', 'connected', 'completed']);
});

test('RFC 8445 section 7.2.2: what a check carries', () => {
  const { sent, peer, run } = makeAlone();
  run(1);
  const request = StunMessage.decode(sent[0].bytes)!;
  assert.is(request.text(Attribute.username), `remo:${peer.agent.localParameters.usernameFragment}`);
  assert.is(request.uint32(Attribute.priority), 110 * 2 ** 24 + 65_535 * 256 + 255);
  assert.is(request.value(Attribute.iceControlling)!.length, 8);
  assert.not(request.has(Attribute.useCandidate) || request.has(Attribute.iceControlled));
  assert.ok(request.integrityMatches(utf8Encode(remoteParameters.password), stunCrypto));
  assert.ok(request.has(Attribute.fingerprint) && request.fingerprintMatches);
});

test('a check is repeated by RFC 8489\'s timers; the pair fails at 39.5 s', () => {
  const { sent, peer, run } = makeAlone();
  run(39_499);
  assert.equal(sent.map(({ at }) => at), [0, 500, 1500, 3500, 7500, 15_500, 31_500]);
  assert.is(peer.agent.pairs[0].state, 'in-progress');
  run(2);
  assert.is(peer.agent.pairs[0].state, 'failed');
});

test('checks are paced: ten at 5 ms, then one every 50 ms', () => {
  const { sent, run } = makeAlone('controlling', 13);
  run(400);
  const first = sent.slice(0, 13).map(({ at }) => at);
  assert.equal(first, [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 100, 150]);
  assert.equal(sent.slice(0, 13).map(({ address }) => address), Array.from({ length: 13 }, (_, index) => remoteOf(index).address));
});

test('with many pairs, a check is repeated only after all were sent once', () => {
  const { sent, run } = makeAlone('controlling', 40);
  run(2600);
  const times = new Map<string, number[]>();
  for (const { at, address } of sent) times.set(address, [...(times.get(address) ?? []), at]);
  const firsts = [...times.values()].map(([first]) => first);
  const repeats = [...times.values()].flatMap(([, second]) => (second === undefined ? [] : [second]));
  assert.is(firsts.length, 40);
  // 40 at 50 ms each: the first check waits two seconds.
  assert.ok(Math.min(...repeats) >= 2000 && Math.min(...repeats) >= Math.max(...firsts), `${Math.min(...repeats)}`);
});

test('a peer that proposes a pace is not checked faster', () => {
  const { peer, sent, run } = makeAlone('controlling', 0);
  peer.agent.proposePacing(80);
  for (let index = 0; index < 3; index++) peer.agent.addRemoteCandidate(0, hostCandidate(0, remoteOf(index)));
  peer.drain();
  run(200);
  assert.equal(sent.map(({ at }) => at), [0, 80, 160]);
});

test('a request cancels the check under way, and triggers another', () => {
  const { peer, sent, run } = makeAlone();
  run(100);
  peer.receive(1, remoteAddress, checkRequest(remoteParameters, peer.agent.localParameters));
  run(10);
  const requests = sent.filter(({ bytes }) => bytes[0] === 0 && bytes[1] === 1);
  assert.is(requests.length, 2);
  assert.is.not(requests[0].bytes[8] + requests[0].bytes[9] * 256, requests[1].bytes[8] + requests[1].bytes[9] * 256);
  // The first is not repeated; its response counts all the same.
  peer.receive(1, remoteAddress, checkResponse(requests[0].bytes, remoteParameters.password, peer.sockets.get(1)!.local));
  assert.is(peer.agent.pairs[0].state, 'succeeded');
});

test('a request that comes before the peer\'s parameters is answered, and checked once they are there', () => {
  const network = new VirtualNetwork(3);
  const peer = new IcePeer(network);
  peer.addHost('192.0.2.1');
  const sent: Uint8Array[] = [];
  network.inspect = (_source, _destination, bytes) => {
    sent.push(bytes.slice());
    return true;
  };
  peer.receive(1, remoteAddress, checkRequest(remoteParameters, peer.agent.localParameters, { role: 'controlling', usesCandidate: true }));
  assert.is(sent.length, 1);
  assert.is(sent[0][0], 1);
  assert.is(peer.agent.state, 'new');
  peer.agent.start(0, remoteParameters, 'controlled');
  peer.drain();
  network.queue.runUntil(1);
  assert.is(sent.length, 2);
  assert.is(peer.agent.state, 'checking');
  peer.receive(1, remoteAddress, checkResponse(sent[1], remoteParameters.password, peer.sockets.get(1)!.local));
  assert.ok(peer.agent.selectedPair!.isNominated, 'the request had asked for it');
});

test('early requests of another peer are forgotten when the parameters come', () => {
  const network = new VirtualNetwork(3);
  const peer = new IcePeer(network);
  peer.addHost('192.0.2.1');
  peer.receive(1, remoteAddress, checkRequest({ usernameFragment: 'else', password: 'x' }, peer.agent.localParameters));
  assert.is(peer.agent.pairs.length, 1);
  peer.agent.start(0, remoteParameters, 'controlled');
  assert.is(peer.agent.pairs.length, 0);
  assert.is(peer.agent.remoteCandidates.length, 0);
});

test('an unreachable destination fails its pair at once, and not one that works', () => {
  const { peer, run } = makeAlone();
  run(1);
  peer.agent.handleUnreachable(1, 1, remoteAddress);
  assert.is(peer.agent.pairs[0].state, 'failed');
  const { caller } = makeConnectedCall();
  const pair = caller.agent.selectedPair!;
  caller.agent.handleUnreachable(caller.now, pair.transportId, pair.remote.address);
  assert.is(caller.agent.selectedPair, pair);
});

test('round trips and requests are counted', () => {
  const { caller, run } = makeConnectedCall();
  caller.sendData('hello');
  run(60_000);
  const { statistics } = caller.agent.selectedPair!;
  assert.ok(Math.abs(statistics.currentRoundTripTime! - 0.02) < 1e-6);
  assert.ok(statistics.consentRequestsSent >= 10 && statistics.consentRequestsSent <= 16);
  assert.is(statistics.responsesReceived, statistics.requestsSent + statistics.consentRequestsSent);
  assert.ok(Math.abs(statistics.totalRoundTripTime / statistics.responsesReceived - 0.02) < 1e-6);
  caller.agent.countDiscarded(2, 300);
  assert.equal([statistics.packetsSent, statistics.bytesSent, statistics.packetsDiscardedOnSend, statistics.bytesDiscardedOnSend], [1, 6, 2, 300]);
});

test('a checklist holds no more pairs than its limit', () => {
  const { peer } = makeAlone('controlling', 0);
  for (let index = 0; index < 90; index++) {
    peer.agent.addLocalCandidate(0, hostCandidate(10 + index, { address: `192.0.2.${index + 2}`, port: 5000 }, 65_000 - index));
    peer.agent.addRemoteCandidate(0, hostCandidate(0, { ...remoteAddress, port: 7000 + index }, 65_000 - index));
  }
  assert.is(peer.agent.pairs.length, 100);
  assert.ok(peer.agent.counters.pairsDropped > 1000);
});

test.run();
