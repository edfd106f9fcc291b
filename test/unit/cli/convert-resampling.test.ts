import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canMix, mix } from '../../../src/cli/convert/mixing';
import { StreamResampler } from '../../../src/cli/convert/StreamResampler';
import { Resampler } from '../../../src/webcodecs/resample';

/** Reproducible noise. */
function noise(frames: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

for (const [from, to, channels] of [[44100, 48000, 2], [48000, 44100, 3], [8000, 48000, 1], [48000, 16000, 2], [44101, 48000, 1]]) {
  test(`${from} Hz to ${to} Hz in pieces is what it is at once`, () => {
    const planes = Array.from({ length: channels }, (_, channel) => noise(60_000, channel + 1));
    const whole = new Resampler(from, to);
    const length = whole.outputLength(60_000);
    const stream = new StreamResampler(from, to);
    const pieces: (readonly Float32Array[])[] = [];
    for (let at = 0, size = 1; at < 60_000; at += size, size = (size * 7 + 13) % 3001) pieces.push(stream.push(planes.map((plane) => plane.subarray(at, at + size))));
    pieces.push(stream.finish());
    planes.forEach((plane, channel) => {
      const expected = new Float32Array(length);
      whole.process([plane], [expected]);
      const actual = pieces.flatMap((piece) => [...piece[channel]]);
      assert.is(actual.length, length);
      // Sums of one channel and of two are added in another order.
      assert.ok(actual.every((value, frame) => Math.abs(value - expected[frame]) < 1e-6));
    });
  });
}

test('channels are mixed as Web Audio does', () => {
  const planes = [1, 2, 4, 8, 16, 32].map((value) => new Float32Array([value]));
  const mixed = (from: number, to: number) => mix(planes.slice(0, from), to).map(([value]) => value);
  assert.equal(mixed(2, 2), [1, 2]);
  assert.equal(mixed(1, 2), [1, 1]);
  assert.equal(mixed(2, 1), [1.5]);
  assert.equal(mixed(4, 2), [2.5, 5]);
  assert.equal(mixed(6, 2), [1 + Math.SQRT1_2 * 20, 2 + Math.SQRT1_2 * 36].map(Math.fround));
  assert.equal(mixed(1, 6), [0, 0, 1, 0, 0, 0]);
  assert.not(canMix(6, 3));
  assert.throws(() => mix(planes, 3), /no mix of 6 channels to 3/);
});

test.run();
