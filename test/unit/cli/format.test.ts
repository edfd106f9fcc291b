import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { channelNames, clock, decibels, describeDevice, describeFormat, kilohertz } from '../../../src/cli/play/format';

test('times', () => {
  assert.equal([0, 0.99, 59.9, 61, 600, 3599, 3661, -1].map(clock), ['0:00', '0:00', '0:59', '1:01', '10:00', '59:59', '1:01:01', '0:00']);
});

test('rates and levels', () => {
  assert.equal([48000, 44100, 22050, 11025].map(kilohertz), ['48 kHz', '44.1 kHz', '22.05 kHz', '11.025 kHz']);
  assert.equal([0, -0.04, -6.25, -100, -Infinity].map((value) => decibels(value).trim()), ['0.0 dB', '0.0 dB', '-6.3 dB', '-100.0 dB', '-∞ dB']);
});

test('files and devices', () => {
  const wav = { container: 'WAV', codec: 'PCM', sampleRate: 44100, channels: 2, durationSeconds: 1 };
  assert.is(describeFormat(wav), 'WAV · PCM · 44.1 kHz · stereo');
  assert.is(describeFormat({ ...wav, container: 'MP3', codec: 'mp3', channels: 1 }), 'MP3 · 44.1 kHz · mono');
  assert.is(describeDevice({ backend: 'pulse', label: 'Loudspeaker' }, 48000), 'PulseAudio · Loudspeaker · 48 kHz');
  assert.is(describeDevice({ backend: 'silent', label: 'Silent output' }, 48000), 'Silent output · 48 kHz');
  assert.is(describeDevice({ backend: 'wasapi', label: '' }, 48000), 'wasapi · 48 kHz');
});

test('every channel has a name', () => {
  for (const channels of [1, 2, 3, 4, 6, 8]) assert.is(channelNames(channels).length, channels);
});

test.run();
