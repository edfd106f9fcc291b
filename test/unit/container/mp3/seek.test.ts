/** Where seeks by the tables of first frames end. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mp3Demuxer } from '../../../../src/container/mp3/Mp3Demuxer';
import type { Sample } from '../../../../src/container/outputs';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { vbriFile, xingFile } from '../../../support/containers/frames';

function seeks(bytes: Uint8Array, seconds: readonly number[]): { all: Sample[]; found: Sample[][] } {
  const demuxer = new Mp3Demuxer({ canSeek: true, size: bytes.length });
  const all = samplesOf(demuxFile(demuxer, bytes));
  const found = seconds.map((time) => {
    assert.ok(demuxer.seek(time));
    return samplesOf(demuxFile(demuxer, bytes, 100));
  });
  return { all, found };
}

const sameSamples = (samples: readonly Sample[], expected: readonly Sample[], what: string) =>
  assert.equal(samples.map(({ offset, timestamp }) => [offset, timestamp]), expected.map(({ offset, timestamp }) => [offset, timestamp]), what);

const times = Array.from({ length: 24 }, (_, index) => index / 10);

if (!corpusMissing) {
  test('a constant bit rate: to the very frame', () => {
    const { bytes } = corpusFile('seek.mp3', '{audio} -c:a libmp3lame -ar 44100');
    const { all, found } = seeks(bytes, times);
    found.forEach((samples, index) => {
      const expected = all.filter(({ timestamp }) => timestamp / 44100 <= times[index] + 1e-6).length - 1;
      sameSamples(samples, all.slice(expected), `${times[index]} s`);
    });
  });

  test('a variable bit rate: to a frame, at a time that is true to two hundredths of the whole', () => {
    const { bytes } = corpusFile('seek-vbr.mp3', '{audio} -c:a libmp3lame -ar 44100 -q:a 4');
    const { all, found } = seeks(bytes, times);
    found.forEach((samples, index) => {
      const real = all.find(({ offset }) => offset === samples[0].offset);
      assert.ok(real, `${times[index]} s`);
      const error = (real.timestamp - samples[0].timestamp) / 44100;
      assert.ok(Math.abs(error) < 0.04, `${times[index]} s: ${error}`);
      assert.ok(samples[0].timestamp / 44100 <= times[index]);
    });
  });
}

test('a table of Xing, one of VBRI', () => {
  for (const [what, bytes] of [['Xing', xingFile(50)], ['VBRI', vbriFile(50, 10)]] as const) {
    const outputs = demuxStream(new Mp3Demuxer(), bytes);
    const { tracks: [track], hasIndex } = initSegment(outputs)!;
    assert.equal([samplesOf(outputs).length, track.duration, hasIndex], [50, 50 * 1152, true], what);
    const { all, found } = seeks(bytes, [0, (25 * 1152) / 44100, 1000]);
    sameSamples(found[0], all, what);
    assert.ok(Math.abs(found[1][0].timestamp - 25 * 1152) <= 5 * 1152, what);
    assert.is(found[1].at(-1)!.offset, all.at(-1)!.offset, what);
    assert.ok(found[2].length <= 10, what);
  }
});

test('no table, no seek', () => {
  const bytes = vbriFile(5, 0);
  const demuxer = new Mp3Demuxer({ canSeek: true, size: bytes.length });
  assert.is(initSegment(demuxFile(demuxer, bytes))!.hasIndex, false);
  assert.not(demuxer.seek(0));
  assert.not(new Mp3Demuxer().seek(0));
});

test.run();
