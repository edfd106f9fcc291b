import { noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality, worst } from './quality';
import { amplitudes } from './spectrum';

const quality = new Quality('WaveShaperNode');

const length = 1 << 15;

async function shaped(curve: ArrayLike<number>, oversample: string, input: Float32Array): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    const shaper = context.createWaveShaper();
    shaper.curve = Float32Array.from(curve);
    shaper.oversample = oversample;
    play(context, [input]).connect(shaper).connect(context.destination);
  });
  return samples!;
}

/** A tone whose frequency has a bin of its own, in half of the samples too. */
const binOf = (frequency: number): number => 2 * Math.round((frequency * length) / sampleRate / 2);
const tone = (frequency: number, amplitude = 1): Float32Array =>
  Float32Array.from({ length }, (_, frame) => amplitude * Math.sin((2 * Math.PI * binOf(frequency) * frame) / length));
const decibels = (ratio: number): number => 20 * Math.log10(ratio);
const at = (spectrum: Float64Array, bin: number): number => Math.max(...spectrum.subarray(bin - 2, bin + 3));

/** Polynomials that make of a full cosine its n-th harmonic and nothing else: https://webaudio.github.io/web-audio-api/#dom-waveshapernode-curve reads them. */
const chebyshev = (n: number): Float64Array => Float64Array.from({ length: 65537 }, (_, k) => Math.cos(n * Math.acos(k / 32768 - 1)));

const line = [-1, 0, 1];

test('a curve is read between its points', async () => {
  const curve = noise(33, 4);
  const input = noise(length, 5).map((sample) => 1.2 * sample);
  quality.signal('not oversampled, against the formula', await shaped(curve, 'none', input), Float64Array.from(input, (sample) => {
    const v = 16 * (sample + 1);
    const k = Math.floor(v);
    return v <= 0 ? curve[0]! : k >= 32 ? curve[32]! : curve[k]! + (v - k) * (curve[k + 1]! - curve[k]!);
  }));
});

for (const [oversample, order, frequencies] of [['2x', 3, [9000, 10000, 13000]], ['4x', 5, [9000, 11000, 17000]]] as const) {
  test(`${oversample}: harmonics beyond the Nyquist frequency are taken away`, async () => {
    const measured = [];
    for (const frequency of frequencies) {
      // Without oversampling the harmonic folds back whole.
      const folded = Math.abs(order * binOf(frequency) - Math.round((order * binOf(frequency)) / length) * length);
      const level = async (how: string): Promise<number> => at(amplitudes(await shaped(chebyshev(order), how, tone(frequency))), folded);
      assert.ok(Math.abs(decibels(await level('none'))) < 0.1);
      measured.push(-decibels(await level(oversample)));
    }
    quality.decibels(`${oversample}, what is left of a harmonic from 27 kHz on`, worst(measured));
  });

  test(`${oversample}: what is below the Nyquist frequency is kept`, async () => {
    const measured = [];
    for (const frequency of [100, 1000, 10000, 18000, 20000]) {
      const samples = await shaped(line, oversample, tone(frequency));
      const spectrum = amplitudes(samples.slice(length / 2));
      const level = at(spectrum, binOf(frequency) / 2);
      assert.ok(Math.abs(decibels(level)) < 0.01, `${frequency} Hz: ${decibels(level)} dB`);
      // A straight line adds nothing to the tone.
      const rest = spectrum.map((amplitude, bin) => (Math.abs(bin - binOf(frequency) / 2) > 12 ? amplitude : 0));
      measured.push(-decibels(Math.max(...rest) / level));
    }
    quality.decibels(`${oversample}, images of tones up to 20 kHz through a straight line`, worst(measured));
  });

  test(`${oversample}: the latency is that of its filters`, async () => {
    const click = new Float32Array(length);
    click[1000] = 1;
    const samples = await shaped(line, oversample, click);
    const peak = samples.indexOf(Math.max(...samples));
    assert.is(peak - 1000, oversample === '2x' ? 64 : 72);
  });
}

test('every row is measured', quality.complete);

test.run();
