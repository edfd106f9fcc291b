/**
 * The scenes, written once against the Web Audio API: every implementation, a browser included, runs these very functions.
 * A scene's factory methods and values are chosen so that the same work is asked of everyone.
 */

const sampleRate = 48000;

/** Numbers in [−1, 1) that are the same everywhere: a linear congruential generator. */
function noise(frames, seed) {
  const samples = new Float32Array(frames);
  let state = seed >>> 0;
  for (let i = 0; i < frames; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[i] = state / 2 ** 31 - 1;
  }
  return samples;
}

/** Made once a process, not counted: two seconds of noise for sources, and a room's response that decays by 60 dB. */
const sources = Array.from({ length: 4 }, (_, i) => noise(2 * sampleRate, i + 1));
const response = [noise(2 * sampleRate, 11), noise(2 * sampleRate, 12)];
for (const channel of response) {
  for (let i = 0; i < channel.length; i++) channel[i] *= 10 ** (-3 * i / channel.length);
}

function audioBuffer(context, channels) {
  const buffer = context.createBuffer(channels.length, channels[0].length, context.sampleRate);
  channels.forEach((samples, i) => buffer.getChannelData(i).set(samples));
  return buffer;
}

function loop(context, buffer, rate = 1, offset = 0) {
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.loop = true;
  source.playbackRate.value = rate;
  source.start(0, offset);
  return source;
}

function oscillator(context, type, frequency) {
  const source = context.createOscillator();
  source.type = type;
  source.frequency.value = frequency;
  source.start();
  return source;
}

function gain(context, value, destination = context.destination) {
  const node = context.createGain();
  node.gain.value = value;
  node.connect(destination);
  return node;
}

const stereoNoise = (context) => audioBuffer(context, [sources[0], sources[1]]);
const times = (count, action) => {
  for (let i = 0; i < count; i++) action(i);
};

function buffers(context, rateOf, offsetOf) {
  const sum = gain(context, 0.05);
  const channels = sources.map((samples) => audioBuffer(context, [samples]));
  times(100, (i) => loop(context, channels[i % 4], rateOf(i), offsetOf(i)).connect(sum));
}

/** Moves once round the listener in eight seconds. */
function panners(context, count, panningModel) {
  const sum = gain(context, 1 / count);
  const buffer = audioBuffer(context, [sources[0]]);
  times(count, (i) => {
    const panner = context.createPanner();
    panner.panningModel = panningModel;
    const start = 2 * Math.PI * i / count;
    panner.positionX.setValueAtTime(2 * Math.cos(start), 0);
    panner.positionZ.setValueAtTime(2 * Math.sin(start), 0);
    times(4, (quarter) => {
      const angle = start + (quarter + 1) * Math.PI / 2;
      panner.positionX.linearRampToValueAtTime(2 * Math.cos(angle), 2 * (quarter + 1));
      panner.positionZ.linearRampToValueAtTime(2 * Math.sin(angle), 2 * (quarter + 1));
    });
    loop(context, buffer, 1, (i % 10) / 10).connect(panner).connect(sum);
  });
}

const workletModule = `
registerProcessor('bench-gain', class extends AudioWorkletProcessor {
  static get parameterDescriptors() { return [{ name: 'gain', defaultValue: 0.25 }]; }
  process([input], [output], { gain }) {
    for (let channel = 0; channel < output.length; channel++) {
      const x = input[channel] ?? input[0];
      const y = output[channel];
      if (!x) continue;
      if (gain.length === 1) for (let i = 0; i < y.length; i++) y[i] = x[i] * gain[0];
      else for (let i = 0; i < y.length; i++) y[i] = x[i] * gain[i];
    }
    return true;
  }
});`;

/** Not counted: a module is loaded once, however long the render is. */
async function addWorkletModule(context) {
  const blob = new Blob([workletModule], { type: 'text/javascript' });
  try {
    await context.audioWorklet.addModule(URL.createObjectURL(blob));
  } catch {
    await context.audioWorklet.addModule(`data:text/javascript,${encodeURIComponent(workletModule)}`);
  }
}

/**
 * `seconds` is the length of one render, the same for everyone; `prepare` is not counted; `build` makes the graph, from the
 * context and the implementation's classes, and is counted with the render.
 */
export const scenes = [
  { name: 'silence', seconds: 60, build() {} },
  { name: 'osc-1', seconds: 60, build: (context) => oscillator(context, 'sawtooth', 440).connect(context.destination) },
  {
    name: 'osc-200',
    seconds: 5,
    build(context) {
      const sum = gain(context, 1 / 20);
      times(200, (i) => oscillator(context, 'sawtooth', 55 * 2 ** (i / 40)).connect(sum));
    },
  },
  { name: 'buffers-100', seconds: 20, build: (context) => buffers(context, () => 1, () => 0) },
  { name: 'buffers-100-resampled', seconds: 10, build: (context) => buffers(context, (i) => 0.5 + (i % 50) / 50, (i) => (i % 20) / 20) },
  {
    name: 'granular',
    seconds: 10,
    build(context) {
      const sum = gain(context, 0.2);
      const buffer = audioBuffer(context, [sources[0]]);
      times(5000, (i) => {
        const when = i / 500;
        const grain = context.createBufferSource();
        grain.buffer = buffer;
        grain.playbackRate.value = 0.5 + (i % 100) / 100;
        const envelope = gain(context, 0, sum);
        envelope.gain.setValueAtTime(0, when);
        envelope.gain.linearRampToValueAtTime(1, when + 0.025);
        envelope.gain.linearRampToValueAtTime(0, when + 0.1);
        grain.connect(envelope);
        grain.start(when, (i % 50) / 100, 0.1);
      });
    },
  },
  {
    // Sixteen voices, each a saw through a resonant filter; a new note every half second.
    name: 'subtractive',
    seconds: 10,
    build(context) {
      const sum = gain(context, 0.1);
      times(16, (i) => {
        const voice = oscillator(context, 'sawtooth', 55);
        const filter = context.createBiquadFilter();
        filter.type = 'lowpass';
        filter.Q.value = 6;
        const envelope = gain(context, 0, sum);
        voice.connect(filter).connect(envelope);
        for (let when = i / 32; when < 10; when += 0.5) {
          voice.frequency.setValueAtTime(55 * 2 ** ((i * 7 + when * 10) % 36 / 12), when);
          filter.frequency.setValueAtTime(200, when);
          filter.frequency.exponentialRampToValueAtTime(5000, when + 0.05);
          filter.frequency.setTargetAtTime(300, when + 0.05, 0.1);
          envelope.gain.setValueAtTime(0, when);
          envelope.gain.linearRampToValueAtTime(1, when + 0.01);
          envelope.gain.setTargetAtTime(0, when + 0.05, 0.12);
        }
      });
    },
  },
  {
    name: 'biquad-30',
    seconds: 20,
    build(context) {
      let last = loop(context, stereoNoise(context));
      times(30, (i) => {
        const filter = context.createBiquadFilter();
        filter.type = 'peaking';
        filter.frequency.value = 100 * (i + 1);
        filter.gain.value = i % 2 ? 3 : -3;
        last = last.connect(filter);
      });
      last.connect(gain(context, 0.2));
    },
  },
  {
    name: 'convolver-2s',
    seconds: 20,
    build(context) {
      const convolver = context.createConvolver();
      convolver.buffer = audioBuffer(context, response);
      loop(context, stereoNoise(context)).connect(convolver).connect(context.destination);
    },
  },
  {
    name: 'delay-feedback',
    seconds: 60,
    build(context) {
      const delay = context.createDelay(1);
      delay.delayTime.value = 0.25;
      const feedback = gain(context, 0.6, delay);
      delay.connect(feedback);
      delay.connect(context.destination);
      loop(context, stereoNoise(context)).connect(gain(context, 0.1, delay));
    },
  },
  {
    name: 'compressor-4',
    seconds: 20,
    build(context) {
      times(4, (i) => {
        const compressor = context.createDynamicsCompressor();
        compressor.threshold.value = -40 + 5 * i;
        compressor.ratio.value = 4 + i;
        loop(context, stereoNoise(context), 1, i / 10).connect(compressor).connect(gain(context, 0.25));
      });
    },
  },
  { name: 'panner-hrtf-8', seconds: 8, build: (context) => panners(context, 8, 'HRTF') },
  { name: 'panner-equalpower-100', seconds: 4, build: (context) => panners(context, 100, 'equalpower') },
  {
    name: 'waveshaper-4x',
    seconds: 10,
    build(context) {
      const curve = new Float32Array(1025).map((_, i) => Math.tanh(4 * (i / 512 - 1)));
      const shaper = context.createWaveShaper();
      shaper.curve = curve;
      shaper.oversample = '4x';
      loop(context, stereoNoise(context)).connect(gain(context, 0.8, shaper));
      shaper.connect(context.destination);
    },
  },
  {
    name: 'gains-500',
    seconds: 20,
    build(context) {
      const source = loop(context, stereoNoise(context));
      times(500, (i) => source.connect(gain(context, 0.0005 * (1 + i % 7))));
    },
  },
  {
    name: 'worklet-gain',
    seconds: 20,
    prepare: addWorkletModule,
    build(context, { AudioWorkletNode }) {
      const node = new AudioWorkletNode(context, 'bench-gain');
      loop(context, stereoNoise(context)).connect(node).connect(context.destination);
    },
  },
  {
    // Eight filters of the eighth order in a row, each four poles on each side of the band.
    name: 'iir-8',
    seconds: 20,
    build(context) {
      let last = loop(context, stereoNoise(context));
      times(8, (i) => {
        let feedback = [1];
        for (const radius of [0.5, 0.6, 0.7, 0.8]) {
          const section = [1, -2 * radius * Math.cos(0.2 + 0.3 * i), radius * radius];
          feedback = Array.from({ length: feedback.length + 2 }, (_, n) =>
            section.reduce((sum, c, k) => sum + c * (feedback[n - k] ?? 0), 0));
        }
        last = last.connect(context.createIIRFilter([1, 0.2, 0.1, 0.05, 0.02, 0.01, 0, 0, 0.005].map((b) => b * 0.3), feedback));
      });
      last.connect(context.destination);
    },
  },
  {
    name: 'updown-mix-6ch',
    seconds: 20,
    build(context) {
      const surround = audioBuffer(context, [0, 1, 2, 3, 0, 1].map((i) => sources[i]));
      times(4, (i) => {
        const source = loop(context, surround, 1, i / 5);
        const stereo = gain(context, 0.1);
        stereo.channelCount = 2;
        stereo.channelCountMode = 'explicit';
        const mono = gain(context, 0.1);
        mono.channelCount = 1;
        mono.channelCountMode = 'explicit';
        const wide = gain(context, 0.1);
        wide.channelCount = 6;
        wide.channelCountMode = 'explicit';
        source.connect(stereo).connect(wide);
        source.connect(mono);
      });
    },
  },
];

export const sceneSampleRate = sampleRate;
