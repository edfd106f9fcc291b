import { assertSamples, noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality } from './quality';

const gainNode = new Quality('GainNode');
const audioNode = new Quality('AudioNode');

/** One rounding of a product or a sum. */
const rounding = 1e-6;

function constants(context: any, values: number[]): any {
  const merger = context.createChannelMerger(values.length);
  values.forEach((value, channel) => {
    const source = context.createConstantSource();
    source.offset.value = value;
    source.connect(merger, 0, channel);
    source.start();
  });
  return merger;
}

test('a gain multiplies', async () => {
  const input = noise(4096);
  const render1 = async (use: (gain: any) => void) => (await render(1, 4096, (context) => {
    const gain = context.createGain();
    use(gain.gain);
    play(context, [input]).connect(gain).connect(context.destination);
  }))[0]!;
  const constant = await render1((gain) => (gain.value = 0.3));
  gainNode.signal('constant gain', constant, input.map((sample) => Math.fround(sample * Math.fround(0.3))));
  const ramped = await render1((gain) => gain.setValueAtTime(0, 0).linearRampToValueAtTime(1, 4096 / sampleRate));
  gainNode.signal('gain ramp', ramped, Float64Array.from(input, (sample, frame) => sample * (frame / 4096)));
});

test('inputs are summed', async () => {
  const inputs = Array.from({ length: 100 }, (_, seed) => noise(4096, seed));
  const [samples] = await render(1, 4096, (context) => {
    const gain = context.createGain();
    for (const input of inputs) play(context, [input]).connect(gain);
    gain.connect(context.destination);
  });
  audioNode.signal('sum of 100 inputs', samples!, Float64Array.from({ length: 4096 }, (_, frame) => inputs.reduce((sum, input) => sum + input[frame]!, 0)));
});

test('a constant source starts and stops at its frames', async () => {
  const [samples] = await render(1, 1024, (context) => {
    const source = context.createConstantSource();
    source.connect(context.destination);
    source.start(300 / sampleRate);
    source.stop(900 / sampleRate);
  });
  assertSamples(samples!, (frame) => (frame >= 300 && frame < 900 ? 1 : 0), 0);
});

test('splitter and merger exchange channels', async () => {
  const inputs = [noise(512, 1), noise(512, 2), noise(512, 3)];
  const channels = await render(3, 512, (context) => {
    const splitter = context.createChannelSplitter(3);
    const merger = context.createChannelMerger(3);
    play(context, inputs).connect(splitter);
    [2, 0, 1].forEach((to, from) => splitter.connect(merger, from, to));
    merger.connect(context.destination);
  });
  [2, 0, 1].forEach((to, from) => assertSamples(channels[to]!, (frame) => inputs[from]![frame]!, 0));
});

const half = Math.SQRT1_2;
/** https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing: input, number of channels, result. */
const speakerMixes: [number[], number[]][] = [
  [[1], [1, 1]],
  [[1], [1, 1, 0, 0]],
  [[1], [0, 0, 1, 0, 0, 0]],
  [[1, 2], [1, 2, 0, 0]],
  [[1, 2], [1, 2, 0, 0, 0, 0]],
  [[1, 2, 3, 4], [1, 2, 0, 0, 3, 4]],
  [[1, 2], [1.5]],
  [[1, 2, 3, 4], [2.5]],
  [[1, 2, 3, 4, 5, 6], [half * 3 + 3 + 0.5 * 11]],
  [[1, 2, 3, 4], [0.5 * 4, 0.5 * 6]],
  [[1, 2, 3, 4, 5, 6], [1 + half * 8, 2 + half * 9]],
  [[1, 2, 3, 4, 5, 6], [1 + half * 3, 2 + half * 3, 5, 6]],
];

for (const [input, expected] of speakerMixes) {
  test(`speakers: ${input.length} to ${expected.length} channels`, async () => {
    const channels = await render(expected.length, 128, (context) => constants(context, input).connect(context.destination));
    expected.forEach((value, channel) => assertSamples(channels[channel]!, () => value, rounding * 10));
  });
}

test('discrete mixing drops and fills', async () => {
  for (const count of [2, 5]) {
    const channels = await render(count, 128, (context) => {
      context.destination.channelInterpretation = 'discrete';
      constants(context, [1, 2, 3]).connect(context.destination);
    });
    channels.forEach((channel, index) => assertSamples(channel, () => (index < 3 ? index + 1 : 0), 0));
  }
});

test('a cycle without a delay is silent, what is outside of it sounds', async () => {
  const [samples] = await render(1, 256, (context) => {
    const [a, b] = [context.createGain(), context.createGain()];
    const source = context.createConstantSource();
    source.connect(a).connect(b).connect(a);
    b.connect(context.destination);
    source.connect(context.destination);
    source.start();
  });
  assertSamples(samples!, () => 1, 0);
});

test('ended is told once, after the source has stopped', async () => {
  let ended = 0;
  await render(1, 4096, (context) => {
    const source = context.createConstantSource();
    source.onended = () => ++ended;
    source.connect(context.destination);
    source.start();
    source.stop(1000 / sampleRate);
    source.stop(2000 / sampleRate);
  });
  assert.is(ended, 1);
});

test.run();
