import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectedPair, encodeChunk, exchange, HandmadePeer, i32, interleavingParameters, joined, runTo, u16, words16, words32, type Chunk, type Endpoint } from './support';

const packetBytes = 1160;
const payload = packetBytes - 12 - 16;
const isData = ({ type }: Chunk) => type === 0 || type === 64;
const numbers = (end: Endpoint) => end.messages().map(({ bytes }) => bytes[0]);

/** What FORWARD-TSNs say: the new cumulative TSN from the association's first, and stream and number of what is skipped. */
const forwards = (peer: HandmadePeer, chunks: readonly Chunk[] = peer.end.chunks()) =>
  chunks.filter(({ type }) => type === 192).map(({ body }) => [
    (i32(body, 0) - peer.peerInitialTsn) | 0,
    ...Array.from({ length: (body.length - 4) / 4 }, (_, index) => [u16(body, 4 + 4 * index), u16(body, 6 + 4 * index)]),
  ]);

function sendingPeer(options = {}): HandmadePeer {
  return new HandmadePeer({ packetBytes, interleaving: false, ...options });
}

for (const interleaving of [false, true]) {
  const name = interleaving ? 'I-DATA' : 'DATA';

  test(`${name}: a message without retransmissions is sent once, and does not hold up what follows`, () => {
    for (const unordered of [false, true]) {
      const [a, b] = connectedPair({ interleaving });
      let drops = 1;
      for (let count = 0; count < 20; count++) a.association.send(0, 1, 51, new Uint8Array(1000).fill(count), { unordered, maxRetransmits: 0 });
      runTo(a, b, 2000, ({ chunks }) => chunks.some(isData) && drops-- > 0);
      assert.equal(numbers(b), Array.from({ length: 19 }, (_, index) => index + 1));
      assert.is(a.association.details!.retransmissions, 0);
      a.association.send(a.now, 1, 51, Uint8Array.of(77), { unordered });
      exchange(a, b);
      assert.equal(numbers(b), [77]);
    }
  });

  test(`${name}: one that may be retransmitted twice is sent three times`, () => {
    const [a, b] = connectedPair({ interleaving });
    let sent = 0;
    const drop = ({ chunks }: { chunks: readonly Chunk[] }) => chunks.some((chunk) => isData(chunk) && chunk.body.at(-1) === 7 && ++sent > 0);
    a.association.send(0, 1, 51, new Uint8Array(100).fill(7), { maxRetransmits: 2 });
    a.association.send(0, 2, 51, new Uint8Array(100).fill(8));
    runTo(a, b, 20000, drop);
    assert.is(sent, 3);
    a.association.send(a.now, 1, 51, new Uint8Array(100).fill(9));
    runTo(a, b, 30000, drop);
    assert.equal(numbers(b), [8, 9]);
  });

  test(`${name}: a large message of which a part is lost is given up whole`, () => {
    const [a, b] = connectedPair({ interleaving });
    let drops = 1;
    a.association.send(0, 1, 51, new Uint8Array(30 * 1000).fill(1), { maxRetransmits: 0 });
    a.association.send(0, 1, 51, new Uint8Array(100).fill(2));
    let dataPackets = 0;
    runTo(a, b, 20000, ({ chunks }) => chunks.some(isData) && dataPackets++ === 3 && drops-- > 0);
    assert.equal(numbers(b), [2]);
  });

  test(`${name}: a message that is given up with a part not yet sent`, () => {
    const [a, b] = connectedPair({ interleaving });
    a.association.send(0, 1, 51, new Uint8Array(100 * 1000).fill(1), { lifetime: 50 });
    exchange(a, b, ({ chunks }, from) => from === b && chunks.some(({ type }) => type === 3)); // No acknowledgement comes back.
    a.association.send(0, 1, 51, new Uint8Array(100).fill(2));
    runTo(a, b, 20000);
    assert.equal(numbers(b), [2]);
    assert.is(a.association.totalBufferedAmount, 0);
  });

  test(`${name}: all that was sent of a message is acknowledged before it is given up`, () => {
    const [a, b] = connectedPair({ interleaving, receiveWindow: 40_000, maxMessageBytes: 400_000 });
    a.association.send(0, 1, 51, new Uint8Array(300_000).fill(1), { lifetime: 100 });
    runTo(a, b, 10);
    const events = b.events();
    // From now on the application of b takes nothing, so that a's message stands still, acknowledged as far as it was sent.
    runTo(a, b, 90);
    assert.ok(a.association.bufferedAmount(1) > 0);
    runTo(a, b, 500);
    a.association.send(a.now, 1, 51, new Uint8Array(100).fill(2));
    runTo(a, b, 20000);
    events.push(...b.events());
    const kinds = events.map((event) => (event.type === 'message' ? event.bytes[0] : event.type));
    assert.equal(kinds.filter((kind, index) => kind !== kinds[index - 1]), [1, 'message aborted', 2]);
  });
}

test('a message that expires before it was sent takes no number', () => {
  const peer = sendingPeer();
  peer.end.association.send(0, 1, 51, new Uint8Array(20 * payload));
  peer.end.association.send(0, 1, 51, new Uint8Array(10), { lifetime: 10 });
  peer.end.association.send(0, 1, 51, new Uint8Array(10).fill(3));
  peer.end.chunks();
  peer.end.now = 50;
  peer.send(peer.sack(9));
  const last = peer.end.chunks().filter(isData).at(-1)!;
  assert.is(last.body[12], 3);
  assert.is(u16(last.body, 6), 1, 'the second number of its stream');
});

test('a message with a lifetime of 0 is sent at once, or not at all', () => {
  for (const unordered of [false, true]) {
    const [a, b] = connectedPair();
    a.association.send(a.now, 1, 51, new Uint8Array(100).fill(1), { unordered, lifetime: 0 });
    exchange(a, b);
    assert.equal(numbers(b), [1]);
    a.association.send(a.now, 1, 51, new Uint8Array(100).fill(2), { unordered, lifetime: 0 });
    runTo(a, b, 20000, ({ chunks }) => chunks.some((chunk) => isData(chunk) && chunk.body.at(-1) === 2));
    assert.equal(numbers(b), []);
    assert.is(a.association.details!.retransmissions, 0);
  }
});

test('the peer is told which numbers to skip, and again until it has understood', () => {
  const peer = sendingPeer();
  for (let count = 0; count < 9; count++) peer.end.association.send(0, 5, 51, new Uint8Array(payload), { maxRetransmits: 0 });
  peer.end.chunks();
  const sack = peer.sack(-1, [[2, 8]]);
  peer.end.now = 100;
  peer.send(sack);
  assert.equal(forwards(peer), [[0, [5, 0]]]);
  peer.end.now = 110;
  peer.send(sack);
  assert.equal(forwards(peer), [], 'not with every SACK');
  peer.end.now = 250;
  peer.send(sack);
  assert.equal(forwards(peer), [[0, [5, 0]]]);
});

test('messages that the peer has whole are passed over with those that are given up', () => {
  const peer = sendingPeer();
  for (let count = 0; count < 9; count++) peer.end.association.send(0, 5, 51, new Uint8Array(payload), { unordered: true, maxRetransmits: 0 });
  peer.end.chunks();
  peer.end.now = 100;
  peer.send(peer.sack(-1, [[2, 2], [4, 4], [6, 9]]));
  assert.equal(forwards(peer), [[4]]);
});

test('an ordered message that the peer holds is delivered before what follows it is skipped', () => {
  const peer = sendingPeer();
  for (let count = 0; count < 9; count++) peer.end.association.send(0, 5, 51, new Uint8Array(payload), { maxRetransmits: 0 });
  peer.end.chunks();
  peer.end.now = 100;
  peer.send(peer.sack(-1, [[2, 2], [4, 4], [6, 9]]));
  assert.equal(forwards(peer), [[0, [5, 0]], [2, [5, 2]], [4, [5, 4]]]);
});

test('a FORWARD-TSN is sent again after a timeout', () => {
  const peer = sendingPeer();
  peer.end.association.send(0, 5, 51, new Uint8Array(10), { maxRetransmits: 0 });
  peer.end.chunks();
  peer.end.elapse();
  assert.equal(forwards(peer), [[0, [5, 0]]]);
  peer.end.elapse();
  assert.equal(forwards(peer), [[0, [5, 0]]]);
  peer.send(peer.sack(0));
  assert.ok(peer.end.association.timeout > peer.end.now + 10_000);
});

test('so is one for a message of which everything that was sent had been acknowledged', () => {
  const peer = sendingPeer();
  peer.end.association.send(0, 5, 51, new Uint8Array(50 * payload), { lifetime: 100 });
  peer.end.chunks();
  peer.end.now = 150;
  peer.send(peer.sack(9));
  assert.equal(forwards(peer), [[10, [5, 0]]], 'by a TSN that no chunk had');
  peer.end.elapse();
  assert.equal(forwards(peer), [[10, [5, 0]]]);
  peer.send(peer.sack(10));
  assert.is(peer.end.association.details!.unacknowledgedChunks, 0);
});

test('a peer that does not know RFC 3758 gets everything', () => {
  const peer = new HandmadePeer({ packetBytes, interleaving: false }, { parameters: [] });
  peer.end.association.send(0, 5, 51, new Uint8Array(10), { maxRetransmits: 0, lifetime: 100 });
  for (let round = 0; round < 5; round++) {
    assert.equal(peer.end.chunks().map(({ type }) => type), [0]);
    peer.end.elapse();
  }
});

test('received: what is skipped does not hold up its stream', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(1, { ssn: 1 }), peer.data(2, { ssn: 2 }), peer.data(4, { ssn: 4 }));
  assert.equal(numbers(peer.end), []);
  peer.send(encodeChunk(192, 0, joined(words32(peer.initialTsn + 3), words16(1, 0))));
  assert.equal(numbers(peer.end), [1, 2]);
  assert.is(peer.sacks().at(-1)!.cumulative, 4);
  peer.send(encodeChunk(192, 0, joined(words32(peer.initialTsn + 3), words16(1, 3))));
  assert.equal(numbers(peer.end), [], 'an old one counts for nothing');
  peer.send(encodeChunk(192, 0, joined(words32(peer.initialTsn + 5), words16(1, 3))));
  assert.equal(numbers(peer.end), [4]);
});

test('received: complete messages up to the number are delivered, in order', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(3, { ssn: 3 }), peer.data(1, { ssn: 1 }), peer.data(5, { ssn: 5 }));
  peer.send(encodeChunk(192, 0, joined(words32(peer.initialTsn + 4), words16(1, 4))));
  assert.equal(numbers(peer.end), [1, 3, 5]);
});

test('received: half a message is dropped, wherever its gaps are', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { flags: 2 }), peer.data(2, { flags: 0 }), peer.data(4, { flags: 1 }), peer.data(6, { flags: 4 | 2 }), peer.data(8, { flags: 4 | 1 }), peer.data(9, { ssn: 1 }));
  peer.send(encodeChunk(192, 0, joined(words32(peer.initialTsn + 8), words16(1, 0))));
  assert.equal(numbers(peer.end), [9]);
  assert.is(peer.end.association.details!.receiveWindow, 5 * 1024 * 1024, 'nothing is left');
});

test('received: the end of a message whose beginning was skipped is dropped', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(2, { flags: 1 }));
  peer.send(encodeChunk(192, 0, words32(peer.initialTsn + 1)));
  peer.send(peer.data(3, { flags: 1 }));
  peer.send(peer.data(4, { ssn: 0 }));
  assert.equal(numbers(peer.end), [4]);
  assert.is(peer.end.association.details!.receiveWindow, 5 * 1024 * 1024);
});

test('received: I-FORWARD-TSN names messages, ordered and unordered', () => {
  const peer = new HandmadePeer({}, { parameters: interleavingParameters });
  peer.send(
    peer.iData(0, { flags: 2, mid: 0 }), peer.iData(1, { flags: 4 | 2, mid: 0 }), peer.iData(2, { flags: 4 | 2, mid: 5 }),
    peer.iData(3, { mid: 1, bytes: [31] }), peer.iData(4, { flags: 0, mid: 0, fsn: 2 }),
  );
  assert.equal(numbers(peer.end), []);
  peer.send(encodeChunk(194, 0, joined(words32(peer.initialTsn + 5), words16(1, 0), words32(0), words16(1, 1), words32(4))));
  assert.equal(numbers(peer.end), [31]);
  peer.send(peer.iData(6, { flags: 4 | 1, mid: 5, fsn: 1, bytes: [51] }));
  assert.equal(peer.end.messages().map(({ bytes }) => bytes), [[2, 51]], 'the later unordered message was not skipped');
  assert.is(peer.end.association.details!.receiveWindow, 5 * 1024 * 1024);
});

test('received: a jump further than anything could be outstanding ends the association', () => {
  const peer = new HandmadePeer();
  peer.send(encodeChunk(192, 0, words32(peer.initialTsn + 0x20000)));
  assert.is(peer.end.association.state, 'closed');
});

test.run();
