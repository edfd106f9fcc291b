/** Sizes that are open, long or wrong, and what is no WAV. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../../src/container/demuxers';
import { WavDemuxer } from '../../../../src/container/wav/WavDemuxer';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { characters } from '../../../support/containers/frames';

const little = (value: number, size: number): number[] => Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) & 0xff);
const chunk = (type: string, content: readonly number[], size = content.length): number[] => [...characters(type), ...little(size, 4), ...content];
const format = (tag = 1, channels = 2, rate = 8000, bits = 16): number[] =>
  chunk('fmt ', [...little(tag, 2), ...little(channels, 2), ...little(rate, 4), ...little((rate * channels * bits) / 8, 4), ...little((channels * bits) / 8, 2), ...little(bits, 2)]);
const wave = (...chunks: readonly (readonly number[])[]): Uint8Array => Uint8Array.from([...characters('RIFF'), ...little(0xffffffff, 4), ...characters('WAVE'), ...chunks.flat()]);
const rf64 = (...chunks: readonly (readonly number[])[]): Uint8Array => Uint8Array.from([...characters('RF64'), ...little(0xffffffff, 4), ...characters('WAVE'), ...chunks.flat()]);
const bytes = (count: number): number[] => Array.from({ length: count }, (_, index) => index & 0xff);

test('is made by content', () => assert.instance(createDemuxer('wav'), WavDemuxer));

test('blocks of ADPCM', () => {
  const blocks = (tag: number, bits: number, blockFrames: number) => chunk('fmt ', [...format(tag, 1, 8000, 0).slice(8, 20), ...little(7, 2), ...little(bits, 2), ...little(2, 2), ...little(blockFrames, 2)]);
  for (const [tag, bits, codec] of [[2, 4, 'adpcm-ms'], [0x11, 4, 'adpcm-ima'], [0x31, 0, 'gsm-ms']] as const) {
    const outputs = demuxStream(new WavDemuxer(), wave(blocks(tag, bits, 9), chunk('data', bytes(18))), 5);
    assert.equal(initSegment(outputs)!.tracks.map(({ duration, descriptions }) => [duration, descriptions[0].codec]), [[18, codec]]);
    assert.equal(samplesOf(outputs).map(({ timestamp, duration, data }) => [timestamp, duration, data.length]), [[0, 9, 7], [9, 9, 7]]);
  }
  const [error] = demuxStream(new WavDemuxer(), wave(blocks(0x11, 4, 0), chunk('data', bytes(18))));
  assert.is(error.type, 'error');
  const file = wave(blocks(0x11, 4, 9), chunk('data', bytes(70)));
  const demuxer = new WavDemuxer({ canSeek: true, size: file.length });
  demuxFile(demuxer, file);
  demuxer.seek(40 / 8000);
  assert.is(samplesOf(demuxFile(demuxer, file))[0].timestamp, 36);
});

interface Case {
  readonly what: string;
  readonly file: Uint8Array;
  /** Frames by the init segment of a stream. */
  readonly told: number | null;
  /** Frames of each sample. */
  readonly samples: readonly number[];
  readonly isTruncated?: boolean;
}

const cases: readonly Case[] = [
  { what: 'a plain file', file: wave(format(), chunk('data', bytes(4096 + 400))), told: 1124, samples: [1024, 100] },
  { what: 'odd chunks before and after', file: wave(chunk('LIST', bytes(3)), [0], format(), chunk('data', bytes(400)), chunk('LIST', bytes(10))), told: 100, samples: [100] },
  { what: 'an open size', file: wave(format(), chunk('data', bytes(400), 0xffffffff)), told: null, samples: [100] },
  { what: 'an open size that ends inside of a frame', file: wave(format(), chunk('data', bytes(402), 0)), told: null, samples: [100], isTruncated: true },
  { what: 'a size that is too long', file: wave(format(), chunk('data', bytes(402), 4000)), told: 1000, samples: [100], isTruncated: true },
  { what: 'a size that ends inside of a frame', file: wave(format(), chunk('data', bytes(402))), told: 100, samples: [100] },
  { what: 'a long size', file: rf64(chunk('ds64', [...little(0, 8), ...little(2 ** 33, 8), ...little(0, 12)]), format(), chunk('data', bytes(400), 0xffffffff)), told: 2 ** 31, samples: [100], isTruncated: true },
  { what: 'no data chunk', file: wave(format(), chunk('LIST', bytes(4), 2 ** 31)), told: null, samples: [], isTruncated: true },
];

for (const { what, file, told, samples, isTruncated = false } of cases) {
  test(what, () => {
    const outputs = demuxStream(new WavDemuxer(), file);
    assert.is(initSegment(outputs)?.tracks[0].duration ?? null, told);
    assert.equal(samplesOf(outputs).map(({ duration }) => duration), samples);
    assert.equal(outputs.at(-1), { type: 'end', isTruncated });
    const ranged = demuxFile(new WavDemuxer({ canSeek: true, size: file.length }), file);
    assert.equal(samplesOf(ranged), samplesOf(outputs));
    if (initSegment(ranged)) assert.is(initSegment(ranged)!.tracks[0].duration, samples.reduce((sum, frames) => sum + frames, 0), 'the size of the file counts where it is known');
  });
}

test('damage is told', () => {
  const message = (file: Uint8Array) => {
    const last = demuxStream(new WavDemuxer(), file).at(-1)!;
    return last.type === 'error' ? last.message : last.type;
  };
  assert.is(message(Uint8Array.from(characters('RIFF....AVI LIST'))), 'WAV: no RIFF WAVE header (at byte 0)');
  assert.is(message(wave(chunk('data', [1, 2]))), 'WAV: the data chunk comes before the fmt chunk (at byte 12)');
  assert.is(message(wave(chunk('fmt ', bytes(8)))), 'WAV: a fmt chunk of 8 bytes (at byte 12)');
  assert.is(message(wave(format(0x11))), 'WAV: samples of format 0x11, which are neither PCM, nor floats, A-law or µ-law (at byte 20)');
  assert.is(message(wave(format(1, 2, 0))), 'WAV: a sample rate of 0 Hz (at byte 24)');
  assert.is(message(wave(format(1, 0))), 'WAV: 0 channels (at byte 22)');
  assert.is(message(wave(format(1, 60000))), 'WAV: 60000 channels (at byte 22)');
  assert.is(message(rf64(chunk('ds64', [...little(0, 8), ...bytes(8).fill(255)]))), `WAV: a data chunk of ${2 ** 64} bytes (at byte 28)`);
  assert.is(message(new Uint8Array(0)), 'end');
});

test('seeks stay inside', () => {
  const file = wave(format(), chunk('data', bytes(4000)));
  const demuxer = new WavDemuxer({ canSeek: true, size: file.length });
  assert.not(demuxer.seek(0), 'before the init segment');
  demuxFile(demuxer, file);
  const first = (seconds: number) => {
    assert.ok(demuxer.seek(seconds));
    return samplesOf(demuxFile(demuxer, file))[0]?.timestamp;
  };
  assert.equal([-1, 0, 1 / 8000, 0.05, 100].map(first), [0, 0, 1, 400, undefined]);
});

test.run();
