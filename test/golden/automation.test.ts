import { assertSamples, noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import { Quality } from './quality';

const quality = new Quality('AudioParam');
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

/** Holds a timeline to its formula. */
function held(what: string, length: number, schedule: (offset: any) => void, expected: (frame: number) => number, rate?: 'k-rate'): void {
  test(what, async () => {
    quality.signal(what, await timeline(length, schedule, rate), Float64Array.from({ length }, (_, frame) => expected(frame)));
  });
}

held('setValueAtTime', 1024, (offset) => offset.setValueAtTime(0.25, seconds(100)).setValueAtTime(-3, seconds(517)),
  (frame) => (frame < 100 ? 1 : frame < 517 ? 0.25 : -3));

held('setValueAtTime between two frames', 256, (offset) => offset.setValueAtTime(0.5, seconds(100.25)), (frame) => (frame < 101 ? 1 : 0.5));

held('linearRampToValueAtTime', sampleRate,
  (offset) => offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(1000.5)).linearRampToValueAtTime(-1, seconds(47000)),
  (frame) => (frame < 1000.5 ? frame / 1000.5 : frame < 47000 ? 1 - (2 * (frame - 1000.5)) / (47000 - 1000.5) : -1));

held('exponentialRampToValueAtTime', sampleRate,
  (offset) => offset.setValueAtTime(1, 0).exponentialRampToValueAtTime(0.25, seconds(30000)).exponentialRampToValueAtTime(2, seconds(40000)),
  (frame) => (frame < 30000 ? 0.25 ** (frame / 30000) : frame < 40000 ? 0.25 * 8 ** ((frame - 30000) / 10000) : 2));

held('exponential ramp between opposite signs', 512, (offset) => offset.setValueAtTime(1, 0).exponentialRampToValueAtTime(-1, seconds(300)),
  (frame) => (frame < 300 ? 1 : -1));

const timeConstant = Math.fround(0.1);
const target = (from: number, to: number, frames: number): number => to + (from - to) * Math.exp(-seconds(frames) / timeConstant);
held('setTargetAtTime', sampleRate, (offset) => offset.setTargetAtTime(0.25, seconds(500), timeConstant).setTargetAtTime(-1, seconds(9000.5), timeConstant),
  (frame) => (frame < 500 ? 1 : frame < 9000.5 ? target(1, 0.25, frame - 500) : target(target(1, 0.25, 8500.5), -1, frame - 9000.5)));

held('ramp that follows a target', 8192, (offset) => {
  offset.setTargetAtTime(0, seconds(1000), timeConstant).linearRampToValueAtTime(2, seconds(5000));
}, (frame) => (frame < 1000 ? 1 : frame < 5000 ? 1 + (frame - 1000) / 4000 : 2));

const curve = [0, 1, -1, 0.5, 0.75];
held('setValueCurveAtTime', 2048, (offset) => offset.setValueCurveAtTime(curve, seconds(256.5), seconds(1200)), (frame) => {
  if (frame < 256.5) return 1;
  const position = Math.min(((frame - 256.5) / 1200) * 4, 4);
  const k = Math.min(Math.floor(position), 3);
  return curve[k]! + (curve[k + 1]! - curve[k]!) * (position - k);
});

held('cancelScheduledValues of a ramp', 512,
  (offset) => offset.setValueAtTime(0.5, 0).linearRampToValueAtTime(1, seconds(400)).cancelScheduledValues(seconds(400)), () => 0.5);

held('cancelAndHoldAtTime in a linear ramp', 1024, (offset) => offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(800)).cancelAndHoldAtTime(seconds(400)),
  (frame) => Math.min(frame, 400) / 800);

held('cancelAndHoldAtTime in an exponential ramp', 1024, (offset) => offset.setValueAtTime(1, 0).exponentialRampToValueAtTime(4, seconds(800)).cancelAndHoldAtTime(seconds(400)),
  (frame) => 4 ** (Math.min(frame, 400) / 800));

held('cancelAndHoldAtTime in a target', 8192, (offset) => offset.setTargetAtTime(0, 0, timeConstant).cancelAndHoldAtTime(seconds(4000)),
  (frame) => target(1, 0, Math.min(frame, 4000)));

held('cancelAndHoldAtTime in a curve', 1024, (offset) => offset.setValueCurveAtTime([0, 1, 0], 0, seconds(800)).cancelAndHoldAtTime(seconds(300)),
  (frame) => Math.min(frame, 300) / 400);

held('k-rate', 1024, (offset) => offset.setValueAtTime(0, 0).linearRampToValueAtTime(1, seconds(1024)), (frame) => (Math.floor(frame / 128) * 128) / 1024, 'k-rate');

test('a connected node is added to the intrinsic value', async () => {
  const [left, right] = [noise(4096, 1), noise(4096, 2)];
  const [samples] = await render(1, 4096, (context) => {
    const source = context.createConstantSource();
    play(context, [left, right]).connect(source.offset);
    source.offset.setValueAtTime(0.5, 0).linearRampToValueAtTime(1.5, seconds(4096));
    source.connect(context.destination);
    source.start();
  });
  quality.signal('ramp and a connected signal of two channels', samples!, left.map((sample, frame) => 0.5 + frame / 4096 + 0.5 * (sample + right[frame]!)));
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
  assertSamples(samples!, () => 1, 0);
});

test('every row is measured', quality.complete);

test.run();
