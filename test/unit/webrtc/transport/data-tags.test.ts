import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PacketBatch, packetFlags } from '../../../../src/webrtc/packet-batch';
import { dataTagBytes, dataTagOf, newDataTag, stripDataTag, TaggedBatch } from '../../../../src/webrtc/transport/data-tags';
import { systemRandom } from '../../../support/stun-crypto';

const packets = [[22, 1, 2], [22], [23, 1, 2, 3, 4, 5, 6]].map((bytes) => Uint8Array.from(bytes));
const tag = 0x4abcdef0;

function tagged(): TaggedBatch {
  const batch = new PacketBatch(3, 100);
  packets.forEach((packet, index) => batch.append(packet, index === 1 ? packetFlags.mayFragment : 0));
  return new TaggedBatch(3, 100).fill(batch, tag);
}

test('packets lie side by side behind their tags, so that the kernel can cut a run of them', () => {
  const batch = tagged();
  assert.equal([...batch.lengths], packets.map(({ length }) => dataTagBytes + length));
  assert.equal([...batch.offsets], [0, 7, 12]);
  assert.equal([...batch.flags], [0, packetFlags.mayFragment, 0]);
  assert.is(batch.allFlags, packetFlags.mayFragment);
});

test('a tag is read and taken away', () => {
  const batch = tagged();
  for (const [index, packet] of packets.entries()) {
    assert.is(dataTagOf(batch, index), tag);
    stripDataTag(batch, index);
    assert.equal(batch.packet(index), packet);
    assert.is(dataTagOf(batch, index), 0);
  }
});

test('what begins like no ChannelData, or is too short, has no tag', () => {
  for (const bytes of [[], [64, 0, 0], [63, 0, 0, 0], [80, 0, 0, 0], [128, 0, 0, 0]]) {
    const batch = new PacketBatch(1, 10);
    batch.append(Uint8Array.from(bytes));
    assert.is(dataTagOf(batch, 0), 0);
  }
});

test('tags begin like ChannelData, and none is given twice', () => {
  const tags = new Set<number>();
  for (let i = 0; i < 1000; i++) tags.add(newDataTag(systemRandom, (taken) => tags.has(taken)));
  assert.is(tags.size, 1000);
  for (const each of tags) assert.is(each >>> 28, 4);
  const bytes = [[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 2]];
  assert.is(newDataTag((into) => into.set(bytes.shift()!), (taken) => taken === 0x40000001), 0x40000002);
});

test.run();
