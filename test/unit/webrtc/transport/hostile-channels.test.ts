import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockPool } from '../../../../src/webrtc/sctp/block-pool';
import { encodeOpen, Ppid } from '../../../../src/webrtc/sctp/dcep';
import type { SctpAssociationOptions } from '../../../../src/webrtc/sctp/options';
import type { ChannelOptions, MediaEvent } from '../../../../src/webrtc/thread/messages';
import { DataChannels } from '../../../../src/webrtc/transport/DataChannels';
import { connectedPair, exchange, HandmadePeer, interleavingParameters } from '../sctp/support';
import { encodeChunk, joined, words16, words32 } from '../sctp/support';

const plain: ChannelOptions = { label: 'label', protocol: '', ordered: true, negotiated: false, maxRetransmits: null, maxPacketLifeTime: null, priority: 256 };

class Page {
  readonly events: MediaEvent[] = [];
  /** Bytes of messages, by channel. */
  readonly parts: { channel: number; bytes: number; begins: boolean; ends: boolean }[] = [];
  hasRoom = true;

  emit(event: MediaEvent): void {
    this.events.push(event);
  }

  message(channel: number, bytes: Uint8Array, _binary: boolean, begins: boolean, ends: boolean): void {
    this.parts.push({ channel, bytes: bytes.length, begins, ends });
  }

  kinds(): string[] {
    return this.events.splice(0).map(({ kind }) => kind);
  }
}

/** Channels of the DTLS server, and a peer that is the client and sends what it likes. */
function channels(options: Partial<SctpAssociationOptions> = {}) {
  const [end, peer] = connectedPair(options);
  const page = new Page();
  const subject = new DataChannels(end.association, 1, page);
  const settle = () => {
    for (let round = 0; round < 5; round++) {
      exchange(end, peer);
      subject.settle(0);
    }
  };
  const send = (streamId: number, ppid: number, bytes: Uint8Array) => {
    assert.is(peer.association.send(0, streamId, ppid, bytes, {}), 'queued');
    settle();
  };
  /** The streams whose resets the peer has seen. */
  const resets = () => peer.events().flatMap((event) => (event.type === 'incoming streams reset' ? [...event.streamIds] : []));
  return { end, peer, page, subject, settle, send, resets };
}

test('a channel that may be opened is', () => {
  const { page, subject, send } = channels();
  send(2, Ppid.dcep, encodeOpen(plain));
  assert.equal(page.kinds(), ['incoming channel']);
  assert.is(subject.statistics.refusedDcep, 0);
});

test("an open on a number of our side's is taken, as browsers take it", () => {
  const { page, resets, subject, send } = channels();
  send(3, Ppid.dcep, encodeOpen(plain));
  assert.equal(page.kinds(), ['incoming channel']);
  assert.is(subject.statistics.refusedDcep, 0);
  assert.equal(resets(), []);
});

test('a second open on a stream closes its channel', () => {
  const { page, peer, resets, subject, send, settle } = channels();
  send(2, Ppid.dcep, encodeOpen(plain));
  send(2, Ppid.dcep, encodeOpen({ ...plain, label: 'again' }));
  assert.equal(page.kinds(), ['incoming channel', 'channel closing']);
  assert.is(subject.statistics.refusedDcep, 1);
  assert.equal(resets(), [2]);
  peer.association.resetStreams(0, [2]);
  settle();
  assert.equal(page.kinds(), ['channel closed']);
});

test('an open that is not well-formed closes its stream; what is no message of the protocol is counted', () => {
  const open = encodeOpen({ ...plain, label: 'x'.repeat(20) });
  const wrong = (change: (bytes: Uint8Array) => void) => {
    const bytes = open.slice();
    change(bytes);
    return bytes;
  };
  const malformed = [
    open.subarray(0, 5), open.subarray(0, 20), wrong((bytes) => { bytes[1] = 3; }), wrong((bytes) => { bytes[8] = 0xff; }), wrong((bytes) => { bytes[10] = 0xff; }),
  ];
  for (const bytes of malformed) {
    const { page, resets, subject, send } = channels();
    send(2, Ppid.dcep, bytes);
    assert.equal(page.kinds(), []);
    assert.is(subject.statistics.refusedDcep, 1);
    assert.equal(resets(), [2]);
  }
  for (const bytes of [Uint8Array.of(2), Uint8Array.of(0), Uint8Array.of(255, 1, 2, 3), new Uint8Array(100_000).fill(1)]) {
    const { page, resets, subject, send } = channels();
    send(2, Ppid.dcep, bytes);
    assert.equal([page.kinds(), resets(), subject.statistics.refusedDcep], [[], [], 1]);
  }
});

test('the longest label and protocol there are', () => {
  const { page, send } = channels();
  const label = '\u{1}'.repeat(65_535);
  send(0, Ppid.dcep, encodeOpen({ ...plain, label, protocol: label }));
  const [event] = page.events;
  assert.is(event.kind === 'incoming channel' && event.options.label, label);
});

test('messages on streams without a channel are counted, and no channel is made of them', () => {
  const { page, subject, send } = channels();
  for (const stream of [0, 1, 2, 65_534]) send(stream, Ppid.string, Uint8Array.of(65));
  assert.equal(page.kinds(), []);
  assert.equal(page.parts, []);
  assert.is(subject.statistics.strayMessages, 4);
});

test('channels opened and closed again and again leave nothing behind', () => {
  const pool = new BlockPool();
  const { page, peer, send, settle } = channels({ pool });
  for (let round = 0; round < 50; round++) {
    send(2, Ppid.dcep, encodeOpen(plain));
    peer.association.resetStreams(0, [2]);
    settle();
    peer.events();
    assert.equal(page.kinds(), ['incoming channel', 'channel closing', 'channel closed'], `round ${round}`);
  }
  assert.ok(pool.taken <= 2);
});

/** Channels over an association whose other end is made by hand. */
function handmade(receiveWindow = 1 << 20) {
  const pool = new BlockPool();
  const peer = new HandmadePeer({ pool, receiveWindow }, { parameters: interleavingParameters });
  const page = new Page();
  const subject = new DataChannels(peer.end.association, 1, page);
  let tsn = 0;
  const iData = (options: Parameters<typeof peer.iData>[1]) => peer.iData(tsn++, options);
  return { peer, pool, page, subject, iData };
}

test('messages that never end, on channel after channel: put together up to a bound, then the association ends', () => {
  const { peer, page, subject, iData } = handmade();
  const bytes = new Array<number>(16_000).fill(7);
  let given = 0;
  for (let stream = 0; stream < 1000 && peer.end.association.state === 'established'; stream += 2) {
    peer.send(iData({ stream, fsn: Ppid.dcep, bytes: [...encodeOpen(plain)] }));
    // Almost as much as a message may have.
    for (let fsn = 0; fsn < 16 && peer.end.association.state === 'established'; fsn++) {
      peer.send(iData({ flags: fsn === 0 ? 2 : 0, stream, mid: 1, fsn: fsn === 0 ? Ppid.binary : fsn, bytes }));
      subject.settle(0);
      peer.end.transmitRaw();
    }
    subject.settle(0);
    given = page.parts.splice(0).reduce((sum, part) => sum + part.bytes, given);
  }
  assert.is(peer.end.association.state, 'closed');
  assert.ok(given > 60 << 20 && given <= 65 << 20, `${given} bytes`);
  assert.match(JSON.stringify(page.events.at(-1)), 'unfinished');
});

test('a message that is given up takes its parts with it', () => {
  const { peer, page, subject, iData } = handmade(100_000);
  peer.send(iData({ stream: 2, fsn: Ppid.dcep, bytes: [...encodeOpen(plain)] }));
  for (let fsn = 0; fsn < 80; fsn++) peer.send(iData({ flags: fsn === 0 ? 2 : 0, stream: 2, mid: 1, fsn: fsn === 0 ? Ppid.binary : fsn, bytes: new Array(1000).fill(1) }));
  subject.settle(0);
  assert.ok(page.parts.length > 0 && page.parts.every(({ ends }) => !ends));
  page.parts.length = 0;
  peer.send(encodeChunk(194, 0, joined(words32(peer.initialTsn + 100), words16(2, 0), words32(1))));
  subject.settle(0);
  const [{ channel }] = page.events.flatMap((event) => (event.kind === 'incoming channel' ? [event] : []));
  assert.equal(page.parts, [{ channel, bytes: 0, begins: true, ends: false }]);
});

test('tiny messages without end to a page that does not read: the window closes, and memory stays as it is', () => {
  const receiveWindow = 1 << 18;
  const { peer, pool, page, subject, iData } = handmade(receiveWindow);
  peer.send(iData({ stream: 2, fsn: Ppid.dcep, bytes: [...encodeOpen(plain)] }));
  subject.settle(0);
  page.hasRoom = false;
  for (let mid = 1; mid < 40_000; mid += 40) {
    peer.send(...Array.from({ length: 40 }, (_, index) => iData({ stream: 2, mid: mid + index, fsn: Ppid.binary, bytes: [1] })));
    subject.settle(0);
    peer.end.transmitRaw();
  }
  const { receiveWindow: left, droppedBeyondWindow } = peer.end.association.details!;
  assert.is(left, 0);
  assert.ok(droppedBeyondWindow > 30_000);
  assert.ok(pool.taken < 10);
  page.hasRoom = true;
  subject.settle(0);
  assert.ok(page.parts.length > 3000 && page.parts.length < 5000);
  assert.is(peer.end.association.details!.receiveWindow, receiveWindow);
});

test.run();
