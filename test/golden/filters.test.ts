import { assertSamples, noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import { biquadTransferFunction } from '../../src/webaudio/engine/biquadTransferFunction';

const length = 4096;
const input = noise(length, 11);

/** https://webaudio.github.io/web-audio-api/#IIRFilterNode-filter-definition */
function difference(numerator: readonly number[], denominator: readonly number[], x: Float32Array): Float64Array {
  const y = new Float64Array(x.length);
  for (let n = 0; n < x.length; ++n) {
    let sum = 0;
    numerator.forEach((b, k) => (sum += n >= k ? b * x[n - k]! : 0));
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

for (const type of ['lowpass', 'highpass', 'bandpass', 'lowshelf', 'highshelf', 'peaking', 'notch', 'allpass'] as const) {
  test(`a biquad ${type} is its difference equation`, async () => {
    const output = await through((context) => {
      const filter = context.createBiquadFilter();
      filter.type = type;
      filter.frequency.value = 2000;
      filter.Q.value = 3;
      filter.gain.value = 6;
      return filter;
    });
    const { numerator, denominator } = biquadTransferFunction(type, sampleRate, 2000, 3, 6);
    const expected = difference(numerator, denominator, input);
    assertSamples(output, (frame) => expected[frame]!, 2e-5);
  });
}

test('an IIR filter is its difference equation', async () => {
  const [feedforward, feedback] = [[0.5, 0.2, -0.1], [2, -1, 0.3, 0.1]];
  const output = await through((context) => context.createIIRFilter(feedforward, feedback));
  const expected = difference(feedforward, feedback, input);
  assertSamples(output, (frame) => expected[frame]!, 1e-5);
});

test('a delay of whole frames shifts, one between frames interpolates', async () => {
  const delayed = (frames: number) =>
    through((context) => {
      const delay = context.createDelay();
      delay.delayTime.value = frames / sampleRate;
      return delay;
    });
  const at = (frame: number): number => (frame < 0 ? 0 : input[frame]!);
  // The delay time is a single float: off by at most 2⁻²⁴ of itself, 2e-5 frames here.
  assertSamples(await delayed(300), (frame) => at(frame - 300), 5e-5);
  assertSamples(await delayed(300.5), (frame) => 0.5 * (at(frame - 300) + at(frame - 301)), 5e-5);
});

test('a delay in a cycle echoes', async () => {
  const [output] = await render(1, length, (context) => {
    const [delay, gain] = [context.createDelay(), context.createGain()];
    delay.delayTime.value = 512 / sampleRate;
    gain.gain.value = 0.5;
    play(context, [Float32Array.of(1)]).connect(delay);
    delay.connect(gain).connect(delay);
    delay.connect(context.destination);
  });
  assertSamples(output!, (frame) => (frame > 0 && frame % 512 === 0 ? 0.5 ** (frame / 512 - 1) : 0), 1e-4);
});

test('a delay in a cycle is at least one render quantum', async () => {
  const [output] = await render(1, 512, (context) => {
    const delay = context.createDelay();
    const gain = context.createGain();
    play(context, [Float32Array.of(1)]).connect(delay);
    delay.connect(gain).connect(delay);
    delay.connect(context.destination);
  });
  assertSamples(output!, (frame) => (frame > 0 && frame % 128 === 0 ? 1 : 0), 1e-6);
});

test.run();
