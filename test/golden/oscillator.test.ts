import { assertSamples, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

async function oscillate(length: number, use: (oscillator: any, context: any) => void): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    const oscillator = context.createOscillator();
    use(oscillator, context);
    oscillator.connect(context.destination);
    oscillator.start();
  });
  return samples!;
}

const sine = (frequency: number) => (frame: number) => Math.sin((2 * Math.PI * frequency * frame) / sampleRate);

test('a sine', async () => {
  assertSamples(await oscillate(sampleRate, (oscillator) => (oscillator.frequency.value = 440)), sine(440), 2e-5);
});

test('detune shifts by cents, a negative frequency runs backwards', async () => {
  const up = await oscillate(4800, (oscillator) => {
    oscillator.frequency.value = 200;
    oscillator.detune.value = 1200;
  });
  assertSamples(up, sine(400), 2e-5);
  assertSamples(await oscillate(4800, (oscillator) => (oscillator.frequency.value = -400)), sine(-400), 2e-5);
});

test('frequency modulation integrates the frequency', async () => {
  const samples = await oscillate(4800, ({ frequency }) => frequency.setValueAtTime(0, 0).linearRampToValueAtTime(1000, 0.1));
  // The phase is the sum of the frequencies of the frames before, each over the sample rate.
  assertSamples(samples, (frame) => Math.sin((2 * Math.PI * ((1000 / 4800) * ((frame * (frame - 1)) / 2))) / sampleRate), 2e-4);
});

/** Fourier coefficients of sine terms: https://webaudio.github.io/web-audio-api/#oscillator-coefficients */
const series: Record<string, (n: number) => number> = {
  square: (n) => (2 / (n * Math.PI)) * (1 - (-1) ** n),
  sawtooth: (n) => (-1) ** (n + 1) * (2 / (n * Math.PI)),
  triangle: (n) => (8 * Math.sin((n * Math.PI) / 2)) / (Math.PI * n) ** 2,
};

/** Projects a whole number of periods onto sine and cosine of a harmonic. */
function harmonic(samples: Float32Array, frequency: number, n: number): [number, number] {
  let [sin, cos] = [0, 0];
  for (let frame = 0; frame < samples.length; ++frame) {
    const phase = (2 * Math.PI * frequency * n * frame) / sampleRate;
    sin += samples[frame]! * Math.sin(phase);
    cos += samples[frame]! * Math.cos(phase);
  }
  return [(2 * sin) / samples.length, (2 * cos) / samples.length];
}

for (const [type, coefficient] of Object.entries(series)) {
  test(`a ${type} has the harmonics of its series, up to one common gain`, async () => {
    const samples = await oscillate(sampleRate, (oscillator) => {
      oscillator.type = type;
      oscillator.frequency.value = 300;
    });
    const gain = harmonic(samples, 300, 1)[0] / coefficient(1);
    assert.ok(gain > 0.8 && gain < 1.2, `gain ${gain}`);
    for (let n = 2; n <= 20; ++n) {
      const [sin, cos] = harmonic(samples, 300, n);
      assert.ok(Math.abs(sin - gain * coefficient(n)) < 1e-3, `harmonic ${n}: ${sin}, expected ${gain * coefficient(n)}`);
      assert.ok(Math.abs(cos) < 1e-3, `harmonic ${n} has a cosine part ${cos}`);
    }
  });
}

test('nothing sounds above the Nyquist frequency', async () => {
  const samples = await oscillate(sampleRate, (oscillator) => {
    oscillator.type = 'sawtooth';
    oscillator.frequency.value = 5000;
  });
  // 25 kHz would fold back to 23 kHz, 30 kHz to 18 kHz.
  for (const alias of [23000, 18000, 13000]) {
    const [sin, cos] = harmonic(samples, alias, 1);
    assert.ok(Math.hypot(sin, cos) < 1e-3, `alias at ${alias} Hz: ${Math.hypot(sin, cos)}`);
  }
});

test('a periodic wave without normalization is its own series', async () => {
  const samples = await oscillate(4800, (oscillator, context) => {
    oscillator.frequency.value = 500;
    oscillator.setPeriodicWave(context.createPeriodicWave([5, 0.25, 0], [7, 0.5, 0.125], { disableNormalization: true }));
  });
  const omega = (frame: number): number => (2 * Math.PI * 500 * frame) / sampleRate;
  assertSamples(samples, (frame) => 0.25 * Math.cos(omega(frame)) + 0.5 * Math.sin(omega(frame)) + 0.125 * Math.sin(2 * omega(frame)), 1e-4);
});

test('a normalized periodic wave has the peak 1', async () => {
  const samples = await oscillate(4800, (oscillator, context) => {
    oscillator.frequency.value = 100;
    oscillator.setPeriodicWave(context.createPeriodicWave([0, 3, 0], [0, 0, 2]));
  });
  assert.ok(Math.abs(Math.max(...samples.map(Math.abs)) - 1) < 2e-3);
});

test('the start may fall between two frames', async () => {
  const [samples] = await render(1, 512, (context) => {
    const oscillator = context.createOscillator();
    oscillator.connect(context.destination);
    oscillator.start(10.5 / sampleRate);
  });
  assertSamples(samples!, (frame) => (frame < 11 ? 0 : sine(440)(frame - 10.5)), 2e-5);
});

test.run();
