import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAudioCodec, parseVideoCodec } from '../../../src/webcodecs/codec-strings/parse';

const good: readonly [string, object][] = [
  ['avc1.64001f', { name: 'h264', profile: 100, constraints: 0, level: 31 }],
  ['avc3.42E01E', { name: 'h264', profile: 66, constraints: 0xe0, level: 30 }],
  ['hvc1.1.6.L93.B0', { name: 'hevc', profile: 1, level: 93, tier: 0 }],
  ['hev1.2.4.H153', { name: 'hevc', profile: 2, level: 153, tier: 1 }],
  ['vp8', { name: 'vp8', profile: 0, bitDepth: 8, chroma: '420' }],
  ['vp09.00.10.08', { name: 'vp9', profile: 0, level: 10, bitDepth: 8, chroma: '420' }],
  ['vp09.01.20.08.03', { name: 'vp9', profile: 1, level: 20, bitDepth: 8, chroma: '444' }],
  ['vp09.02.51.12.01.09.16.09.01', { name: 'vp9', profile: 2, level: 51, bitDepth: 12, chroma: '420' }],
  ['av01.0.04M.08', { name: 'av1', profile: 0, level: 4, tier: 0, bitDepth: 8, chroma: '420' }],
  ['av01.1.12H.10.0.000.09.16.09.0', { name: 'av1', profile: 1, level: 12, tier: 1, bitDepth: 10, chroma: '444' }],
];

for (const [string, parameters] of good) {
  test(`${string} is understood`, () => assert.equal(parseVideoCodec(string), { string, ...parameters }));
}

const bad = [
  'avc1', 'avc1.64001', 'avc1.FF000b', 'avc1.640055', 'hvc1.C99.6FFFFFF.L93', 'hvc1.1.6.L94', 'hev1.1.6.M93', 'vp8.0', 'vp09', 'vp09.99.99.08', 'vp09.00.10.10',
  'vp09.01.10.08.01', 'av01.9.99M.08', 'av01.0.04M.12', 'av01.0.04X.08', 'av01.0.04M.08.0.000.09.16.09.0', 'opus', 'mp4a.40.2',
];

for (const string of bad) {
  test(`${string} is no video codec`, () => assert.is(parseVideoCodec(string), null));
}

test('audio codecs stand for themselves', () => {
  const names = ['opus', 'flac', 'mp3', 'vorbis', 'alaw', 'ulaw', 'pcm-s24', 'pcm-s24be', 'alac', 'g722', 'mp4a.40.2', 'mp4a.40.29', 'mp4a.6B'];
  assert.equal(names.map((name) => parseAudioCodec(name)?.name), ['opus', 'flac', 'mp3', 'vorbis', 'alaw', 'ulaw', 'pcm', 'pcm', 'alac', 'g722', 'aac', 'aac', 'mp3']);
  assert.equal(['mp4a.FF.9', 'vp8', 'avc1.64001f'].map(parseAudioCodec), [null, null, null]);
});

test('what no registration knows has no name, but for the backends to see its string', () => {
  const strings = ['tiny', 'vp9', 'AVC1.64001f'];
  assert.equal(strings.map(parseVideoCodec), strings.map((string) => ({ name: '', string })));
});

test.run();
