import { assertSamples, noise, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality, signalToNoise, worst } from './quality';

const quality = new Quality('AudioBufferSourceNode');

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

/** The buffer at a position, by a straight line between two frames, https://webaudio.github.io/web-audio-api/#playback-AudioBufferSourceNode */
function between(position: number, loop?: readonly [number, number]): number {
  const at = loop && position >= loop[1] ? loop[0] + ((position - loop[0]) % (loop[1] - loop[0])) : position;
  const k = Math.floor(at);
  const next = loop && k + 1 >= loop[1] ? loop[0] : k + 1;
  return data[k]! + ((data[next] ?? 0) - data[k]!) * (at - k);
}

test('what lies between frames is interpolated', async () => {
  const [frames, loop] = [8000, [200, 1700]] as const;
  const measured = [];
  for (const [playbackRate, detune] of [[0.3, 0], [0.917, 0], [1, 700], [1.7, -350], [1 / 3, 100]] as const) {
    const output = await source(frames, data, (node) => {
      node.playbackRate.value = playbackRate;
      node.detune.value = detune;
      node.loop = true;
      [node.loopStart, node.loopEnd] = [loop[0] / sampleRate, loop[1] / sampleRate];
      node.start();
    });
    const step = Math.fround(playbackRate) * 2 ** (detune / 1200);
    measured.push(signalToNoise([output], [Float64Array.from({ length: frames }, (_, frame) => between(frame * step, loop))]));
  }
  quality.decibels('looping noise at five speeds and detunes, against straight lines', worst(measured));
});

test('a playbackRate is that of the first frame of a render quantum', async () => {
  const output = await source(2000, data, (node) => {
    node.playbackRate.setValueAtTime(0.5, 0).linearRampToValueAtTime(1.5, 2000 / sampleRate);
    node.start();
  });
  let position = 0;
  const expected = Float64Array.from({ length: 2000 }, (_, frame) => {
    const value = between(position);
    position += Math.fround(0.5 + (Math.floor(frame / 128) * 128) / 2000);
    return value;
  });
  quality.signal('playbackRate ramp, against straight lines', output, expected);
});

test('what interpolation makes of tones', async () => {
  const measured = new Map<number, number>();
  for (const frequency of [100, 1000]) {
    const rate = 44100;
    const tone = Float32Array.from({ length: rate }, (_, frame) => Math.sin((2 * Math.PI * frequency * frame) / rate));
    const output = await source(sampleRate / 2, tone, (node) => node.start(), rate);
    measured.set(frequency, signalToNoise([output], [output.map((_, frame) => Math.sin((2 * Math.PI * frequency * frame) / sampleRate))]));
  }
  for (const [frequency, value] of measured) quality.decibels(`${frequency} Hz recorded at 44.1 kHz and played at 48 kHz, against the tone itself`, value);
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

test('every row is measured', quality.complete);

test.run();
