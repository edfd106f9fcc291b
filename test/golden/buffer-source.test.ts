import { assertSamples, noise, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const length = 2000;
const data = noise(length, 7);
/** A straight line: every interpolation that is exact for lines plays it exactly, up to rounding. */
const line = Float32Array.from({ length }, (_, frame) => frame / length);
const rounding = 1e-6;

async function source(frames: number, samples: Float32Array, use: (source: any, context: any) => void, bufferRate = sampleRate): Promise<Float32Array> {
  const [output] = await render(1, frames, (context) => {
    const buffer = context.createBuffer(1, samples.length, bufferRate);
    buffer.copyToChannel(samples, 0);
    const node = context.createBufferSource();
    node.buffer = buffer;
    node.connect(context.destination);
    use(node, context);
  });
  return output!;
}

test('a buffer at its own rate is played unchanged', async () => {
  const output = await source(3000, data, (node) => node.start(500 / sampleRate));
  assertSamples(output, (frame) => (frame >= 500 && frame < 2500 ? data[frame - 500]! : 0), 0);
});

test('offset and duration cut a grain', async () => {
  const output = await source(3000, data, (node) => node.start(100 / sampleRate, 300 / sampleRate, 1000 / sampleRate));
  assertSamples(output, (frame) => (frame >= 100 && frame < 1100 ? data[frame + 200]! : 0), 0);
});

test('stop cuts', async () => {
  const output = await source(3000, data, (node) => {
    node.start();
    node.stop(777 / sampleRate);
  });
  assertSamples(output, (frame) => (frame < 777 ? data[frame]! : 0), 0);
});

test('a start between two frames is interpolated', async () => {
  const output = await source(1000, line, (node) => node.start(10.25 / sampleRate));
  assertSamples(output, (frame) => (frame < 11 ? 0 : (frame - 10.25) / length), rounding);
});

test('a loop repeats its region', async () => {
  const output = await source(6000, data, (node) => {
    node.loop = true;
    node.loopStart = 200 / sampleRate;
    node.loopEnd = 700 / sampleRate;
    node.start();
  });
  assertSamples(output, (frame) => (frame < 700 ? data[frame]! : data[200 + ((frame - 200) % 500)]!), 0);
});

test('playbackRate and detune multiply', async () => {
  const output = await source(400, line, (node) => {
    node.playbackRate.value = 2;
    node.detune.value = 1200;
    node.start();
  });
  assertSamples(output, (frame) => (frame * 4) / length, rounding);
});

test('a negative playbackRate plays backwards from the offset', async () => {
  const output = await source(1500, data, (node) => {
    node.playbackRate.value = -1;
    node.start(0, 1000 / sampleRate);
  });
  assertSamples(output, (frame) => (frame <= 1000 ? data[1000 - frame]! : 0), 0);
});

test('a buffer of another rate is played at the right speed', async () => {
  const rate = 24000;
  const tone = Float32Array.from({ length: rate }, (_, frame) => Math.sin((2 * Math.PI * 200 * frame) / rate));
  const output = await source(sampleRate / 2, tone, (node) => node.start(), rate);
  // Linear interpolation of a 200 Hz tone errs by at most (2π·200/24000)² / 8.
  assertSamples(output, (frame) => Math.sin((2 * Math.PI * 200 * frame) / sampleRate), 4e-4);
});

test('a NaN playbackRate plays at rate 1', async () => {
  const output = await source(100, data, (node, context) => {
    const infinite = context.createConstantSource();
    infinite.offset.value = 3e38;
    for (const gain of [3e38, -3e38]) {
      const amplifier = context.createGain();
      amplifier.gain.value = gain;
      infinite.connect(amplifier).connect(node.playbackRate);
    }
    infinite.start();
    node.start();
  });
  assertSamples(output, (frame) => data[frame]!, 0);
});

test('stereo buffers give stereo', async () => {
  const right = noise(length, 9);
  const channels = await render(2, length, (context) => {
    const buffer = context.createBuffer(2, length, sampleRate);
    buffer.copyToChannel(data, 0);
    buffer.copyToChannel(right, 1);
    const node = context.createBufferSource();
    node.buffer = buffer;
    node.connect(context.destination);
    node.start();
  });
  assertSamples(channels[0]!, (frame) => data[frame]!, 0);
  assertSamples(channels[1]!, (frame) => right[frame]!, 0);
});

test('script may change the buffer after the start', async () => {
  let channel: Float32Array | undefined;
  const output = await source(length, data, (node) => {
    channel = node.buffer.getChannelData(0);
    node.start();
    node.buffer.getChannelData(0).fill(9);
  });
  assert.is(channel!.length, 0);
  assertSamples(output, (frame) => data[frame]!, 0);
});

test.run();
