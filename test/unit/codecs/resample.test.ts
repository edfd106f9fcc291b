import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Resampler } from '../../../src/webcodecs/resample';

const rates = [[44100, 48000], [48000, 44100], [22050, 48000], [8000, 48000], [96000, 44100], [48000, 16000], [44100, 44057], [44100, 47999.5]] as const;

function resample(input: Float32Array, from: number, to: number): Float32Array {
  const resampler = new Resampler(from, to);
  const output = new Float32Array(resampler.outputLength(input.length));
  resampler.process([input], [output]);
  return output;
}

/** A sine sweep from 20 Hz to 0.9 of the lower Nyquist frequency, as it is at the given rate. */
function sweep(sampleRate: number, lowerRate: number, seconds: number): Float32Array {
  const slope = (0.9 * lowerRate) / 2 / seconds;
  return Float32Array.from({ length: Math.floor(sampleRate * seconds) }, (_, frame) => {
    const time = frame / sampleRate;
    return 0.9 * Math.sin(2 * Math.PI * (20 * time + (slope * time * time) / 2));
  });
}

for (const [from, to] of rates) {
  test(`${from} Hz to ${to} Hz: a sweep comes out with an error below -100 dB`, () => {
    const lower = Math.min(from, to);
    const output = resample(sweep(from, lower, 1), from, to);
    const expected = sweep(to, lower, 1);
    assert.is(output.length, Math.floor(to));
    const edge = Math.ceil(0.03 * to); // The silence before and behind rings into the filter's length.
    let power = 0;
    let noise = 0;
    for (let frame = edge; frame < output.length - edge; frame++) {
      power += expected[frame] ** 2;
      noise += (expected[frame] - output[frame]) ** 2;
    }
    assert.ok(10 * Math.log10(power / noise) > 100, `${10 * Math.log10(power / noise)} dB`);
  });
}

test('a constant stays one', () => {
  const output = resample(new Float32Array(5000).fill(1), 44100, 48000);
  for (let frame = 200; frame < output.length - 200; frame++) assert.ok(Math.abs(output[frame] - 1) < 1e-6);
});

test('what the lower rate can not carry is gone', () => {
  const tone = Float32Array.from({ length: 48000 }, (_, frame) => Math.sin((2 * Math.PI * 23000 * frame) / 48000));
  const output = resample(tone, 48000, 44100);
  const loudest = output.subarray(1000, -1000).reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  assert.ok(loudest < 1e-5, `${loudest}`);
});

test('lengths are rounded down, as in Chromium', () => {
  assert.is(new Resampler(44100, 48000).outputLength(66151), 72001);
  assert.is(new Resampler(44100, 48000).outputLength(12345), 13436);
  assert.is(new Resampler(44100, 22050).outputLength(12345), 6172);
  assert.is(new Resampler(48000, 44100).outputLength(72002), 66151);
  assert.is(new Resampler(48000, 8000).outputLength(1), 1);
});

test('any range gives the same samples as the whole', () => {
  const input = sweep(44100, 44100, 0.5);
  const resampler = new Resampler(44100, 48000);
  const whole = new Float32Array(resampler.outputLength(input.length));
  resampler.process([input], [whole]);
  const pieces = new Float32Array(whole.length);
  for (const [from, to] of [[10000, whole.length], [0, 17], [17, 10000]]) resampler.process([input], [pieces], from, to);
  assert.equal(pieces, whole);
});

test('two channels at once give what each gives alone', () => {
  for (const [from, to] of [[44100, 48000], [44100, 47999.5]]) {
    const inputs = [sweep(from, from, 0.2), sweep(from, from / 2, 0.2)];
    const alone = inputs.map((input) => resample(input, from, to));
    const together = alone.map(({ length }) => new Float32Array(length));
    new Resampler(from, to).process(inputs, together);
    together.forEach((samples, channel) => {
      samples.forEach((sample, frame) => assert.ok(Math.abs(sample - alone[channel][frame]) < 1e-6));
    });
  }
});

test.run();
