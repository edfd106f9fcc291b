/** What stands between frames, what changes among them, and what is damaged. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdtsDemuxer } from '../../../../src/container/adts/AdtsDemuxer';
import { createDemuxer } from '../../../../src/container/demuxers';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { demuxStream, samplesOf } from '../../../support/containers/demux';
import { adtsFrame, characters, id3, repeated } from '../../../support/containers/frames';

const demux = (...parts: readonly (readonly number[])[]) => demuxStream(new AdtsDemuxer(), Uint8Array.from(parts.flat()));
const offsets = (outputs: readonly DemuxerOutput[]) => samplesOf(outputs).map(({ offset }) => offset);
const frames = (count: number) => repeated(count, () => adtsFrame());
const withSampleRate = (index: number) => adtsFrame(32, 0x21, index);

test('is made by content', () => assert.instance(createDemuxer('adts'), AdtsDemuxer));

test('segments and times of a stream', () => {
  const outputs = demux(frames(2));
  assert.equal(outputs.map(({ type }) => type), ['init-segment', 'media-segment-start', 'sample', 'sample', 'media-segment-end', 'end']);
  assert.equal(samplesOf(outputs).map(({ timestamp, duration, isKey }) => [timestamp, duration, isKey]), [[0, 1024, true], [1024, 1024, true]]);
});

const between: readonly (readonly [what: string, bytes: readonly (readonly number[])[], at: readonly number[]])[] = [
  ['a tag', [frames(2), id3(50), frames(2)], [0, 32, 124, 156]],
  ['tags in a row', [id3(5), id3(200), frames(2)], [225, 257]],
  ['garbage', [frames(2), [1, 2, 0xff, 3], frames(2)], [0, 32, 68, 100]],
  ['garbage before all', [Array(1000).fill(0xff), frames(3)], [1000, 1032, 1064]],
  ['what looks like one frame', [frames(2), [0, ...adtsFrame(20), 0], frames(2)], [0, 32, 86, 118]],
  ['ID3v1 and APE tags', [frames(2), characters('APETAGEX'), [208, 7, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xa0], Array(8 + 32).fill(0), characters('TAG'), Array(125).fill(0)], [0, 32]],
  ['the rest of a frame', [frames(2), adtsFrame().slice(9), frames(2)], [0, 32, 87, 119]],
  ['a frame that is cut off takes what follows with it', [frames(2), adtsFrame().slice(0, 9), frames(2)], [0, 32, 64, 105]],
];

for (const [what, bytes, at] of between) {
  test(`between frames: ${what}`, () => {
    const outputs = demux(...bytes);
    assert.equal(offsets(outputs), at);
    assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
    assert.equal(demuxStream(new AdtsDemuxer(), Uint8Array.from(bytes.flat()), 1), outputs, 'byte by byte');
  });
}

test('another sample rate begins another initialization segment, at the same time', () => {
  const outputs = demux(frames(2), repeated(2, () => withSampleRate(3)));
  assert.equal(outputs.map((output) => (output.type === 'sample' ? output.timestamp : output.type)), [
    'init-segment', 'media-segment-start', 0, 1024, 'media-segment-end',
    'init-segment', 'media-segment-start', Math.round((2048 / 44100) * 48000), Math.round((2048 / 44100) * 48000) + 1024, 'media-segment-end', 'end',
  ]);
});

test('what follows a reset goes on with the tracks as they are', () => {
  const demuxer = new AdtsDemuxer();
  demuxer.push(Uint8Array.from([...frames(2), ...adtsFrame().slice(0, 20)]));
  while (demuxer.read());
  demuxer.reset();
  const outputs = demuxStream(demuxer, Uint8Array.from(frames(2)));
  assert.equal(outputs.map(({ type }) => type), ['media-segment-start', 'sample', 'sample', 'media-segment-end', 'end']);
});

test('the end', () => {
  assert.equal(demux(), [{ type: 'end', isTruncated: false }]);
  assert.equal(demux(frames(2), adtsFrame().slice(0, 20)).at(-1), { type: 'end', isTruncated: true }, 'inside of a frame');
  assert.equal(demux(frames(2), adtsFrame().slice(0, 3)).at(-1), { type: 'end', isTruncated: true }, 'inside of a header');
});

test('damage is told', () => {
  assert.equal(demux(characters('no frame here')), [{ type: 'error', message: 'ADTS: no frame (at byte 0)', offset: 0 }]);
  assert.equal(demux(id3(20)), [{ type: 'error', message: 'ADTS: no frame (at byte 30)', offset: 30 }]);
  assert.equal(demux(frames(3), Array(70000).fill(0xff)).at(-1), { type: 'error', message: 'ADTS: no frame in 65536 bytes (at byte 96)', offset: 96 });
});

test('a long search stays linear', () => {
  const outputs = demuxStream(new AdtsDemuxer(), Uint8Array.from([...frames(2), 0, ...repeated(10_000, () => [0xff, 0xf1, 0x50, 0x80, 0xff, 0xff])]), 64);
  assert.is(samplesOf(outputs).length, 2);
});

test.run();
