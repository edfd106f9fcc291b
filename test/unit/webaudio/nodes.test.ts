import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import * as api from '../../../src/generated/webaudio';

const named = (name: string) => (error: Error) => error.name === name;
const context = new api.OfflineAudioContext(1, 128, 48000);
const engine = newest.offline;
const lastLine = (command: string): string => engine.log.filter((line) => line.startsWith(command)).at(-1)!;

/** Interface, options, and what CreateNode says: shape, params, arguments. */
const creations: [string, object, string][] = [
  ['GainNode', { gain: 0.5, channelCount: 4, channelCountMode: 'explicit', channelInterpretation: 'discrete' }, 'Gain 1 1 4 2 1 [ARate:0.5]'],
  ['ConstantSourceNode', {}, 'ConstantSource 0 1 2 0 0 [ARate:1]'],
  ['OscillatorNode', { frequency: 100, detune: 5 }, 'Oscillator 0 1 2 0 0 [ARate:100,ARate:5]'],
  ['AudioBufferSourceNode', { playbackRate: 2 }, 'BufferSource 0 1 2 0 0 [KRate:2,KRate:0]'],
  ['AnalyserNode', {}, 'Analyser 1 1 2 0 0 []'],
  ['ChannelSplitterNode', {}, 'ChannelSplitter 1 6 6 2 1 []'],
  ['ChannelMergerNode', { numberOfInputs: 3 }, 'ChannelMerger 3 1 1 2 0 []'],
  ['DelayNode', { maxDelayTime: 2, delayTime: 1.5 }, 'Delay 1 1 2 0 0 [ARate:1.5] 2'],
  ['BiquadFilterNode', { type: 'notch' }, 'Biquad 1 1 2 0 0 [ARate:350,ARate:0,ARate:1,ARate:0] 6'],
  ['IIRFilterNode', { feedforward: [1, 2], feedback: [1, 0, 0.5] }, 'IIRFilter 1 1 2 0 0 [] 2 3 1 2 1 0 0.5'],
  ['WaveShaperNode', {}, 'WaveShaper 1 1 2 0 0 []'],
  ['StereoPannerNode', { pan: -1 }, 'StereoPanner 1 1 2 1 0 [ARate:-1]'],
  ['PannerNode', {}, 'Panner 1 1 2 1 0 [ARate:0,ARate:0,ARate:0,ARate:1,ARate:0,ARate:0]'],
  ['ConvolverNode', {}, 'Convolver 1 1 2 1 0 []'],
  [
    'DynamicsCompressorNode',
    {},
    `DynamicsCompressor 1 1 2 1 0 [KRate:-24,KRate:30,KRate:12,KRate:${Math.fround(0.003)},KRate:0.25]`,
  ],
];

for (const [name, options, expected] of creations) {
  test(`${name} as the engine hears of it`, async () => {
    const node = new (api as any)[name](context, options);
    await tasks(1);
    const line = lastLine('CreateNode');
    assert.is(line.replace(/^CreateNode \d+ /, ''), expected);
    // The factory method makes the same kind of node.
    const factory = `create${name.replace(/Node$/, '').replace('AudioBufferSource', 'BufferSource')}`;
    const { feedforward, feedback } = options as Record<string, number[]>;
    assert.instance((context as any)[factory](...(feedforward ? [feedforward, feedback] : [])), node.constructor);
  });
}

test('messages after creation', async () => {
  engine.log.length = 0;
  const oscillator = new api.OscillatorNode(context, { type: 'square' });
  oscillator.type = 'triangle';
  oscillator.setPeriodicWave(context.createPeriodicWave([1, 0.5], [1, 0.25], { disableNormalization: true }));
  assert.is(oscillator.type, 'custom');
  const analyser = new api.AnalyserNode(context, { fftSize: 64, smoothingTimeConstant: 0.5 });
  const filter = new api.BiquadFilterNode(context);
  filter.type = 'peaking';
  const shaper = new api.WaveShaperNode(context, { curve: [0, 1], oversample: '4x' });
  const panner = new api.PannerNode(context, { panningModel: 'HRTF' });
  panner.distanceModel = 'linear';
  await tasks(1);
  const lines = engine.log.filter((line) => line.startsWith('Message')).map((line) => line.replace(/^Message \d+ /, ''));
  assert.equal(lines, [
    'SetOscillatorType 1',
    'SetOscillatorType 3',
    'SetPeriodicWave 1 {0,0.5} {0,0.25}',
    'SetFftSize 64',
    'SetSmoothing 0.5',
    'SetBiquadType 5',
    'SetCurve 2 {0,1}',
    'SetPanner 1 1 1 10000 1 360 360 0',
    'SetPanner 1 0 1 10000 1 360 360 0',
  ]);
  assert.is(analyser.frequencyBinCount, 32);
  assert.equal([...shaper.curve!], [0, 1]);
});

test('constraints of the channel attributes', () => {
  const gain = context.createGain();
  for (const count of [0, 33]) assert.throws(() => (gain.channelCount = count), named('NotSupportedError'));
  gain.channelCount = 32;
  for (const node of [context.createStereoPanner(), context.createPanner(), context.createConvolver(), context.createDynamicsCompressor()]) {
    node.channelCount = 1;
    assert.throws(() => (node.channelCount = 3), named('NotSupportedError'));
    assert.throws(() => (node.channelCountMode = 'max'), named('NotSupportedError'));
    node.channelCountMode = 'explicit';
  }
  const splitter = context.createChannelSplitter();
  const merger = context.createChannelMerger();
  for (const node of [splitter, merger]) {
    node.channelCount = node.channelCount;
    node.channelCountMode = 'explicit';
    assert.throws(() => (node.channelCount = 2), named('InvalidStateError'));
    assert.throws(() => (node.channelCountMode = 'max'), named('InvalidStateError'));
  }
  assert.throws(() => (splitter.channelInterpretation = 'speakers'), named('InvalidStateError'));
  merger.channelInterpretation = 'discrete';
  assert.throws(() => (context.destination.channelCount = 2), named('InvalidStateError'));
  assert.throws(() => (context.destination.channelCountMode = 'max'), named('InvalidStateError'));
  context.destination.channelInterpretation = 'discrete';
  const live = new api.AudioContext().destination;
  assert.is(live.maxChannelCount, 6);
  live.channelCount = 6;
  assert.throws(() => (live.channelCount = 7), named('IndexSizeError'));
  assert.throws(() => (live.channelCount = 0), named('NotSupportedError'));
});

test('arguments out of range', () => {
  const errors: [string, () => unknown][] = [
    ['IndexSizeError', () => context.createChannelSplitter(0)],
    ['IndexSizeError', () => context.createChannelSplitter(33)],
    ['IndexSizeError', () => context.createChannelMerger(0)],
    ['NotSupportedError', () => context.createDelay(0)],
    ['NotSupportedError', () => context.createDelay(180)],
    ['NotSupportedError', () => context.createIIRFilter([], [1])],
    ['NotSupportedError', () => context.createIIRFilter([1], new Array(21).fill(1))],
    ['InvalidStateError', () => context.createIIRFilter([0, 0], [1])],
    ['InvalidStateError', () => context.createIIRFilter([1], [0, 1])],
    ['IndexSizeError', () => context.createPeriodicWave([0, 1], [0])],
    ['IndexSizeError', () => context.createPeriodicWave([0], [0])],
    ['InvalidStateError', () => new api.OscillatorNode(context, { type: 'custom' })],
    ['InvalidStateError', () => (context.createOscillator().type = 'custom')],
    ['InvalidStateError', () => (context.createWaveShaper().curve = new Float32Array(1))],
    ['NotSupportedError', () => (context.createConvolver().buffer = context.createBuffer(3, 1, 48000))],
    ['NotSupportedError', () => (context.createConvolver().buffer = context.createBuffer(1, 1, 44100))],
    ['RangeError', () => (context.createPanner().refDistance = -1)],
    ['RangeError', () => (context.createPanner().maxDistance = 0)],
    ['RangeError', () => (context.createPanner().rolloffFactor = -1)],
    ['InvalidStateError', () => (context.createPanner().coneOuterGain = 1.5)],
    ['IndexSizeError', () => (context.createAnalyser().fftSize = 100)],
    ['IndexSizeError', () => (context.createAnalyser().fftSize = 16)],
    ['IndexSizeError', () => (context.createAnalyser().minDecibels = -30)],
    ['IndexSizeError', () => (context.createAnalyser().maxDecibels = -100)],
    ['IndexSizeError', () => (context.createAnalyser().smoothingTimeConstant = 1.1)],
  ];
  for (const [name, action] of errors) assert.throws(action, named(name), `${name}: ${action}`);
});

test('a curve can be set again and again', () => {
  const shaper = context.createWaveShaper();
  for (const curve of [null, Float32Array.of(0, 1), Float32Array.of(1, 0), null]) {
    shaper.curve = curve;
    assert.is(shaper.curve, curve);
  }
});

test('a PeriodicWave serves oscillators of any context', () => {
  const wave = new api.OfflineAudioContext(1, 128, 44100).createPeriodicWave([0, 0], [0, 1]);
  assert.is(new api.OscillatorNode(context, { periodicWave: wave }).type, 'custom');
  const oscillator = context.createOscillator();
  oscillator.setPeriodicWave(wave);
  assert.is(oscillator.type, 'custom');
});

test('analyser data as floats and bytes', () => {
  const analyser = new api.AnalyserNode(context, { fftSize: 32, minDecibels: -15, maxDecibels: 0 });
  const floats = new Float32Array(8);
  analyser.getFloatFrequencyData(floats);
  assert.equal([...floats], [-0, -1, -2, -3, -4, -5, -6, -7]);
  const bytes = new Uint8Array(20).fill(1);
  analyser.getByteFrequencyData(bytes);
  assert.equal([...bytes], [255, 238, 221, 204, 187, 170, 153, 136, 119, 102, 85, 68, 51, 34, 17, 0, 1, 1, 1, 1]);
  const waveform = new Float32Array(4);
  analyser.getFloatTimeDomainData(waveform);
  assert.equal([...waveform], [0, 1 / 32, 2 / 32, 3 / 32]);
  const byteWaveform = new Uint8Array(3);
  analyser.getByteTimeDomainData(byteWaveform);
  assert.equal([...byteWaveform], [128, 132, 136]);
});

test('the listener is one object, with params that can be connected to', async () => {
  assert.is(context.listener, context.listener);
  const { listener } = context;
  assert.is(listener.forwardZ.value, -1);
  assert.is(listener.upY.value, 1);
  listener.setPosition(1, 2, 3);
  listener.setOrientation(1, 0, 0, 0, 0, 1);
  assert.equal([listener.positionX.value, listener.positionZ.value, listener.forwardX.value, listener.upZ.value], [1, 3, 1, 1]);
  const source = context.createConstantSource();
  source.connect(listener.upX);
  await tasks(1);
  assert.match(lastLine('ConnectParam'), / 6$/);
});

test.run();
