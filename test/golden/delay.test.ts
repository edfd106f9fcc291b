import { assertSamples, noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import { Quality, signalToNoise, worst } from './quality';

const quality = new Quality('DelayNode');

const length = 16384;
const input = noise(length, 11);

async function delayed(use: (delayTime: any, context: any) => void, source = input): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    const delay = context.createDelay();
    use(delay.delayTime, context);
    play(context, [source]).connect(delay).connect(context.destination);
  });
  return samples!;
}

/** The input at a time between frames, by a straight line. */
function between(position: number, source = input): number {
  const k = Math.floor(position);
  const [before, after] = [source[k] ?? 0, source[k + 1] ?? 0];
  return before + (after - before) * (position - k);
}

const reference = (seconds: (frame: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, frame) => between(frame - Math.fround(seconds(frame)) * sampleRate));

test('a delay of whole frames shifts, one between frames interpolates', async () => {
  const measured = [];
  for (const frames of [0, 1, 300, 300.5, 12345.75]) {
    const seconds = frames / sampleRate;
    measured.push(signalToNoise([await delayed((delayTime) => (delayTime.value = seconds))], [reference(() => seconds)]));
  }
  quality.decibels('constant delays, whole and between frames', worst(measured));
});

test('a changing delay reads between frames', async () => {
  const [from, to] = [Math.fround(0.001), Math.fround(0.05)];
  const output = await delayed((delayTime) => delayTime.setValueAtTime(from, 0).linearRampToValueAtTime(to, length / sampleRate));
  quality.signal('swept from 1 to 50 ms', output, reference((frame) => from + (to - from) * (frame / length)));

  const shape = Float32Array.from({ length }, (_, frame) => 0.002 * Math.sin((2 * Math.PI * 6 * frame) / sampleRate));
  const modulated = await delayed((delayTime, context) => {
    delayTime.value = 0.01;
    play(context, [shape]).connect(delayTime);
  });
  quality.signal('modulated by a signal', modulated, reference((frame) => Math.fround(0.01) + shape[frame]!));
});

test('what interpolation makes of a tone', async () => {
  const tone = Float32Array.from({ length }, (_, frame) => Math.sin((2 * Math.PI * 1000 * frame) / sampleRate));
  const output = await delayed((delayTime) => (delayTime.value = 1000.5 / sampleRate), tone);
  const ideal = Float64Array.from({ length }, (_, frame) => (frame < 1001 ? 0 : Math.sin((2 * Math.PI * 1000 * (frame - 1000.5)) / sampleRate)));
  quality.signal('1 kHz delayed by half a frame more, against the tone itself', output, ideal);
});

test('a delay in a cycle echoes', async () => {
  const [output] = await render(1, 4096, (context) => {
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

test('every row is measured', quality.complete);

test.run();
