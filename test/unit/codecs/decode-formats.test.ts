import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AudioDescription } from '../../../src/host/node/codecs/index';
import { decode, probe } from '../../support/media-decode';
import { backendMissing, encode, formats } from '../../support/media-encode';
import { encodeWave, signalToNoise, tones } from '../../support/media-signal';

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

const defaultRate = 44100;
/** Neither a whole number of frames of any codec nor of milliseconds. */
const lengths = [23457, 1500];
/** Lossy codecs treat this channel of 5.1 as their low-frequency channel, and leave little of the tones in it. */
const lowFrequencyChannel = 3;

for (const format of missing ? [] : formats) {
  const sampleRate = format.sampleRates?.[0] ?? defaultRate;
  for (const channels of format.channels ?? [1, 2, 6]) {
    for (const length of lengths) {
      test(`${format.name}, ${channels} channels, ${length} frames`, async () => {
        const source = tones(length, sampleRate, channels);
        const file = await encode(format, source, sampleRate);
        const decoded = await decode(file, sampleRate);
        assert.is(decoded.sampleRate, sampleRate);
        assert.is(decoded.channels.length, channels);
        if (format.untrimmed) {
          // Delay and padding stay in: whole codec frames.
          const frame = format.codec === 'mp3' ? 1152 : 1024;
          assert.is(decoded.channels[0].length % frame, 0);
          assert.ok(decoded.channels[0].length >= length && decoded.channels[0].length < length + 4 * frame);
          return;
        }
        source.forEach((samples, channel) => {
          assert.is(decoded.channels[channel].length, length);
          if (!format.lossless && channel === lowFrequencyChannel) return;
          if (!format.lossless && length < 5000) return; // Too short for an encoder to settle.
          const decibels = format.name === 'flac-24' ? 130 : format.lossless ? 85 : 20;
          assert.ok(signalToNoise(samples, decoded.channels[channel]) > decibels, `${signalToNoise(samples, decoded.channels[channel])} dB`);
        });
      });
    }
  }

  test(`${format.name} is described`, async () => {
    const file = await encode(format, tones(sampleRate, sampleRate, 2), sampleRate);
    const description = await probe(file) as AudioDescription;
    assert.equal({ ...description, durationSeconds: 0 }, { container: format.container, codec: format.codec, sampleRate, channels: 2, durationSeconds: 0 });
    assert.ok(Math.abs(description.durationSeconds - 1) < 0.2, `${description.durationSeconds} s`);
  });
}

test('lossless codecs give back the very samples', async () => {
  if (missing) return;
  const [format] = formats.filter(({ name }) => name === 'flac');
  const source = tones(5000, 44100, 2).map((samples) => samples.map((sample) => Math.round(sample * 32768) / 32768));
  const decoded = await decode(await encode(format, source, 44100), 44100);
  assert.equal(decoded.channels.map((samples) => [...samples]), source.map((samples) => [...samples]));
});

test('WAV is decoded without the backend, and resampled', async () => {
  const file = encodeWave(tones(44100, 44100, 2), 44100, { encoding: 'float', bits: 32 });
  const decoded = await decode(file, 48000);
  assert.is(decoded.sampleRate, 48000);
  assert.is(decoded.channels[0].length, 48000);
  const expected = tones(48000, 48000, 2);
  for (const channel of [0, 1]) assert.ok(signalToNoise(expected[channel], decoded.channels[channel], 1000, 47000) > 100);
  assert.equal(await probe(file), { container: 'WAV', codec: '32-bit float', sampleRate: 44100, channels: 2, durationSeconds: 1 });
});

test('the caller keeps its bytes', async () => {
  const pooled = Buffer.from(encodeWave(tones(100, 8000, 1), 8000)); // A view of a buffer shared with others.
  const before = [...pooled];
  await decode(pooled, 8000);
  assert.equal([...pooled], before);
});

test('each channel has an ArrayBuffer of its own', async () => {
  const { channels } = await decode(encodeWave(tones(100, 8000, 2), 8000), 8000);
  assert.is.not(channels[0].buffer, channels[1].buffer);
  assert.is(channels[0].buffer.byteLength, 400);
});

test('requests made at once are answered in order', async () => {
  const order: number[] = [];
  const files = [300, 200, 100].map((length) => encodeWave(tones(length, 8000, 1), 8000));
  await Promise.all(files.map(async (file) => order.push((await decode(file, 8000)).channels[0].length)));
  assert.equal(order, [300, 200, 100]);
});

test.run();
