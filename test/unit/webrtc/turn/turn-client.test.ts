import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import type { TransportAddress } from '../../../../src/webrtc/stun/TransportAddress';
import { TurnClient, type TurnClientOptions, type TurnEvent, TurnInput } from '../../../../src/webrtc/turn/TurnClient';
import { stunCrypto } from '../../../support/stun-crypto';
import { TurnServer, type TurnServerOptions } from '../../../virtual/support/TurnServer';
import { type Conditions, VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

/** A client with a socket, a server, and a peer that the relay can reach. */
function makeRelay(serverOptions: TurnServerOptions = {}, clientOptions: Partial<TurnClientOptions> = {}, conditions: Conditions = { delay: 5 }, seed = 9) {
  const network = new VirtualNetwork(seed, conditions);
  const { queue } = network;
  const server = new TurnServer(network, '203.0.113.1', serverOptions);
  const socket = network.bind('192.0.2.1');
  const peer = network.bind('198.51.100.1');
  const client = new TurnClient({ random: network.random.fill, crypto: stunCrypto, server: server.address, username: 'user', password: 'pass', ...clientOptions });
  const events: TurnEvent[] = [];
  const received: [peer: TransportAddress, text: string][] = [];
  const atPeer: [from: TransportAddress, text: string][] = [];
  let wakeAt = Infinity;
  const drain = () => {
    for (let bytes = client.nextTransmit(); bytes; bytes = client.nextTransmit()) socket.send(server.address, bytes);
    for (let event = client.nextEvent(); event; event = client.nextEvent()) events.push(event);
    const at = client.timeout;
    if (at >= wakeAt || at === Infinity) return;
    wakeAt = at;
    queue.schedule(at, () => {
      if (wakeAt !== at) return;
      wakeAt = Infinity;
      if (queue.now >= client.timeout) client.handleTimeout(queue.now);
      assert.ok(client.timeout > queue.now, 'it wants to be woken again at once');
      drain();
    });
  };
  socket.receive = (source, bytes) => {
    if (client.handleDatagram(queue.now, source, bytes) === TurnInput.data) {
      const { received: data } = client;
      received.push([data.peer, textOf(data.bytes.subarray(data.start, data.end))]);
    }
    drain();
  };
  peer.receive = (source, bytes) => atPeer.push([source, textOf(bytes)]);
  const run = (milliseconds: number) => queue.runUntil(queue.now + milliseconds);
  const act = (action: (now: number) => void) => {
    action(queue.now);
    drain();
  };
  act((now) => client.allocate(now));
  return { network, server, socket, peer, client, events, received, atPeer, run, act, types: () => events.map(({ type }) => type) };
}

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);

test('allocates after the challenge, and tells the relayed and the mapped address', () => {
  const { client, events, server, run } = makeRelay();
  run(30);
  assert.is(client.state, 'allocated');
  const [event] = events;
  assert.ok(event.type === 'allocated');
  assert.is(event.relayed.length, 1);
  assert.is(event.relayed[0].address, '203.0.113.1');
  assert.equal(event.mapped, { address: '192.0.2.1', port: 40_000 });
  assert.is(server.requests.get(Method.allocate), 2);
});

test('wrong credentials end at the second 401', () => {
  const { client, events, run } = makeRelay({ password: 'another' });
  run(1000);
  assert.is(client.state, 'closed');
  assert.equal(events, [{ type: 'failed', code: 401, reason: 'error 401' }]);
});

test('a silent server has failed after 39.5 seconds', () => {
  const { events, run } = makeRelay({}, {}, { loss: 1 });
  run(39_499);
  assert.is(events.length, 0);
  run(2);
  assert.equal(events, [{ type: 'failed', code: 701, reason: 'TURN server did not answer' }]);
});

for (const code of [403, 437, 441, 442, 486, 508]) {
  test(`the server refuses with ${code}`, () => {
    const { client, events, run } = makeRelay({ refuseAllocate: code });
    run(1000);
    assert.equal(events, [{ type: 'failed', code, reason: `error ${code}` }]);
    assert.is(client.timeout, Infinity);
  });
}

test('ALTERNATE-SERVER', () => {
  const { events, run } = makeRelay({ alternate: { address: '203.0.113.9', port: 3479 } });
  run(1000);
  assert.equal(events, [{ type: 'redirected', server: { address: '203.0.113.9', port: 3479 }, domain: null }]);
});

test('data both ways by indications, after the permission, and what was sent before waits for it', () => {
  const { client, peer, received, atPeer, run, act, server } = makeRelay();
  run(30);
  act((now) => assert.ok(client.send(now, peer.local, bytesOf('one')) && client.send(now, peer.local, bytesOf('two'))));
  run(30);
  assert.equal(atPeer.map(([, text]) => text), ['one', 'two']);
  assert.equal(atPeer[0][0], client.relayed[0]);
  peer.send(client.relayed[0], bytesOf('back'));
  run(30);
  assert.equal(received, [[peer.local, 'back']]);
  assert.is(server.requests.get(Method.createPermission), 1);
  assert.is(client.channelTo(peer.local), 0);
});

test('a peer without permission does not get through', () => {
  const { network, client, peer, received, run } = makeRelay();
  run(30);
  network.bind('198.51.100.2').send(client.relayed[0], bytesOf('spam'));
  peer.send(client.relayed[0], bytesOf('early'));
  run(30);
  assert.equal(received, []);
});

test('a channel, once bound, carries the data with four bytes more', () => {
  const { network, client, peer, received, atPeer, run, act } = makeRelay();
  run(30);
  act((now) => client.bindChannel(now, peer.local));
  run(30);
  assert.is(client.channelTo(peer.local), 0x4000);
  let bytesToServer = 0;
  network.inspect = (source, _destination, bytes) => {
    if (source.address === '192.0.2.1') bytesToServer += bytes.length;
    return true;
  };
  act((now) => client.send(now, peer.local, bytesOf('hello')));
  assert.is(bytesToServer, 9);
  run(30);
  peer.send(client.relayed[0], bytesOf('back'));
  run(30);
  assert.equal([atPeer[0][1], received], ['hello', [[peer.local, 'back']]]);
});

test('a server that refuses channels is used with indications', () => {
  const { client, peer, atPeer, run, act } = makeRelay({ refuseChannels: true });
  run(30);
  act((now) => client.bindChannel(now, peer.local));
  run(30);
  act((now) => client.send(now, peer.local, bytesOf('hello')));
  run(30);
  assert.is(client.channelTo(peer.local), 0);
  assert.equal(atPeer.map(([, text]) => text), ['hello']);
});

test('an address that is forbidden is refused, once, and takes no other with it', () => {
  const { client, peer, atPeer, events, run, act, server } = makeRelay({ forbidden: ['198.51.100.66'] });
  const forbidden = { address: '198.51.100.66', port: 1 };
  run(30);
  act((now) => client.send(now, peer.local, bytesOf('good')));
  act((now) => client.send(now, forbidden, bytesOf('bad')));
  run(30);
  act((now) => assert.not(client.send(now, forbidden, bytesOf('bad'))));
  assert.equal(events.slice(1), [{ type: 'refused', address: '198.51.100.66', code: 403, reason: 'error 403' }]);
  assert.is(server.requests.get(Method.createPermission), 2);
  assert.equal(atPeer.map(([, text]) => text), ['good']);
});

test('allocation, permissions and channels are renewed for as long as they are wanted', () => {
  const { client, peer, received, atPeer, run, act, types } = makeRelay();
  run(30);
  act((now) => client.bindChannel(now, peer.local));
  for (let minute = 0; minute < 60; minute++) {
    run(60_000);
    act((now) => assert.ok(client.send(now, peer.local, bytesOf('ping'))));
    peer.send(client.relayed[0], bytesOf('pong'));
  }
  run(30);
  assert.is(atPeer.length, 60);
  assert.is(received.length, 60);
  assert.equal(types(), ['allocated']);
});

test('nonces that go stale are replaced, whatever is under way', () => {
  const { client, peer, atPeer, run, act, types } = makeRelay({ nonceLifetime: 50_000 });
  run(30);
  act((now) => client.bindChannel(now, peer.local));
  for (let minute = 0; minute < 30; minute++) {
    run(60_000);
    act((now) => client.send(now, peer.local, bytesOf('ping')));
  }
  run(30);
  assert.is(atPeer.length, 30);
  assert.equal(types(), ['allocated']);
});

test('a short lifetime is refreshed in time', () => {
  const { client, run, types, server } = makeRelay({ lifetime: 10 });
  run(100_000);
  assert.is(client.state, 'allocated');
  assert.ok(server.requests.get(Method.refresh)! >= 19);
  assert.equal(types(), ['allocated']);
});

test('an allocation that the server has lost is reported', () => {
  const { client, server, events, run } = makeRelay();
  run(30);
  server.allocations.clear();
  run(600_000);
  assert.is(client.state, 'closed');
  assert.equal(events.slice(1), [{ type: 'failed', code: 437, reason: 'error 437' }]);
});

test('close gives the allocation back; without an answer it is over after two requests', () => {
  const { client, server, run, act, types } = makeRelay();
  run(30);
  assert.is(server.allocations.size, 1);
  act((now) => client.close(now));
  assert.is(client.state, 'closing');
  run(30);
  assert.is(server.allocations.size, 0);
  assert.equal(types(), ['allocated', 'closed']);
  const lost = makeRelay();
  lost.run(30);
  lost.network.conditions = { loss: 1 };
  lost.act((now) => lost.client.close(now));
  lost.run(20_000);
  assert.is(lost.client.state, 'closed');
  assert.is(lost.client.timeout, Infinity);
});

test('both families in one allocation; what is missing is told', () => {
  const both = makeRelay({ relayAddresses: ['203.0.113.1', '2001:db8::1'] }, { families: [4, 6] });
  both.run(30);
  assert.equal(both.client.relayed.map(({ address }) => address), ['203.0.113.1', '2001:db8::1']);
  const peer6 = both.network.bind('2001:db8::99');
  const at6: string[] = [];
  peer6.receive = (_source, bytes) => at6.push(textOf(bytes));
  both.act((now) => both.client.send(now, peer6.local, bytesOf('six')));
  both.run(30);
  assert.equal(at6, ['six']);
  const one = makeRelay({}, { families: [4, 6] });
  one.run(30);
  const [event] = one.events;
  assert.ok(event.type === 'allocated');
  assert.is(event.missing!.code, 440);
  one.act((now) => assert.not(one.client.send(now, peer6.local, bytesOf('six'))));
  const only6 = makeRelay({ relayAddresses: ['2001:db8::1'] }, { families: [6] });
  only6.run(30);
  assert.equal(only6.client.relayed.map(({ address }) => address), ['2001:db8::1']);
});

test('DONT-FRAGMENT is given up where the server does not know it', () => {
  const { client, run } = makeRelay({}, { dontFragment: true });
  run(60);
  assert.is(client.state, 'allocated');
  const knows = makeRelay({ knowsDontFragment: true }, { dontFragment: true });
  knows.run(30);
  assert.is(knows.client.state, 'allocated');
});

test('an idle allocation keeps the NAT before it awake', () => {
  const { network, run } = makeRelay();
  run(30);
  const sent = network.sentDatagrams;
  run(60_000);
  assert.is(network.sentDatagrams - sent, 4);
});

test('through loss, reordering and repetition', () => {
  let allocated = 0;
  for (let seed = 0; seed < 50; seed++) {
    const { client, peer, run, act, types } = makeRelay({}, {}, { delay: 5, jitter: 30, loss: 0.3, duplication: 0.2 }, seed);
    run(60_000);
    if (client.state !== 'allocated') continue;
    allocated++;
    act((now) => client.bindChannel(now, peer.local));
    run(1_800_000);
    assert.equal(types(), ['allocated']);
  }
  assert.ok(allocated >= 49, String(allocated));
});

test('forged, damaged and foreign messages are dropped and counted', () => {
  const { client, socket, server, received, run, events } = makeRelay();
  run(30);
  const forged = (messageClass: 2 | 3, method: number) => new StunWriter(messageClass, method, new Uint8Array(12)).errorCode(437, '').finish();
  socket.receive(server.address, forged(3, Method.refresh));
  assert.is(client.droppedResponses, 1);
  socket.receive({ address: '6.6.6.6', port: 6 }, forged(3, Method.refresh));
  assert.is(client.droppedResponses, 1);
  const data = new StunWriter(MessageClass.indication, Method.data, new Uint8Array(12))
    .xorAddress(Attribute.xorPeerAddress, { address: '9.9.9.9', port: 9 }).bytes(Attribute.data, bytesOf('x')).finish();
  socket.receive(server.address, data);
  socket.receive(server.address, Uint8Array.of(0x40, 0, 0, 1, 65));
  socket.receive(server.address, Uint8Array.of(0x40, 0, 0xff, 0xff, 65));
  socket.receive(server.address, Uint8Array.of(0, 1, 2, 3, 4));
  assert.is(client.dropped, 4);
  assert.equal([received, events.length, client.state], [[], 1, 'allocated']);
});

test('an error without integrity, to a request that had it, does not count', () => {
  const { network, client, peer, run, act, types } = makeRelay();
  run(30);
  let request: Uint8Array | undefined;
  network.inspect = (_source, destination, bytes) => {
    if (destination.port !== 3478) return true;
    request = bytes.slice();
    return false;
  };
  act((now) => client.permit(now, peer.local));
  const { transactionId } = StunMessage.decode(request!)!;
  client.handleDatagram(network.queue.now, client.server, new StunWriter(MessageClass.error, Method.createPermission, transactionId).errorCode(403, '').finish());
  assert.is(client.droppedResponses, 1);
  network.inspect = () => true;
  run(1000);
  act((now) => assert.ok(client.send(now, peer.local, bytesOf('x'))));
  assert.equal(types(), ['allocated']);
});

test('peers are limited', () => {
  const { client, run, act } = makeRelay();
  run(30);
  let taken = 0;
  act((now) => {
    for (let index = 0; index < 1000; index++) if (client.send(now, { address: `198.18.${index >> 8}.${index & 255}`, port: 1 }, bytesOf('x'))) taken++;
  });
  assert.is(taken, 256);
});

test.run();
