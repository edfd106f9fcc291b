import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildPacket, connectedPair, encodeChunk, Endpoint, exchange, HandmadePeer, i32, joined, parsePacket, u16, words16, words32 } from './support';

test('packets with a wrong checksum, tag or port, or too short, are counted and ignored', () => {
  const peer = new HandmadePeer({ zeroChecksum: false });
  const good = buildPacket(peer.tag, [peer.data(0)]);
  const wrongChecksum = good.slice();
  wrongChecksum[20] ^= 1;
  const wrongPort = good.slice();
  wrongPort[1] ^= 1;
  peer.end.receive(wrongChecksum, wrongPort, buildPacket(peer.tag ^ 1, [peer.data(0)]), good.subarray(0, 12), good.subarray(0, 0), good.subarray(0, 15));
  assert.equal(peer.end.messages(), []);
  const { invalidChecksums, invalidTags, invalidPackets } = peer.end.association.statistics;
  assert.equal([invalidChecksums, invalidTags, invalidPackets], [1, 1, 4]);
  peer.end.receive(good);
  assert.is(peer.end.messages().length, 1);
});

test('without a checksum only where both said so (RFC 9653)', () => {
  for (const [ours, theirs] of [[true, true], [true, false], [false, true]]) {
    const [a, b] = connectedPair({ zeroChecksum: ours }, { zeroChecksum: theirs });
    a.association.send(a.now, 1, 51, Uint8Array.of(1));
    const [packet] = a.transmitRaw();
    assert.is(parsePacket(packet.bytes).checksum === 0, ours && theirs);
    b.receive(packet.bytes);
    assert.is(b.messages().length, 1);
  }
  const peer = new HandmadePeer({ zeroChecksum: true });
  peer.end.receive(buildPacket(peer.tag, [peer.data(0)], true));
  assert.is(peer.end.messages().length, 1, 'we take them once we said so');
  const strict = new HandmadePeer({ zeroChecksum: false });
  strict.end.receive(buildPacket(strict.tag, [strict.data(0)], true));
  assert.is(strict.end.messages().length, 0);
});

test('an INIT without checksum is ignored whatever was said', () => {
  const b = new Endpoint({ zeroChecksum: true });
  b.receive(buildPacket(0, [encodeChunk(1, 0, joined(words32(77, 100000), words16(10, 10), words32(1)))], true));
  assert.equal(b.chunks(), []);
});

test('unknown chunks: skipped or the end of the packet, reported or not, as the highest bits say', () => {
  for (const [type, reported, skipped] of [[0x3f, false, false], [0x7f, true, false], [0xbf, false, true], [0xff, true, true]] as const) {
    const peer = new HandmadePeer();
    peer.send(encodeChunk(type, 0, Uint8Array.of(1, 2, 3)), peer.data(0));
    assert.is(peer.end.messages().length, skipped ? 1 : 0, `type ${type}`);
    const errors = peer.end.chunks().filter((chunk) => chunk.type === 9);
    assert.equal(errors.map(({ body }) => [u16(body, 0), body[4]]), reported ? [[6, type]] : []);
  }
});

test('a chunk shorter than its header or longer than its packet ends the packet', () => {
  for (const length of [0, 3, 200]) {
    const peer = new HandmadePeer();
    const chunk = encodeChunk(4, 0, Uint8Array.of(1, 2, 3, 4));
    new DataView(chunk.buffer).setUint16(2, length);
    peer.send(peer.data(0), chunk, peer.data(1));
    assert.is(peer.end.messages().length, 1);
    assert.is(peer.end.association.statistics.invalidPackets, 1);
  }
});

test('a heartbeat is answered with what it said', () => {
  const peer = new HandmadePeer();
  const information = joined(words16(1, 9), Uint8Array.of(1, 2, 3, 4, 5));
  peer.send(encodeChunk(4, 0, information));
  assert.equal(peer.end.chunks().map(({ type, body }) => [type, [...body]]), [[5, [...information]]]);
});

test('a flood of heartbeats is answered in part', () => {
  const peer = new HandmadePeer();
  const heartbeat = encodeChunk(4, 0, joined(words16(1, 900), new Uint8Array(896)));
  for (let count = 0; count < 1000; count++) peer.send(heartbeat);
  assert.ok(peer.end.chunks().length <= 32);
});

test('an idle path is asked every half minute, and answers keep it', () => {
  const [a, b] = connectedPair({ maxRetransmits: 2 });
  const until = (time: number, drop = false) => {
    for (;;) {
      const next = Math.min(a.association.timeout, b.association.timeout);
      if (next > time) break;
      a.now = b.now = next;
      for (const end of [a, b]) if (end.association.timeout <= next) end.association.handleTimeout(next);
      if (drop) [a, b].forEach((end) => end.transmit());
      else exchange(a, b);
    }
  };
  until(200_000);
  assert.equal([a.association.state, b.association.state], ['established', 'established']);
  until(300_000, true);
  assert.equal(a.events().map((event) => event.type === 'closed' && event.reason), ['timeout']);
});

test('a packet for an association that is not there is answered with ABORT', () => {
  const b = new Endpoint();
  b.receive(buildPacket(55, [encodeChunk(3, 0, words32(1, 1, 0))]));
  assert.equal(b.transmit().map(({ tag, chunks }) => [tag, chunks[0].type, chunks[0].flags]), [[55, 6, 1]]);
  b.receive(buildPacket(55, [encodeChunk(6, 0)]), buildPacket(55, [encodeChunk(14, 0)]));
  assert.equal(b.transmit(), []);
  b.receive(buildPacket(55, [encodeChunk(8, 0)]));
  assert.equal(b.transmit().map(({ tag, chunks }) => [tag, chunks[0].type, chunks[0].flags]), [[55, 14, 1]], 'a SHUTDOWN ACK with SHUTDOWN COMPLETE');
});

test('full packets have the size that was given, and are cut to multiples of four', () => {
  const [a] = connectedPair({ packetBytes: 1163, interleaving: false });
  a.association.send(a.now, 1, 51, new Uint8Array(9000));
  const lengths = a.transmit().map(({ length }) => length);
  assert.equal(lengths.slice(0, -1), new Array(lengths.length - 1).fill(1160));
});

test('a batch that is full ends the turn, and the next goes on', () => {
  const [a, b] = connectedPair();
  for (let count = 0; count < 300; count++) a.association.send(a.now, 1, 51, new Uint8Array(50).fill(count));
  exchange(a, b);
  assert.equal(b.messages().map(({ bytes }) => bytes[0]), Array.from({ length: 300 }, (_, index) => index & 255));
});

test('small messages share packets', () => {
  const [a] = connectedPair({ interleaving: false });
  for (let count = 0; count < 10; count++) a.association.send(a.now, 1, 51, new Uint8Array(50));
  const packets = a.transmit();
  assert.is(packets.length, 1);
  assert.is(packets[0].chunks.length, 10);
});

test('abort: the peer is told why', () => {
  const [a, b] = connectedPair();
  a.association.send(a.now, 1, 51, new Uint8Array(5000));
  a.association.abort('enough');
  assert.is(a.association.state, 'closed');
  assert.is(a.association.send(a.now, 1, 51, Uint8Array.of(1)), 'closed');
  exchange(a, b);
  const closed = (end: Endpoint) => end.events().filter(({ type }) => type === 'closed');
  assert.equal(closed(b), [{ type: 'closed', reason: 'aborted by peer', causeCode: 12, detail: 'enough' }]);
  assert.equal(closed(a), [{ type: 'closed', reason: 'aborted', causeCode: 12, detail: 'enough' }]);
  assert.is(a.association.timeout, Infinity);
  assert.is(b.association.timeout, Infinity);
});

test('an ABORT counts only with our tag, or with its own and the T bit', () => {
  const peer = new HandmadePeer();
  peer.end.receive(buildPacket(peer.ownTag, [encodeChunk(6, 0)]), buildPacket(peer.tag ^ 8, [encodeChunk(6, 0)]), buildPacket(peer.tag, [encodeChunk(6, 1)]));
  assert.is(peer.end.association.state, 'established');
  peer.end.receive(buildPacket(peer.ownTag, [encodeChunk(6, 1)]));
  assert.is(peer.end.association.state, 'closed');
});

test('data without user data is refused', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { bytes: [] }));
  assert.is(peer.end.association.state, 'closed');
  assert.equal(peer.end.chunks().map(({ type }) => type), [6]);
});

test('shutdown delivers what was sent, and ends both', () => {
  const [a, b] = connectedPair();
  a.association.send(a.now, 1, 51, new Uint8Array(50000));
  a.association.shutdown(a.now);
  assert.is(a.association.send(a.now, 1, 51, Uint8Array.of(1)), 'closed');
  exchange(a, b);
  const kinds = (end: Endpoint) => end.events().filter(({ type }) => type !== 'buffered amount low').map((event) => (event.type === 'closed' ? event.reason : event.type));
  assert.equal(kinds(b), ['message', 'shutdown']);
  assert.equal(kinds(a), ['shutdown']);
});

test('shutdown waits for what the peer still sends, from both sides at once, and through losses', () => {
  for (const lost of [7, 8, 14, 0]) {
    const [a, b] = connectedPair({ interleaving: false });
    b.association.send(b.now, 1, 51, new Uint8Array(30000));
    a.association.shutdown(a.now);
    if (lost === 0) b.association.shutdown(b.now);
    let drops = 2;
    for (let round = 0; round < 40; round++) {
      exchange(a, b, ({ chunks }) => chunks.some(({ type }) => type === lost) && drops-- > 0);
      for (const end of [a, b]) if (end.association.timeout < Infinity) end.elapse();
    }
    assert.is(a.messages().length, 1);
    assert.equal([a.association.state, b.association.state], ['closed', 'closed'], `chunk ${lost}`);
  }
});

test('numbers of TSNs wrap around', () => {
  // A random source that gives 0xffffff.. makes the first TSN the last one before the wrap.
  const almost = (bytes: Uint8Array) => bytes.fill(0xff);
  const [a, b] = connectedPair({ randomBytes: almost });
  for (let count = 0; count < 20; count++) a.association.send(a.now, 1, 51, new Uint8Array(3000).fill(count));
  exchange(a, b);
  assert.is(b.messages().length, 20);
  assert.is(i32(words32(-1), 0), -1);
});

test.run();
