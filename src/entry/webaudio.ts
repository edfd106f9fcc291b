/** `mediant/webaudio`: the interfaces of Web Audio, made for Node's own realm. */
import type * as declared from 'mediant/webaudio';
import { interfaces } from './instance';

export { renderChunks } from './render-chunks';

export const {
  AnalyserNode,
  AudioBuffer,
  AudioBufferSourceNode,
  AudioContext,
  AudioDestinationNode,
  AudioListener,
  AudioNode,
  AudioParam,
  AudioParamMap,
  AudioPlaybackStats,
  AudioProcessingEvent,
  AudioScheduledSourceNode,
  AudioSinkInfo,
  AudioWorklet,
  AudioWorkletNode,
  BaseAudioContext,
  BiquadFilterNode,
  ChannelMergerNode,
  ChannelSplitterNode,
  ConstantSourceNode,
  ConvolverNode,
  DelayNode,
  DynamicsCompressorNode,
  GainNode,
  IIRFilterNode,
  OfflineAudioCompletionEvent,
  OfflineAudioContext,
  OscillatorNode,
  PannerNode,
  PeriodicWave,
  ScriptProcessorNode,
  StereoPannerNode,
  WaveShaperNode,
  Worklet,
} = interfaces as unknown as typeof declared;
