/** Tone.js: instruments, a sampler that loads its sample, the transport and a reverb, all by Tone.Offline. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import * as Tone from 'tone';
import { assertSound, assertTone, between, rms, sine, wav } from './support/signal.mjs';

const rate = Tone.getContext().sampleRate;
const hertz = (note) => Tone.Frequency(note).toFrequency();

const synth = await Tone.Offline(() => {
  new Tone.Synth({ oscillator: { type: 'sine' } }).toDestination().triggerAttackRelease('A4', 0.5, 0.25);
}, 1);
assert.equal(synth.length, rate);
assert.equal(rms(between(synth, 0, 0.249)), 0);
assertTone(between(synth, 0.4, 0.7), 440, rate);

const chord = await Tone.Offline(() => {
  new Tone.PolySynth(Tone.FMSynth).toDestination().triggerAttackRelease(['C4', 'E4', 'G4'], 0.4, 0.1);
}, 1);
assertSound(chord, 0.05);

const sampled = await Tone.Offline(async () => {
  const url = `data:audio/wav;base64,${wav(sine(440, 1, 44100), 44100).toString('base64')}`;
  const sampler = new Tone.Sampler({ urls: { A4: url } }).toDestination();
  await Tone.loaded();
  sampler.triggerAttackRelease('E5', 0.5, 0.1);
}, 1);
assertTone(between(sampled, 0.2, 0.4), hertz('E5'), rate);

const notes = ['C4', 'E4', 'G4', 'B4'];
const sequence = await Tone.Offline(({ transport }) => {
  const voice = new Tone.Synth({ oscillator: { type: 'sine' }, envelope: { release: 0.05 } }).toDestination();
  new Tone.Sequence((time, note) => voice.triggerAttackRelease(note, 0.2, time), notes, '4n').start(0);
  transport.bpm.value = 120;
  transport.start(0);
}, 2);
notes.forEach((note, index) => assertTone(between(sequence, index * 0.5 + 0.05, index * 0.5 + 0.2), hertz(note), rate));

const wet = await Tone.Offline(async () => {
  const reverb = new Tone.Reverb({ decay: 1, wet: 1 }).toDestination();
  await reverb.ready;
  new Tone.NoiseSynth({ envelope: { release: 0.01 } }).connect(reverb).triggerAttackRelease(0.05, 0.1);
}, 1.5);
assert(rms(between(wet, 0.3, 0.4)) > 2 * rms(between(wet, 0.8, 0.9)));
assert(rms(between(wet, 0.8, 0.9)) > 1e-6);

Tone.getContext().dispose();
