/** Packets of Opus that hold several streams (RFC 6716, appendix B). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { opusStreamPackets } from '../../../../src/container/codecs/opus';

const bytes = (...values: number[]) => Uint8Array.from(values);
const plain = (packets: readonly Uint8Array[] | null) => packets?.map((packet) => [...packet]);

/** Of 20 ms of CELT, in two of 10 ms for codes 1 and 2. */
const one = 0xf8;
const two = 0xf0;

/** What a stream is with a delimiter and without. */
const framings: Readonly<Record<string, readonly [delimited: Uint8Array, packet: Uint8Array]>> = {
  'a frame': [bytes(one, 3, 7, 8, 9), bytes(one, 7, 8, 9)],
  'a frame without bytes': [bytes(one, 0), bytes(one)],
  'two frames of one size': [bytes(two + 1, 2, 5, 6, 7, 8), bytes(two + 1, 5, 6, 7, 8)],
  'two frames of two sizes': [bytes(two + 2, 1, 2, 5, 7, 8), bytes(two + 2, 1, 5, 7, 8)],
  'as many of one size as it says': [bytes(two + 3, 2, 2, 1, 2, 3, 4), bytes(two + 3, 2, 1, 2, 3, 4)],
  'as many of any size as it says, with padding': [bytes(two + 3, 0xc2, 3, 1, 2, 5, 7, 8, 0, 0, 0), bytes(two + 3, 0xc2, 3, 1, 5, 7, 8, 0, 0, 0)],
  'a size of two bytes': [bytes(one, 252, 1, ...new Uint8Array(256).fill(4)), bytes(one, ...new Uint8Array(256).fill(4))],
};

for (const [what, [delimited, packet]] of Object.entries(framings)) {
  test(`the first of two streams: ${what}`, () => {
    const last = bytes(one, 1, 2);
    assert.equal(plain(opusStreamPackets(Uint8Array.of(...delimited, ...last), 2)), plain([packet, last]));
    assert.equal(plain(opusStreamPackets(packet, 1)), plain([packet]));
    for (let length = 0; length < delimited.length; length++) assert.is(opusStreamPackets(delimited.subarray(0, length), 2), null, `${length} bytes`);
  });
}

test('streams have one length', () => {
  assert.is(opusStreamPackets(bytes(one, 1, 9, two, 9), 2), null);
  assert.equal(plain(opusStreamPackets(bytes(one, 1, 9, two + 1, 5, 6), 2)), [[one, 9], [two + 1, 5, 6]]);
});

test('what breaks a rule is no packet', () => {
  for (const packet of [bytes(), bytes(two + 1, 5), bytes(two + 2, 4, 5), bytes(two + 3), bytes(two + 3, 0), bytes(one + 3, 7), bytes(one, ...new Uint8Array(1276))]) {
    assert.is(opusStreamPackets(packet, 1), null);
  }
});

test.run();
