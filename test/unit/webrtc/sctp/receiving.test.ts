import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectedPair, encodeChunk, exchange, HandmadePeer, joined, u16, words16, words32 } from './support';

const bytesOf = (peer: HandmadePeer) => peer.end.messages().map(({ bytes }) => bytes);

test('every second packet is acknowledged at once, a single one within 20 ms', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { ssn: 0 }));
  assert.equal(peer.sacks(), []);
  assert.is(peer.end.association.timeout, 20);
  peer.send(peer.data(1, { ssn: 1 }));
  assert.equal(peer.sacks().map(({ cumulative }) => cumulative), [1]);
  peer.send(peer.data(2, { ssn: 2 }));
  peer.end.elapse();
  assert.equal(peer.sacks().map(({ cumulative }) => cumulative), [2]);
});

test('the I bit asks for an acknowledgement at once (RFC 7053)', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { flags: 3 | 8 }));
  assert.equal(peer.sacks().map(({ cumulative }) => cumulative), [0]);
});

test('a gap is reported at once and until it is filled', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { ssn: 0 }));
  peer.send(peer.data(2, { ssn: 2 }));
  assert.equal(peer.sacks().map(({ cumulative, gaps }) => ({ cumulative, gaps })), [{ cumulative: 0, gaps: [[2, 2]] }]);
  peer.send(peer.data(5, { ssn: 5 }), peer.data(6, { ssn: 6 }));
  assert.equal(peer.sacks()[0].gaps, [[2, 2], [5, 6]]);
  peer.send(peer.data(1, { ssn: 1 }));
  assert.equal(peer.sacks().map(({ cumulative, gaps }) => ({ cumulative, gaps })), [{ cumulative: 2, gaps: [[3, 4]] }]);
  peer.send(peer.data(3, { ssn: 3 }), peer.data(4, { ssn: 4 }));
  assert.equal(peer.sacks().map(({ cumulative, gaps }) => ({ cumulative, gaps })), [{ cumulative: 6, gaps: [] }]);
  assert.equal(bytesOf(peer), [[0], [1], [2], [3], [4], [5], [6]]);
});

test('what comes twice is reported at once and delivered once', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { ssn: 0 }), peer.data(0, { ssn: 0 }), peer.data(3, { ssn: 3 }));
  assert.equal(peer.sacks().map(({ duplicates }) => duplicates), [[0]]);
  peer.send(peer.data(3, { ssn: 3 }));
  assert.equal(peer.sacks().map(({ duplicates }) => duplicates), [[3]]);
  assert.equal(bytesOf(peer), [[0]]);
});

test('a SACK travels with data', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0));
  peer.end.association.send(peer.end.now, 1, 51, Uint8Array.of(1));
  assert.equal(peer.end.chunks().map(({ type }) => type), [3, 0]);
});

test('a packet without room for all gap ack blocks reports the first', () => {
  const peer = new HandmadePeer({ packetBytes: 256 });
  peer.send(...Array.from({ length: 120 }, (_, index) => peer.data(2 * index + 1, { ssn: index })));
  const [{ gaps }] = peer.sacks();
  assert.is(gaps.length, (256 - 12 - 16) / 4);
  assert.equal(gaps[0], [2, 2]);
});

test('fragments are put together in any order', () => {
  const orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]];
  for (const order of orders) {
    const peer = new HandmadePeer();
    const flags = [2, 0, 0, 1];
    for (const tsn of order) peer.send(peer.data(tsn, { flags: flags[tsn], bytes: [tsn, tsn] }));
    assert.equal(bytesOf(peer), [[0, 0, 1, 1, 2, 2, 3, 3]], String(order));
  }
});

test('streams do not wait for one another; ordered messages wait for their predecessors, unordered ones do not', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(1, { stream: 1, ssn: 1 }), peer.data(2, { stream: 2, ssn: 0 }), peer.data(3, { stream: 1, flags: 7 }), peer.data(4, { stream: 1, ssn: 2 }));
  assert.equal(peer.end.messages().map(({ streamId, unordered, bytes }) => [streamId, unordered, bytes[0]]), [[2, false, 2], [1, true, 3]]);
  peer.send(peer.data(0, { stream: 1, ssn: 0 }));
  assert.equal(bytesOf(peer), [[0], [1], [4]]);
});

test('an unordered message in fragments does not wait either', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(1, { flags: 4 | 2 }), peer.data(2, { flags: 4 | 1 }));
  assert.equal(bytesOf(peer), [[1, 2]]);
});

test('stream sequence numbers wrap around', () => {
  const peer = new HandmadePeer();
  for (let tsn = 0; tsn < 65536; tsn += 1024) {
    peer.send(...Array.from({ length: 1024 }, (_, index) => peer.data(tsn + index, { ssn: tsn + index })));
    bytesOf(peer);
  }
  peer.sacks();
  peer.send(peer.data(65537, { ssn: 1 }), peer.data(65536, { ssn: 0 }));
  assert.is(bytesOf(peer).length, 2);
});

test('a stream that does not exist is reported once, and its data acknowledged', () => {
  const peer = new HandmadePeer({ streams: 4 });
  peer.send(peer.data(0, { stream: 4 }), peer.data(1, { stream: 5 }), peer.data(2, { stream: 3 }));
  peer.end.elapse();
  const chunks = peer.end.chunks();
  assert.equal(chunks.filter(({ type }) => type === 9).map(({ body }) => [u16(body, 0), u16(body, 4)]), [[1, 4]]);
  assert.is(peer.readSack(chunks.find(({ type }) => type === 3)!).cumulative, 2);
  assert.is(peer.end.messages().length, 1);
});

test('the window follows what the application has taken, and the peer is told when it opens again', () => {
  const peer = new HandmadePeer({ receiveWindow: 40_000, maxMessageBytes: 100_000 });
  const bytes = new Array(1000).fill(1);
  for (let tsn = 0; tsn < 30; tsn++) peer.send(peer.data(tsn, { ssn: tsn, bytes }));
  const windows = [peer.sacks().at(-1)!.window];
  for (let tsn = 30; tsn < 60; tsn++) peer.send(peer.data(tsn, { ssn: tsn, bytes }));
  windows.push(peer.sacks().at(-1)!.window);
  assert.ok(windows[0] < 10_000 && windows[0] > 0);
  assert.is(windows[1], 0);
  assert.ok(peer.end.messages().length < 60);
  const [sack] = peer.sacks();
  assert.is(sack.window, 40_000);
});

test('beyond the window only what everything waits for is taken, and of that not without end', () => {
  const peer = new HandmadePeer({ receiveWindow: 20_000, maxMessageBytes: 1 << 20 });
  const bytes = new Array(1000).fill(1);
  for (let tsn = 1; tsn < 40; tsn++) peer.send(peer.data(tsn, { ssn: tsn, bytes }));
  let sack = peer.sacks().at(-1)!;
  assert.is(sack.window, 0);
  assert.ok(sack.gaps[0][1] < 30, 'the rest was dropped');
  peer.send(peer.data(0, { ssn: 0, bytes }));
  sack = peer.sacks().at(-1)!;
  const reached = sack.cumulative;
  assert.ok(reached >= 17, 'the gap could be filled');
  for (let tsn = reached + 1; tsn < 400; tsn++) peer.send(peer.data(tsn, { ssn: tsn, bytes }));
  sack = peer.sacks().at(-1)!;
  assert.ok(sack.cumulative < 60 && sack.window === 0);
});

test('a message larger than half the window comes in parts', () => {
  const peer = new HandmadePeer({ receiveWindow: 20_000, maxMessageBytes: 1 << 20 });
  const parts: number[] = [];
  const begins: boolean[] = [];
  for (let tsn = 0; tsn < 100; tsn++) {
    peer.send(peer.data(tsn, { flags: tsn === 0 ? 2 : tsn === 99 ? 1 : 0, bytes: new Array(1000).fill(tsn) }));
    for (const message of peer.end.messages()) {
      parts.push(...message.bytes);
      begins.push(message.begins);
      assert.is(message.ends, tsn === 99);
    }
  }
  assert.is(parts.length, 100_000);
  assert.ok(parts.every((byte, index) => byte === Math.floor(index / 1000)));
  assert.equal(begins.map((value, index) => value === (index === 0)), begins.map(() => true));
});

test('a window full of half messages still drains', () => {
  // 64 messages of 8 kB on as many streams, interleaved, into a window of 100 kB.
  const [a, b] = connectedPair({ receiveWindow: 100_000 });
  for (let stream = 0; stream < 64; stream++) a.association.send(a.now, stream, 51, new Uint8Array(8000).fill(stream));
  const lengths = new Map<number, number>();
  for (let round = 0; round < 3000 && [...lengths.values()].reduce((sum, length) => sum + length, 0) < 64 * 8000; round++) {
    exchange(a, b);
    for (const { streamId, bytes } of b.messages()) lengths.set(streamId, (lengths.get(streamId) ?? 0) + bytes.length);
    if (Math.min(a.association.timeout, b.association.timeout) < a.now + 5000) {
      a.now = b.now = Math.min(a.association.timeout, b.association.timeout);
      for (const end of [a, b]) end.association.handleTimeout(end.now);
    }
  }
  assert.equal([...lengths.values()], new Array(64).fill(8000));
});

test('larger than what was signalled: the association ends', () => {
  const peer = new HandmadePeer({ maxMessageBytes: 2000 });
  peer.send(peer.data(0, { flags: 2, bytes: new Array(1000).fill(1) }), peer.data(1, { flags: 0, bytes: new Array(1000).fill(1) }));
  assert.is(peer.end.association.state, 'established');
  peer.send(peer.data(2, { flags: 1, bytes: [1] }));
  assert.is(peer.end.association.state, 'closed');
  assert.is(u16(peer.end.chunks().find(({ type }) => type === 6)!.body, 0), 13);
});

test('messages larger than 256 KiB where both sides say so', () => {
  const [a, b] = connectedPair({ maxMessageBytes: 3_000_000, remoteMaxMessageBytes: 3_000_000 });
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => index * 13);
  assert.is(a.association.send(a.now, 1, 51, bytes), 'queued');
  exchange(a, b);
  const taken = b.messages();
  assert.ok(taken.length >= 1);
  const all = taken.flatMap((message) => message.bytes);
  assert.ok(all.length === bytes.length && all.every((byte, index) => byte === bytes[index]));
});

test('a SACK of a SHUTDOWN is understood', () => {
  const peer = new HandmadePeer();
  peer.end.association.send(peer.end.now, 1, 51, Uint8Array.of(1));
  peer.end.chunks();
  peer.send(encodeChunk(7, 0, words32(peer.peerInitialTsn)));
  assert.equal(peer.end.chunks().map(({ type }) => type), [8]);
  assert.equal([...joined(words16(1), words16(2))], [0, 1, 0, 0, 0, 2]);
});

test.run();
