// timeout: 120 s
import { noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import { Quality, signalToNoise, worst } from './quality';

const quality = new Quality('ConvolverNode');

const inputFrames = 2000;
const inputs = [noise(inputFrames, 7), noise(inputFrames, 8)];

/** A decaying response whose parts all matter. */
const response = (length: number, seed: number): Float32Array => noise(length, seed).map((sample, frame) => sample * Math.exp((-4 * frame) / length));

/** The convolution sum in double precision. */
function convolved(x: Float32Array, h: Float32Array, length: number, scale = 1): Float64Array {
  const y = new Float64Array(length);
  x.forEach((sample, n) => {
    for (let k = 0; k < h.length && n + k < length; ++k) y[n + k]! += scale * sample * h[k]!;
  });
  return y;
}

const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, frame) => value + b[frame]!);

async function through(responses: Float32Array[], input: Float32Array[], length: number, normalize: boolean, rate = sampleRate): Promise<Float32Array[]> {
  return render(2, length, (context) => {
    const convolver = context.createConvolver();
    convolver.normalize = normalize;
    const buffer = context.createBuffer(responses.length, responses[0]!.length, rate);
    responses.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
    convolver.buffer = buffer;
    play(context, input).connect(convolver).connect(context.destination);
  }, rate);
}

/** https://webaudio.github.io/web-audio-api/#dom-convolvernode-normalize */
function normalization(responses: Float32Array[], rate: number): number {
  let power = 0;
  for (const samples of responses) samples.forEach((sample) => (power += sample * sample));
  power = Math.sqrt(power / (responses.length * responses[0]!.length));
  if (!Number.isFinite(power) || power < 0.000125) power = 0.000125;
  return (1 / power) * 0.00125 * (44100 / rate) * (responses.length === 4 ? 0.5 : 1);
}

test('a response of any length is the convolution sum', async () => {
  const measured = [];
  for (const taps of [1, 100, 128, 129, 1000, 5000, 30000, 96000]) {
    const [length, h] = [taps + inputFrames, response(taps, 3)];
    const output = await through([h], [inputs[0]!], length, false);
    const expected = convolved(inputs[0]!, h, length);
    measured.push(signalToNoise(output, [expected, expected]));
  }
  quality.decibels('responses of 1 to 96,000 taps, against the sum', worst(measured));
});

test('responses and inputs of several channels', async () => {
  const [length, [a, b, c, d]] = [5000, [1, 2, 3, 4].map((seed) => response(3000, seed))];
  const [left, right] = inputs;
  const y = (x: Float32Array, h: Float32Array): Float64Array => convolved(x, h, length);
  // https://webaudio.github.io/web-audio-api/#Convolution-channel-configurations
  const configurations: [Float32Array[], Float32Array[], Float64Array[]][] = [
    [[a!], [left!, right!], [y(left!, a!), y(right!, a!)]],
    [[a!, b!], [left!], [y(left!, a!), y(left!, b!)]],
    [[a!, b!], [left!, right!], [y(left!, a!), y(right!, b!)]],
    [[a!, b!, c!, d!], [left!, right!], [plus(y(left!, a!), y(right!, c!)), plus(y(left!, b!), y(right!, d!))]],
    [[a!, b!, c!, d!], [left!], [plus(y(left!, a!), y(left!, c!)), plus(y(left!, b!), y(left!, d!))]],
  ];
  const measured = [];
  for (const [responses, input, expected] of configurations) {
    measured.push(signalToNoise(await through(responses, input, length, false), expected));
  }
  quality.decibels('1, 2 and 4-channel responses, mono and stereo input', worst(measured));
});

test('normalization scales by the power of the response', async () => {
  const measured = [];
  for (const rate of [44100, 48000, 96000]) {
    for (const channels of [1, 2, 4]) {
      const responses = [1, 2, 3, 4].slice(0, channels).map((seed) => response(500, seed));
      const scale = normalization(responses, rate);
      const sum = (h: Float32Array): Float64Array => convolved(inputs[0]!, h, 2500, scale);
      const expected = channels === 4
        ? [plus(sum(responses[0]!), sum(responses[2]!)), plus(sum(responses[1]!), sum(responses[3]!))]
        : [sum(responses[0]!), sum(responses[channels - 1]!)];
      measured.push(signalToNoise(await through(responses, [inputs[0]!], 2500, true, rate), expected));
    }
  }
  quality.decibels('normalized, at three sample rates', worst(measured));
});

test('every row is measured', quality.complete);

test.run();
