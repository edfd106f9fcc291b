import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DatagramKind } from '../../../../src/webrtc/ice/demultiplex';
import { Attribute, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import { checkRequest, checkResponse, makeCall, makeConnectedCall } from '../../../virtual/support/ice-calls';
import { hostCandidate, IcePeer } from '../../../virtual/support/IcePeer';
import { VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

const remoteParameters = { usernameFragment: 'remo', password: 'r'.repeat(22) };
const attacker = { address: '203.0.113.66', port: 666 };

function makeAlone() {
  const network = new VirtualNetwork(5);
  const peer = new IcePeer(network);
  peer.addHost('192.0.2.1');
  peer.agent.start(0, remoteParameters, 'controlling');
  const sent: StunMessage[] = [];
  network.inspect = (_source, _destination, bytes) => {
    const message = StunMessage.decode(bytes.slice());
    if (message) sent.push(message);
    return true;
  };
  return { network, peer, sent, counters: peer.agent.counters };
}

test('a request with the wrong password gets 401 and changes nothing', () => {
  const { peer, sent, counters } = makeAlone();
  peer.receive(1, attacker, checkRequest(remoteParameters, peer.agent.localParameters, { password: 'guess'.repeat(5) }));
  assert.is(sent[0].error!.code, 401);
  assert.is(counters.unauthenticated, 1);
  assert.equal([peer.agent.pairs.length, peer.agent.remoteCandidates.length], [0, 0]);
});

test('without credentials 400, for somebody else 401, and no more than ten a second', () => {
  const { peer, sent, counters } = makeAlone();
  const bare = new StunWriter(MessageClass.request, Method.binding, new Uint8Array(12)).fingerprint().finish();
  peer.receive(1, attacker, bare);
  assert.is(sent[0].error!.code, 400);
  peer.receive(1, attacker, checkRequest(remoteParameters, { usernameFragment: 'nobody', password: 'x'.repeat(22) }));
  assert.is(sent[1].error!.code, 401);
  assert.is(counters.unknownUser, 1);
  for (let count = 0; count < 1000; count++) peer.receive(1, attacker, bare);
  assert.is(sent.length, 10);
  assert.is(counters.errorsSuppressed, 992);
});

test('unknown comprehension-required attributes: 420, with their numbers', () => {
  const { peer, sent } = makeAlone();
  peer.receive(1, attacker, checkRequest(remoteParameters, peer.agent.localParameters, { write: (writer) => writer.flag(0x7001).flag(0xf001) }));
  assert.is(sent[0].error!.code, 420);
  assert.equal(sent[0].value(Attribute.unknownAttributes), Uint8Array.of(0x70, 0x01));
  assert.is(peer.agent.pairs.length, 0);
});

test('a flood of addresses, by who knows the password: a bounded number is learnt, all are answered', () => {
  const { peer, sent, counters, network } = makeAlone();
  const request = checkRequest(remoteParameters, peer.agent.localParameters);
  for (let index = 0; index < 5000; index++) peer.receive(1, { address: `203.0.${index >> 8}.${index & 255}`, port: 1000 }, request);
  assert.is(peer.agent.pairs.length, 20);
  assert.is(peer.agent.remoteCandidates.length, 20);
  assert.is(counters.peerReflexiveDropped, 4980);
  assert.is(sent.filter(({ messageClass }) => messageClass === MessageClass.success).length, 5000);
  // Checks towards those that were learnt keep their pace.
  network.queue.runUntil(1000);
  assert.ok(sent.filter(({ messageClass }) => messageClass === MessageClass.request).length <= 50);
});

test('one address that asks without end makes no more requests than the pace allows, nor memory of them', () => {
  const { peer, sent, network } = makeAlone();
  const request = checkRequest(remoteParameters, peer.agent.localParameters);
  for (let count = 0; count < 20_000; count++) {
    peer.receive(1, attacker, request);
    network.queue.runUntil(network.queue.now + 1);
  }
  const requests = sent.filter(({ messageClass }) => messageClass === MessageClass.request).length;
  assert.ok(requests >= 350 && requests <= 420, String(requests));
});

test('a replayed request moves nothing: neither the selected pair nor the nomination', () => {
  const { network, caller, callee, run } = makeCall();
  const replayed: Uint8Array[] = [];
  network.inspect = (source, _destination, bytes) => {
    if (source.address === '192.0.2.1' && bytes[0] === 0) replayed.push(bytes.slice());
    return true;
  };
  run(10_000);
  const pair = callee.agent.selectedPair!;
  const [transportId] = callee.sockets.keys();
  for (const bytes of replayed) callee.receive(transportId, attacker, bytes);
  run(1000);
  assert.is(callee.agent.selectedPair, pair);
  assert.ok(callee.agent.pairs.some(({ remote, isValid }) => remote.address.address === attacker.address && !isValid));
  assert.is(caller.agent.state, 'completed');
  run(120_000);
  assert.is(callee.agent.state, 'completed');
});

test('responses: repeated, of another transaction, from elsewhere, on another transport, forged', () => {
  const { network, peer, sent, counters } = makeAlone();
  peer.addHost('192.0.2.3');
  const remote = { address: '192.0.2.9', port: 9 };
  peer.agent.addRemoteCandidate(0, hostCandidate(0, remote));
  peer.drain();
  network.queue.runUntil(1);
  const request = sent[0].bytes;
  const { local } = peer.sockets.get(1)!;
  const good = checkResponse(request, remoteParameters.password, local);
  const pair = peer.agent.pairs.find(({ transportId }) => transportId === 1)!;

  peer.receive(1, attacker, good);
  peer.receive(2, remote, good);
  assert.is(counters.wrongSource, 2);
  peer.receive(1, remote, checkResponse(request, 'forged'.repeat(4), local));
  assert.is(counters.unauthenticated, 1);
  const other = request.slice();
  other[10] ^= 1;
  peer.receive(1, remote, checkResponse(other, remoteParameters.password, local));
  assert.is(counters.unmatchedResponses, 1);
  const unauthenticatedError = new StunWriter(MessageClass.error, Method.binding, sent[0].transactionId).errorCode(401, '').fingerprint().finish();
  peer.receive(1, remote, unauthenticatedError);
  assert.is(counters.unauthenticated, 2);
  assert.is(pair.state, 'in-progress');

  peer.receive(1, remote, good);
  assert.ok(pair.isValid);
  peer.receive(1, remote, good);
  assert.is(counters.unmatchedResponses, 2);
});

test('damaged messages are counted, and nothing else', () => {
  const { peer, counters, sent } = makeAlone();
  const request = checkRequest(remoteParameters, peer.agent.localParameters);
  for (let index = 0; index < request.length; index++) {
    const damaged = request.slice();
    damaged[index] ^= 0x10;
    peer.receive(1, attacker, damaged);
  }
  assert.ok(counters.malformed + counters.dataDropped >= request.length - 4);
  assert.is(peer.agent.pairs.length, 0);
  assert.ok(sent.length <= 10);
});

test('data from an address that no pair has is dropped', () => {
  const { caller } = makeConnectedCall();
  const [transportId] = caller.sockets.keys();
  assert.is(caller.agent.handleDatagram(0, transportId, attacker, Uint8Array.of(22)), DatagramKind.other);
  assert.is(caller.agent.counters.dataDropped, 1);
  const { remote } = caller.agent.selectedPair!;
  assert.is(caller.agent.handleDatagram(0, transportId, remote.address, Uint8Array.of(22)), DatagramKind.dtls);
  assert.is(caller.agent.handleDatagram(0, transportId, remote.address, Uint8Array.of(128)), DatagramKind.rtp);
  assert.is(caller.agent.handleDatagram(0, transportId, remote.address, Uint8Array.of(200)), DatagramKind.other);
});

test('a request on a transport without a candidate is not answered', () => {
  const { peer, sent, counters } = makeAlone();
  peer.receive(77, attacker, checkRequest(remoteParameters, peer.agent.localParameters));
  assert.equal([sent.length, peer.agent.pairs.length, counters.unknownTransport], [0, 0, 1]);
});

test.run();
