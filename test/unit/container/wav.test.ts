import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isMalformed } from '../../../src/container/malformed';
import { decodeWave, type WaveAudio } from '../../../src/container/wav/decode';
import { parseWaveHeader, type WaveHeader } from '../../../src/container/wav/header';
import { encodeWave, signalToNoise, tones } from '../../support/media-signal';

const signal = tones(1000, 44100, 2);

function decoded(bytes: Uint8Array): WaveAudio {
  const wave = decodeWave(bytes);
  if (isMalformed(wave) || 'foreignFormatTag' in wave) throw new Error(JSON.stringify(wave));
  return wave;
}

const encodings = [['integer', 8, 38], ['integer', 16, 85], ['integer', 24, 130], ['integer', 32, 140], ['float', 32, Infinity], ['float', 64, Infinity]] as const;

for (const [encoding, bits, decibels] of encodings) {
  for (const channels of [1, 2, 6]) {
    for (const extensible of [false, true]) {
      test(`${bits}-bit ${encoding}, ${channels} channels${extensible ? ', extensible' : ''}`, () => {
        const source = tones(999, 48000, channels);
        const wave = decoded(encodeWave(source, 48000, { encoding, bits, extensible }));
        assert.is(wave.sampleRate, 48000);
        assert.is(wave.channels.length, channels);
        for (let channel = 0; channel < channels; channel++) {
          assert.is(wave.channels[channel].length, 999);
          assert.ok(signalToNoise(source[channel], wave.channels[channel]) >= decibels);
        }
      });
    }
  }
}

test('integers span [-1, 1)', () => {
  const extremes = [Float32Array.of(-1, 1, 0)];
  for (const [bits, highest] of [[8, 127 / 128], [16, 32767 / 32768], [24, 8388607 / 8388608]]) {
    const [samples] = decoded(encodeWave(extremes, 8000, { bits })).channels;
    assert.equal([...samples], [-1, highest, 0]);
  }
});

test('A-law and mu-law', () => {
  const bytes = encodeWave([new Float32Array(4)], 8000, { bits: 8 });
  const decodedWith = (tag: number, codes: number[]) => {
    const file = bytes.slice();
    file[20] = tag;
    file.set(codes, 44);
    return [...decoded(file).channels[0]].map((sample) => sample * 32768);
  };
  assert.equal(decodedWith(6, [0xd5, 0x55, 0xaa, 0x2a]), [8, -8, 32256, -32256]);
  assert.equal(decodedWith(7, [0xff, 0x7f, 0x80, 0x00]), [0, 0, 32124, -32124]);
});

test('other chunks are passed over, an odd one with its padding', () => {
  const wave = decoded(encodeWave(signal, 44100, { extraChunks: [['LIST', 27], ['junk', 4], ['fact', 0]] }));
  assert.is(wave.channels[0].length, 1000);
  assert.ok(signalToNoise(signal[1], wave.channels[1]) > 85);
});

test('RF64 takes its length from ds64', () => {
  assert.is(decoded(encodeWave(signal, 44100, { form: 'RF64' })).channels[0].length, 1000);
});

test('a data chunk that claims too much, everything or nothing goes to the end of the file', () => {
  for (const claimedBytes of [4004, 0x7fffffff, 0xffffffff, 0]) {
    assert.is(decoded(encodeWave(signal, 44100, { claimedBytes })).channels[0].length, 1000);
  }
});

test('a frame cut off at the end is left out', () => {
  assert.is(decoded(encodeWave(signal, 44100).subarray(0, 44 + 401)).channels[0].length, 100);
});

test('20 bits in 3 bytes are left-justified', () => {
  const file = encodeWave([Float32Array.of(0.5)], 44100, { bits: 24 });
  file[34] = 20;
  assert.is(decoded(file).channels[0][0], 0.5);
});

test('a block alignment that lies is ignored', () => {
  const file = encodeWave(signal, 44100);
  file[32] = 3;
  assert.is(decoded(file).channels[0].length, 1000);
});

test('nonsense is named with its place', () => {
  const broken = (offset: number, ...values: number[]) => {
    const file = encodeWave(signal, 44100);
    file.set(values, offset);
    return decodeWave(file);
  };
  assert.equal(broken(0, 0x52, 0x49, 0x46, 0x58), { malformed: 'no RIFF WAVE header', offset: 0 });
  assert.equal(broken(16, 2), { malformed: 'a fmt chunk of 2 bytes', offset: 12 });
  assert.equal(broken(22, 0), { malformed: '0 channels', offset: 22 });
  assert.equal(broken(22, 33), { malformed: '33 channels', offset: 22 });
  assert.equal(broken(24, 1, 0, 0, 0), { malformed: 'a sample rate of 1 Hz', offset: 24 });
  assert.equal(broken(34, 64), { malformed: 'integer samples of 64 bits', offset: 34 });
  assert.equal(broken(12, 0x78), { malformed: 'the data chunk comes before the fmt chunk', offset: 36 });
  assert.equal(broken(20, 2), { foreignFormatTag: 2 });
  assert.equal(decodeWave(encodeWave([new Float32Array(0)], 44100)), { malformed: 'no samples', offset: 44 });
});

test('a header in pieces: the parser asks for more until it has enough', () => {
  const file = encodeWave(signal, 44100, { extraChunks: [['LIST', 27]], extensible: true });
  let length = 0;
  let header = parseWaveHeader(file.subarray(0, length));
  for (let rounds = 0; 'needed' in header && rounds < 20; rounds++) {
    assert.ok(header.needed > length);
    length = header.needed;
    header = parseWaveHeader(file.subarray(0, length));
  }
  assert.is((header as WaveHeader).dataOffset, length);
  assert.is((header as WaveHeader).channelMask, 3);
  for (let cut = 0; cut < length; cut++) assert.ok('needed' in parseWaveHeader(file.subarray(0, cut)));
});

test.run();
