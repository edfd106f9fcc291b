import { OfflineAudioContext, assertSamples, noise, play, render } from './offline';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality, signalToNoise, worst } from './quality';

const hrtf = new Quality('HRTF');

interface Direction {
  readonly azimuth: number;
  readonly elevation: number;
  readonly seconds: number;
  readonly decibels: number[];
}

/** The measured directions of `assets/hrtf.bin` as `assets/hrtf.README.md` lays them out. */
function readDirections(): { topFrequency: number; directions: Direction[] } {
  const bytes = readFileSync(new URL('../../assets/hrtf.bin', import.meta.url));
  const words = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(2 * index));
  const [, topFrequency, bins, , ringCount] = words as [number, number, number, number, number];
  const directions: Direction[] = [];
  let at = 5 + 2 * ringCount;
  for (let ring = 0; ring < ringCount; ++ring) {
    const [elevation, count] = words.slice(5 + 2 * ring) as [number, number];
    for (let index = 0; index < count; ++index, at += 1 + bins) {
      directions.push({
        azimuth: (360 * index) / count, elevation, seconds: words[at]! * 1e-7,
        decibels: words.slice(at + 1, at + 1 + bins).map((word) => word / 100),
      });
    }
  }
  assert.is(at, words.length);
  return { topFrequency, directions };
}

const { topFrequency, directions } = readDirections();
const radians = Math.PI / 180;

function place(panner: any, azimuth: number, elevation: number, distance = 1): void {
  panner.positionX.value = distance * Math.sin(azimuth * radians) * Math.cos(elevation * radians);
  panner.positionY.value = distance * Math.sin(elevation * radians);
  panner.positionZ.value = -distance * Math.cos(azimuth * radians) * Math.cos(elevation * radians);
}

async function responseTo(azimuth: number, elevation: number, rate: number): Promise<Float32Array[]> {
  return render(2, Math.ceil(0.02 * rate), (context) => {
    const panner = context.createPanner();
    panner.panningModel = 'HRTF';
    place(panner, azimuth, elevation);
    play(context, [[1]]).connect(panner).connect(context.destination);
  }, rate);
}

function decibelsAt(samples: Float32Array, frequency: number, rate: number): number {
  let real = 0, imag = 0;
  samples.forEach((sample, frame) => {
    const phase = (2 * Math.PI * frequency * frame) / rate;
    real += sample * Math.cos(phase);
    imag -= sample * Math.sin(phase);
  });
  return 10 * Math.log10(real * real + imag * imag);
}

test('a panner at a measured direction has the measured levels', async () => {
  const measured: number[] = [];
  for (const rate of [44100, 48000, 16000]) {
    for (let index = 0; index < directions.length; index += 61) {
      const { azimuth, elevation, decibels } = directions[index]!;
      const [left] = await responseTo(azimuth, elevation, rate);
      const [, mirrored] = await responseTo(-azimuth, elevation, rate);
      assert.equal(left, mirrored);
      for (let bin = 3; bin < decibels.length; bin += 5) {
        const frequency = (bin * topFrequency) / (decibels.length - 1);
        // At the bottom of a notch a small error is many decibels; the filter for delays ends above 18 kHz.
        if (frequency > 0.37 * rate || decibels[bin]! < -30) continue;
        const ratio = 10 ** ((decibelsAt(left!, frequency, rate) - decibels[bin]!) / 20);
        measured.push(-20 * Math.log10(Math.abs(ratio - 1)));
      }
    }
  }
  hrtf.decibels('levels above −30 dB at twelve measured directions and three sample rates, to their error', worst(measured));
});

test('the ears hear a source at the side at different times', async () => {
  const rate = 48000;
  const onset = (samples: Float32Array): number => {
    const peak = Math.max(...samples.map(Math.abs));
    return samples.findIndex((sample) => Math.abs(sample) > 0.2 * peak);
  };
  const [left, right] = await responseTo(90, 0, rate);
  const at = (azimuth: number): number => directions.find((direction) => direction.elevation === 0 && direction.azimuth === azimuth)!.seconds;
  assert.ok(Math.abs((onset(left!) - onset(right!)) / rate - (at(90) - at(270))) < 0.1e-3);
});

test('all directions together are as loud as with equal power', async () => {
  let energy = 0, weights = 0;
  for (let index = 0; index < directions.length; index += 7) {
    const { azimuth, elevation } = directions[index]!;
    const weight = Math.abs(elevation) < 90 ? Math.cos(elevation * radians) : 0;
    const ears = await responseTo(azimuth, elevation, 44100);
    for (const ear of ears) energy += weight * ear.reduce((sum, sample) => sum + sample * sample, 0);
    weights += weight;
  }
  assert.ok(Math.abs(10 * Math.log10(energy / weights)) < 1);
});

test('a static source is its response convolved', async () => {
  const input = noise(2048, 7);
  const response = await responseTo(-37, 12, 48000);
  const output = await render(2, 2048, (context) => {
    const panner = context.createPanner();
    panner.panningModel = 'HRTF';
    place(panner, -37, 12);
    play(context, [input]).connect(panner).connect(context.destination);
  });
  const expected = response.map((taps) =>
    Float64Array.from(input, (_, frame) => taps.reduce((sum, tap, k) => sum + (frame >= k ? tap * input[frame - k]! : 0), 0)));
  hrtf.decibels('static source, against its impulse response convolved', signalToNoise(output, expected));
});

test('a source that circles the head does not click', async () => {
  const rate = 48000, length = 24000, hertz = 500;
  const tone = Float32Array.from({ length }, (_, frame) => Math.sin((2 * Math.PI * hertz * frame) / rate));
  const greatestBend = (samples: Float32Array): number =>
    samples.reduce((most, sample, frame) => (frame < 1000 ? 0 : Math.max(most, Math.abs(sample - 2 * samples[frame - 1]! + samples[frame - 2]!))), 0);
  const moving = await render(2, length, (context) => {
    const panner = context.createPanner();
    panner.panningModel = 'HRTF';
    const circle = Float32Array.from({ length: 361 }, (_, degree) => degree * radians);
    panner.positionX.setValueCurveAtTime(circle.map(Math.sin), 0, length / rate);
    panner.positionZ.setValueCurveAtTime(circle.map(Math.cos), 0, length / rate);
    play(context, [tone]).connect(panner).connect(context.destination);
  });
  let still = 0;
  for (let azimuth = 0; azimuth < 360; azimuth += 15) {
    const [left] = await render(2, 3000, (context) => {
      const panner = context.createPanner();
      panner.panningModel = 'HRTF';
      place(panner, azimuth, 0);
      play(context, [tone]).connect(panner).connect(context.destination);
    });
    still = Math.max(still, greatestBend(left!));
  }
  for (const ear of moving) assert.ok(greatestBend(ear) < 1.1 * still);
});

test('a k-rate panner renders the same in every quantum size', async () => {
  const input = noise(1000, 3);
  const outputs: Float32Array[] = [];
  for (const renderSizeHint of [128, 1, 441, 4096]) {
    const context = new OfflineAudioContext({ numberOfChannels: 2, length: 1500, sampleRate: 44100, renderSizeHint } as any);
    const panner = context.createPanner();
    panner.panningModel = 'HRTF';
    place(panner, 100, -60, 2);
    play(context, [input, input.map((sample) => -sample)]).connect(panner).connect(context.destination);
    outputs.push((await context.startRendering()).getChannelData(0));
  }
  for (const output of outputs) assertSamples(output, (frame) => outputs[0]![frame]!, 2e-6);
});

test('every row is measured', hrtf.complete);

test.run();
