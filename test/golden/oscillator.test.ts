// timeout: 120 s
import { noise, render, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality, signalToNoise, worst } from './quality';
import { aliases } from './spectrum';

const quality = new Quality('OscillatorNode');

async function oscillate(length: number, use: (oscillator: any, context: any) => void, rate = sampleRate): Promise<Float32Array> {
  const [samples] = await render(1, length, (context) => {
    const oscillator = context.createOscillator();
    use(oscillator, context);
    oscillator.connect(context.destination);
    oscillator.start();
  }, rate);
  return samples!;
}

/** The phase of each frame in cycles: the sum of the frequencies of the frames before it, over the sample rate. */
function phases(length: number, frequency: (frame: number) => number): Float64Array {
  const phase = new Float64Array(length);
  for (let frame = 1; frame < length; ++frame) phase[frame] = phase[frame - 1]! + frequency(frame - 1) / sampleRate;
  return phase;
}

const sines = (length: number, frequency: (frame: number) => number): Float64Array =>
  phases(length, frequency).map((phase) => Math.sin(2 * Math.PI * (phase % 1)));

const sweep = (from: number, to: number, length: number) => (frame: number) => from + (to - from) * (frame / length);

test('a sine', async () => {
  const measured = [];
  for (const frequency of [55, 440, 5000, 17000, -440]) {
    const samples = await oscillate(sampleRate, (oscillator) => (oscillator.frequency.value = frequency));
    measured.push(signalToNoise([samples], [sines(sampleRate, () => frequency)]));
  }
  quality.decibels('sine, five frequencies', worst(measured));
});

test('detune shifts by cents', async () => {
  const samples = await oscillate(sampleRate, ({ frequency, detune }) => {
    frequency.value = 200;
    detune.value = 1100;
  });
  quality.signal('sine, detuned by 1100 cents', samples, sines(sampleRate, () => 200 * 2 ** (1100 / 1200)));
});

test('frequency modulation integrates the frequency', async () => {
  const length = sampleRate;
  const samples = await oscillate(length, ({ frequency }) => frequency.setValueAtTime(0, 0).linearRampToValueAtTime(10000, 1));
  quality.signal('sine, swept from 0 to 10 kHz in 1 s', samples, sines(length, sweep(0, 10000, length)));

  const modulation = noise(length, 3);
  const modulated = await oscillate(length, (oscillator, context) => {
    oscillator.frequency.value = 1000;
    const depth = context.createGain();
    depth.gain.value = 500;
    const buffer = context.createBuffer(1, length, sampleRate);
    buffer.copyToChannel(modulation, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(depth).connect(oscillator.frequency);
    source.start();
  });
  quality.signal('sine, frequency modulated by noise', modulated, sines(length, (frame) => 1000 + 500 * modulation[frame]!));
});

test('the start may fall between two frames', async () => {
  const [samples] = await render(1, 512, (context) => {
    const oscillator = context.createOscillator();
    oscillator.connect(context.destination);
    oscillator.start(10.5 / sampleRate);
  });
  quality.signal('sine, started between two frames', samples!, Float64Array.from({ length: 512 }, (_, frame) =>
    frame < 11 ? 0 : Math.sin((2 * Math.PI * 440 * (frame - 10.5)) / sampleRate)));
});

/** Fourier coefficients of sine terms: https://webaudio.github.io/web-audio-api/#oscillator-coefficients */
const series: Record<string, (n: number) => number> = {
  square: (n) => (2 / (n * Math.PI)) * (1 - (-1) ** n),
  sawtooth: (n) => (-1) ** (n + 1) * (2 / (n * Math.PI)),
  triangle: (n) => (8 * Math.sin((n * Math.PI) / 2)) / (Math.PI * n) ** 2,
};

/** How loud a partial is whose frequency is this share of the Nyquist frequency. */
const fade = (height: number): number => Math.min(1, Math.max(0, (0.995 - height) / 0.03));

/** The series of a wave at a changing frequency, each partial faded out below the Nyquist frequency. */
function bandLimited(coefficient: (n: number) => number, length: number, frequency: (frame: number) => number): Float64Array {
  const phase = phases(length, frequency);
  return phase.map((cycles, frame) => {
    let sum = 0;
    const share = (2 * frequency(frame)) / sampleRate;
    for (let n = 1; n * share < 1; ++n) sum += coefficient(n) * fade(n * share) * Math.sin(2 * Math.PI * ((n * cycles) % 1));
    return sum;
  });
}

/** The gain that brings the reference closest: waves are normalised by their peak, which is that of their table. */
function gainOf(samples: Float32Array, reference: Float64Array): number {
  let [product, power] = [0, 0];
  reference.forEach((value, frame) => {
    product += value * samples[frame]!;
    power += value * value;
  });
  return product / power;
}

const gibbs = 1.1789797444721675; // (2 / π) Si(π), the peak of a band-limited step
const peaks: Record<string, number> = { square: gibbs, sawtooth: gibbs, triangle: 1 };

for (const [type, coefficient] of Object.entries(series)) {
  test(`a ${type} is its series, normalised`, async () => {
    const measured = [];
    for (const frequency of [437.5, 1000, 1661.25, 5000]) {
      const samples = await oscillate(16384, (oscillator) => {
        oscillator.type = type;
        oscillator.frequency.value = frequency;
      });
      const reference = bandLimited(coefficient, samples.length, () => frequency);
      const gain = gainOf(samples, reference);
      assert.ok(Math.abs(gain * peaks[type]! - 1) < 2e-3, `gain ${gain}`);
      // Above 32 partials tables are made for some numbers of them only, so that a few may be missing at the top.
      if (frequency > 700) measured.push(signalToNoise([samples], [reference.map((value) => gain * value)]));
    }
    quality.decibels(`${type}, three frequencies, against its series`, worst(measured));
  });

  test(`a ${type} that glides is its series`, async () => {
    const length = sampleRate;
    const samples = await oscillate(length, (oscillator) => {
      oscillator.type = type;
      oscillator.frequency.setValueAtTime(2000, 0).linearRampToValueAtTime(6000, 1);
    });
    const reference = bandLimited(coefficient, length, sweep(2000, 6000, length));
    const gain = gainOf(samples, reference);
    quality.signal(`${type}, swept from 2 to 6 kHz in 1 s, against its series`, samples, reference.map((value) => gain * value));
  });

  test(`a ${type} has no aliases`, async () => {
    const measured = [];
    for (const rate of [8000, 44100, 48000, 96000]) {
      for (const frequency of [110, 440.7, 1661.2, 5000, 4999.37, 7040.9]) {
        if (frequency > 0.45 * rate) continue;
        const samples = await oscillate(1 << 16, (oscillator) => {
          oscillator.type = type;
          oscillator.frequency.value = frequency;
        }, rate);
        measured.push(-aliases(samples, Math.fround(frequency), rate));
      }
    }
    quality.decibels(`${type}, aliases below the loudest partial, 110 Hz to 7 kHz at 8 to 96 kHz`, worst(measured));
  });
}

test('a periodic wave is its own series', async () => {
  const [real, imag] = [noise(12, 5), noise(12, 6)];
  const samples = await oscillate(sampleRate, (oscillator, context) => {
    oscillator.frequency.value = 523.25;
    oscillator.setPeriodicWave(context.createPeriodicWave(real, imag, { disableNormalization: true }));
  });
  const reference = phases(samples.length, () => 523.25).map((cycles) => {
    let sum = 0;
    for (let n = 1; n < 12; ++n) {
      const phase = 2 * Math.PI * ((n * cycles) % 1);
      sum += real[n]! * Math.cos(phase) + imag[n]! * Math.sin(phase);
    }
    return sum;
  });
  quality.signal('PeriodicWave of 11 partials, not normalised', samples, reference);
});

test('a normalized periodic wave has the peak 1', async () => {
  const samples = await oscillate(4800, (oscillator, context) => {
    oscillator.frequency.value = 100;
    oscillator.setPeriodicWave(context.createPeriodicWave([0, 3, 0], [0, 0, 2]));
  });
  assert.ok(Math.abs(Math.max(...samples.map(Math.abs)) - 1) < 2e-3);
});

test('every row is measured', quality.complete);

test.run();
