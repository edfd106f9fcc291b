import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AudioPlanes, SampleFormat } from '../../../src/host/CodecBackend';
import { compressionTable, expandALaw, expandMuLaw } from '../../../src/webcodecs/g711';
import { bytesPerSample, copySamples, isPlanar, splitPlanes } from '../../../src/webcodecs/samples';

const arrays = { u8: Uint8Array, s16: Int16Array, s32: Int32Array, f32: Float32Array } as const;
type Base = keyof typeof arrays;
const baseOf = (format: SampleFormat) => format.replace('-planar', '') as Base;

function audio(format: SampleFormat, samples: readonly number[], channels: number): AudioPlanes {
  const array = arrays[baseOf(format)].from(samples);
  const frames = samples.length / channels;
  const planes = splitPlanes(format, new Uint8Array(array.buffer), frames, channels);
  return { format, sampleRate: 8000, numberOfFrames: frames, numberOfChannels: channels, timestamp: 0, planes };
}

function copy(source: AudioPlanes, format: SampleFormat, plane = 0, offset = 0, frames = source.numberOfFrames - offset): number[] {
  const count = frames * (isPlanar(format) ? 1 : source.numberOfChannels);
  // An odd beginning, as script may have it.
  const bytes = new Uint8Array(count * bytesPerSample(format) + 1).subarray(1);
  copySamples(source, bytes, format, plane, offset, frames);
  return [...new arrays[baseOf(format)](bytes.slice().buffer)];
}

test('planes and interleaved samples become each other', () => {
  const planar = audio('s16-planar', [1, 2, 3, 10, 20, 30], 2);
  assert.equal(copy(planar, 's16'), [1, 10, 2, 20, 3, 30]);
  assert.equal(copy(planar, 's16-planar', 1, 1), [20, 30]);
  const interleaved = audio('s16', [1, 10, 2, 20, 3, 30], 2);
  assert.equal(copy(interleaved, 's16-planar', 1), [10, 20, 30]);
  assert.equal(copy(interleaved, 's16', 0, 1, 1), [2, 20]);
});

const extremes: readonly [SampleFormat, readonly number[], SampleFormat, readonly number[]][] = [
  ['u8', [0, 128, 255], 's16', [-32768, 0, 32512]],
  ['u8', [0, 128, 255], 'f32', [-1, 0, 0.9921875]],
  ['s16', [-32768, 0, 32767], 'u8', [0, 128, 255]],
  ['s16', [-32768, 0, 32767], 's32', [-2147483648, 0, 2147418112]],
  ['s32', [-2147483648, 0, 2147483647], 's16', [-32768, 0, 32767]],
  ['f32', [-1, 0, 1], 's16', [-32768, 0, 32767]],
  ['f32', [-1.5, 0.5, 1.5], 'u8', [0, 192, 255]],
  ['f32', [-1, 0, 1], 's32', [-2147483648, 0, 2147483647]],
];

for (const [from, samples, to, expected] of extremes) {
  test(`${from} becomes ${to}`, () => assert.equal(copy(audio(from, samples, 1), to), expected));
}

for (const [name, expand] of [['A-law', expandALaw], ['µ-law', expandMuLaw]] as const) {
  test(`${name}: each code is that of its own value, and values between go to the nearest`, () => {
    const table = compressionTable(expand);
    for (let code = 0; code < 256; code++) assert.is(expand(table[expand(code) + 32768]), expand(code));
    const values = Array.from({ length: 256 }, (_, code) => expand(code));
    for (let sample = -32768; sample < 32768; sample += 97) {
      const distance = Math.abs(expand(table[sample + 32768]) - sample);
      assert.is(distance, Math.min(...values.map((value) => Math.abs(value - sample))));
    }
  });
}

test.run();
