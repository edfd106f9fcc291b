import { noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality, signalToNoise, worst } from './quality';

const quality = new Quality('DynamicsCompressorNode');

const lookahead = 0.006 * sampleRate;
const decibels = (ratio: number): number => 20 * Math.log10(ratio);

type Settings = { threshold: number; knee: number; ratio: number; attack: number; release: number };

const settings: Settings[] = [
  { threshold: -24, knee: 30, ratio: 12, attack: 0.003, release: 0.25 },
  { threshold: -50, knee: 0, ratio: 20, attack: 0.003, release: 0.25 },
  { threshold: -30, knee: 10, ratio: 2, attack: 0.003, release: 0.25 },
];

async function compressed(values: Settings, input: Float32Array[], length = input[0]!.length): Promise<Float32Array[]> {
  return render(input.length, length, (context) => {
    const compressor = context.createDynamicsCompressor();
    for (const [name, value] of Object.entries(values)) compressor[name].value = value;
    play(context, input).connect(compressor).connect(context.destination);
  });
}

/**
 * https://webaudio.github.io/web-audio-api/#compression-curve as the gain, in decibels, of a level in decibels: none below the threshold, the
 * slope of the ratio above the knee, and in between, where the specification leaves the curve open, a parabola.
 */
function curve(level: number, { threshold, knee, ratio }: Settings): number {
  const slope = 1 / ratio - 1;
  if (level <= threshold) return 0;
  if (level <= threshold + knee) return (slope * (level - threshold) ** 2) / (2 * knee);
  return slope * (level - threshold - knee / 2);
}

/** https://webaudio.github.io/web-audio-api/#DynamicsCompressorOptions-processing, computing the makeup gain */
const makeup = (values: Settings): number => -0.6 * curve(0, values);

test('a steady level is multiplied by the curve and the makeup gain', async () => {
  const measured = [];
  const [levels, hold] = [[-60, -40, -25, -15, -6, 0, 6], sampleRate / 2];
  for (const values of settings) {
    for (const level of levels) {
      const input = new Float32Array(hold).fill(10 ** (level / 20));
      const [output] = await compressed(values, [input]);
      const expected = input[0]! * 10 ** ((curve(decibels(input[0]!), values) + makeup(values)) / 20);
      measured.push(signalToNoise([output!.subarray(hold - 1000)], [new Float64Array(1000).fill(expected)]));
    }
  }
  quality.decibels('curve and makeup gain, 21 steady levels', worst(measured));
});

test('below the threshold the signal is 6 ms late and otherwise unchanged', async () => {
  const values = { ...settings[1]!, threshold: -20 };
  const input = [noise(8000, 3), noise(8000, 4)].map((samples) => samples.map((sample) => 0.09 * sample));
  const gain = 10 ** (makeup(values) / 20);
  quality.signal('lookahead, below the threshold', await compressed(values, input), input.map((samples) =>
    Float64Array.from(samples, (_, frame) => gain * (samples[frame - lookahead] ?? 0))));
});

/** Gain in decibels, the makeup gain left out, while the level goes from one to another and back. */
async function gains(values: Settings, quiet: number, loud: number, [rise, fall, length]: readonly [number, number, number]): Promise<Float64Array> {
  const input = Float32Array.from({ length }, (_, frame) => 10 ** ((frame >= rise && frame < fall ? loud : quiet) / 20));
  const [output] = await compressed(values, [input]);
  // The gain meets the sound that asked for it 6 ms later.
  return Float64Array.from({ length: length - lookahead }, (_, frame) => decibels(output![frame + lookahead]! / input[frame]!) - makeup(values));
}

test('attack: the gain falls without a turn, by 10 dB within the attack time', async () => {
  for (const attack of [0.01, 0.05, 0.2]) {
    const values = { ...settings[1]!, attack };
    const [rise, fall, length] = [12000, 36000, 40000];
    const found = await gains(values, -60, -10, [rise, fall, length]);
    const target = curve(-10, values);
    // found[] is by the sound heard; the detector has looked 6 ms ahead.
    const [start, end] = [rise - lookahead, rise - lookahead + attack * sampleRate];
    for (let frame = start + 1; frame < fall - lookahead; ++frame) assert.ok(found[frame]! <= found[frame - 1]! + 1e-4, `rises at ${frame}`);
    assert.ok(found[start - 1]! > -0.01);
    assert.ok(found[Math.round(end)]! < -10, `${found[Math.round(end)]} dB after ${attack} s`);
    assert.ok(Math.abs(found[fall - lookahead - 1]! - target) < 1, `${found[fall - lookahead - 1]} dB at the end instead of ${target}`);
  }
});

test('release: the gain rises by 10 dB in the release time, or up to three times as fast', async () => {
  for (const release of [0.1, 0.3, 0.6]) {
    const values = { ...settings[1]!, release };
    const [rise, fall, length] = [0, 24000, 96000];
    const found = await gains(values, -60, -10, [rise, fall, length]);
    const [from, to] = [found[fall - 1000]! + 3, -3];
    const frames = found.findIndex((gain, frame) => frame > fall && gain > to) - found.findIndex((gain, frame) => frame > fall - 1000 && gain > from);
    const speed = ((to - from) / (frames / sampleRate)) * (release / 10);
    assert.ok(speed > 0.99 && speed < 3.01, `${speed} times 10 dB in ${release} s`);
  }
});

test('reduction is what is taken off', async () => {
  const { OfflineAudioContext } = await import('./offline');
  const context = new OfflineAudioContext(1, sampleRate / 2, sampleRate);
  const compressor = context.createDynamicsCompressor();
  compressor.threshold.value = -50;
  compressor.knee.value = 0;
  play(context, [new Float32Array(sampleRate).fill(0.5)]).connect(compressor).connect(context.destination);
  assert.is(compressor.reduction, 0);
  await context.startRendering();
  assert.ok(Math.abs(compressor.reduction - curve(decibels(0.5), { ...settings[1]!, ratio: 12 })) < 1e-3, `${compressor.reduction}`);
});

test('every row is measured', quality.complete);

test.run();
