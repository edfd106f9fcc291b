import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockPool, blockBytes } from '../../../../src/webrtc/sctp/block-pool';
import { SeededRandom } from '../../../virtual/support/SeededRandom';
import { buildPacket, encodeChunk, HandmadePeer, interleavingParameters, joined, words16, words32 } from './support';

const receiveWindow = 256 * 1024;
/** What an association may hold of blocks for that window: twice what lives, and some. */
const mostBlocks = (2 * receiveWindow * 9) / 8 / blockBytes + 10;

function target(parameters?: readonly Uint8Array[]): { peer: HandmadePeer; pool: BlockPool } {
  const pool = new BlockPool();
  const peer = new HandmadePeer({ receiveWindow, pool, maxMessageBytes: 1 << 20 }, parameters && { parameters });
  return { peer, pool };
}

test('a flood beyond the window is dropped, and memory stays bounded', () => {
  const { peer, pool } = target();
  const bytes = new Array(1000).fill(1);
  for (let tsn = 0; tsn < 5000; tsn++) peer.send(peer.data(tsn, { ssn: tsn, bytes }));
  assert.ok(pool.taken <= mostBlocks, `${pool.taken} blocks`);
  assert.is(peer.end.association.state, 'established');
  assert.ok(peer.end.messages().length > 200);
});

test('single bytes count with what they cost', () => {
  for (const every of [1, 2]) {
    const { peer, pool } = target();
    for (let tsn = 0; tsn < 40_000; tsn += 64) {
      peer.send(...Array.from({ length: 64 }, (_, index) => peer.data((tsn + index) * every, { flags: 7, bytes: [1] })));
    }
    assert.ok(pool.taken <= mostBlocks);
    assert.ok(peer.end.messages().length <= (receiveWindow * 9) / 8 / 64);
  }
});

test('one byte that is never completed does not hold a block', () => {
  const { peer, pool } = target();
  let tsn = 1;
  for (let round = 0; round < 2000; round++) {
    // A message that waits for ever, then a block full of others.
    peer.send(peer.data(tsn++, { stream: 2, ssn: 1 + round, bytes: [1] }));
    for (let count = 0; count < 16; count++) peer.send(peer.data(tsn++, { stream: 3, flags: 7, bytes: new Array(1000).fill(2) }));
    peer.end.messages();
  }
  assert.ok(pool.taken <= mostBlocks, `${pool.taken} blocks`);
});

test('every stream there is', () => {
  const { peer } = target();
  for (let stream = 0; stream < 65535; stream += 51) {
    peer.send(...Array.from({ length: 51 }, (_, index) => peer.data(stream + index, { stream: stream + index })));
  }
  assert.ok(peer.end.messages().length > 1000);
  peer.send(peer.data(65535, { stream: 65535 }));
  assert.is(peer.end.association.details!.invalidStreams, 1);
});

test('half messages on many streams', () => {
  const { peer, pool } = target(interleavingParameters);
  for (let tsn = 0; tsn < 20_000; tsn++) peer.send(peer.iData(tsn, { flags: 2, stream: tsn, bytes: new Array(20).fill(1) }));
  assert.ok(pool.taken <= mostBlocks);
});

test('fragments in descending order, and every other TSN', () => {
  const { peer, pool } = target();
  for (let tsn = 60_000; tsn > 0; tsn -= 120) {
    peer.send(...Array.from({ length: 60 }, (_, index) => peer.data(tsn - 2 * index, { flags: 0, bytes: [1] })));
  }
  assert.ok(pool.taken <= mostBlocks);
  assert.ok(peer.sacks().at(-1)!.gaps.length > 0);
});

test('overlapping fragments: a message that begins in another, two that go on with one TSN, other stream, other number', () => {
  const attempts: ((peer: HandmadePeer) => Uint8Array[])[] = [
    (peer) => [peer.data(0, { flags: 2 }), peer.data(1, { flags: 2 })],
    (peer) => [peer.data(0, { flags: 2 }), peer.data(1, { flags: 1, stream: 2 })],
    (peer) => [peer.data(0, { flags: 2 }), peer.data(1, { flags: 1, ssn: 1 })],
    (peer) => [peer.data(1, { flags: 1, ssn: 1 }), peer.data(0, { flags: 2 })],
    (peer) => [peer.data(0, { flags: 2 }), peer.data(1, { flags: 5 })],
  ];
  for (const [index, attempt] of attempts.entries()) {
    const { peer, pool } = target();
    peer.send(...attempt(peer));
    assert.is(peer.end.association.state, 'closed', `attempt ${index}`);
    assert.equal(peer.end.chunks().map(({ type }) => type), [6]);
    assert.equal(peer.end.events().map((event) => event.type === 'closed' && event.reason), ['protocol violation']);
    assert.is(pool.taken, 0, 'everything was given back');
  }
});

test('a fragment without a beginning is dropped', () => {
  const { peer, pool } = target();
  for (let tsn = 0; tsn < 5000; tsn++) peer.send(peer.data(tsn, { flags: 0, bytes: new Array(500).fill(1) }));
  assert.is(pool.taken, 0);
  assert.is(peer.end.association.details!.receiveWindow, receiveWindow);
});

test('the same sequence number twice', () => {
  const { peer, pool } = target();
  for (let tsn = 1; tsn < 3000; tsn++) peer.send(peer.data(tsn, { ssn: 5, bytes: new Array(500).fill(1) }));
  assert.ok(pool.taken <= 2);
  assert.is(peer.end.association.state, 'established');
});

test('TSNs that jump far ahead are dropped', () => {
  const { peer, pool } = target();
  for (const jump of [0x10000, 0x7fffffff, -5, 0x20000000]) peer.send(peer.data(jump, { bytes: new Array(1000).fill(1) }));
  assert.is(pool.taken, 0);
  assert.equal(peer.end.messages(), []);
});

test('FORWARD-TSNs with all streams, again and again', () => {
  const { peer, pool } = target();
  for (let tsn = 1; tsn < 2000; tsn += 2) peer.send(peer.data(tsn, { ssn: tsn, bytes: [1] }));
  const entries = words16(...Array.from({ length: 250 }, (_, stream) => [stream, 0x7ffe]).flat());
  for (let step = 0; step < 3000; step++) peer.send(encodeChunk(192, 0, joined(words32(peer.initialTsn + step), entries)));
  peer.end.messages();
  assert.is(peer.end.association.state, 'established');
  assert.ok(pool.taken <= 1);
});

test('SACKs that acknowledge and deny, with gaps that lie', () => {
  const { peer, pool } = target();
  const random = new SeededRandom(5);
  const { association } = peer.end;
  for (let count = 0; count < 20; count++) association.send(0, 1, 51, new Uint8Array(20_000));
  let acknowledged = -1;
  for (let round = 0; round < 3000 && association.state === 'established'; round++) {
    peer.end.transmit();
    peer.end.now += random.below(50);
    if (association.timeout <= peer.end.now) association.handleTimeout(peer.end.now);
    const outstanding = association.details!.bytesInFlight > 0;
    if (outstanding && random.chance(0.05)) acknowledged++;
    const gaps = Array.from({ length: random.below(20) }, () => {
      const start = random.below(300);
      return [start, start + random.below(30) - 2] as const;
    });
    peer.send(peer.sack(acknowledged - random.below(3), gaps, random.pick([0, 1, 1000, 1 << 20, -1]), random.chance(0.2) ? [acknowledged] : []));
  }
  assert.ok(['established', 'closed'].includes(association.state));
  peer.end.events();
  assert.ok(pool.taken < 40);
});

test('a peer that reads nothing: what is queued stays, and no more than its window is in flight', () => {
  const peer = new HandmadePeer({}, { window: 5000 });
  const { association } = peer.end;
  for (let count = 0; count < 1000; count++) assert.is(association.send(0, 1, 51, new Uint8Array(10_000)), 'queued');
  let packets = 0;
  for (let round = 0; round < 50; round++) {
    packets += peer.end.transmit().length;
    peer.end.elapse();
  }
  assert.ok(packets < 70);
  assert.ok(association.bufferedAmount(1) > 9_900_000);
});

test('memory for what was sent goes back when it is acknowledged, aborted or given up', () => {
  for (const end of ['acknowledged', 'aborted', 'restart'] as const) {
    const { peer, pool } = target();
    const { association } = peer.end;
    for (let stream = 0; stream < 10; stream++) association.send(0, stream, 51, new Uint8Array(1000));
    peer.end.transmit();
    assert.is(pool.taken, 10);
    if (end === 'acknowledged') peer.send(peer.sack(9));
    if (end === 'aborted') association.abort();
    if (end === 'restart') peer.end.receive(buildPacket(peer.tag, [encodeChunk(6, 0)]));
    assert.is(pool.taken, 0, end);
  }
});

test('a flood of INITs: a few answers a turn, the others counted, and the association goes on', () => {
  const { peer, pool } = target();
  const { association } = peer.end;
  const before = pool.taken;
  for (let round = 0; round < 20; round++) {
    for (let count = 0; count < 100; count++) {
      const init = encodeChunk(1, 0, joined(words32(1 + round * 100 + count, 100_000), words16(65535, 65535), words32(count), new Uint8Array(800)));
      peer.end.receive(buildPacket(0, [init]));
    }
    assert.ok(peer.end.chunks().length <= 16);
  }
  assert.is(association.statistics.suppressedAnswers, 20 * (100 - 16));
  assert.is(pool.taken, before);
  assert.is(association.state, 'established');
  peer.send(peer.data(0));
  assert.is(peer.end.messages().length, 1);
});

test('cookies that are forged, and one that comes again and again', () => {
  const { peer } = target();
  const { association } = peer.end;
  const cookie = peer.initAck.body.slice(20, 52);
  for (let at = 0; at < 32; at++) {
    const forged = cookie.slice();
    forged[at] ^= 1;
    peer.send(encodeChunk(10, 0, forged));
  }
  for (const length of [0, 31, 33, 1000]) peer.send(encodeChunk(10, 0, new Uint8Array(length)));
  assert.equal(peer.end.chunks(), []);
  for (let count = 0; count < 1000; count++) peer.send(encodeChunk(10, 0, cookie));
  const answers = peer.end.chunks();
  assert.ok(answers.length <= 32 && answers.every(({ type }) => type === 11));
  assert.is(association.details!.droppedReplies, 1000 - answers.length);
  assert.equal(peer.end.events(), []);
  assert.is(association.state, 'established');
});

test('packets with another tag, port or checksum are counted, and change nothing', () => {
  const { peer } = target();
  const { statistics } = peer.end.association;
  for (const tag of [0, 1, -1, peer.ownTag, peer.tag ^ 1]) peer.end.receive(buildPacket(tag, [peer.data(0)]), buildPacket(tag, [encodeChunk(6, 0)]), buildPacket(tag, [encodeChunk(14, 0)]));
  assert.is(statistics.invalidTags, 15);
  const packet = buildPacket(peer.tag, [peer.data(0)]);
  for (const at of [0, 1, 2, 3, 20]) {
    const damaged = packet.slice();
    damaged[at] ^= 1;
    peer.end.receive(damaged);
  }
  assert.equal([statistics.invalidPackets, statistics.invalidChecksums], [4, 1]);
  assert.equal(peer.end.events(), []);
  assert.is(peer.end.association.state, 'established');
});

test('echo requests without end: what is answered at a time is bounded', () => {
  const { peer } = target();
  for (let count = 0; count < 1000; count++) peer.send(encodeChunk(4, 0, encodeChunk(0, 1, new Uint8Array(500).fill(1))));
  const answered = peer.end.chunks().length;
  assert.ok(answered > 0 && answered * 500 <= 8192);
  assert.is(peer.end.association.details!.droppedReplies, 1000 - answered);
});

test('a peer that acknowledges what is still under way gets no more at once than the congestion window grows to', () => {
  const { peer } = target();
  const { association } = peer.end;
  for (let count = 0; count < 100; count++) association.send(0, 1, 51, new Uint8Array(100_000));
  let acknowledged = -1;
  let mostAtOnce = 0;
  for (let round = 0; round < 60; round++) {
    const sent = peer.end.chunks().filter(({ type }) => type === 0).length;
    mostAtOnce = Math.max(mostAtOnce, sent);
    acknowledged += sent;
    if (sent > 0) peer.send(peer.sack(acknowledged, [], 0xffffffff));
    assert.ok(association.details!.unacknowledgedChunks <= 0x7fff);
  }
  assert.ok(mostAtOnce > 10 && mostAtOnce <= 0x7fff);
  assert.is(association.state, 'established');
  peer.send(peer.sack(acknowledged + 0x8000));
  assert.is(association.state, 'closed', 'what was never sent');
});

test('FORWARD-TSNs name a stream again and again, in one packet: each stream is looked at once, and sixteen of them', () => {
  const { peer } = target(interleavingParameters);
  const { statistics } = peer.end.association;
  for (let tsn = 1; tsn <= 2000; tsn++) peer.send(peer.iData(tsn, { flags: 6, mid: tsn, bytes: [1] }));
  const entries = joined(...Array.from({ length: 140 }, (_, index) => joined(words16(1, 1), words32(1900 + (index % 100)))));
  peer.send(encodeChunk(194, 0, joined(words32(peer.initialTsn + 1), entries)));
  assert.equal(peer.sacks().at(-1)!.cumulative, 2000);
  const chunk = (tsn: number) => encodeChunk(194, 0, joined(words32(peer.initialTsn + tsn), words16(1, 1), words32(2000)));
  peer.send(...Array.from({ length: 40 }, (_, index) => chunk(3000 + index)));
  assert.is(statistics.ignoredChunks, 24);
  assert.is(peer.sacks().at(-1)!.cumulative, 3015);
  assert.is(peer.end.association.state, 'established');
});

test.run();
