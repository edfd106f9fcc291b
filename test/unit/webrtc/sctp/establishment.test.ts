import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildPacket, connectedPair, encodeChunk, Endpoint, exchange, HandmadePeer, i32, joined, parameter, runTo, u16, words16, words32 } from './support';

const connected = (end: Endpoint) => end.events().filter(({ type }) => type === 'connected').length;
const types = (end: Endpoint) => end.chunks().map(({ type }) => type);

test('INIT, INIT ACK, COOKIE ECHO, COOKIE ACK', () => {
  const a = new Endpoint({}, 1);
  const b = new Endpoint({}, 2);
  a.association.connect(0);
  const [init] = a.transmitRaw();
  assert.is(i32(init.bytes, 4), 0, 'an INIT has no verification tag');
  b.receive(init.bytes);
  const [initAck] = b.transmitRaw();
  assert.is(b.association.state, 'closed', 'nothing is kept before the cookie comes back');
  a.receive(initAck.bytes);
  assert.is(a.association.state, 'cookie-echoed');
  const [cookieEcho] = a.transmitRaw();
  b.receive(cookieEcho.bytes);
  assert.is(b.association.state, 'established');
  a.receive(b.transmitRaw()[0].bytes);
  assert.is(a.association.state, 'established');
  assert.equal([connected(a), connected(b)], [1, 1]);
});

test('what both offer is agreed upon', () => {
  const a = new Endpoint({ interleaving: true, zeroChecksum: true, streams: 100 }, 1);
  const b = new Endpoint({ interleaving: false, zeroChecksum: true, streams: 7 }, 2);
  a.association.connect(0);
  exchange(a, b);
  assert.equal(a.events(), [{
    type: 'connected', outboundStreams: 7, inboundStreams: 7, interleaving: false, zeroChecksumSent: true, zeroChecksumAccepted: true,
    partialReliability: true, streamReset: true,
  }]);
});

test('messages sent before travel with the COOKIE ECHO', () => {
  const a = new Endpoint({}, 1);
  const b = new Endpoint({}, 2);
  assert.is(a.association.send(0, 3, 51, Uint8Array.of(1, 2)), 'queued');
  a.association.connect(0);
  b.receive(a.transmitRaw()[0].bytes);
  a.receive(b.transmitRaw()[0].bytes);
  const packets = a.transmit();
  assert.equal(packets.map(({ chunks }) => chunks.map(({ type }) => type)), [[10, 64]]);
  assert.is.not(packets[0].checksum, 0, 'RFC 9653: a COOKIE ECHO has its checksum');
});

test('only one packet is sent before the COOKIE ACK', () => {
  const a = new Endpoint({}, 1);
  const b = new Endpoint({}, 2);
  for (let count = 0; count < 5; count++) a.association.send(0, 3, 51, new Uint8Array(1000));
  a.association.connect(0);
  b.receive(a.transmitRaw()[0].bytes);
  a.receive(b.transmitRaw()[0].bytes);
  assert.is(a.transmit().length, 1);
  exchange(a, b);
  runTo(a, b, 1000);
  assert.is(b.messages().length, 5);
});

test('both sides begin at once', () => {
  const a = new Endpoint({}, 1);
  const b = new Endpoint({}, 2);
  a.association.connect(0);
  b.association.connect(0);
  a.association.send(0, 1, 51, Uint8Array.of(1));
  b.association.send(0, 1, 51, Uint8Array.of(2));
  const crossing = [a.transmitRaw(), b.transmitRaw()];
  a.receive(...crossing[1].map(({ bytes }) => bytes));
  b.receive(...crossing[0].map(({ bytes }) => bytes));
  exchange(a, b);
  assert.equal([a.association.state, b.association.state], ['established', 'established']);
  assert.equal([a.events().filter(({ type }) => type !== 'buffered amount low').map(({ type }) => type), b.messages().length], [['connected', 'message'], 1]);
});

test('lost packets of the handshake are sent again, more and more slowly', () => {
  for (const lost of [1, 2, 10, 11]) {
    const a = new Endpoint({}, 1);
    const b = new Endpoint({}, 2);
    a.association.connect(0);
    let drops = 3;
    runTo(a, b, 20000, ({ chunks }) => chunks[0].type === lost && drops-- > 0);
    assert.equal([a.association.state, b.association.state], ['established', 'established'], `chunk type ${lost}`);
  }
  const a = new Endpoint({}, 1);
  a.association.connect(0);
  const times: number[] = [];
  for (let count = 0; count < 6; count++) {
    assert.equal(types(a), [1]);
    times.push(a.now);
    a.elapse();
  }
  assert.equal(times, [0, 500, 1500, 3500, 6500, 9500]);
});

test('a round trip time from below shortens the first timeout', () => {
  const a = new Endpoint({ roundTripTime: () => 50 });
  a.association.connect(0);
  assert.is(a.association.timeout, 150);
});

test('where it is limited, an association that nobody answers ends', () => {
  const a = new Endpoint({ maxRetransmits: 3 });
  a.association.connect(0);
  for (let count = 0; count < 4; count++) a.elapse();
  assert.is(a.association.state, 'closed');
  assert.equal(a.events().map((event) => event.type === 'closed' && event.reason), ['timeout']);
});

test('a cookie is only good as it was made', () => {
  const b = new Endpoint();
  const init = encodeChunk(1, 0, joined(words32(77, 100000), words16(10, 10), words32(1)));
  b.receive(buildPacket(0, [init]));
  const [{ body }] = b.chunks();
  const tag = i32(body, 0);
  const cookie = body.slice(20, 16 + u16(body, 18));
  const forged = cookie.slice();
  forged[5] ^= 1;
  for (const [packetTag, bytes] of [[tag, forged], [tag, cookie.subarray(1)], [tag, new Uint8Array(0)], [tag + 1, cookie]] as const) {
    b.receive(buildPacket(packetTag, [encodeChunk(10, 0, bytes)]));
    assert.is(b.association.state, 'closed');
    b.chunks();
  }
  b.receive(buildPacket(tag, [encodeChunk(10, 0, cookie)]));
  assert.is(b.association.state, 'established');
});

test('a cookie that comes too late is called stale', () => {
  const b = new Endpoint();
  b.receive(buildPacket(0, [encodeChunk(1, 0, joined(words32(77, 100000), words16(10, 10), words32(1)))]));
  const [{ body }] = b.chunks();
  b.now = 60_001;
  b.receive(buildPacket(i32(body, 0), [encodeChunk(10, 0, body.slice(20, 16 + u16(body, 18)))]));
  const [packet] = b.transmit();
  assert.is(packet.tag, 77);
  assert.equal([packet.chunks[0].type, u16(packet.chunks[0].body, 0)], [9, 3]);
  assert.is(b.association.state, 'closed');
});

test('a stale cookie makes the other side begin again', () => {
  const a = new Endpoint({}, 1);
  const b = new Endpoint({}, 2);
  a.association.connect(0);
  b.receive(a.transmitRaw()[0].bytes);
  a.receive(b.transmitRaw()[0].bytes);
  const echo = a.transmitRaw()[0].bytes;
  a.now = b.now = 61_000;
  b.receive(echo);
  runTo(a, b, 70_000);
  assert.equal([a.association.state, b.association.state], ['established', 'established']);
});

test('a flood of INITs makes no more than a few states, and the latest still works', () => {
  const b = new Endpoint();
  let latest: Uint8Array = new Uint8Array(0);
  for (let tag = 1; tag <= 1000; tag++) {
    b.receive(buildPacket(0, [encodeChunk(1, 0, joined(words32(tag, 100000), words16(10, 10), words32(tag)))]));
    const [chunk] = b.chunks();
    latest = chunk.body;
  }
  b.receive(buildPacket(i32(latest, 0), [encodeChunk(10, 0, latest.slice(20, 16 + u16(latest, 18)))]));
  assert.is(b.association.state, 'established');
});

test('answers to one input are bounded', () => {
  const b = new Endpoint();
  const inits = Array.from({ length: 60 }, (_, tag) => buildPacket(0, [encodeChunk(1, 0, joined(words32(tag + 1, 100000), words16(10, 10), words32(tag)))]));
  b.receive(...inits);
  assert.is(b.transmit().length, 16);
});

test('INITs that make no sense are refused or ignored', () => {
  const init = (...parts: Uint8Array[]) => buildPacket(0, [encodeChunk(1, 0, joined(...parts))]);
  const refusals: readonly [string, Uint8Array, number | undefined][] = [
    ['no tag', init(words32(0, 100000), words16(10, 10), words32(1)), undefined],
    ['no streams', init(words32(5, 100000), words16(0, 10), words32(1)), 7],
    ['short', init(words32(5)), 13],
    ['a parameter beyond the end', init(words32(5, 100000), words16(10, 10), words32(1), Uint8Array.of(0xc0, 0, 0, 99)), 13],
    ['a parameter without length', init(words32(5, 100000), words16(10, 10), words32(1), Uint8Array.of(0xc0, 0, 0, 0)), 13],
    ['a host name', init(words32(5, 100000), words16(10, 10), words32(1), parameter(11, Uint8Array.of(65, 0))), 5],
    ['not alone', buildPacket(0, [encodeChunk(1, 0, joined(words32(5, 100000), words16(10, 10), words32(1))), encodeChunk(11, 0)]), undefined],
    ['with a tag', buildPacket(9, [encodeChunk(1, 0, joined(words32(5, 100000), words16(10, 10), words32(1)))]), undefined],
  ];
  for (const [name, packet, cause] of refusals) {
    const b = new Endpoint();
    b.receive(packet);
    const chunks = b.chunks();
    assert.equal(chunks.map(({ type, body }) => [type, u16(body, 0)]), cause === undefined ? [] : [[6, cause]], name);
    assert.is(b.association.state, 'closed');
  }
});

test('unknown parameters are skipped, or end the list, and are reported where their type says so', () => {
  const unknown = [parameter(0x4001, Uint8Array.of(1)), parameter(0xc777, Uint8Array.of(2)), parameter(0x8777, Uint8Array.of(3)), parameter(0xc000, new Uint8Array(0))];
  const reported = (parameters: Uint8Array[]) => {
    const { initAck } = new HandmadePeer({}, { parameters });
    const list: number[] = [];
    for (let at = 16; at + 4 <= initAck.body.length;) {
      const length = u16(initAck.body, at + 2);
      if (u16(initAck.body, at) === 8) list.push(u16(initAck.body, at + 4));
      at += (length + 3) & ~3;
    }
    return list;
  };
  assert.equal(reported(unknown.slice(1)), [0xc777]);
  assert.equal(reported(unknown), [0x4001], 'the rest was not looked at');
});

test('an INIT ACK without cookie, or without tag, ends it', () => {
  for (const [tag, body] of [[5, joined(words32(5, 100000), words16(10, 10), words32(1))], [0, joined(words32(0, 100000), words16(10, 10), words32(1))]] as const) {
    const a = new Endpoint();
    a.association.connect(0);
    const [init] = a.chunks();
    a.receive(buildPacket(i32(init.body, 0), [encodeChunk(2, 0, body)]));
    assert.equal(a.events().map((event) => event.type === 'closed' && event.reason), ['protocol violation']);
    assert.equal(types(a), tag === 0 ? [] : [6]);
  }
});

test('a peer that lost its state begins again: what was queued is gone, streams begin anew', () => {
  const [a, b] = connectedPair();
  a.association.send(a.now, 1, 51, Uint8Array.of(1));
  exchange(a, b);
  assert.is(b.messages().length, 1);
  b.association.send(b.now, 1, 51, Uint8Array.of(9));
  const reborn = new Endpoint({}, 99);
  reborn.association.connect(0);
  exchange(reborn, b);
  assert.equal(b.events().map(({ type }) => type), ['buffered amount low', 'restarted', 'connected']);
  assert.is(b.association.bufferedAmount(1), 0);
  reborn.association.send(0, 1, 51, Uint8Array.of(2));
  b.association.send(b.now, 1, 51, Uint8Array.of(3));
  exchange(reborn, b);
  assert.equal(b.messages().map(({ bytes }) => bytes), [[2]]);
  assert.equal(reborn.messages().map(({ bytes }) => bytes), [[3]], 'and not the one that was sent to the one before');
});

test('messages that were complete before a restart are still delivered, before it', () => {
  const [a, b] = connectedPair();
  a.association.send(a.now, 1, 51, Uint8Array.of(1));
  b.receive(...a.transmitRaw().map(({ bytes }) => bytes));
  const reborn = new Endpoint({}, 99);
  reborn.association.connect(0);
  exchange(reborn, b);
  reborn.association.send(0, 1, 51, Uint8Array.of(2));
  exchange(reborn, b);
  assert.equal(b.events().map((event) => (event.type === 'message' ? event.bytes[0] : event.type)), [1, 'restarted', 'connected', 2]);
});

test('an INIT alone does not disturb an association', () => {
  const [a, b] = connectedPair();
  b.receive(buildPacket(0, [encodeChunk(1, 0, joined(words32(5, 100000), words16(10, 10), words32(1)))]));
  assert.equal(types(b), [2]);
  a.association.send(a.now, 1, 51, Uint8Array.of(1));
  exchange(a, b);
  assert.is(b.messages().length, 1);
});

test('a COOKIE ECHO that comes twice is acknowledged twice', () => {
  const peer = new HandmadePeer();
  const cookie = peer.initAck.body.slice(20, 16 + u16(peer.initAck.body, 18));
  peer.send(encodeChunk(10, 0, cookie));
  assert.equal(types(peer.end), [11]);
  assert.equal(peer.end.events(), []);
});

test.run();
