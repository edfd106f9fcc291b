import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectedPair, exchange, HandmadePeer, i32, interleavingParameters, u16, type Endpoint } from './support';

const interleavingPeer = (options = {}) => new HandmadePeer({ packetBytes: 1160, ...options }, { parameters: interleavingParameters });
const bytesOf = (peer: HandmadePeer) => peer.end.messages().map(({ bytes }) => bytes);

/** Stream of each data chunk, in the order in which they are sent. */
function streamsSent(a: Endpoint, b: Endpoint): number[] {
  const order: number[] = [];
  exchange(a, b, ({ chunks }, from) => {
    if (from === a) order.push(...chunks.filter(({ type }) => type === 0 || type === 64).map(({ body }) => u16(body, 4)));
    return false;
  });
  return order;
}

test('I-DATA: message identifier, and fragments numbered from 0 with the PPID in the first', () => {
  const peer = interleavingPeer();
  peer.end.association.send(0, 7, 51, new Uint8Array(3000));
  peer.end.association.send(0, 7, 52, new Uint8Array(10));
  peer.end.association.send(0, 7, 53, new Uint8Array(10), { unordered: true });
  const chunks = peer.end.chunks();
  assert.equal(chunks.map(({ type, flags, body }) => [type, flags & 7, u16(body, 4), i32(body, 8), i32(body, 12)]), [
    [64, 2, 7, 0, 51], [64, 0, 7, 0, 1], [64, 1, 7, 0, 2], [64, 3, 7, 1, 52], [64, 7, 7, 0, 53],
  ]);
});

test('fragments of messages on several streams alternate', () => {
  const [a, b] = connectedPair();
  for (const stream of [1, 2, 3]) a.association.send(0, stream, 51, new Uint8Array(20_000).fill(stream));
  const order = streamsSent(a, b);
  assert.equal(order.slice(0, 9), [1, 2, 3, 1, 2, 3, 1, 2, 3]);
  assert.equal(b.messages().map(({ streamId }) => streamId).sort(), [1, 2, 3]);
});

test('with DATA a message is not interrupted', () => {
  const [a, b] = connectedPair({ interleaving: false });
  for (const stream of [1, 2, 3]) for (let count = 0; count < 2; count++) a.association.send(0, stream, 51, new Uint8Array(5000));
  const order = streamsSent(a, b).filter((stream, index, all) => stream !== all[index - 1]);
  assert.equal(order, [1, 2, 3, 1, 2, 3]);
});

for (const interleaving of [true, false]) {
  test(`weighted fair queueing shares by weight (${interleaving ? 'I-DATA' : 'DATA'})`, () => {
    const [a, b] = connectedPair({ interleaving });
    const weights = [128, 256, 512, 1024];
    for (const [stream, weight] of weights.entries()) {
      a.association.setStreamWeight(stream, weight);
      for (let count = 0; count < 300; count++) a.association.send(0, stream, 51, new Uint8Array(1000));
    }
    const order = streamsSent(a, b).slice(0, 500);
    for (const [stream, weight] of weights.entries()) {
      const share = order.filter((each) => each === stream).length / 500;
      assert.ok(Math.abs(share - weight / 1920) < 0.02, `stream ${stream}: ${share}`);
    }
  });
}

test('by bytes, not by messages', () => {
  const [a, b] = connectedPair();
  for (let count = 0; count < 100; count++) a.association.send(0, 1, 51, new Uint8Array(1000));
  for (let count = 0; count < 1000; count++) a.association.send(0, 2, 51, new Uint8Array(100));
  const order = streamsSent(a, b);
  const half = order.slice(0, 550);
  const bytes = half.filter((stream) => stream === 1).length * 1000;
  assert.ok(Math.abs(bytes - half.filter((stream) => stream === 2).length * 100) < 4000);
});

test('a stream that was idle does not catch up', () => {
  const [a, b] = connectedPair();
  for (let count = 0; count < 100; count++) a.association.send(0, 1, 51, new Uint8Array(1000));
  streamsSent(a, b);
  for (let count = 0; count < 20; count++) a.association.send(0, 1, 51, new Uint8Array(1000));
  for (let count = 0; count < 20; count++) a.association.send(0, 2, 51, new Uint8Array(1000));
  const order = streamsSent(a, b);
  assert.ok(order.slice(0, 10).filter((stream) => stream === 1).length >= 4);
});

test('round robin: in turn, whatever the sizes', () => {
  const [a, b] = connectedPair({ scheduler: 'round-robin', interleaving: false });
  a.association.setStreamWeight(1, 1024);
  for (let count = 0; count < 5; count++) a.association.send(0, 1, 51, new Uint8Array(1000));
  for (let count = 0; count < 5; count++) a.association.send(0, 2, 51, new Uint8Array(10));
  for (let count = 0; count < 3; count++) a.association.send(0, 3, 51, new Uint8Array(500));
  assert.equal(streamsSent(a, b), [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 1, 2]);
});

test('received: fragments of several messages, of one stream too, in any order', () => {
  const peer = interleavingPeer();
  peer.send(
    peer.iData(0, { flags: 0, mid: 0, fsn: 1, bytes: [2] }),
    peer.iData(1, { flags: 4 | 2, mid: 0, bytes: [11] }),
    peer.iData(2, { flags: 1, mid: 0, fsn: 2, bytes: [3] }),
    peer.iData(3, { flags: 2, mid: 1, bytes: [21] }),
    peer.iData(4, { flags: 4 | 1, mid: 0, fsn: 1, bytes: [12] }),
    peer.iData(5, { flags: 1, mid: 1, fsn: 1, bytes: [22] }),
  );
  assert.equal(bytesOf(peer), [[11, 12]], 'unordered, whole');
  peer.send(peer.iData(6, { flags: 2, mid: 0, bytes: [1] }));
  assert.equal(bytesOf(peer), [[1, 2, 3], [21, 22]]);
});

test('received: the PPID is that of the first fragment, whenever it came', () => {
  const peer = interleavingPeer();
  peer.send(peer.iData(1, { flags: 1, fsn: 1 }), peer.iData(0, { flags: 2, fsn: 51 }));
  assert.equal(peer.end.messages().map(({ ppid }) => ppid), [51]);
});

test('received: a message identifier that was used is ignored, a fragment number that is used twice ends the association', () => {
  const peer = interleavingPeer();
  peer.send(peer.iData(0, { mid: 0 }), peer.iData(1, { mid: 0 }));
  assert.is(peer.end.messages().length, 1);
  assert.is(peer.end.association.state, 'established');
  peer.send(peer.iData(2, { flags: 0, mid: 1, fsn: 4 }), peer.iData(3, { flags: 0, mid: 1, fsn: 4 }));
  assert.is(peer.end.association.state, 'closed');
});

test('DATA where I-DATA was agreed upon, and the other way round, ends the association', () => {
  const peer = interleavingPeer();
  peer.send(peer.data(0));
  assert.is(peer.end.association.state, 'closed');
  const other = new HandmadePeer();
  other.send(other.iData(0));
  assert.is(other.end.association.state, 'closed');
});

test('a long message lets short ones of another stream pass', () => {
  const [a, b] = connectedPair();
  a.association.send(0, 1, 51, new Uint8Array(500_000));
  exchange(a, b, (packet, from) => from === b); // Its first flight.
  a.association.send(0, 2, 51, Uint8Array.of(1));
  exchange(a, b);
  for (const end of [a, b]) end.elapse();
  exchange(a, b);
  assert.is(b.messages()[0].streamId, 2);
});

test.run();
