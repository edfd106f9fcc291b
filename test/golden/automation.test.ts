import { assertSamples, render, sampleRate } from './offline';
import { test } from 'uvu';

/** Single precision of values up to 1, and of the exponentials' accumulated steps. */
const exact = 0;
const linear = 1e-6;
const exponential = 2e-6;

const seconds = (frame: number): number => frame / sampleRate;

/** Renders a constant source's offset: the timeline itself. */
async function timeline(length: number, schedule: (offset: any) => void, rate?: 'k-rate'): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    const source = context.createConstantSource();
    if (rate) source.offset.automationRate = rate;
    schedule(source.offset);
    source.connect(context.destination);
    source.start();
  });
  return samples!;
}

test('setValueAtTime is exact to the frame', async () => {
  const samples = await timeline(1024, (offset) => offset.setValueAtTime(0.25, seconds(100)).setValueAtTime(-3, seconds(517)));
  assertSamples(samples, (frame) => (frame < 100 ? 1 : frame < 517 ? 0.25 : -3), exact);
});

test('a time between frames takes effect at the next one', async () => {
  const samples = await timeline(256, (offset) => offset.setValueAtTime(0.5, seconds(100.25)));
  assertSamples(samples, (frame) => (frame < 101 ? 1 : 0.5), exact);
});

test('linear ramps', async () => {
  const samples = await timeline(4096, (offset) => offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(1000)).linearRampToValueAtTime(-1, seconds(3000)));
  assertSamples(samples, (frame) => (frame < 1000 ? frame / 1000 : frame < 3000 ? 1 - (frame - 1000) / 1000 : -1), linear);
});

test('exponential ramps', async () => {
  const samples = await timeline(4096, (offset) => offset.setValueAtTime(1, 0).exponentialRampToValueAtTime(0.01, seconds(3000)));
  assertSamples(samples, (frame) => (frame < 3000 ? 0.01 ** (frame / 3000) : 0.01), exponential);
});

test('an exponential ramp between opposite signs holds the first value', async () => {
  const samples = await timeline(512, (offset) => offset.setValueAtTime(1, 0).exponentialRampToValueAtTime(-1, seconds(300)));
  assertSamples(samples, (frame) => (frame < 300 ? 1 : -1), exact);
});

test('setTargetAtTime', async () => {
  const timeConstant = 0.01;
  const samples = await timeline(8192, (offset) => offset.setTargetAtTime(0, seconds(500), timeConstant));
  assertSamples(samples, (frame) => (frame < 500 ? 1 : Math.exp(-seconds(frame - 500) / Math.fround(timeConstant))), exponential);
});

test('setValueCurveAtTime interpolates and holds its last value', async () => {
  const curve = [0, 1, -1, 0.5];
  const samples = await timeline(2048, (offset) => offset.setValueCurveAtTime(curve, seconds(256), seconds(1200)));
  assertSamples(
    samples,
    (frame) => {
      if (frame < 256) return 1;
      if (frame >= 256 + 1200) return 0.5;
      const position = ((frame - 256) / 1200) * 3;
      const k = Math.floor(position);
      return curve[k]! + (curve[k + 1]! - curve[k]!) * (position - k);
    },
    linear,
  );
});

test('cancelScheduledValues restores the value before the ramp', async () => {
  const samples = await timeline(512, (offset) => offset.setValueAtTime(0.5, 0).linearRampToValueAtTime(1, seconds(400)).cancelScheduledValues(seconds(400)));
  assertSamples(samples, () => 0.5, exact);
});

test('cancelAndHoldAtTime holds what the ramp had', async () => {
  const samples = await timeline(1024, (offset) => offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(800)).cancelAndHoldAtTime(seconds(400)));
  assertSamples(samples, (frame) => Math.min(frame, 400) / 800, linear);
});

test('a k-rate param is sampled at the first frame of each render quantum', async () => {
  const samples = await timeline(1024, (offset) => offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(1024)), 'k-rate');
  assertSamples(samples, (frame) => (Math.floor(frame / 128) * 128) / 1024, linear);
});

test('a connected node is added to the intrinsic value', async () => {
  const [samples] = await render(1, 512, (context) => {
    const source = context.createConstantSource();
    const control = context.createConstantSource();
    control.offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(512));
    control.connect(source.offset);
    source.offset.value = 0.5;
    source.connect(context.destination);
    source.start();
    control.start();
  });
  assertSamples(samples!, (frame) => 0.5 + frame / 512, linear);
});

test('NaN is replaced by the default value', async () => {
  const [samples] = await render(1, 128, (context) => {
    const source = context.createConstantSource();
    const infinite = context.createConstantSource();
    const [up, down] = [context.createGain(), context.createGain()];
    infinite.offset.value = 3e38;
    up.gain.value = 3e38;
    down.gain.value = -3e38;
    infinite.connect(up).connect(source.offset);
    infinite.connect(down).connect(source.offset);
    source.connect(context.destination);
    source.start();
    infinite.start();
  });
  assertSamples(samples!, () => 1, exact);
});

test.run();
