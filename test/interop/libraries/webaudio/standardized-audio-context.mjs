/** standardized-audio-context renders, an AudioWorklet included. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import { AudioWorkletNode, GainNode, OfflineAudioContext, OscillatorNode, addAudioWorkletModule } from 'standardized-audio-context';
import { assertTone } from './support/signal.mjs';

const context = new OfflineAudioContext({ length: 44100, sampleRate: 44100 });
const processor = `registerProcessor('half', class extends AudioWorkletProcessor {
  process([input], [output]) {
    input.forEach((samples, channel) => samples.forEach((sample, frame) => { output[channel][frame] = sample / 2; }));
    return true;
  }
})`;
await addAudioWorkletModule(context, URL.createObjectURL(new Blob([processor], { type: 'text/javascript' })));
const oscillator = new OscillatorNode(context, { frequency: 441 });
const half = new AudioWorkletNode(context, 'half');
oscillator.connect(half).connect(new GainNode(context, { gain: 0.5 })).connect(context.destination);
oscillator.start();
const samples = (await context.startRendering()).getChannelData(0);
assertTone(samples, 441, 44100);
assert(Math.abs(Math.max(...samples) - 0.25) < 1e-3);
