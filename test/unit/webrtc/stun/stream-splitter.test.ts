import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tcpFraming, writeTcpFrameHeader } from '../../../../src/webrtc/ice/tcp-framing';
import { MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StreamSplitter } from '../../../../src/webrtc/stun/StreamSplitter';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import { turnFraming, writeChannelHeader } from '../../../../src/webrtc/turn/channel-data';
import { randomIntegers } from '../../../support/media-signal';

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What a splitter makes of a stream that arrives in pieces of these lengths, again and again. */
function split(format: typeof tcpFraming, stream: Uint8Array, lengths: () => number): Uint8Array[] {
  const splitter = new StreamSplitter(format);
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < stream.length;) {
    const end = offset + lengths();
    assert.ok(splitter.read(stream.subarray(offset, end), (frame) => frames.push(frame.slice())));
    offset = end;
  }
  return frames;
}

test('RFC 4571 frames come out whole, however the stream is cut', () => {
  const random = randomIntegers(5);
  const datagrams = [0, 1, 2, 1200, 0, 65_535, 3].map((length) => {
    const frame = new Uint8Array(2 + length).map(() => random(256));
    writeTcpFrameHeader(frame, 0, length);
    return frame;
  });
  const stream = concatenate(datagrams);
  for (const lengths of [() => 1, () => 2, () => 3, () => 70_000, () => 1 + random(3000)]) {
    assert.equal(split(tcpFraming, stream, lengths), datagrams);
  }
});

test('STUN and ChannelData over TCP, padded', () => {
  const stun = new StunWriter(MessageClass.request, Method.binding, new Uint8Array(12)).text(0x8022, 'abc').finish();
  const channel = new Uint8Array(4 + 8).fill(7);
  writeChannelHeader(channel, 0, 0x4001, 5);
  for (const length of [1, 5, 100]) {
    assert.equal(split(turnFraming, concatenate([stun, channel, stun]), () => length), [stun, channel, stun]);
  }
});

test('a stream that does not follow its format is given up for good', () => {
  for (const bytes of [[0x50, 0, 0, 0], [0xff, 0, 0, 0], [0, 1, 0, 3]]) {
    const splitter = new StreamSplitter(turnFraming);
    const frames: Uint8Array[] = [];
    for (const byte of [...bytes, 0x40, 1, 0, 0]) splitter.read(Uint8Array.of(byte), (frame) => frames.push(frame));
    assert.not(splitter.read(Uint8Array.of(0x40, 1, 0, 0), (frame) => frames.push(frame)));
    assert.is(frames.length, 0);
  }
});

test.run();
