/** What the first frame of VP9 tells where the container does not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { vp9KeyFrame, vp9Level } from '../../../../src/container/codecs/vp9';
import { Id } from '../../../../src/container/webm/ids';
import { WebmDemuxer } from '../../../../src/container/webm/WebmDemuxer';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { element } from '../../../support/containers/ebml';
import { audioTrack, blockGroup, cluster, encryption, info, simpleBlock, stripping, tracks, videoTrack, webm } from '../../../support/containers/webm-files';

/** An uncompressed header's first bits. */
function keyFrame(profile: number, ...color: readonly (readonly [bits: number, value: number])[]): number[] {
  const fields = [[2, 2], [1, profile & 1], [1, profile >> 1], ...(profile === 3 ? [[1, 0]] : []), [1, 0], [1, 0], [1, 1], [1, 0], [24, 0x498342], ...color];
  const bits = fields.map(([count, value]) => value.toString(2).padStart(count, '0')).join('').padEnd(96, '0');
  return bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2));
}

const range: readonly [number, number] = [1, 0];
const bt709: readonly [number, number] = [3, 2];
const rgb: readonly [number, number] = [3, 7];
const tenBits = keyFrame(2, [1, 0], bt709, range);

test('profiles, depths and subsamplings', () => {
  const told = (frame: readonly number[]) => {
    const { profile, bitDepth, chromaSubsampling } = vp9KeyFrame(Uint8Array.from(frame), 10)!;
    return [profile, bitDepth, chromaSubsampling];
  };
  assert.equal(told(keyFrame(0, bt709, range)), [0, 8, 1]);
  assert.equal(told(keyFrame(1, bt709, range, [1, 0], [1, 0])), [1, 8, 3]);
  assert.equal(told(keyFrame(1, rgb)), [1, 8, 3]);
  assert.equal(told(tenBits), [2, 10, 1]);
  assert.equal(told(keyFrame(2, [1, 1], bt709, range)), [2, 12, 1]);
  assert.equal(told(keyFrame(3, [1, 1], bt709, range, [1, 1], [1, 0])), [3, 12, 2]);
  for (const frame of [[], [0x82], [0x86, ...tenBits.slice(1)], keyFrame(1, bt709, range, [1, 0], [1, 1])]) assert.is(vp9KeyFrame(Uint8Array.from(frame), 10), null);
});

test('the level by size and rate', () => {
  const levels = [[95, 63, 25], [320, 180, 0], [320, 180, 30], [320, 180, 60], [1920, 1080, 30], [1920, 1080, 60], [3840, 2160, 0], [3840, 2160, 120], [7680, 4320, 120], [16_384, 8192, 0], [0, 0, 0]];
  assert.equal(levels.map(([width, height, rate]) => vp9Level(width, height, rate)), [10, 11, 11, 20, 40, 41, 50, 52, 62, 62, 10]);
  const codec = (nanoseconds: number) => codecsOf(webm(info, tracks(vp9Track(element(Id.DefaultDuration, [24, 16, 8, 0].map((shift) => (nanoseconds >> shift) & 0xff))), audioTrack()), cluster(0, simpleBlock(1, 0, 0x80, tenBits))))[0];
  assert.equal([codec(40_000_000), codec(16_666_667)], ['vp09.02.11.10', 'vp09.02.20.10']);
});

const vp9Track = (...more: readonly number[][]) => videoTrack(1, ...more).map((byte, index, bytes) => (byte === 0x38 && bytes[index - 1] === 0x50 ? 0x39 : byte)); // V_VP8

const codecsOf = (bytes: Uint8Array, canSeek = true) => {
  const outputs = canSeek ? demuxFile(new WebmDemuxer({ canSeek, size: bytes.length }), bytes, 1000) : demuxStream(new WebmDemuxer(), bytes, 1000);
  assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
  return [initSegment(outputs)!.tracks[0].descriptions[0].codec, samplesOf(outputs, 1).length];
};

test('in blocks, groups and behind stripped headers; a stream does not wait', () => {
  const sound = simpleBlock(2, 0, 0x80, [1, 2, 3]);
  const head = [info, tracks(vp9Track(), audioTrack())];
  const file = webm(...head, element(Id.Void, Array.from({ length: 3000 }, () => 0)), cluster(0, sound, simpleBlock(1, 0, 0x80, tenBits)), cluster(40, simpleBlock(1, 0, 0, [0x86])));
  assert.equal(codecsOf(file), ['vp09.02.11.10', 2]);
  assert.equal(codecsOf(file, false), ['vp09.00.11.08', 2]);
  assert.equal(codecsOf(webm(...head, cluster(0, sound, blockGroup(1, 0, tenBits)))), ['vp09.02.11.10', 1]);
  assert.equal(codecsOf(webm(info, tracks(vp9Track(stripping(tenBits.slice(0, 3))), audioTrack()), cluster(0, simpleBlock(1, 0, 0x80, tenBits.slice(3))))), ['vp09.02.11.10', 1]);
});

test('where nothing is told by it, it counts as profile 0', () => {
  const head = [info, tracks(vp9Track(), audioTrack())];
  assert.equal(codecsOf(webm(...head)), ['vp09.00.11.08', 0]);
  assert.equal(codecsOf(webm(...head, cluster(0, simpleBlock(1, 0, 0x82, [1, 1, 9, 9])))), ['vp09.00.11.08', 2], 'laced');
  assert.equal(codecsOf(webm(...head, element(Id.Void, Array.from({ length: 300_000 }, () => 0)), cluster(0, simpleBlock(1, 0, 0x80, tenBits)))), ['vp09.00.11.08', 1], 'far away');
  assert.equal(codecsOf(webm(info, tracks(vp9Track(encryption), audioTrack()), cluster(0, simpleBlock(1, 0, 0x80, [0, ...tenBits])))), ['vp09.00.11.08', 1], 'encrypted');
  assert.equal(codecsOf(webm(info, tracks(vp9Track(element(Id.CodecPrivate, [1, 1, 1, 2, 1, 31, 3, 1, 8, 4, 1, 3]))), cluster(0, simpleBlock(1, 0, 0x80, tenBits)))), ['vp09.01.31.08.03', 1], 'told');
});

test.run();
