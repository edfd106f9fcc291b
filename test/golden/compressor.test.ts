import { OfflineAudioContext, noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality, signalToNoise, worst } from './quality';

const quality = new Quality('DynamicsCompressorNode');

const lookahead = 0.006 * sampleRate;
const decibels = (ratio: number): number => 20 * Math.log10(ratio);
const linear = (level: number): number => 10 ** (level / 20);

type Settings = { threshold: number; knee: number; ratio: number; attack: number; release: number };

const settings: Settings[] = [
  { threshold: -24, knee: 30, ratio: 12, attack: 0.003, release: 0.25 },
  { threshold: -50, knee: 0, ratio: 20, attack: 0.02, release: 0.1 },
  { threshold: -30, knee: 10, ratio: 2, attack: 0.1, release: 0.5 },
];

async function compressed(values: Settings, input: Float32Array[]): Promise<Float32Array[]> {
  return render(input.length, input[0]!.length, (context) => {
    const compressor = context.createDynamicsCompressor();
    for (const [name, value] of Object.entries(values)) compressor[name].value = value;
    play(context, input).connect(compressor).connect(context.destination);
  });
}

/**
 * https://webaudio.github.io/web-audio-api/#compression-curve: levels up to the threshold stay, those above the knee grow by the ratio, and in the
 * knee the curve bends exponentially so as to arrive with that slope.
 */
function curveOf({ threshold, knee, ratio }: Settings): (level: number) => number {
  const [from, to] = [linear(threshold), linear(threshold + knee)];
  const bent = (level: number, bend: number): number => (level < from ? level : from + (1 - Math.exp(-bend * (level - from))) / bend);
  let [least, most] = [0.1, 10000];
  for (let step = 0; step < 60; ++step) {
    const bend = Math.sqrt(least * most);
    const slope = decibels(bent(to * 1.001, bend) / bent(to, bend)) / decibels(1.001);
    if (slope < 1 / ratio) most = bend;
    else least = bend;
  }
  const end = decibels(bent(to, least));
  return (level) => (level < to ? bent(level, least) : linear(end + (decibels(level) - threshold - knee) / ratio));
}

/** The makeup gain. */
const makeup = (values: Settings): number => (1 / curveOf(values)(1)) ** 0.6;

test('a steady level is multiplied by the curve and the makeup gain', async () => {
  const measured = [];
  const [levels, hold] = [[-60, -40, -25, -15, -6, 0, 6], 2 * sampleRate];
  for (const values of settings) {
    for (const level of levels) {
      const input = new Float32Array(hold).fill(linear(level));
      const [output] = await compressed(values, [input]);
      measured.push(signalToNoise([output!.subarray(hold - 1000)], [new Float64Array(1000).fill(curveOf(values)(input[0]!) * makeup(values))]));
    }
  }
  quality.decibels('curve and makeup gain, 21 steady levels', worst(measured));
});

test('below the threshold the signal is 6 ms late and otherwise unchanged', async () => {
  const values = { ...settings[1]!, threshold: -20 };
  const input = [noise(8000, 3), noise(8000, 4)].map((samples) => samples.map((sample) => 0.09 * sample));
  quality.signal('lookahead, below the threshold', await compressed(values, input), input.map((samples) =>
    Float64Array.from(samples, (_, frame) => makeup(values) * (samples[frame - lookahead] ?? 0))));
});

/** The share of the release time in which the gain rises by 5 dB, 12 dB or more away from where it goes (0) to there (3): through these values. */
function releaseShare(x: number): number {
  const shares = [0.09, 0.16, 0.42, 0.98];
  // Of the polynomials of fourth order through them the one with the least coefficients, each weighed by Σ k^2n over the four places.
  const cubic = [0.09, 0, 0, 0];
  const differences = [shares[1]! - shares[0]!, shares[2]! - 2 * shares[1]! + shares[0]!, shares[3]! - 3 * shares[2]! + 3 * shares[1]! - shares[0]!];
  cubic[1] = differences[0]! - differences[1]! / 2 + differences[2]! / 3;
  cubic[2] = differences[1]! / 2 - differences[2]! / 2;
  cubic[3] = differences[2]! / 6;
  const [zero, weights] = [[-6, 11, -6, 1], [14, 98, 794, 6818]]; // x (x − 1) (x − 2) (x − 3)
  let [product, power] = [0, 0];
  zero.forEach((coefficient, index) => {
    product += weights[index]! * coefficient * (cubic[index + 1] ?? 0);
    power += weights[index]! * coefficient * coefficient;
  });
  return cubic.reduce((sum, coefficient, n) => sum + coefficient * x ** n, 0) - (product / power) * x * (x - 1) * (x - 2) * (x - 3);
}

/** https://webaudio.github.io/web-audio-api/#DynamicsCompressorOptions-processing, with what it leaves open as DynamicsCompressor.h says, in double precision. */
function reference(values: Settings, input: Float32Array): Float64Array {
  const [curve, gain] = [curveOf(values), makeup(values)];
  const output = new Float64Array(input.length);
  let [average, compressor, longest] = [1, 1, 0];
  for (let begin = 0; begin < input.length; begin += 32) {
    const desired = Math.asin(average) / (Math.PI / 2);
    const distance = decibels(compressor / desired);
    const releasing = desired > compressor;
    longest = releasing ? 0 : Math.max(longest, distance);
    const rise = linear(5 / (values.release * sampleRate * releaseShare(0.25 * (Math.max(-12, distance) + 12))));
    const left = (0.25 / Math.max(0.5, longest)) ** (1 / (values.attack * sampleRate));
    for (let frame = begin; frame < Math.min(begin + 32, input.length); ++frame) {
      const level = Math.abs(input[frame]!);
      const attenuation = level <= 0.0001 ? 1 : curve(level) / level;
      const share = linear(Math.max(2, -decibels(attenuation)) / (0.0025 * sampleRate)) - 1;
      average = Math.min(1, attenuation > average ? average + (attenuation - average) * share : attenuation);
      compressor = releasing ? Math.min(1, compressor * rise) : desired + (compressor - desired) * left;
      output[frame] = (input[frame - lookahead] ?? 0) * gain * Math.sin((Math.PI / 2) * compressor);
    }
  }
  return output;
}

test('attack and release are those of the formulas', async () => {
  const bursts = noise(96000, 5).map((sample, frame) => sample * Math.sin(frame / 7000) ** 2);
  const measured = [];
  for (const values of settings) {
    const single = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.fround(value)])) as Settings;
    measured.push(signalToNoise(await compressed(values, [bursts]), [reference(single, bursts)]));
  }
  quality.decibels('bursts of noise, attack and release, three settings', worst(measured));
});

test('the loudest channel decides for all', async () => {
  const loud = noise(24000, 5);
  const [both, alone] = [await compressed(settings[0]!, [loud.map((sample) => -sample / 8), loud]), await compressed(settings[0]!, [loud])];
  alone[0]!.forEach((sample, frame) => {
    assert.is(both[1]![frame], sample);
    assert.is(both[0]![frame], -sample / 8);
  });
});

test('reduction is what is taken off', async () => {
  const context = new OfflineAudioContext(1, sampleRate, sampleRate);
  const compressor = context.createDynamicsCompressor();
  play(context, [new Float32Array(sampleRate).fill(0.5)]).connect(compressor).connect(context.destination);
  assert.is(compressor.reduction, 0);
  await context.startRendering();
  assert.ok(Math.abs(compressor.reduction - decibels(curveOf(settings[0]!)(0.5) / 0.5)) < 1e-2, `${compressor.reduction}`);
});

test('every row is measured', quality.complete);

test.run();
