/** Info frames, what stands between frames, and what is damaged. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../../src/container/demuxers';
import { Mp3Demuxer } from '../../../../src/container/mp3/Mp3Demuxer';
import { demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { characters, id3, infoFrame, mp3Frame, repeated } from '../../../support/containers/frames';

const demux = (...parts: readonly (readonly number[])[]) => demuxStream(new Mp3Demuxer(), Uint8Array.from(parts.flat()));
const frames = (count: number) => repeated(count, mp3Frame);
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

test('is made by content', () => assert.instance(createDemuxer('mp3'), Mp3Demuxer));

const lame = (delay: number, padding: number) => [...characters('LAME3.100'), ...zeros(12), delay >> 4, ((delay & 15) << 4) | (padding >> 8), padding & 0xff];

const infos: readonly (readonly [what: string, content: readonly number[], gapless: object | null, frames: number | null])[] = [
  ['LAME', [...characters('Info'), 0, 0, 0, 1, 0, 0, 0, 3, ...lame(576, 1000)], { startFrames: 1105, endFrames: 471, isBeforeZero: false }, 3],
  ['less padding than the decoder delays', [...characters('Xing'), 0, 0, 0, 0, ...lame(1, 100)], { startFrames: 530, endFrames: 0, isBeforeZero: false }, null],
  ['another encoder', [...characters('Xing'), 0, 0, 0, 1, 0, 0, 0, 3, 0, ...lame(576, 1000).slice(1)], null, 3],
  ['no frames', [...characters('Info'), 0, 0, 0, 1, 0, 0, 0, 0], null, null],
];

for (const [what, content, gapless, count] of infos) {
  test(`gapless data: ${what}`, () => {
    const outputs = demux(id3(20), infoFrame(36, content), frames(3));
    const { tracks: [track] } = initSegment(outputs)!;
    assert.equal(track.gapless, gapless);
    assert.is(track.duration, count === null ? null : count * 1152);
    assert.equal(samplesOf(outputs).map(({ offset, timestamp }) => [offset, timestamp]), [[447, 0], [864, 1152], [1281, 2304]]);
  });
}

test('a number of frames that is not true does no harm', () => {
  const outputs = demux(infoFrame(36, [...characters('Xing'), 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), frames(2));
  assert.is(samplesOf(outputs).length, 2);
});

test('an info frame in the middle is a frame as others', () => {
  assert.is(samplesOf(demux(frames(2), infoFrame(36, characters('Xing')), frames(2))).length, 5);
});

test('garbage, tags and the end', () => {
  assert.equal(samplesOf(demux(zeros(100), frames(2), id3(300), frames(2), characters('TAG'), zeros(125))).map(({ offset }) => offset), [100, 517, 1244, 1661]);
  assert.equal(demux(frames(2), mp3Frame().slice(0, 400)).at(-1), { type: 'end', isTruncated: true });
  assert.equal(demux(frames(2), characters('TAG'), zeros(125)).at(-1), { type: 'end', isTruncated: false });
});

test('damage is told', () => {
  assert.equal(demux(zeros(70_000)), [{ type: 'error', message: 'MP3: no frame in 65536 bytes (at byte 0)', offset: 0 }]);
  assert.equal(demux([0xff, 0xfb, 0x00, 0x00], zeros(400)), [{ type: 'error', message: 'MP3: no frame (at byte 0)', offset: 0 }], 'free format');
});

test.run();
