// Renders a chord offline and writes it to a WAV file: node examples/render-to-wav.mjs [out.wav]
import { writeFileSync } from 'node:fs';
import { GainNode, OfflineAudioContext, OscillatorNode } from 'mediant';

const sampleRate = 48000;
const seconds = 2;
const context = new OfflineAudioContext({ numberOfChannels: 1, length: seconds * sampleRate, sampleRate });

const envelope = new GainNode(context, { gain: 0 });
envelope.gain.linearRampToValueAtTime(0.2, 0.05).exponentialRampToValueAtTime(0.001, seconds);
envelope.connect(context.destination);
for (const frequency of [261.63, 329.63, 392.0]) {
  const oscillator = new OscillatorNode(context, { type: 'triangle', frequency });
  oscillator.connect(envelope);
  oscillator.start();
}

const buffer = await context.startRendering();
const out = process.argv[2] ?? 'chord.wav';
writeFileSync(out, wav(buffer.getChannelData(0), sampleRate));
console.log(`${out}: ${buffer.duration} s, ${sampleRate} Hz`);

/** A WAV file of 32-bit floats, one channel. */
function wav(samples, rate) {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(3, 20); // IEEE float
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 4, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(32, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
