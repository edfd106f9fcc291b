import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packetFlags } from '../../../../src/webrtc/packet-batch';
import { connectedPair, exchange, HandmadePeer, i32, runTo, type Chunk } from './support';

const packetBytes = 1160;
const payload = packetBytes - 12 - 16;

/** TSNs of DATA among the chunks, relative to the association's first. */
const tsns = (peer: HandmadePeer, chunks: readonly Chunk[] = peer.end.chunks()) =>
  chunks.filter(({ type }) => type === 0).map(({ body }) => (i32(body, 0) - peer.peerInitialTsn) | 0);

/** A peer to which `packets` full packets of one message are queued. */
function sendingPeer(packets: number, options = {}, window = 1 << 20): HandmadePeer {
  const peer = new HandmadePeer({ packetBytes, interleaving: false, ...options }, { window });
  peer.end.association.send(0, 1, 51, new Uint8Array(packets * payload));
  return peer;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('the initial window is ten packets (RFC 6928)', () => {
  assert.equal(tsns(sendingPeer(50)), range(0, 9));
});

test('slow start: what is acknowledged comes back twice', () => {
  const peer = sendingPeer(100);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.sack(3));
  assert.equal(tsns(peer), range(10, 17));
  peer.send(peer.sack(9));
  assert.equal(tsns(peer), range(18, 29));
});

test('no more than the peer has a window for, and one packet to ask when it has none', () => {
  const peer = sendingPeer(50, {}, 5000);
  assert.equal(tsns(peer), range(0, 3));
  peer.end.now = 10;
  peer.send(peer.sack(3, [], 0));
  assert.equal(tsns(peer), [4], 'a probe');
  assert.equal(tsns(peer), []);
  peer.end.now = 20;
  peer.send(peer.sack(3, [], 0));
  assert.equal(tsns(peer), []);
  peer.end.elapse();
  assert.equal(tsns(peer), [4], 'and again');
  peer.send(peer.sack(4, [], 100_000));
  assert.ok(tsns(peer).length > 3);
});

test('a closed window is no reason to give up', () => {
  const peer = sendingPeer(50, { maxRetransmits: 5 }, 2000);
  for (let round = 0; round < 30; round++) {
    tsns(peer);
    peer.end.elapse();
    peer.send(peer.sack(0, [], 0));
  }
  assert.is(peer.end.association.state, 'established');
});

test('the last packet before a pause asks for an acknowledgement at once', () => {
  const peer = sendingPeer(3);
  const data = peer.end.chunks();
  assert.equal(data.map(({ flags }) => flags & 8), [0, 0, 8]);
});

test('three packets later a packet counts as lost, and is sent again once', () => {
  const peer = sendingPeer(50);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.sack(-1, [[2, 3]]));
  assert.not.ok(tsns(peer).includes(0));
  peer.send(peer.sack(-1, [[2, 4]]));
  assert.is(tsns(peer)[0], 0);
  peer.send(peer.sack(-1, [[2, 5]]));
  peer.send(peer.sack(-1, [[2, 6]]));
  assert.not.ok(tsns(peer).includes(0));
});

test('a lost SACK does not matter: one that tells of three packets is enough', () => {
  const peer = sendingPeer(50);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.sack(-1, [[2, 4]]));
  assert.is(tsns(peer)[0], 0);
});

test('a retransmission that is lost is sent again without a timeout', () => {
  const peer = sendingPeer(100);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.sack(-1, [[2, 10]]));
  assert.is(tsns(peer)[0], 0);
  peer.end.now = 100;
  const furthest = 14;
  peer.send(peer.sack(-1, [[2, furthest]]));
  const sent = tsns(peer);
  peer.end.now = 150;
  peer.send(peer.sack(-1, [[2, Math.max(...sent) + 1]]));
  const again = tsns(peer);
  assert.ok([...sent, ...again].includes(0), 'sent once more');
  assert.is(peer.end.association.details!.timeouts, 0);
});

test('what is to be sent at once is not held up by a SACK in its packet', () => {
  const peer = sendingPeer(50);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.data(0));
  peer.send(peer.sack(-1, [[2, 4]]));
  const packets = peer.end.transmit().map(({ chunks }) => chunks.map(({ type }) => type));
  assert.equal(packets.slice(0, 2), [[3], [0]], 'the retransmission is as long as a packet');
});

test('fast recovery halves the window once', () => {
  const peer = sendingPeer(400);
  tsns(peer);
  let sent = 9;
  for (let round = 1; round <= 3; round++) {
    peer.end.now = 50 * round;
    peer.send(peer.sack(sent));
    sent = tsns(peer).at(-1)!;
  }
  const before = peer.end.association.details!.cwnd;
  peer.end.now += 50;
  const first = sent - 30;
  peer.send(peer.sack(first, [[2, 6], [8, 20]]));
  assert.is(peer.end.association.details!.cwnd, before / 2);
  tsns(peer);
  peer.end.now += 50;
  peer.send(peer.sack(first + 6, [[2, 20]]));
  assert.is(peer.end.association.details!.cwnd, before / 2);
});

test('after a timeout the window is one packet, and grows again', () => {
  const peer = sendingPeer(50);
  tsns(peer);
  peer.end.elapse();
  assert.is(peer.end.now, 500);
  assert.equal(tsns(peer), [0]);
  peer.end.now = 550;
  peer.send(peer.sack(0));
  assert.equal(tsns(peer), [1, 2]);
  peer.end.now = 600;
  peer.send(peer.sack(2));
  assert.equal(tsns(peer), [3, 4, 5, 6]);
});

test('timeouts grow to three seconds', () => {
  const peer = sendingPeer(1);
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    tsns(peer);
    peer.end.elapse();
    times.push(peer.end.now);
  }
  assert.equal(times, [500, 1500, 3500, 6500, 9500, 12500, 15500]);
});

test('what gap ack blocks said does not count after a timeout: the peer may have thrown it away', () => {
  const peer = sendingPeer(10);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.sack(-1, [[2, 10]]));
  tsns(peer);
  for (let round = 0; round < 3; round++) {
    peer.end.elapse();
    tsns(peer);
  }
  peer.send(peer.sack(0));
  const sent: number[] = [];
  for (let round = 0; round < 10; round++) {
    const now = tsns(peer);
    sent.push(...now);
    peer.end.now += 50;
    peer.send(peer.sack(Math.max(0, ...sent)));
  }
  assert.equal(sent, range(1, 9));
});

test('a silent tail is probed after two round trips, before the timeout', () => {
  const peer = sendingPeer(20);
  tsns(peer);
  peer.end.now = 30;
  peer.send(peer.sack(9));
  assert.equal(tsns(peer), range(10, 19));
  peer.end.elapse();
  assert.is(peer.end.now, 90);
  assert.equal(tsns(peer), [19]);
  assert.equal(peer.end.association.details!.timeouts, 0);
  peer.end.now = 120;
  peer.send(peer.sack(9, [[10, 10]]));
  assert.ok(tsns(peer).includes(10), 'the probe tells what was lost');
});

test('a message that is not to be retransmitted is no probe', () => {
  const peer = new HandmadePeer({ packetBytes, interleaving: false });
  peer.end.association.send(0, 1, 51, new Uint8Array(10), { maxRetransmits: 0 });
  tsns(peer);
  peer.end.now = 30;
  peer.send(peer.sack(0));
  peer.end.association.send(30, 1, 51, new Uint8Array(10), { maxRetransmits: 0 });
  tsns(peer);
  peer.end.elapse();
  assert.equal(tsns(peer), []);
});

test('round trips are not measured with retransmissions (Karn)', () => {
  const peer = sendingPeer(1);
  tsns(peer);
  peer.end.elapse();
  tsns(peer);
  peer.end.now += 400;
  peer.send(peer.sack(0));
  assert.is(peer.end.association.details!.smoothedRoundTripTime, 0);
});

test('after an idle time the window begins again, not where it was', () => {
  const peer = sendingPeer(300);
  let sent = tsns(peer).at(-1)!;
  while (sent < 299) {
    peer.end.now += 10;
    peer.send(peer.sack(sent));
    sent = tsns(peer).at(-1)!;
  }
  peer.end.now += 10;
  peer.send(peer.sack(299));
  peer.end.now += 60_000;
  peer.end.association.send(peer.end.now, 1, 51, new Uint8Array(200 * payload));
  assert.ok(tsns(peer).length <= 16);
});

test('a burst after an acknowledgement is bounded', () => {
  const peer = new HandmadePeer({ packetBytes, interleaving: false });
  peer.end.association.send(0, 1, 51, new Uint8Array(500 * payload));
  let sent = tsns(peer).at(-1)!;
  while (sent < 499) {
    peer.end.now += 10;
    peer.send(peer.sack(sent));
    sent = tsns(peer).at(-1)!;
  }
  peer.end.now += 10;
  peer.send(peer.sack(498));
  peer.end.association.send(peer.end.now, 1, 51, new Uint8Array(500 * payload));
  const sizes = [tsns(peer).length];
  assert.ok(sizes[0] <= 2 * (498 - 250) + 16);
});

test('bufferedAmount is what has no TSN, and its low mark is told once', () => {
  const peer = new HandmadePeer({ packetBytes, interleaving: false });
  const { association } = peer.end;
  association.setBufferedAmountLowThreshold(1, 5 * payload);
  association.send(0, 1, 51, new Uint8Array(30 * payload));
  association.send(0, 2, 51, new Uint8Array(10));
  assert.is(association.bufferedAmount(1), 30 * payload);
  tsns(peer);
  assert.is(association.bufferedAmount(1), 20 * payload);
  assert.equal(peer.end.events(), []);
  peer.end.now = 50;
  peer.send(peer.sack(9));
  tsns(peer);
  assert.equal(peer.end.events(), [{ type: 'buffered amount low', streamId: 1 }]);
  peer.send(peer.sack(29));
  tsns(peer);
  assert.equal(peer.end.events(), [{ type: 'buffered amount low', streamId: 2 }]);
  assert.is(association.totalBufferedAmount, 0);
});

test('what can not be sent is refused', () => {
  const peer = new HandmadePeer({ remoteMaxMessageBytes: 1000, streams: 5 });
  const { association } = peer.end;
  assert.is(association.send(0, 1, 51, new Uint8Array(0)), 'invalid length');
  assert.is(association.send(0, 1, 51, new Uint8Array(1001)), 'invalid length');
  assert.is(association.send(0, 5, 51, new Uint8Array(10)), 'no such stream');
  assert.is(association.send(0, 4, 51, new Uint8Array(1000)), 'queued');
});

test('the bytes are copied', () => {
  const [a, b] = connectedPair();
  const bytes = Uint8Array.of(1, 2, 3);
  a.association.send(a.now, 1, 51, bytes);
  bytes.fill(9);
  exchange(a, b);
  assert.equal(b.messages().map((message) => message.bytes), [[1, 2, 3]]);
});

test('SACKs that lie about what was never sent: beyond the last TSN the association ends, wrong gaps are ignored', () => {
  const peer = sendingPeer(5);
  tsns(peer);
  peer.send(peer.sack(-1, [[3, 9]]), peer.sack(-1, [[4, 3]]), peer.sack(-1, [[0, 1]]));
  assert.is(peer.end.association.details!.invalidAcknowledgements, 3);
  assert.is(peer.end.association.state, 'established');
  peer.send(peer.sack(5));
  assert.is(peer.end.association.state, 'closed');
});

test('a SACK that was overtaken is ignored', () => {
  const peer = sendingPeer(100);
  tsns(peer);
  peer.end.now = 50;
  peer.send(peer.sack(9));
  tsns(peer);
  peer.send(peer.sack(4, [], 0));
  peer.send(peer.sack(11));
  assert.ok(tsns(peer).length > 0);
});

test('a path that is there again is used at once', () => {
  const peer = sendingPeer(1);
  for (let round = 0; round < 6; round++) {
    tsns(peer);
    peer.end.elapse();
  }
  tsns(peer);
  peer.end.now += 100;
  peer.end.association.pathRestored(peer.end.now);
  assert.is(peer.end.association.timeout, peer.end.now);
  peer.end.elapse();
  assert.equal(tsns(peer), [0]);
});

test('larger packets are tried when there is much to send, and used when they arrive', () => {
  const [a, b] = connectedPair({ packetBytes: 1160, maximumPacketBytes: 16384, interleaving: false });
  const sizes = new Set<number>();
  for (let count = 0; count < 20; count++) a.association.send(a.now, 1, 51, new Uint8Array(200_000));
  let largestData = 0;
  runTo(a, b, 500, ({ length, flags, chunks }) => {
    if (flags & packetFlags.probe) sizes.add(length);
    if (chunks.some(({ type }) => type === 0)) largestData = Math.max(largestData, length);
    return length > 9100;
  });
  assert.ok(sizes.has(16384));
  assert.is(largestData, 9000 - 85 & ~3);
});

test('a peer that does not name PAD is sent no larger packets', () => {
  const peer = new HandmadePeer({ packetBytes, maximumPacketBytes: 16384, interleaving: false });
  peer.end.association.send(peer.end.now, 1, 51, new Uint8Array(200_000));
  assert.ok(peer.end.transmit().every(({ length, flags }) => length <= packetBytes && flags === 0));
});

test('nothing is tried where that would mean nothing', () => {
  const [a] = connectedPair({ packetBytes: 1160, maximumPacketBytes: 16384, mayProbe: () => false });
  a.association.send(a.now, 1, 51, new Uint8Array(200_000));
  assert.not.ok(a.transmit().some(({ flags }) => flags & packetFlags.probe));
});

test('a path that carries less from now on is noticed, and large chunks are marked for fragmentation', () => {
  const [a, b] = connectedPair({ packetBytes: 1160, maximumPacketBytes: 16384, interleaving: false });
  let limit = Infinity;
  const fragmented: number[] = [];
  const drop = ({ length, flags, chunks }: { length: number; flags: number; chunks: readonly Chunk[] }) => {
    if (flags & packetFlags.mayFragment && chunks.some(({ type }) => type === 0)) fragmented.push(length);
    return length > limit && !(flags & packetFlags.mayFragment);
  };
  for (let count = 0; count < 20; count++) a.association.send(a.now, 1, 51, new Uint8Array(200_000));
  runTo(a, b, 100, drop);
  b.messages();
  limit = 1415;
  for (let count = 0; count < 3; count++) a.association.send(a.now, 1, 51, new Uint8Array(200_000).fill(7));
  runTo(a, b, 30_000, drop);
  assert.is(b.messages().length, 3);
  assert.ok(fragmented.length > 0);
  assert.ok(a.association.details!.packetBytes <= 1415);
});

test('a packet that the socket refused lowers the size at once', () => {
  const [a, b] = connectedPair({ packetBytes: 1160, maximumPacketBytes: 16384, interleaving: false });
  for (let count = 0; count < 20; count++) a.association.send(a.now, 1, 51, new Uint8Array(200_000));
  runTo(a, b, 100);
  assert.is(a.association.details!.packetBytes, 16384);
  a.association.packetTooBig(a.now, 1500);
  a.association.send(a.now, 1, 51, new Uint8Array(200_000));
  assert.ok(Math.max(...a.transmit().map(({ length }) => length)) <= 1500);
});

test.run();
