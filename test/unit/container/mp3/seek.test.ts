/** Where seeks by the tables of first frames end. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mp3Demuxer } from '../../../../src/container/mp3/Mp3Demuxer';
import type { Sample } from '../../../../src/container/outputs';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, partOf, samplesOf } from '../../../support/containers/demux';
import { characters, id3, mp3Frame, repeated, vbriFile, xingFile } from '../../../support/containers/frames';

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

/** Of one bit rate: 417 bytes, or 418 where padding is due. */
const padded = (count: number) => Array.from({ length: count }, (_, index) => {
  const size = (frame: number) => Math.floor((frame * 144 * 128_000) / 44_100);
  return size(index + 1) - size(index) === 418 ? [0xff, 0xfb, 0x92, 0, ...Array.from({ length: 414 }, () => 0x21)] : mp3Frame();
}).flat();
/** 128 and 160 kbit/s. */
const varied = (count: number) => Array.from({ length: count }, (_, index) => (index % 3 ? mp3Frame() : [0xff, 0xfb, 0xa0, 0, ...Array.from({ length: 518 }, () => 0x21)])).flat();

const withoutTable: readonly (readonly [what: string, frames: readonly number[], isRead: boolean])[] = [
  ['a constant bit rate kept by padding', padded(3000), false], ['frames of one size', repeated(3000, mp3Frame), false], ['a variable bit rate', varied(3000), true],
];

for (const [what, frames, isRead] of withoutTable) {
  test(`no table: ${what}`, () => {
    const bytes = Uint8Array.from([...id3(300), ...frames, ...characters('TAG'), ...Array.from({ length: 125 }, () => 0)]);
    const all = samplesOf(demuxStream(new Mp3Demuxer(), bytes));
    const demuxer = new Mp3Demuxer({ canSeek: true, size: bytes.length });
    const head = samplesOf(partOf(demuxer, bytes, 100));
    sameSamples(head, all.slice(0, 100), what);
    for (const frame of [1500, 20, 2999, 2000, 0]) {
      const served = { bytes: 0, ranges: 0 };
      assert.ok(demuxer.seek((frame * 1152) / 44100));
      sameSamples(samplesOf(partOf(demuxer, bytes, 5, served)), all.slice(frame, frame + 5), `${what}: frame ${frame}`);
      if (!isRead) assert.ok(served.bytes < 100_000, `${what}: frame ${frame}: ${served.bytes} bytes`);
    }
    assert.ok(demuxer.seek(1e6));
    sameSamples(samplesOf(demuxFile(demuxer, bytes)), all.slice(-1), `${what}: behind the end`);
  });
}

test('nothing to seek in before the first frame, nor in a stream', () => {
  assert.not(new Mp3Demuxer({ canSeek: true, size: 1000 }).seek(0));
  const demuxer = new Mp3Demuxer();
  demuxStream(demuxer, vbriFile(5, 0));
  assert.not(demuxer.seek(0));
});

test.run();
