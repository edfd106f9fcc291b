/**
 * Synthesises `assets/sample.wav`, what `mediant play` plays without a file: a few bars of plucked strings over a bass, in a small
 * room. 16-bit WAV, which needs no codec backend. Run it with `node tools/make-sample.mjs`; the result is committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

const sampleRate = 22050;
const seconds = 7.6;
const beatSeconds = 0.42;
const frames = Math.round(sampleRate * seconds);

const hertz = (midi) => 440 * 2 ** ((midi - 69) / 12);

/** Each bar: its bass, and the notes plucked on its eighths (MIDI numbers; null rests). */
const bars = [
  { bass: 38, notes: [62, 69, 74, 78, 76, 74, 69, 66] }, // D
  { bass: 35, notes: [59, 66, 74, 78, 81, 78, 74, 73] }, // B minor
  { bass: 43, notes: [62, 67, 71, 74, 78, 74, 71, 69] }, // G
  { bass: 45, notes: [61, 64, 69, 73, 76, 73, 71, 69] }, // A
  { bass: 38, notes: [66, 69, 74, 78, 86, null, null, null] }, // D
];
const eighthSeconds = beatSeconds / 2 / 1.2;

/** A plucked string: partials whose higher members fade sooner, slightly sharp as in a stiff string. */
function pluck(out, start, midi, gain, decaySeconds) {
  const base = hertz(midi);
  const first = Math.round(start * sampleRate);
  const last = Math.min(frames, first + Math.round(decaySeconds * 9 * sampleRate));
  for (let partial = 1; partial <= 10; partial++) {
    const frequency = base * partial * Math.sqrt(1 + 0.00025 * partial * partial);
    if (frequency > sampleRate * 0.42) break;
    const strength = (gain * Math.sin(Math.PI * partial * 0.22)) / partial ** 1.4;
    const fade = decaySeconds / (1 + 0.45 * (partial - 1));
    for (let frame = first; frame < last; frame++) {
      const time = (frame - first) / sampleRate;
      const attack = 1 - Math.exp(-time / 0.003);
      out[frame] += strength * attack * Math.exp(-time / fade) * Math.sin(2 * Math.PI * frequency * time);
    }
  }
}

/** Four feedback delays of lengths without a common divisor, each darkened by a one-pole lowpass. */
function room(dry, amount) {
  const wet = new Float64Array(frames);
  for (const [delay, feedback] of [[887, 0.78], [1021, 0.76], [1163, 0.74], [1327, 0.72]]) {
    const line = new Float64Array(delay);
    let dark = 0;
    for (let frame = 0; frame < frames; frame++) {
      const slot = frame % delay;
      const echo = line[slot];
      dark += 0.45 * (echo - dark);
      line[slot] = dry[frame] + feedback * dark;
      wet[frame] += echo / 4;
    }
  }
  return dry.map((sample, frame) => sample + amount * wet[frame]);
}

function compose() {
  const dry = new Float64Array(frames);
  let time = 0.02;
  for (const { bass, notes } of bars) {
    pluck(dry, time, bass, 0.5, 1.1);
    pluck(dry, time, bass + 12, 0.16, 0.9);
    notes.forEach((note, index) => {
      if (note !== null) pluck(dry, time + index * eighthSeconds, note, index % 4 === 0 ? 0.36 : 0.28, index === 4 ? 1 : 0.7);
    });
    time += notes.length * eighthSeconds;
  }
  return room(dry, 0.35);
}

/** Peak at -1.5 dB, and faded out at the end. */
function mastered(samples) {
  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  const fadeFrames = sampleRate * 0.9;
  return samples.map((sample, frame) => {
    const left = Math.min(1, (frames - 1 - frame) / fadeFrames);
    return (sample / peak) * 0.84 * Math.sin((left * Math.PI) / 2) ** 2;
  });
}

function waveFile(samples) {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // Integer PCM.
  file.writeUInt16LE(1, 22); // One channel.
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, frame) => file.writeInt16LE(Math.round(sample * 32767), 44 + frame * 2));
  return file;
}

const path = new URL('../assets/sample.wav', import.meta.url);
mkdirSync(new URL('.', path), { recursive: true });
const file = waveFile(mastered(compose()));
writeFileSync(path, file);
console.log(`assets/sample.wav: ${seconds} s, ${file.length} bytes`);
