import { noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import { biquadTransferFunction } from '../../src/webaudio/engine/biquadTransferFunction';
import { Quality, signalToNoise, worst } from './quality';

const biquad = new Quality('BiquadFilterNode');
const iir = new Quality('IIRFilterNode');

const length = 16384;
const input = noise(length, 11);

/** Coefficients b and a for each frame. */
type Coefficients = (frame: number) => { readonly numerator: readonly number[]; readonly denominator: readonly number[] };

/** https://webaudio.github.io/web-audio-api/#IIRFilterNode-filter-definition in double precision. */
function difference(coefficients: Coefficients): Float64Array {
  const y = new Float64Array(length);
  for (let n = 0; n < length; ++n) {
    const { numerator, denominator } = coefficients(n);
    let sum = 0;
    numerator.forEach((b, k) => (sum += n >= k ? b * input[n - k]! : 0));
    denominator.forEach((a, k) => (sum -= k > 0 && n >= k ? a * y[n - k]! : 0));
    y[n] = sum / denominator[0]!;
  }
  return y;
}

async function through(make: (context: any) => any): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    play(context, [input]).connect(make(context)).connect(context.destination);
  });
  return samples!;
}

const types = ['lowpass', 'highpass', 'bandpass', 'lowshelf', 'highshelf', 'peaking', 'notch', 'allpass'] as const;
type Values = { frequency: number; detune: number; Q: number; gain: number };

const response = (type: (typeof types)[number], { frequency, detune, Q, gain }: Values) =>
  biquadTransferFunction(type, sampleRate, frequency * 2 ** (detune / 1200), Q, gain);

const settings: Values[] = [
  { frequency: 2000, detune: 0, Q: 3, gain: 6 },
  { frequency: 30, detune: 0, Q: 0.5, gain: -20 },
  { frequency: 10000, detune: 500, Q: 20, gain: 12 },
  { frequency: 23000, detune: 0, Q: 1, gain: 3 },
];

for (const type of types) {
  test(`a ${type} is its difference equation`, async () => {
    const measured = [];
    for (const values of settings) {
      const output = await through((context) => {
        const filter = context.createBiquadFilter();
        filter.type = type;
        for (const [name, value] of Object.entries(values)) filter[name].value = value;
        return filter;
      });
      const coefficients = response(type, values);
      measured.push(signalToNoise([output], [difference(() => coefficients)]));
    }
    biquad.decibels(`${type}, four settings`, worst(measured));
  });

  test(`a ${type} whose params are automated has coefficients for each frame`, async () => {
    const [from, to] = [settings[0]!, { frequency: 9000, detune: 700, Q: 0.5, gain: -12 }];
    const measured = [];
    for (const name of ['frequency', 'detune', 'Q', 'gain'] as const) {
      const output = await through((context) => {
        const filter = context.createBiquadFilter();
        filter.type = type;
        for (const [other, value] of Object.entries(from)) filter[other].value = value;
        filter[name].setValueAtTime(from[name], 0).linearRampToValueAtTime(to[name], length / sampleRate);
        return filter;
      });
      const reference = difference((frame) => {
        const value = Math.fround(from[name] + (to[name] - from[name]) * (frame / length));
        return response(type, { ...from, [name]: value });
      });
      measured.push(signalToNoise([output], [reference]));
    }
    biquad.decibels(`${type}, each param automated`, worst(measured));
  });
}

test('k-rate params are those of the first frame of a render quantum', async () => {
  const output = await through((context) => {
    const filter = context.createBiquadFilter();
    filter.frequency.automationRate = 'k-rate';
    filter.frequency.setValueAtTime(200, 0).linearRampToValueAtTime(8000, length / sampleRate);
    return filter;
  });
  const reference = difference((frame) => {
    const frequency = Math.fround(200 + 7800 * ((Math.floor(frame / 128) * 128) / length));
    return biquadTransferFunction('lowpass', sampleRate, frequency, 1, 0);
  });
  biquad.signal('lowpass, k-rate frequency', output, reference);
});

test('an IIR filter is its difference equation', async () => {
  const filters = [
    [[0.5, 0.2, -0.1], [2, -1, 0.3, 0.1]],
    [[1], [1, -1.9, 0.95]],
    // A Butterworth lowpass of eighth order at a quarter of the sample rate.
    [[0.0093, 0.0744, 0.2603, 0.5206, 0.6507, 0.5206, 0.2603, 0.0744, 0.0093], [1, 0, 1.0609, 0, 0.2909, 0, 0.0204, 0, 0.0002]],
  ];
  const measured = [];
  for (const [feedforward, feedback] of filters) {
    const output = await through((context) => context.createIIRFilter(feedforward!, feedback!));
    measured.push(signalToNoise([output], [difference(() => ({ numerator: feedforward!, denominator: feedback! }))]));
  }
  iir.decibels('second, third and eighth order', worst(measured));
});

test('every row is measured', () => [biquad, iir].forEach((each) => each.complete()));

test.run();
