import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CandidateGatherer, type GathererEvent, type GathererOptions } from '../../../../src/webrtc/ice/CandidateGatherer';
import type { GatheringServer } from '../../../../src/webrtc/ice/GatheringJob';
import { isIceServerFault, parseIceServerUrl } from '../../../../src/webrtc/turn/server-url';
import { stunCrypto } from '../../../support/stun-crypto';
import { IcePeer } from '../../../virtual/support/IcePeer';
import { TurnServer, type TurnServerOptions } from '../../../virtual/support/TurnServer';
import { Nat, type NatKind, VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

function serverOf(url: string, username = 'user', credential = 'pass'): GatheringServer {
  const server = parseIceServerUrl(url);
  if (isIceServerFault(server)) throw new Error(server.reason);
  return { ...server, username, credential };
}

function gather(urls: readonly string[], options: Partial<GathererOptions> & { isShared?: boolean; nat?: NatKind; addresses?: readonly string[]; server?: TurnServerOptions } = {}) {
  const network = new VirtualNetwork(6, { delay: 5 });
  const server = new TurnServer(network, '203.0.113.1', options.server);
  const peer = new IcePeer(network);
  const nat = options.nat ? new Nat(network, options.nat, '198.51.100.1') : null;
  peer.gather(options.addresses ?? ['10.0.0.1'], nat, { servers: urls.map((url) => serverOf(url)), ...options });
  const summary = () => peer.gathererEvents.map((event) => {
    if (event.type === 'candidate') return `${event.candidate.type} ${event.candidate.address}`;
    if (event.type === 'state') return event.state;
    return event.type === 'error' ? `error ${event.code}` : event.type;
  });
  return { network, server, peer, nat, gatherer: peer.gatherer!, summary, run: (milliseconds: number) => network.queue.runUntil(network.queue.now + milliseconds) };
}

test('without servers, host candidates, and it is complete', () => {
  const { summary, peer } = gather([], { addresses: ['10.0.0.1', '2001:db8::1'] });
  assert.equal(summary(), ['gathering', 'host 10.0.0.1', 'host 2001:db8::1', 'complete']);
  const [ipv4, ipv6] = peer.agent.localCandidates;
  assert.ok(ipv6.priority > ipv4.priority, 'RFC 8421');
  assert.is(peer.agent.gatheringState, 'complete');
});

test('server-reflexive and relayed candidates, with their bases and related addresses', () => {
  const { summary, gatherer, run } = gather(['stun:203.0.113.1', 'turn:203.0.113.1'], { nat: 'full-cone' });
  assert.equal(summary(), ['gathering', 'host 10.0.0.1']);
  run(100);
  assert.equal(summary(), ['gathering', 'host 10.0.0.1', 'srflx 198.51.100.1', 'relay 203.0.113.1', 'complete']);
  const [host, srflx, relay] = gatherer.candidates;
  assert.equal([srflx.transportId, srflx.relatedAddress, srflx.relatedPort, srflx.url], [host.transportId, '10.0.0.1', host.port, 'stun:203.0.113.1']);
  assert.equal([relay.relatedAddress, relay.relatedPort, relay.relayProtocol, relay.url], ['198.51.100.1', srflx.port, 'udp', 'turn:203.0.113.1']);
  assert.is.not(relay.transportId, host.transportId);
  assert.is(new Set([host, srflx, relay].map(({ foundation }) => foundation)).size, 3);
  assert.ok(host.priority > srflx.priority && srflx.priority > relay.priority);
});

test('without a NAT the mapped address is the host candidate over again', () => {
  const { summary, run } = gather(['stun:203.0.113.1']);
  run(100);
  assert.equal(summary(), ['gathering', 'host 10.0.0.1', 'complete']);
});

test('policy relay: nothing else is told, nor hidden in related addresses', () => {
  const { summary, gatherer, run } = gather(['stun:203.0.113.1', 'turn:203.0.113.1'], { nat: 'symmetric', policy: 'relay' });
  run(100);
  assert.equal(summary(), ['gathering', 'relay 203.0.113.1', 'complete']);
  assert.equal([gatherer.candidates[0].relatedAddress, gatherer.candidates[0].relatedPort], ['0.0.0.0', 0]);
  const none = gather([], { policy: 'relay' });
  assert.equal(none.summary(), ['gathering', 'complete']);
});

test('errors: refused, silent, without address', () => {
  const { peer, summary, gatherer, run } = gather(['turn:203.0.113.1', 'stun:203.0.113.77', 'turn:nowhere.example'], { server: { password: 'other' } });
  assert.ok(summary().includes('resolve'));
  gatherer.resolveServer(0, 'nowhere.example', null);
  run(50);
  assert.not(summary().includes('complete'));
  run(40_000);
  const errors = peer.gathererEvents.filter((event): event is GathererEvent & { type: 'error' } => event.type === 'error');
  assert.equal(errors.map(({ code, url }) => [code, url]), [[701, 'turn:nowhere.example'], [401, 'turn:203.0.113.1'], [701, 'stun:203.0.113.77']]);
  assert.is(errors[1].address.address, '10.0.0.1');
  assert.is(summary().at(-1), 'complete');
});

test('a server\'s name is resolved once, and its address taken from the family of the transport', () => {
  const { peer, gatherer, summary, run, network } = gather(['stun:stun.example', 'turn:stun.example'], { nat: 'full-cone' });
  assert.equal(peer.gathererEvents.filter(({ type }) => type === 'resolve').length, 1);
  gatherer.resolveServer(0, 'stun.example', ['2001:db8::5', '203.0.113.1']);
  peer.drain();
  run(100);
  assert.equal(summary().slice(-3), ['srflx 198.51.100.1', 'relay 203.0.113.1', 'complete']);
  assert.ok(network.sentDatagrams > 0);
});

test('a server that names another is followed, and no further than four times', () => {
  const { network, summary, run } = gather(['turn:203.0.113.1'], { server: { alternate: { address: '203.0.113.2', port: 3478 } } });
  const second = new TurnServer(network, '203.0.113.2');
  run(100);
  assert.equal(summary(), ['gathering', 'host 10.0.0.1', 'relay 203.0.113.2', 'complete']);
  assert.is(second.allocations.size, 1);
  const loop = gather(['turn:203.0.113.1'], { server: { alternate: { address: '203.0.113.1', port: 3478 } } });
  loop.run(1000);
  assert.equal(loop.summary(), ['gathering', 'host 10.0.0.1', 'error 300', 'complete']);
});

test('relays in both families', () => {
  const { summary, run } = gather(['turn:203.0.113.1'], { addresses: ['10.0.0.1', '2001:db8::1'], server: { relayAddresses: ['203.0.113.1', '2001:db8::9'] } });
  run(100);
  assert.equal(summary().slice(-3), ['relay 203.0.113.1', 'relay 2001:db8::9', 'complete']);
});

test('regathering tells the candidates again and asks no server', () => {
  const { network, gatherer, peer, summary, run } = gather(['stun:203.0.113.1'], { nat: 'full-cone' });
  run(100);
  const sent = network.sentDatagrams;
  gatherer.regather(peer.now);
  peer.drain();
  assert.equal(summary().slice(-4), ['gathering', 'host 10.0.0.1', 'srflx 198.51.100.1', 'complete']);
  assert.is(network.sentDatagrams, sent);
});

test('a transport that goes takes its relay with it; one that comes gathers', () => {
  const { peer, gatherer, server, summary, run } = gather(['turn:203.0.113.1']);
  run(100);
  const [host] = gatherer.candidates;
  const socket = peer.sockets.get(host.transportId)!;
  socket.close();
  gatherer.removeTransport(peer.now, host.transportId);
  peer.agent.removeTransport(peer.now, host.transportId);
  peer.drain();
  assert.is(summary().at(-1), 'transport-lost');
  assert.equal(gatherer.candidates, []);
  assert.equal(peer.agent.localCandidates, []);
  const transportId = peer.bind('10.0.0.2');
  gatherer.addTransports(peer.now, [{ transportId, address: peer.sockets.get(transportId)!.local, protocol: 'udp', tcpType: null, localPreference: 65_535 }]);
  peer.drain();
  run(100);
  assert.equal(summary().slice(-4), ['gathering', 'host 10.0.0.2', 'relay 203.0.113.1', 'complete']);
  assert.is(server.allocations.size, 2);
});

test('when ICE has concluded, what is not used is given back', () => {
  const { network, gatherer, peer, server, run } = gather(['stun:203.0.113.1', 'turn:203.0.113.1'], { nat: 'full-cone' });
  run(100);
  gatherer.conclude(peer.now, new Set([gatherer.candidates[0].transportId]));
  peer.drain();
  run(100);
  assert.is(server.allocations.size, 0);
  const sent = network.sentDatagrams;
  run(60_000);
  assert.is(network.sentDatagrams, sent);
  assert.is(gatherer.timeout, Infinity);
});

test('a restart after the conclusion asks the servers again, but for the relay that is in use', () => {
  const { gatherer, peer, server, summary, run } = gather(['stun:203.0.113.1', 'turn:203.0.113.1'], { nat: 'full-cone' });
  run(200);
  const before = gatherer.candidates.map(({ type }) => type);
  assert.equal(before.filter((type) => type !== 'host').sort(), ['relay', 'srflx']);
  gatherer.conclude(peer.now, new Set([gatherer.candidates[0].transportId]));
  peer.drain();
  run(100);
  assert.equal(gatherer.candidates.map(({ type }) => type), ['host']);
  const told = peer.gathererEvents.length;
  gatherer.regather(peer.now);
  peer.drain();
  run(200);
  assert.equal(summary().slice(told), ['gathering', 'host 10.0.0.1', 'srflx 198.51.100.1', 'relay 203.0.113.1', 'complete']);
  assert.is(server.allocations.size, 1);
  const relay = gatherer.candidates.find(({ type }) => type === 'relay')!;
  gatherer.conclude(peer.now, new Set([relay.transportId]));
  peer.drain();
  run(100);
  gatherer.regather(peer.now);
  peer.drain();
  run(200);
  assert.ok(gatherer.candidates.includes(relay));
  assert.equal(gatherer.candidates.map(({ type }) => type).sort(), ['host', 'relay', 'srflx']);
  assert.is(server.allocations.size, 1);
});

test('a socket for relays is kept as long as there is a relay, and a restart has another', () => {
  const { gatherer, peer, nat, server, summary, run } = gather(['stun:203.0.113.1', 'turn:203.0.113.1'], { nat: 'full-cone', isShared: true });
  const [shared, first] = [...peer.sockets.keys()];
  assert.not(gatherer.needsRelayTransports);
  run(200);
  assert.equal(summary().filter((told) => told !== 'gathering').sort(), ['complete', 'host 10.0.0.1', 'relay 203.0.113.1', 'srflx 198.51.100.1']);
  gatherer.conclude(peer.now, new Set([shared]));
  peer.drain();
  assert.equal([...peer.sockets.keys()], [shared, first], 'the relay is still to be given back');
  run(100);
  assert.is(server.allocations.size, 0);
  assert.equal([...peer.sockets.keys()], [shared]);
  assert.is(summary().at(-1), 'transport-unused');
  assert.ok(gatherer.needsRelayTransports);
  const told = peer.gathererEvents.length;
  gatherer.regather(peer.now, peer.bindAll(['10.0.0.1'], nat, 'relays'));
  peer.drain();
  run(200);
  assert.equal(summary().slice(told).sort(), ['complete', 'gathering', 'host 10.0.0.1', 'relay 203.0.113.1', 'srflx 198.51.100.1']);
  const relay = gatherer.candidates.find(({ type }) => type === 'relay')!;
  gatherer.conclude(peer.now, new Set([relay.transportId]));
  peer.drain();
  run(60_000);
  assert.is(peer.sockets.size, 2, 'the relay is in use');
  assert.is(server.allocations.size, 1);
});

test('a socket for relays closes when no server has given one, but waits for names and for the servers that others name', () => {
  const { gatherer, peer, summary, run } = gather(['turn:203.0.113.1', 'turn:later.example'], { isShared: true, server: { password: 'other' } });
  run(100);
  assert.ok(summary().includes('error 401'));
  assert.is(peer.sockets.size, 2);
  gatherer.resolveServer(peer.now, 'later.example', null);
  peer.drain();
  assert.equal(summary().slice(-3), ['error 701', 'transport-unused', 'complete']);
  assert.is(peer.sockets.size, 1);
  const redirected = gather(['turn:203.0.113.1'], { isShared: true, server: { alternate: { address: '203.0.113.2', port: 3478 } } });
  new TurnServer(redirected.network, '203.0.113.2');
  redirected.run(100);
  assert.equal(redirected.summary().slice(-2), ['relay 203.0.113.2', 'complete']);
  assert.is(redirected.peer.sockets.size, 2);
});

test('without a TURN server over UDP, a socket for relays is unused from the beginning', () => {
  const { peer, summary } = gather(['stun:203.0.113.1'], { isShared: true });
  assert.equal(summary(), ['gathering', 'host 10.0.0.1', 'transport-unused']);
  assert.is(peer.sockets.size, 1);
});

test('closing gives the relays back, and is over then', () => {
  const { gatherer, peer, server, run } = gather(['stun:203.0.113.1', 'turn:203.0.113.1']);
  run(100);
  assert.is(server.allocations.size, 1);
  gatherer.close(peer.now);
  peer.drain();
  assert.not(gatherer.isClosed);
  run(100);
  assert.ok(gatherer.isClosed);
  assert.is(server.allocations.size, 0);
  const early = gather(['stun:203.0.113.1', 'turn:203.0.113.1']);
  early.gatherer.close(0);
  assert.ok(early.gatherer.isClosed);
  assert.is(early.gatherer.timeout, Infinity);
});

test('TURN over TCP: a connection is asked for, and the relay goes over it', () => {
  const events: GathererEvent[] = [];
  let ids = 100;
  const gatherer = new CandidateGatherer({
    random: (bytes) => bytes.fill(7), crypto: stunCrypto, nextTransportId: () => ids++,
    servers: [serverOf('turn:203.0.113.1?transport=tcp'), serverOf('turns:203.0.113.2')],
  });
  const drain = () => {
    for (let event = gatherer.nextEvent(); event; event = gatherer.nextEvent()) events.push(event);
  };
  gatherer.start(0, [{ transportId: 1, address: { address: '10.0.0.1', port: 4000 }, protocol: 'udp', tcpType: null, localPreference: 65_535 }]);
  gatherer.handleTimeout(gatherer.timeout);
  drain();
  const connects = events.filter((event): event is GathererEvent & { type: 'connect' } => event.type === 'connect');
  assert.equal(connects.map(({ transportId, isTls, host, server }) => [transportId, isTls, host, server.port]), [[100, false, '203.0.113.1', 3478], [101, true, '203.0.113.2', 5349]]);
  assert.is(gatherer.nextTransmit(), undefined);
  gatherer.handleStreamOpen(10, 100);
  assert.is(gatherer.nextTransmit()!.transportId, 100);
  gatherer.handleStreamClosed(20, 101, 'refused');
  gatherer.handleStreamData(20, 100, Uint8Array.of(0x16, 3, 3, 0xff, 0xff), () => {});
  drain();
  assert.equal(events.slice(-5).map((event) => (event.type === 'error' ? event.reason : event.type)),
    ['refused', 'disconnect', 'TURN server sent what is not TURN', 'disconnect', 'state']);
});

test('active and passive TCP candidates', () => {
  const gatherer = new CandidateGatherer({ random: (bytes) => bytes.fill(7), crypto: stunCrypto, nextTransportId: () => 9, servers: [] });
  gatherer.start(0, (['active', 'passive'] as const).map((tcpType, index) => (
    { transportId: index + 1, address: { address: '10.0.0.1', port: 4000 }, protocol: 'tcp', tcpType, localPreference: 8191 })));
  assert.equal(gatherer.candidates.map(({ port, tcpType, protocol }) => [port, tcpType, protocol]), [[9, 'active', 'tcp'], [4000, 'passive', 'tcp']]);
});

test.run();
