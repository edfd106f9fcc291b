/** BiquadFilterNode, IIRFilterNode, DelayNode, ConvolverNode. */
import { bufferOf, noise, play, sine } from './material.mjs';

const through = (name, make, { channels = 1, input = [noise(16000, 7)], ...rest } = {}) => ({
  name,
  channels,
  build(context) {
    const node = make(context);
    play(context, input).connect(node);
    node.connect(context.destination);
  },
  ...rest,
});

const types = ['lowpass', 'highpass', 'bandpass', 'lowshelf', 'highshelf', 'peaking', 'notch', 'allpass'];
const response = (length, seed) => noise(length, seed).map((sample, frame) => sample * Math.exp((-6 * frame) / length));

const calibration = 'Chromium normalizes with 10^(-58 / 20) = 0.00126 where the specification has 0.00125, 0.06 dB less';
const tail = 'when a stereo input has ended, Chromium plays the tail of its left channel on both; its calibration as above';
const ramps = 'Chromium adds up the steps of a ramp in single precision';

const convolver = (name, responses, input, options = {}, differs = undefined) =>
  through(`convolver: ${name}`, (context) => new ConvolverNode(context, { buffer: bufferOf(context, responses), ...options }), { channels: 2, input, differs });

export default [
  ...types.map((type) => through(`biquad: ${type}`, (context) => new BiquadFilterNode(context, { type, frequency: 2000, Q: 3, gain: 6 }))),
  ...types.map((type) => through(`biquad: ${type} swept`, (context) => {
    const filter = new BiquadFilterNode(context, { type, frequency: 200, Q: 5, gain: -9 });
    filter.frequency.exponentialRampToValueAtTime(12000, 0.3);
    filter.Q.linearRampToValueAtTime(1, 0.2);
    filter.gain.linearRampToValueAtTime(9, 0.25);
    return filter;
  })),
  through('biquad: k-rate frequency and detune', (context) => {
    const filter = new BiquadFilterNode(context, { frequency: 400, Q: 10 });
    filter.frequency.automationRate = 'k-rate';
    filter.frequency.linearRampToValueAtTime(5000, 0.3);
    filter.detune.linearRampToValueAtTime(1200, 0.2);
    return filter;
  }),
  through('biquad: at the ends of the frequency range', (context) => {
    const low = new BiquadFilterNode(context, { type: 'highpass', frequency: 0 });
    low.connect(new BiquadFilterNode(context, { type: 'lowpass', frequency: 24000 })).connect(context.destination);
    return low;
  }),
  through('iir: second order', (context) => new IIRFilterNode(context, { feedforward: [0.1, 0.2, 0.1], feedback: [1, -1.1, 0.5] })),
  through('iir: eighth order', (context) =>
    new IIRFilterNode(context, { feedforward: [0.02, 0, 0.01], feedback: [2, -0.4, 0.3, 0.1, -0.05, 0.2, 0.1, -0.1, 0.05] })),
  through('delay: whole frames', (context) => new DelayNode(context, { delayTime: 300 / 48000 })),
  through('delay: between frames', (context) => new DelayNode(context, { delayTime: 300.5 / 48000 })),
  through('delay: swept', (context) => {
    const delay = new DelayNode(context, { delayTime: 0.001, maxDelayTime: 0.5 });
    delay.delayTime.linearRampToValueAtTime(0.02, 0.3);
    return delay;
  }, { input: [sine(1000, 24000, 48000)], differs: { by: 1e-3, because: ramps } }),
  through('delay: modulated', (context) => {
    const delay = new DelayNode(context, { delayTime: 0.005 });
    const oscillator = new OscillatorNode(context, { frequency: 5 });
    oscillator.connect(new GainNode(context, { gain: 0.002 })).connect(delay.delayTime);
    oscillator.start();
    return delay;
  }, { input: [sine(1000, 24000, 48000)], differs: { by: 2e-3, because: 'the 5e-5 by which the modulating sines differ move the delay' } }),
  convolver('short, not normalized', [response(200, 1)], [noise(16000, 7)], { disableNormalization: true }),
  convolver('short, normalized', [response(200, 1)], [noise(16000, 7)], {}, { by: 4e-4, because: calibration }),
  convolver('8000 frames', [response(8000, 1)], [noise(16000, 7)], {}, { by: 3e-3, because: calibration }),
  convolver('8000 frames, not normalized', [response(8000, 1).map((x) => x / 100)], [noise(16000, 7)], { disableNormalization: true }),
  convolver('mono response, stereo input', [response(1000, 1)], [noise(16000, 7), noise(16000, 8)], {}, { by: 0.2, because: tail }),
  convolver('stereo response, mono input', [response(1000, 1), response(1000, 2)], [noise(16000, 7)], {}, { by: 1e-3, because: calibration }),
  convolver('stereo response, stereo input', [response(1000, 1), response(1000, 2)], [noise(16000, 7), noise(16000, 8)], {}, { by: 1e-3, because: calibration }),
  convolver('true stereo', [1, 2, 3, 4].map((seed) => response(1000, seed)), [noise(16000, 7), noise(16000, 8)], {}, { by: 1e-3, because: calibration }),
];
