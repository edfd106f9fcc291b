// timeout: 180 s
/** Every node at the bounds of sample rate, render quantum size and channel count, and of its parameters. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gain as gainModule, media, rejection } from './worklet-support';

const { AudioContext, OfflineAudioContext } = media;

const sampleRates = [3000, 44_100, 768_000];
const quanta = [1, 7, 128, 1000, 18_000];
const channelCounts = [1, 2, 32];
const formats = sampleRates.flatMap((sampleRate) => quanta.flatMap((renderSizeHint) => channelCounts.map((numberOfChannels) => ({ sampleRate, renderSizeHint, numberOfChannels }))));

/** A repeatable sequence of numbers between −1 and 1. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function noiseBuffer(context: any, channels: number, length: number): any {
  const buffer = context.createBuffer(channels, length, context.sampleRate);
  const next = noise(1);
  for (let channel = 0; channel < channels; ++channel) {
    const samples = buffer.getChannelData(channel);
    for (let frame = 0; frame < length; ++frame) samples[frame] = next();
  }
  return buffer;
}

function player(context: any, channels: number): any {
  const source = new media.AudioBufferSourceNode(context, { buffer: noiseBuffer(context, channels, 500), loop: true });
  source.start();
  return source;
}

type Maker = (context: any, channels: number) => { input?: any; output: any };

const filter = (create: (context: any, channels: number) => any): Maker => (context, channels) => {
  const node = create(context, channels);
  return { input: node, output: node };
};
const started = (create: (context: any) => any): Maker => (context) => {
  const output = create(context);
  output.start(1.5 / context.sampleRate);
  return { output };
};

const makers: Record<string, Maker> = {
  AnalyserNode: filter((context) => context.createAnalyser()),
  AudioBufferSourceNode: (context, channels) => ({ output: player(context, channels) }),
  AudioWorkletNode: filter((context) => new media.AudioWorkletNode(context, 'gain')),
  BiquadFilterNode: filter((context) => context.createBiquadFilter()),
  ChannelMergerNode: (context, channels) => {
    const merger = context.createChannelMerger(channels);
    const mono = player(context, 1);
    for (let input = 0; input < channels; ++input) mono.connect(merger, 0, input);
    return { output: merger };
  },
  ChannelSplitterNode: filter((context, channels) => context.createChannelSplitter(channels)),
  ConstantSourceNode: started((context) => context.createConstantSource()),
  ConvolverNode: filter((context) => new media.ConvolverNode(context, { buffer: noiseBuffer(context, 4, 700) })),
  DelayNode: (context) => {
    const node = context.createDelay();
    const feedback = new media.GainNode(context, { gain: 0.5 });
    node.connect(feedback).connect(node);
    return { input: node, output: node };
  },
  DynamicsCompressorNode: filter((context) => context.createDynamicsCompressor()),
  GainNode: filter((context) => context.createGain()),
  IIRFilterNode: filter((context) => context.createIIRFilter([0.1, 0.2], [1, -0.5, 0.2])),
  OscillatorNode: started((context) => new media.OscillatorNode(context, { type: 'sawtooth' })),
  PannerNode: filter((context) => new media.PannerNode(context, { distanceModel: 'exponential', coneInnerAngle: 90, coneOuterAngle: 180, coneOuterGain: 0.5 })),
  'PannerNode, HRTF': filter((context) => new media.PannerNode(context, { panningModel: 'HRTF' })),
  ScriptProcessorNode: filter((context, channels) => {
    const node = context.createScriptProcessor(256, channels, channels);
    node.onaudioprocess = ({ inputBuffer, outputBuffer }: any) => outputBuffer.copyToChannel(inputBuffer.getChannelData(0), 0);
    return node;
  }),
  StereoPannerNode: filter((context) => context.createStereoPanner()),
  WaveShaperNode: filter((context) => new media.WaveShaperNode(context, { curve: [-1, 0.3, 1], oversample: '4x' })),
};

const paramsOf = (node: any): any[] => {
  const params = node.parameters ? [...node.parameters.values()] : [];
  for (const name in node) if (node[name] instanceof media.AudioParam) params.push(node[name]);
  return params;
};

/** Of ranges without bounds only a part, since sound may overflow there by right. */
const within = (value: number): number => Math.min(Math.max(value, -60), 1e4 < value && value < 1e6 ? value : 60);

/** What each parameter is set to in a quarter of the render: its least, its greatest value, both ways between the two. */
function automate(node: any, seconds: number): void {
  for (const param of paramsOf(node)) {
    const [least, greatest] = [within(param.minValue), within(param.maxValue)];
    param.setValueAtTime(least, 0).setValueAtTime(greatest, seconds / 4).linearRampToValueAtTime(least, seconds / 2);
    param.setTargetAtTime(greatest, seconds / 2, seconds / 10).setValueAtTime(param.defaultValue, (seconds * 3) / 4);
  }
}

const label = (format: any): string => `${format.numberOfChannels} channels, quanta of ${format.renderSizeHint}, ${format.sampleRate} Hz`;

async function render(make: Maker, format: any, length: number, automated: boolean): Promise<any> {
  const context = new OfflineAudioContext({ ...format, length });
  if (make === makers.AudioWorkletNode) await context.audioWorklet.addModule(gainModule);
  const { input, output } = make(context, format.numberOfChannels);
  if (input) player(context, format.numberOfChannels).connect(input);
  output.connect(context.destination);
  if (automated) automate(input ?? output, length / context.sampleRate);
  return context.startRendering();
}

function check(buffer: any, format: any): void {
  let sum = 0;
  for (let channel = 0; channel < buffer.numberOfChannels; ++channel) {
    const samples: Float32Array = buffer.getChannelData(channel);
    const wrong = samples.findIndex((sample) => !Number.isFinite(sample));
    if (wrong >= 0) assert.unreachable(`${label(format)}: channel ${channel} is ${samples[wrong]} at frame ${wrong}`);
    for (const sample of samples) sum += Math.abs(sample);
  }
  assert.ok(sum > 0, `${label(format)}: silence`);
}

for (const [name, make] of Object.entries(makers)) {
  test(name, async () => {
    for (const format of formats) {
      // More than a compressor looks ahead and a script takes.
      const length = Math.max(2 * format.renderSizeHint + 1, 1500, 0.007 * format.sampleRate);
      // A module a context takes its time.
      if (name === 'AudioWorkletNode' && format.sampleRate === 44_100) continue;
      check(await render(make, format, length, false), format);
      if (format.renderSizeHint <= 1000) check(await render(make, format, length, true), format);
    }
  });
}

test('the size of the quantum changes nothing that is not bound to it', async () => {
  const same = ['AudioBufferSourceNode', 'BiquadFilterNode', 'ChannelMergerNode', 'ChannelSplitterNode', 'ConstantSourceNode', 'ConvolverNode', 'GainNode',
    'IIRFilterNode', 'OscillatorNode', 'PannerNode', 'StereoPannerNode', 'WaveShaperNode'];
  for (const name of same) {
    const results: Float32Array[] = [];
    for (const renderSizeHint of [128, 1, 37, 1024]) {
      const buffer = await render(makers[name]!, { sampleRate: 8000, renderSizeHint, numberOfChannels: 2 }, 2048, false);
      results.push(buffer.getChannelData(1));
    }
    for (const result of results.slice(1)) {
      const worst = result.reduce((most, sample, frame) => Math.max(most, Math.abs(sample - results[0]![frame]!)), 0);
      assert.ok(worst < 1e-5, `${name} differs by ${worst}`);
    }
  }
});

test('the largest quantum of all', async () => {
  const format = { sampleRate: 3000, renderSizeHint: 18_000, numberOfChannels: 32 };
  for (const renderSizeHint of [0, 18_001]) {
    assert.throws(() => new OfflineAudioContext({ ...format, renderSizeHint, length: 1 }), (error: Error) => error.name === 'NotSupportedError');
    assert.throws(() => new AudioContext({ sampleRate: 3000, renderSizeHint }), (error: Error) => error.name === 'NotSupportedError');
  }
  check(await render(makers.GainNode!, format, 40_000, false), format);
});

test('channels and rates beyond the bounds are refused', async () => {
  const refused = (options: object) => assert.throws(() => new OfflineAudioContext({ numberOfChannels: 1, length: 1, sampleRate: 8000, ...options }), (error: Error) => error.name === 'NotSupportedError');
  refused({ numberOfChannels: 0 });
  refused({ numberOfChannels: 33 });
  refused({ sampleRate: 2999 });
  refused({ sampleRate: 768_001 });
  for (const sampleRate of [2999, 768_001]) assert.throws(() => new AudioContext({ sampleRate }), (error: Error) => error.name === 'NotSupportedError');
});

test('a context in real time at the bounds', async () => {
  for (const sampleRate of sampleRates) {
    for (const renderSizeHint of [1, 37, 128, 2048]) {
      const context = new AudioContext({ sampleRate, renderSizeHint });
      assert.is(context.renderQuantumSize, renderSizeHint);
      player(context, 32).connect(new media.GainNode(context, { channelCount: 32, channelCountMode: 'explicit' })).connect(context.destination);
      await context.resume();
      while (context.currentTime === 0) await new Promise((resolve) => setImmediate(resolve));
      const renderedQuanta = (context.currentTime * sampleRate) / renderSizeHint;
      assert.ok(Math.abs(renderedQuanta - Math.round(renderedQuanta)) < 1e-6);
      await context.close();
      assert.is((await rejection(context.resume())).name, 'InvalidStateError');
    }
  }
});

test.run();
