// timeout: 240 s
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import type { Sample } from '../../../src/container/outputs';
import { sniffContainer } from '../../../src/container/sniff';
import type { Track } from '../../../src/container/tracks';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../support/containers/demux';
import { complaints, decodedAudio } from '../../support/containers/mux';
import { directory, file, mediant, start, wav } from './support';

const tone = file('tone.wav', wav(1.5, 44100));
const inDirectory = (name: string): string => join(directory, name);

function convert(...args: string[]): { tracks: { type: string; from: string; to: string; isCopy: boolean; samples: number }[]; duration: number; bytes: number } {
  const { status, stdout, stderr } = mediant(['convert', '--json', ...args]);
  assert.is(status, 0, stderr);
  return JSON.parse(stdout);
}

interface Read {
  readonly tracks: readonly Track[];
  readonly samples: readonly Sample[];
}

function read(path: string): Read {
  const bytes = new Uint8Array(readFileSync(path));
  const outputs = demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);
  assert.is(outputs.at(-1)!.type, 'end');
  return { tracks: initSegment(outputs)!.tracks, samples: samplesOf(outputs) };
}

/** Nothing of a file that was not finished. */
const leftovers = (): string[] => readdirSync(directory).filter((name) => name.endsWith('.part'));

/** Signal to noise in decibels, of 16-bit samples. */
function likeness(sound: Buffer, original: Buffer): number {
  const samples = (bytes: Buffer) => new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const [a, b] = [samples(sound), samples(original)];
  let [signal, noise] = [0, 0];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    signal += b[index] ** 2;
    noise += (a[index] - b[index]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

test('a copy has the same samples', () => {
  const { tracks, duration } = convert(tone, 'copy.wav');
  assert.equal(tracks.map(({ type, from, to, isCopy }) => ({ type, from, to, isCopy })), [{ type: 'audio', from: 'pcm-s16', to: 'pcm-s16', isCopy: true }]);
  assert.is(duration, 1.5);
  const data = (path: string) => Buffer.concat(read(path).samples.map((sample) => sample.data));
  assert.ok(data(inDirectory('copy.wav')).equals(data(tone)));
});

test('a range, another rate, fewer channels, to standard output', () => {
  const { status, stderr } = mediant(['convert', tone, 'range.wav', '--from', '0.25', '--to', '1', '--sample-rate', '16000', '--channels', '1']);
  assert.is(status, 0, stderr);
  assert.match(stderr, /^range\.wav: 24\.1 kB, 0\.75 s; audio pcm-s16 \(was pcm-s16\); [\d.]+ × real time\n$/);
  const [{ duration, descriptions: [{ audio }] }] = read(inDirectory('range.wav')).tracks;
  assert.equal([duration, audio], [12000, { sampleRate: 16000, numberOfChannels: 1 }]);
  const piped = mediant(['convert', tone, '-', '--format', 'wav', '--to', '0.5', '--quiet']);
  assert.is(piped.stderr, '');
  assert.ok(piped.stdout.startsWith('RIFF'));
});

test('what is there already stays, unless it may be overwritten', () => {
  const there = file('there.wav', 'something');
  const refused = mediant(['convert', tone, there]);
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /there\.wav is there already; --overwrite replaces it\n$/);
  assert.is(readFileSync(there, 'utf8'), 'something');
  convert('--overwrite', tone, there);
  assert.is(read(there).tracks.length, 1);
});

test('a file that is damaged, and one without what is wanted, leave nothing', () => {
  const cut = mediant(['convert', file('bad.opus', Buffer.concat([Buffer.from('OggS'), Buffer.alloc(60, 1)])), 'of-bad.wav']);
  assert.is(cut.status, 1);
  assert.match(cut.stderr, /^mediant: Ogg: .+ \(at byte \d+\)\n$/);
  const silent = mediant(['convert', tone, 'of-nothing.wav', '--audio', 'none']);
  assert.is(silent.status, 1);
  assert.match(silent.stderr, /no track that is wanted and that wav holds/);
  assert.equal(leftovers(), []);
  assert.not(existsSync(inDirectory('of-bad.wav')) || existsSync(inDirectory('of-nothing.wav')));
});

test('an interrupted run leaves no half file', async () => {
  const child = start(['convert', file('long.wav', wav(1200, 16000)), 'interrupted.opus', '--quiet']);
  const closed = once(child, 'close');
  while (leftovers().length === 0 && child.exitCode === null) await new Promise((resolve) => { setTimeout(resolve, 5); });
  child.kill('SIGINT');
  assert.equal(await closed, [130, null]);
  assert.equal(leftovers(), []);
  assert.not(existsSync(inDirectory('interrupted.opus')));
});

test('a codec that nothing here encodes is named', () => {
  const { status, stderr } = mediant(['convert', tone, 'he.aac', '--audio', 'he-aac']);
  assert.is(status, 1);
  assert.match(stderr, /^mediant: audio 1 \(pcm-s16 to mp4a\.40\.5\): .+; 'mediant devices --codecs' lists what this machine has\n$/);
});

/** By way of encoders that lose something: length to the frame, and the sound at its place. */
const encoded: readonly (readonly [name: string, command: string, output: string, decibels: number])[] = [
  ['tone-44.wav', '-f lavfi -i sine=frequency=440:sample_rate=44100:duration=2', 'opus', 30],
  ['aac.mp4', '{audio} -c:a aac', 'opus', 30],
  ['tone.mp3', '{audio} -c:a libmp3lame', 'wav', 60],
  ['tone.flac', '{audio} -c:a flac', 'wav', 100],
  ['vorbis.ogg', '{audio} -c:a libvorbis', 'wav', 60],
  ['opus.webm', '{audio} -c:a libopus', 'wav', 60],
];

for (const [name, command, extension, decibels] of corpusMissing ? [] : encoded) {
  test(`${name} to ${extension}`, () => {
    const { path } = corpusFile(name, command);
    const output = `${name}.${extension}`;
    const { tracks: [{ isCopy }], duration } = convert(path, output);
    assert.not(isCopy);
    assert.is(complaints(inDirectory(output)), '');
    const rate = ['-ar', '48000'];
    const [was, is] = [decodedAudio(path, rate), decodedAudio(inDirectory(output), rate)];
    assert.ok(Math.abs(was.length - is.length) <= 2 * 1024, `${was.length / 2} and ${is.length / 2} frames`);
    assert.ok(Math.abs(duration - is.length / 96000) < 0.001);
    assert.ok(likeness(is, was) > decibels, `${likeness(is, was)} dB`);
  });
}

if (!corpusMissing) {
  test('Opus from WebM to Ogg, packet by packet', () => {
    const { path } = corpusFile('opus.webm', '{audio} -c:a libopus');
    const { tracks: [{ isCopy }] } = convert(path, 'copied.opus');
    assert.ok(isCopy);
    assert.equal(read(inDirectory('copied.opus')).samples.map(({ data }) => Buffer.from(data).toString('hex')), read(path).samples.map(({ data }) => Buffer.from(data).toString('hex')));
  });
} else console.log(`skipped in part: ${corpusMissing}`);

test.run();
