import { assertSamples, noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';

const length = 4096;
const input = noise(length, 11);

async function through(make: (context: any) => any): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    play(context, [input]).connect(make(context)).connect(context.destination);
  });
  return samples!;
}

test('a convolver without normalization is the convolution sum', async () => {
  const response = noise(300, 12);
  const output = await through((context) => {
    const convolver = context.createConvolver();
    convolver.normalize = false;
    const buffer = context.createBuffer(1, response.length, sampleRate);
    buffer.copyToChannel(response, 0);
    convolver.buffer = buffer;
    return convolver;
  });
  const expected = Float64Array.from({ length }, (_, n) => response.reduce((sum, h, k) => sum + (n >= k ? h * input[n - k]! : 0), 0));
  assertSamples(output, (frame) => expected[frame]!, 2e-4);
});

test('a wave shaper interpolates its curve', async () => {
  const curve = [-1, 0.5, 0, 0.25, 1];
  const output = await through((context) => {
    const shaper = context.createWaveShaper();
    shaper.curve = Float32Array.from(curve);
    return shaper;
  });
  assertSamples(
    output,
    (frame) => {
      const v = ((curve.length - 1) / 2) * (input[frame]! + 1);
      const k = Math.floor(v);
      return k >= curve.length - 1 ? curve[curve.length - 1]! : curve[k]! + (v - k) * (curve[k + 1]! - curve[k]!);
    },
    1e-5,
  );
});

test('a stereo panner distributes with equal power', async () => {
  for (const pan of [-1, -0.3, 0, 0.6, 1]) {
    const [left, right] = await render(2, 1024, (context) => {
      const panner = context.createStereoPanner();
      panner.pan.value = pan;
      play(context, [input]).connect(panner).connect(context.destination);
    });
    // https://webaudio.github.io/web-audio-api/#stereopanner-algorithm
    const x = (pan + 1) / 2;
    assertSamples(left!, (frame) => input[frame]! * Math.cos((x * Math.PI) / 2), 1e-5);
    assertSamples(right!, (frame) => input[frame]! * Math.sin((x * Math.PI) / 2), 1e-5);
  }
});

test('an equal-power panner attenuates with the distance', async () => {
  const [left, right] = await render(2, 1024, (context) => {
    const panner = context.createPanner();
    panner.positionX.value = 3;
    panner.positionZ.value = -4;
    play(context, [input]).connect(panner).connect(context.destination);
  });
  // Distance 5 with the inverse model: 1/5; azimuth 36.87° to the right.
  const x = (Math.atan2(3, 4) * (180 / Math.PI) + 90) / 180;
  assertSamples(left!, (frame) => 0.2 * input[frame]! * Math.cos((x * Math.PI) / 2), 1e-5);
  assertSamples(right!, (frame) => 0.2 * input[frame]! * Math.sin((x * Math.PI) / 2), 1e-5);
});

test.run();
