/** What the programs ask of a rendered signal. */
import assert from 'node:assert/strict';

export const rms = (samples) => Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** The part of a channel between two times in seconds. */
export const between = (buffer, from, to, channel = 0) =>
  buffer.getChannelData(channel).subarray(Math.round(from * buffer.sampleRate), Math.round(to * buffer.sampleRate));

/** The amplitude of one frequency, by projection. */
export function amplitude(samples, frequency, sampleRate) {
  let [sin, cos] = [0, 0];
  samples.forEach((sample, frame) => {
    const phase = (2 * Math.PI * frequency * frame) / sampleRate;
    sin += sample * Math.sin(phase);
    cos += sample * Math.cos(phase);
  });
  return (2 * Math.hypot(sin, cos)) / samples.length;
}

/** Most of the sound lies at `frequency`. */
export function assertTone(samples, frequency, sampleRate) {
  const [sound, tone] = [rms(samples), amplitude(samples, frequency, sampleRate) * Math.SQRT1_2];
  assert(sound > 1e-3, `silence instead of ${frequency} Hz`);
  assert(tone > 0.7 * sound, `${frequency} Hz has ${tone} of ${sound}`);
}

export function assertSound(buffer, least = 1e-3) {
  const samples = buffer.getChannelData(0);
  assert(samples.every(Number.isFinite));
  assert(rms(samples) > least, `level ${rms(samples)}`);
}

/** A WAV file of one channel of 16-bit samples. */
export function wav(samples, sampleRate) {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF');
  file.writeUInt32LE(36 + 2 * samples.length, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(2 * sampleRate, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, frame) => file.writeInt16LE(Math.round(32767 * sample), 44 + 2 * frame));
  return file;
}

export const sine = (frequency, seconds, sampleRate) =>
  Array.from({ length: seconds * sampleRate }, (_, frame) => 0.8 * Math.sin((2 * Math.PI * frequency * frame) / sampleRate));
