/** Tone.js: every instrument and effect sounds, those that are AudioWorklets among them. */
import 'mediant/polyfill';
import * as Tone from 'tone';
import { assertSound } from './support/signal.mjs';

const { AMSynth, DuoSynth, FMSynth, MembraneSynth, MetalSynth, MonoSynth, NoiseSynth, PluckSynth } = Tone;
for (const Instrument of [AMSynth, DuoSynth, FMSynth, MembraneSynth, MetalSynth, MonoSynth, NoiseSynth, PluckSynth]) {
  assertSound(await Tone.Offline(() => {
    const instrument = new Instrument().toDestination();
    if (Instrument === NoiseSynth) instrument.triggerAttackRelease(0.2, 0.1);
    else instrument.triggerAttackRelease('C3', 0.2, 0.1);
  }, 0.5));
}

const effects = {
  AutoFilter: () => new Tone.AutoFilter(4).start(),
  AutoPanner: () => new Tone.AutoPanner(4).start(),
  AutoWah: () => new Tone.AutoWah(50, 6, -30),
  BitCrusher: () => new Tone.BitCrusher(4),
  Chebyshev: () => new Tone.Chebyshev(5),
  Chorus: () => new Tone.Chorus(4, 2.5, 0.5).start(),
  Compressor: () => new Tone.Compressor(-30, 3),
  Distortion: () => new Tone.Distortion({ distortion: 0.8, oversample: '4x' }),
  EQ3: () => new Tone.EQ3(3, -3, 3),
  FeedbackCombFilter: () => new Tone.FeedbackCombFilter(0.01, 0.5),
  FeedbackDelay: () => new Tone.FeedbackDelay(0.1, 0.5),
  Follower: () => new Tone.Follower(),
  Freeverb: () => new Tone.Freeverb(),
  FrequencyShifter: () => new Tone.FrequencyShifter(42),
  Gate: () => new Tone.Gate(-40),
  JCReverb: () => new Tone.JCReverb(),
  Limiter: () => new Tone.Limiter(-20),
  LowpassCombFilter: () => new Tone.LowpassCombFilter(0.02, 0.5, 3000),
  MultibandCompressor: () => new Tone.MultibandCompressor(),
  Panner: () => new Tone.Panner(-0.5),
  Panner3D: () => new Tone.Panner3D(3, 0, 1),
  Phaser: () => new Tone.Phaser(),
  PingPongDelay: () => new Tone.PingPongDelay(0.1, 0.4),
  PitchShift: () => new Tone.PitchShift(4),
  StereoWidener: () => new Tone.StereoWidener(),
  Tremolo: () => new Tone.Tremolo(9, 0.75).start(),
  Vibrato: () => new Tone.Vibrato(),
};
for (const make of Object.values(effects)) {
  assertSound(await Tone.Offline(() => {
    const effect = make().toDestination();
    new Tone.Synth().connect(effect).triggerAttackRelease('C4', 0.3, 0.05);
  }, 0.5));
}

Tone.getContext().dispose();
