/** idlharness of web-platform-tests over the current IDL of Web Audio, with a stand-in for the render engine. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { webrefIdl } from '../../../spec/generate';
import { apis } from '../../../spec/interfaces';
import { realmFunction } from './features/build';
import { absent, idlharness } from './idlharness';

const [{ interfaces }] = apis.filter(({ name }) => name === 'webaudio');
const omitted = JSON.parse(readFileSync(new URL('../../../src/generated/omitted.json', import.meta.url), 'utf8')) as {
  interface: string;
  member: string;
}[];

const engine = {
  state: new Float64Array(16),
  submit: () => 0,
  paramValue: () => 0,
  close() {},
  keepAlive() {},
  setState() {},
  setSink() {},
};
const worklet = {
  setPort() {},
  addModule() {},
  createProcessor: () => null,
  receive() {},
  closing() {},
  close() {},
};
const host = {
  isSecureContext: true,
  baseURL: 'https://test.example/',
  now: () => 0,
  setTimeout() {},
  clearTimeout() {},
  queueTask() {},
  reportException: (error: unknown) => console.error(error),
  audio: {
    outputInfo: () => ({ sampleRate: 48000, maxChannelCount: 2, backend: 'silent', label: '' }),
    outputDevices: () => [],
    openRealtime: () => engine,
    openOffline: () => engine,
    openWorklet: () => worklet,
  },
};

const context = 'new OfflineAudioContext(1, 128, 48000)';
const buffer = 'new AudioBuffer({ length: 1, sampleRate: 48000 })';
/** Nodes whose constructors need nothing but a context. */
const plainNodes = [
  'AnalyserNode', 'AudioBufferSourceNode', 'BiquadFilterNode', 'ChannelMergerNode', 'ChannelSplitterNode', 'ConstantSourceNode',
  'ConvolverNode', 'DelayNode', 'DynamicsCompressorNode', 'GainNode', 'OscillatorNode', 'PannerNode', 'StereoPannerNode',
  'WaveShaperNode', 'PeriodicWave',
];
const objects = {
  AudioContext: ['new AudioContext()'],
  OfflineAudioContext: [context],
  AudioBuffer: [buffer],
  OfflineAudioCompletionEvent: [`new OfflineAudioCompletionEvent("x", { renderedBuffer: ${buffer} })`],
  AudioDestinationNode: [`${context}.destination`],
  AudioListener: [`${context}.listener`],
  AudioParam: [`new GainNode(${context}).gain`],
  ScriptProcessorNode: [`${context}.createScriptProcessor()`],
  AudioProcessingEvent: [`new AudioProcessingEvent("x", { playbackTime: 0, inputBuffer: ${buffer}, outputBuffer: ${buffer} })`],
  AudioWorklet: [`${context}.audioWorklet`],
  AudioPlaybackStats: ['new AudioContext().playbackStats'],
  IIRFilterNode: [`new IIRFilterNode(${context}, { feedforward: [1], feedback: [1] })`],
  ...Object.fromEntries(plainNodes.map((name) => [name, [`new ${name}(${context})`]])),
};

if (absent === undefined) {
  test('idlharness passes for every interface of Web Audio', async () => {
    const results = await idlharness({
      code: await realmFunction({ entryPoints: [new URL('../../../src/generated/webaudio.ts', import.meta.url).pathname] }),
      host,
      idl: webrefIdl('webaudio'),
      interfaces,
      omitted: omitted.map(({ interface: name, member }) => `${name}.${member}`),
      objects,
    });
    const failed = results.filter(({ status }) => status !== 0);
    console.log(`idlharness: ${results.length - failed.length} passed, ${failed.length} failed`);
    assert.equal(failed.map(({ name, message }) => `${name}: ${message}`), []);
    assert.ok(results.length > 900, `${results.length} results`);
  });
} else {
  console.log(`skipped: ${absent}`);
}

test.run();
