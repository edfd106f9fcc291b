/** Sources: oscillators, buffers, constants. */
import { noise, play, sine } from './material.mjs';

/** At 440 Hz and 48 kHz its sawtooth is 12 dB down from 17 kHz on and ends at 22 kHz; ours is whole up to 0.97 of the Nyquist frequency. */
const overtones = 'Chromium has a table of each wave for each third of an octave and fades between two, so up to a third of an octave of overtones is missing';

function oscillator(options, use = () => {}) {
  return (context) => {
    const node = new OscillatorNode(context, options);
    node.connect(context.destination);
    use(node, context);
    node.start();
  };
}

const standard = (type, frequency, by) => ({
  name: `oscillator: ${type} at ${frequency} Hz`,
  build: oscillator({ type, frequency }),
  ...(by && { differs: { by, because: overtones } }),
});

const buffer = (name, use, samples = noise(12000, 3), bufferRate = 48000) => ({
  name: `buffer source: ${name}`,
  build(context) {
    const data = context.createBuffer(1, samples.length, bufferRate);
    data.copyToChannel(samples, 0);
    const node = new AudioBufferSourceNode(context, { buffer: data });
    node.connect(context.destination);
    use(node);
  },
});

const tone = sine(1000, 24000, 48000);

export default [
  standard('sine', 440),
  standard('square', 440, 0.2),
  standard('sawtooth', 440, 0.2),
  standard('triangle', 440, 4e-3),
  standard('sawtooth', 5000, 0.05),
  { name: 'oscillator: detune and start between frames', build: (context) => {
    const node = new OscillatorNode(context, { frequency: 200, detune: 700 });
    node.connect(context.destination);
    node.start(100.5 / context.sampleRate);
    node.stop(0.2);
  } },
  { name: 'oscillator: sine swept', differs: { by: 4e-4, because: 'rounding of an exponential ramp, 0.03 Hz at the end, adds up in the phase' }, build: oscillator({ frequency: 50 }, (node) => node.frequency.exponentialRampToValueAtTime(10000, 0.4)) },
  { name: 'oscillator: frequency modulation', build: oscillator({ frequency: 500 }, (node, context) => {
    const modulator = new OscillatorNode(context, { frequency: 70 });
    const depth = new GainNode(context, { gain: 300 });
    modulator.connect(depth).connect(node.frequency);
    modulator.start();
  }) },
  { name: 'oscillator: custom wave', build: oscillator({}, (node, context) => node.setPeriodicWave(context.createPeriodicWave([0, 0.5, 0.25], [0, 0.5, 0]))) },
  { name: 'oscillator: custom wave, not normalized', build: oscillator({}, (node, context) => node.setPeriodicWave(context.createPeriodicWave([0, 0.5, 0.25], [0, 0.5, 0], { disableNormalization: true }))) },
  buffer('as it is', (node) => node.start(0.01)),
  buffer('part of it', (node) => node.start(0.01, 0.05, 0.1)),
  buffer('start between frames', (node) => node.start(10.25 / 48000), tone),
  buffer('loop', (node) => { node.loop = true; node.loopStart = 0.05; node.loopEnd = 0.11; node.start(0, 0.02); }),
  buffer('loop between frames', (node) => { node.loop = true; node.loopStart = 100.5 / 48000; node.loopEnd = 700.25 / 48000; node.start(); }, tone),
  buffer('playbackRate and detune', (node) => { node.playbackRate.value = 0.7; node.detune.value = -300; node.start(); }, tone),
  buffer('playbackRate ramp', (node) => { node.playbackRate.linearRampToValueAtTime(2, 0.3); node.start(); }, tone),
  buffer('of another sample rate', (node) => node.start(), sine(1000, 22050, 44100), 44100),
  buffer('fast loop', (node) => { node.loop = true; node.loopStart = 0; node.loopEnd = 5 / 48000; node.playbackRate.value = 3.3; node.start(); }, tone),
  buffer('stop', (node) => { node.start(); node.stop(0.0503); }),
  { name: 'constant source: start and stop', build(context) {
    const node = new ConstantSourceNode(context, { offset: 0.75 });
    node.connect(context.destination);
    node.start(300.4 / 48000);
    node.stop(0.1);
  } },
  { name: 'gain: two sources summed', build(context) {
    const gain = new GainNode(context, { gain: 0.3 });
    for (const seed of [1, 2]) play(context, [noise(24000, seed)]).connect(gain);
    gain.connect(context.destination);
  } },
];
