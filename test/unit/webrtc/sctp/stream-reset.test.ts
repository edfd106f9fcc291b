import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectedPair, encodeChunk, Endpoint, exchange, HandmadePeer, i32, interleavingParameters, joined, parameter, runTo, u16, words16, words32 } from './support';

const kinds = (end: Endpoint) => end.events().filter(({ type }) => type !== 'buffered amount low').map((event) =>
  event.type === 'message' ? event.bytes[0] : 'streamIds' in event ? `${event.type} ${event.streamIds}` : event.type);

/** Results of RE-CONFIG responses, and requests with their numbers, relative to the association's first TSN. */
const reConfigs = (peer: HandmadePeer) => peer.end.chunks().filter(({ type }) => type === 130).map(({ body }) =>
  u16(body, 0) === 16 ? `result ${i32(body, 8)} of ${i32(body, 4) - peer.initialTsn}` : `request ${i32(body, 4) - peer.peerInitialTsn} last ${i32(body, 12) - peer.peerInitialTsn} streams ${Array.from({ length: (u16(body, 2) - 16) / 2 }, (_, index) => u16(body, 16 + 2 * index))}`);
const outgoing = (peer: HandmadePeer, sequence: number, lastTsn: number, ...streams: number[]) =>
  encodeChunk(130, 0, parameter(13, joined(words32(peer.initialTsn + sequence, 0, peer.initialTsn + lastTsn), words16(...streams))));
const response = (peer: HandmadePeer, sequence: number, result: number) =>
  encodeChunk(130, 0, parameter(16, words32(peer.peerInitialTsn + sequence, result)));

for (const interleaving of [false, true]) {
  test(`a reset comes after all messages, and numbers begin anew (${interleaving ? 'I-DATA' : 'DATA'})`, () => {
    const [a, b] = connectedPair({ interleaving });
    for (let count = 0; count < 3; count++) a.association.send(0, 4, 51, Uint8Array.of(count));
    a.association.resetStreams(0, [4]);
    assert.is(a.association.send(0, 4, 51, Uint8Array.of(9)), 'resetting');
    exchange(a, b);
    assert.equal(kinds(b), [0, 1, 2, 'incoming streams reset 4']);
    assert.equal(kinds(a), ['outgoing streams reset 4']);
    a.association.send(0, 4, 51, Uint8Array.of(10));
    exchange(a, b);
    assert.equal(kinds(b), [10]);
    b.association.resetStreams(0, [4]);
    exchange(a, b);
    assert.equal([kinds(a), kinds(b)], [['incoming streams reset 4'], ['outgoing streams reset 4']]);
  });
}

test('many streams at once, more than a request holds', () => {
  const [a, b] = connectedPair();
  const ids = Array.from({ length: 1000 }, (_, index) => index * 2);
  a.association.resetStreams(0, ids);
  exchange(a, b);
  const reset = b.events().flatMap((event) => (event.type === 'incoming streams reset' ? event.streamIds : []));
  assert.equal(reset, ids);
});

test('requests and responses that are lost are sent again', () => {
  const [a, b] = connectedPair();
  a.association.send(0, 4, 51, Uint8Array.of(1));
  exchange(a, b);
  a.association.resetStreams(0, [4]);
  let drops = 5;
  runTo(a, b, 10_000, ({ chunks }) => chunks.some(({ type }) => type === 130) && drops-- > 0);
  assert.equal(kinds(b), [1, 'incoming streams reset 4']);
  assert.equal(kinds(a), ['outgoing streams reset 4']);
});

test('both sides reset the same stream at once', () => {
  const [a, b] = connectedPair();
  a.association.send(0, 4, 51, Uint8Array.of(1));
  b.association.send(0, 4, 51, Uint8Array.of(2));
  exchange(a, b);
  a.association.resetStreams(0, [4]);
  b.association.resetStreams(0, [4]);
  exchange(a, b);
  assert.equal(kinds(a).sort(), [2, 'incoming streams reset 4', 'outgoing streams reset 4']);
  assert.equal(kinds(b).sort(), [1, 'incoming streams reset 4', 'outgoing streams reset 4']);
});

test('a reset that was asked for before the association was there', () => {
  const a = new Endpoint({}, 1);
  const b = new Endpoint({}, 2);
  a.association.send(0, 4, 51, Uint8Array.of(1));
  a.association.resetStreams(0, [4]);
  a.association.connect(0);
  exchange(a, b);
  assert.equal(kinds(b), ['connected', 1, 'incoming streams reset 4']);
});

test('a request waits until everything on its streams is acknowledged', () => {
  const peer = new HandmadePeer({ interleaving: false });
  peer.end.association.send(0, 4, 51, Uint8Array.of(1));
  peer.end.association.resetStreams(0, [4, 5]);
  assert.equal(reConfigs(peer), ['request 0 last -1 streams 5']);
  peer.send(peer.sack(0));
  assert.equal(reConfigs(peer), [], 'one at a time');
  peer.send(response(peer, 0, 1));
  assert.equal(reConfigs(peer), ['request 1 last 0 streams 4']);
});

test('the peer may need more time, refuse, or be occupied', () => {
  const peer = new HandmadePeer();
  peer.end.association.resetStreams(0, [4]);
  assert.equal(reConfigs(peer), ['request 0 last -1 streams 4']);
  peer.send(response(peer, 0, 6));
  assert.equal(reConfigs(peer), []);
  peer.end.elapse();
  assert.equal(reConfigs(peer), ['request 0 last -1 streams 4'], 'in progress: the same again');
  peer.send(response(peer, 0, 4));
  peer.end.elapse();
  assert.equal(reConfigs(peer), ['request 1 last -1 streams 4'], 'another was in progress: a new one');
  peer.send(response(peer, 1, 2));
  assert.equal(kinds(peer.end), ['outgoing reset failed 4']);
  assert.is(peer.end.association.send(0, 4, 51, Uint8Array.of(1)), 'queued');
});

test('a peer that does not know RFC 6525', () => {
  const peer = new HandmadePeer({}, { parameters: [] });
  peer.end.association.resetStreams(0, [4]);
  assert.equal(kinds(peer.end), ['outgoing reset failed 4']);
  assert.equal(reConfigs(peer), []);
});

test("the peer's request waits for the data before it, and is performed once", () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(1, { stream: 4, ssn: 1 }), outgoing(peer, 0, 1, 4));
  assert.equal(reConfigs(peer), ['result 6 of 0']);
  peer.send(peer.data(0, { stream: 4, ssn: 0 }));
  peer.send(outgoing(peer, 0, 1, 4));
  assert.equal(reConfigs(peer), ['result 1 of 0']);
  peer.send(outgoing(peer, 0, 1, 4));
  assert.equal(reConfigs(peer), ['result 1 of 0'], 'the answer again');
  assert.equal(kinds(peer.end), [0, 1, 'incoming streams reset 4']);
  peer.send(peer.data(2, { stream: 4, ssn: 0 }));
  assert.equal(kinds(peer.end), [2]);
});

test('a request with the wrong number, or for streams that are not there', () => {
  const peer = new HandmadePeer({ streams: 10 });
  peer.send(outgoing(peer, 5, -1, 4));
  assert.equal(reConfigs(peer), ['result 5 of 5']);
  peer.send(outgoing(peer, 0, -1, 4, 10));
  assert.equal(reConfigs(peer), ['result 3 of 0']);
  assert.equal(kinds(peer.end), []);
});

test('without a list all streams are meant', () => {
  const peer = new HandmadePeer();
  peer.send(peer.data(0, { stream: 3 }), peer.data(1, { stream: 8 }), outgoing(peer, 0, 1));
  assert.equal(kinds(peer.end), [0, 1, 'incoming streams reset 3,8']);
});

test('what is incomplete on a stream that is reset is dropped', () => {
  const whole = 5 * 1024 * 1024;
  const data = new HandmadePeer();
  data.send(data.data(0, { stream: 3, flags: 2 }), data.data(1, { stream: 3, flags: 0 }), data.data(3, { stream: 3, flags: 0 }), data.data(5, { stream: 3, ssn: 9 }));
  data.send(outgoing(data, 0, 1, 3, 4));
  data.sacks();
  assert.is(data.end.association.details!.receiveWindow, whole);
  const iData = new HandmadePeer({}, { parameters: interleavingParameters });
  iData.send(
    iData.iData(0, { stream: 3, flags: 2 }), iData.iData(1, { stream: 3, mid: 1 }), iData.iData(2, { stream: 3, flags: 0, fsn: 5 }),
    iData.iData(3, { stream: 3, flags: 4, mid: 7, fsn: 1 }),
  );
  iData.send(outgoing(iData, 0, 3, 3));
  iData.sacks();
  assert.is(iData.end.association.details!.receiveWindow, whole);
});

test('a request that asks us to reset our streams is answered by a request of ours', () => {
  const peer = new HandmadePeer();
  peer.end.association.send(0, 4, 51, Uint8Array.of(1));
  peer.end.chunks();
  peer.send(peer.sack(0));
  peer.send(encodeChunk(130, 0, parameter(14, joined(words32(peer.initialTsn), words16(4)))));
  const [progress, request] = peer.end.chunks().map(({ body }) => body);
  assert.equal([u16(progress, 0), i32(progress, 8)], [16, 6]);
  assert.equal([u16(request, 0), i32(request, 8) - peer.initialTsn], [13, 0], 'it names the request that it answers');
  peer.send(response(peer, 0, 1));
  assert.equal(kinds(peer.end), ['outgoing streams reset 4']);
  peer.send(encodeChunk(130, 0, parameter(14, words32(peer.initialTsn + 1))));
  assert.ok(reConfigs(peer).some((text) => text.endsWith('streams 4')), 'without a list all streams');
});

test('what else RE-CONFIG could ask is denied', () => {
  const peer = new HandmadePeer();
  for (const [sequence, type] of [[0, 15], [1, 17], [2, 18]]) {
    peer.send(encodeChunk(130, 0, parameter(type, words32(peer.initialTsn + sequence, 0x10000))));
    assert.equal(reConfigs(peer), [`result 2 of ${sequence}`]);
  }
});

test('RE-CONFIG chunks that are malformed end the association; a third one in a packet is ignored', () => {
  for (const body of [Uint8Array.of(0, 13, 0, 2), Uint8Array.of(0, 13, 0, 60, 0, 0), parameter(13, words32(1)), parameter(16, words32(1))]) {
    const peer = new HandmadePeer();
    peer.send(encodeChunk(130, 0, body));
    assert.is(peer.end.association.state, 'closed');
  }
  const peer = new HandmadePeer();
  peer.send(outgoing(peer, 0, -1, 4), outgoing(peer, 1, -1, 5), outgoing(peer, 2, -1, 6));
  assert.equal(reConfigs(peer), ['result 1 of 0', 'result 1 of 1']);
});

test.run();
