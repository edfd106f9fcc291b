import { test } from 'uvu';
import * as assert from 'uvu/assert';
import './recording-host';
import { BiquadFilterNode, IIRFilterNode, OfflineAudioContext } from '../../../src/generated/webaudio';

const sampleRate = 48000;
const context = new OfflineAudioContext(1, 128, sampleRate);

function respond(node: any, frequencies: number[]): { mag: number[]; phase: number[] } {
  const mag = new Float32Array(frequencies.length);
  const phase = new Float32Array(frequencies.length);
  node.getFrequencyResponse(Float32Array.from(frequencies), mag, phase);
  return { mag: [...mag], phase: [...phase] };
}

function near(actual: number, expected: number, tolerance = 1e-5): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not near ${expected}`);
}

test('gains at the marked frequencies', () => {
  const at = (options: object, frequency: number) => respond(new BiquadFilterNode(context, options), [frequency]).mag[0]!;
  // At the cutoff, resonance is the gain, in decibels for lowpass and highpass.
  near(at({ type: 'lowpass', frequency: 1000, Q: 0 }, 0), 1);
  near(at({ type: 'lowpass', frequency: 1000, Q: 20 }, 1000), 10, 1e-3);
  near(at({ type: 'highpass', frequency: 1000, Q: -6.020599913279624 }, 1000), 0.5);
  near(at({ type: 'highpass', frequency: 1000 }, 24000), 1);
  near(at({ type: 'bandpass', frequency: 1000, Q: 7 }, 1000), 1);
  near(at({ type: 'notch', frequency: 1000, Q: 7 }, 1000), 0);
  near(at({ type: 'allpass', frequency: 1000, Q: 7 }, 3000), 1);
  near(at({ type: 'peaking', frequency: 1000, gain: 20 }, 1000), 10, 1e-4);
  near(at({ type: 'lowshelf', frequency: 1000, gain: 20 }, 0), 10, 1e-4);
  near(at({ type: 'lowshelf', frequency: 1000, gain: 20 }, 24000), 1);
  near(at({ type: 'highshelf', frequency: 1000, gain: -20 }, 24000), 0.1);
  near(at({ type: 'highshelf', frequency: 1000, gain: -20 }, 0), 1);
});

test('the ends of the frequency range and Q = 0 have their limits', () => {
  const constants: [object, number][] = [
    [{ type: 'lowpass', frequency: 0 }, 0],
    [{ type: 'lowpass', frequency: 24000 }, 1],
    [{ type: 'highpass', frequency: 0 }, 1],
    [{ type: 'highpass', frequency: 24000 }, 0],
    [{ type: 'lowshelf', frequency: 24000, gain: 20 }, 10],
    [{ type: 'highshelf', frequency: 0, gain: 20 }, 10],
    [{ type: 'bandpass', Q: 0 }, 1],
    [{ type: 'notch', Q: 0 }, 0],
    [{ type: 'allpass', Q: 0 }, 1],
    [{ type: 'peaking', Q: 0, gain: 20 }, 10],
  ];
  for (const [options, gain] of constants) {
    for (const value of respond(new BiquadFilterNode(context, options), [0, 100, 24000]).mag) near(value, gain, 1e-4);
  }
});

test('detune shifts the frequency and is limited to the Nyquist frequency', () => {
  const shifted = respond(new BiquadFilterNode(context, { frequency: 500, detune: 1200 }), [100, 1000, 5000]);
  assert.equal(shifted, respond(new BiquadFilterNode(context, { frequency: 1000 }), [100, 1000, 5000]));
  near(respond(new BiquadFilterNode(context, { frequency: 24000, detune: 12000 }), [10000]).mag[0]!, 1);
});

test('an IIR filter with the same coefficients answers alike', () => {
  const filter = new IIRFilterNode(context, { feedforward: [1], feedback: [1, -0.5] });
  const { mag, phase } = respond(filter, [0, 24000, 12000]);
  near(mag[0]!, 2);
  near(mag[1]!, 1 / 1.5);
  near(mag[2]!, 1 / Math.hypot(1, 0.5));
  near(phase[0]!, 0);
  near(phase[2]!, -Math.atan2(0.5, 1));
});

test('frequencies out of range are NaN, arrays of different lengths an InvalidAccessError', () => {
  for (const node of [new BiquadFilterNode(context), new IIRFilterNode(context, { feedforward: [1], feedback: [1] })]) {
    const { mag, phase } = respond(node, [-1, 24001, NaN, 10]);
    assert.equal(mag.map(Number.isNaN), [true, true, true, false]);
    assert.equal(phase.map(Number.isNaN), [true, true, true, false]);
    const [one, two] = [new Float32Array(1), new Float32Array(2)];
    for (const [f, m, p] of [[one, two, two], [two, one, two], [two, two, one]] as const) {
      assert.throws(() => node.getFrequencyResponse(f, m, p), (error: Error) => error.name === 'InvalidAccessError');
    }
  }
});

test.run();
