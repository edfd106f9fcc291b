/** WaveShaperNode, DynamicsCompressorNode, AnalyserNode, ScriptProcessorNode, AudioWorkletNode and cycles. */
import { bursts, noise, play, sine } from './material.mjs';

const through = (name, make, { channels = 1, input = [noise(16000, 7)], ...rest } = {}) => ({
  name,
  channels,
  async build(context) {
    const node = await make(context);
    play(context, input).connect(node);
    node.connect(context.destination);
  },
  ...rest,
});

const filters = 'filters and latency of oversampling are left open: 51 frames here for 2x, 59 for 4x, twice as much and more in Chromium';
const dip = 'Chromium\'s detector begins as if there had been the loudest sound, so the first tenth of a second is quieter';
const settles = 'in single precision Chromium\'s detector comes to rest at 0.99998 in silence, from which a slow attack sets out';
const late = 'in a cycle Chromium delays by one render quantum more than delayTime, where the specification only asks for at least one';

const soft = Float32Array.from({ length: 257 }, (_, index) => Math.tanh(((index - 128) / 128) * 3));
const shaper = (name, options, input, differs = undefined) =>
  through(`wave shaper: ${name}`, (context) => new WaveShaperNode(context, options), { input, differs });
/** After a second of silence; see the scene that begins at once. */
const later = (samples) => Float32Array.from({ length: 48000 + samples.length }, (_, frame) => samples[frame - 48000] ?? 0);
const compressor = (name, options, input = [bursts(24000)], more = {}) => through(`compressor: ${name}`,
  (context) => new DynamicsCompressorNode(context, options), { channels: input.length, input: input.map(later), frames: 72000, ...more });

const worklet = (source) => `data:text/javascript,${encodeURIComponent(source)}`;
const gainProcessor = worklet(`registerProcessor('gain', class extends AudioWorkletProcessor {
  static get parameterDescriptors() { return [{ name: 'gain', defaultValue: 1 }]; }
  process([input], [output], { gain }) {
    input.forEach((samples, channel) => samples.forEach((sample, frame) => {
      output[channel][frame] = sample * (gain.length === 1 ? gain[0] : gain[frame]);
    }));
    return true;
  }
})`);

export default [
  shaper('five points', { curve: [-1, 0.5, 0, 0.25, 1] }, [noise(16000, 7)]),
  shaper('beyond the ends', { curve: [-0.5, 0, 0.5] }, [noise(16000, 7).map((x) => 2 * x)]),
  shaper('a curve that sounds without input', { curve: [0, 0.5, 1] }, [noise(8000, 7)]),
  shaper('soft, 2x', { curve: soft, oversample: '2x' }, [sine(1000, 24000, 48000)], { by: 2.5, because: filters }),
  shaper('soft, 4x', { curve: soft, oversample: '4x' }, [sine(1000, 24000, 48000)], { by: 2.5, because: filters }),
  compressor('default values', {}),
  compressor('hard knee', { threshold: -30, knee: 0, ratio: 20, attack: 0.001, release: 0.1 }),
  compressor('slow', { threshold: -40, knee: 20, ratio: 4, attack: 0.1, release: 0.5 }, undefined, { differs: { by: 4e-3, because: settles } }),
  compressor('a step', { threshold: -20, knee: 0, ratio: 4 }, [sine(1000, 24000, 48000).map((x, frame) => x * (frame < 8000 || frame > 16000 ? 0.05 : 1))],
    { differs: { by: 5e-4, because: settles } }),
  compressor('stereo', {}, [bursts(24000, 1), bursts(24000, 2)]),
  compressor('at 44.1 kHz', {}, [bursts(24000)], { sampleRate: 44100 }),
  through('compressor: sound from the first frame on', (context) => new DynamicsCompressorNode(context), { input: [bursts(24000)], differs: { by: 0.5, because: dip } }),
  through('worklet: gain', async (context) => {
    await context.audioWorklet.addModule(gainProcessor);
    const node = new AudioWorkletNode(context, 'gain');
    node.parameters.get('gain').linearRampToValueAtTime(0, 0.3);
    return node;
  }),
  through('script processor: swaps channels', (context) => {
    const node = context.createScriptProcessor(512, 2, 2);
    node.onaudioprocess = ({ inputBuffer, outputBuffer }) => {
      for (const channel of [0, 1]) outputBuffer.copyToChannel(inputBuffer.getChannelData(1 - channel), channel);
    };
    return node;
  }, { channels: 2, input: [noise(16000, 1), noise(16000, 2)] }),
  {
    name: 'analyser: frequency and time data',
    frames: 24000,
    build(context, record) {
      const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0.7 });
      play(context, [sine(3000, 24000, 48000).map((x, frame) => x + 0.1 * noise(1, frame)[0])]).connect(analyser).connect(context.destination);
      for (const quantum of [40, 41, 90]) {
        void context.suspend((quantum * 128) / context.sampleRate).then(() => {
          const [frequency, time] = [new Float32Array(1024), new Float32Array(2048)];
          analyser.getFloatFrequencyData(frequency);
          analyser.getFloatTimeDomainData(time);
          // In linear units, as a bin of silence is -Infinity dB.
          record(frequency.map((decibels) => 10 ** (decibels / 20)), time);
          return context.resume();
        });
      }
    },
  },
  {
    name: 'cycle: delay with feedback',
    differs: { by: 2.5, because: late },
    build(context) {
      const [delay, feedback] = [new DelayNode(context, { delayTime: 0.02 }), new GainNode(context, { gain: 0.6 })];
      play(context, [noise(2000, 7)]).connect(delay);
      delay.connect(feedback).connect(delay);
      delay.connect(context.destination);
    },
  },
  {
    name: 'cycle: shorter than a render quantum',
    differs: { by: 3.5, because: late },
    build(context) {
      const [delay, feedback] = [new DelayNode(context, { delayTime: 0.001 }), new GainNode(context, { gain: 0.9 })];
      play(context, [noise(200, 7)]).connect(delay);
      delay.connect(feedback).connect(delay);
      delay.connect(context.destination);
    },
  },
  {
    name: 'cycle: a filter within the feedback, delay modulated',
    differs: { by: 2, because: late },
    build(context) {
      const delay = new DelayNode(context, { delayTime: 0.03 });
      const filter = new BiquadFilterNode(context, { frequency: 3000 });
      const feedback = new GainNode(context, { gain: 0.7 });
      const oscillator = new OscillatorNode(context, { frequency: 2 });
      oscillator.connect(new GainNode(context, { gain: 0.005 })).connect(delay.delayTime);
      oscillator.start();
      play(context, [noise(4000, 7)]).connect(delay);
      delay.connect(filter).connect(feedback).connect(delay);
      delay.connect(context.destination);
    },
  },
  {
    name: 'cycle: without a delay',
    differs: { by: 1, because: 'a cycle without a DelayNode is silent; Chromium delays it by one render quantum' },
    build(context) {
      const [a, b] = [new GainNode(context, { gain: 0.5 }), new GainNode(context, { gain: 0.5 })];
      const source = play(context, [noise(8000, 7)]);
      source.connect(a).connect(b).connect(a);
      b.connect(context.destination);
    },
  },
];
