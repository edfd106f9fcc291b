// timeout: 240 s
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConversionOptions } from '../../../src/cli/convert/convert';
import { convertFile } from '../../../src/cli/convert/convertFile';
import { createDemuxer } from '../../../src/container/demuxers';
import { muxerFormat } from '../../../src/container/muxers';
import type { Sample } from '../../../src/container/outputs';
import { sniffContainer } from '../../../src/container/sniff';
import type { Track } from '../../../src/container/tracks';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../support/containers/demux';
import { probe } from '../../support/containers/ffprobe';
import { complaints, decodedAudio } from '../../support/containers/mux';
import { directory, file, mediant, start, wav } from './support';

const tone = file('tone.wav', wav(1.5, 44100));
const inDirectory = (name: string): string => join(directory, name);

/** Converts without a process of its own, replacing what is there. */
function convert(input: string, output: string, options: Partial<ConversionOptions> = {}) {
  return convertFile(input, inDirectory(output), true, {
    format: muxerFormat(extname(output))!, choices: {}, encoded: [], video: {}, audio: {}, from: undefined, to: undefined, signal: new AbortController().signal, progress() {}, ...options,
  });
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

/** The data of each sample of the nth track, in hexadecimal. */
function dataOf({ tracks, samples }: Read, index: number): string[] {
  return samples.filter(({ trackId }) => trackId === tracks[index].id).map(({ data }) => Buffer.from(data).toString('hex'));
}

/** Of the first stream, as ffprobe tells it. */
const ffprobeField = (path: string, field: string): string => execFileSync('ffprobe', ['-v', 'error', '-select_streams', '0', '-show_entries', `stream=${field}`, '-of', 'csv=p=0', path], { encoding: 'utf8' }).trim().split('\n')[0];

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

test('the command tells what it has done', () => {
  const { status, stdout, stderr } = mediant(['convert', '--json', tone, 'copy.wav']);
  assert.is(status, 0, stderr);
  const { from, duration, tracks, format, bytes, elapsed, speed } = JSON.parse(stdout);
  assert.equal({ from, duration, tracks, format, bytes }, {
    from: 0, duration: 1.5, format: 'wav', bytes: 264680, tracks: [{ id: 1, type: 'audio', from: 'pcm-s16', to: 'pcm-s16', isCopy: true, samples: 65, bytes: 264600 }],
  });
  assert.ok(elapsed > 0 && speed > 0);
  assert.is(dataOf(read(inDirectory('copy.wav')), 0).join(''), dataOf(read(tone), 0).join(''));
});

test('a range, another rate, fewer channels; to standard output', () => {
  const { status, stderr } = mediant(['convert', tone, 'range.wav', '--from', '0.25', '--to', '1', '--sample-rate', '16000', '--channels', '1']);
  assert.is(status, 0, stderr);
  assert.match(stderr, /^range\.wav: 24\.1 kB, 0\.75 s; audio pcm-s16 \(was pcm-s16\); [\d.]+ × real time\n$/);
  const [{ duration, descriptions: [{ audio }] }] = read(inDirectory('range.wav')).tracks;
  assert.equal([duration, audio], [12000, { sampleRate: 16000, numberOfChannels: 1 }]);
  const piped = mediant(['convert', tone, '-', '--format', 'wav', '--to', '0.5', '--quiet']);
  assert.is(piped.stderr, '');
  assert.ok(piped.stdout.startsWith('RIFF'));
});

test('what is there already stays, unless it may be overwritten', async () => {
  const there = file('there.wav', 'something');
  const refused = mediant(['convert', tone, there]);
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /there\.wav is there already; --overwrite replaces it\n$/);
  assert.is(readFileSync(there, 'utf8'), 'something');
  await convert(tone, 'there.wav');
  assert.is(read(there).tracks.length, 1);
});

test('a file that is damaged, and one without what is wanted, leave nothing', async () => {
  const cut = mediant(['convert', file('bad.opus', Buffer.concat([Buffer.from('OggS'), Buffer.alloc(60, 1)])), 'of-bad.wav']);
  assert.is(cut.status, 1);
  assert.match(cut.stderr, /^mediant: Ogg: .+ \(at byte \d+\)\n$/);
  const silent = await convert(tone, 'of-nothing.wav', { choices: { audio: 'none' } }).catch((error: Error) => error.message);
  assert.is(silent, 'there is no track that is wanted and that wav holds');
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

test('a codec that nothing here encodes is named', async () => {
  const { status, stderr } = mediant(['convert', tone, 'he.aac', '--audio', 'he-aac']);
  assert.is(status, 1);
  assert.match(stderr, /^mediant: audio 1 \(pcm-s16 to mp4a\.40\.5\): .+; 'mediant devices --codecs' lists what this machine has\n$/);
});

/** What ffmpeg is to make, and what of it. Decibels are those of the sound at its place, after an encoder that loses something. */
const encoded: readonly (readonly [name: string, command: string, extension: string, decibels: number])[] = [
  ['tone-44.wav', '-f lavfi -i sine=frequency=440:sample_rate=44100:duration=2', 'opus', 30],
  ['tone-44.wav', '-f lavfi -i sine=frequency=440:sample_rate=44100:duration=2', 'm4a', 30],
  ['aac.mp4', '{audio} -c:a aac', 'opus', 30],
  ['tone.mp3', '{audio} -c:a libmp3lame', 'wav', 60],
  ['tone.flac', '{audio} -c:a flac', 'wav', 100],
  ['vorbis.ogg', '{audio} -c:a libvorbis', 'wav', 60],
  ['opus.webm', '{audio} -c:a libopus', 'wav', 60],
];

for (const [name, command, extension, decibels] of corpusMissing ? [] : encoded) {
  test(`${name} to ${extension}`, async () => {
    const { path } = corpusFile(name, command);
    const output = `${name}.${extension}`;
    const { tracks: [{ isCopy }], duration } = await convert(path, output);
    assert.not(isCopy);
    assert.is(complaints(inDirectory(output)), '');
    const rate = ['-ar', '48000'];
    const [was, is] = [decodedAudio(path, rate), decodedAudio(inDirectory(output), rate)];
    // ffmpeg does not cut the last frame of AAC where its edit ends.
    assert.ok(Math.abs(was.length - is.length) <= 2 * 1024, `${was.length / 2} and ${is.length / 2} frames`);
    assert.ok(Math.abs(duration - was.length / 96000) < 1024 / 48000);
    assert.ok(likeness(is, was) > decibels, `${likeness(is, was)} dB`);
  });
}

if (!corpusMissing) {
  test('the duration of MP3 that is copied counts neither delay nor padding', async () => {
    const { path } = corpusFile('tone.mp3', '{audio} -c:a libmp3lame');
    const { tracks: [{ isCopy }], duration } = await convert(path, 'copy.mkv');
    assert.ok(isCopy);
    assert.ok(Math.abs(duration - 2) < 0.001, `${duration} s`);
  });
}

/** Two seconds with B-frames and a key frame each half second. */
const film = corpusMissing ? null : corpusFile('convert-film.mp4', '{video} {audio} -c:v libx264 -bf 2 -g 12 -keyint_min 12 -sc_threshold 0 -c:a aac');
const stream = corpusMissing ? null : corpusFile('convert-film.ts', '{video} {audio} -c:v libx264 -bf 2 -g 12 -c:a aac');

const copies: readonly (readonly [input: { path: string } | null, output: string])[] = [[film, 'film.mp4'], [film, 'film.m4s'], [film, 'film.mkv'], [film, 'film.aac']];

for (const [input, output] of corpusMissing ? [] : copies) {
  test(`${output} is a copy, sample by sample`, async () => {
    const { tracks, duration } = await convert(input!.path, output);
    assert.ok(tracks.every(({ isCopy }) => isCopy));
    const [was, is] = [read(input!.path), read(inDirectory(output))];
    const header = output.endsWith('aac') ? 14 : 0;
    for (const [index, { type }] of is.tracks.entries()) {
      assert.equal(dataOf(is, index).map((data) => data.slice(header)), dataOf(was, was.tracks.findIndex((track) => track.type === type)));
    }
    assert.ok(Math.abs(duration - 2) < 0.03);
    assert.is(complaints(inDirectory(output)), '');
  });
}

if (film && stream) {
  test('Opus from WebM to Ogg, packet by packet', async () => {
    const { path } = corpusFile('opus.webm', '{audio} -c:a libopus');
    const { tracks: [{ isCopy }] } = await convert(path, 'copied.opus');
    assert.ok(isCopy);
    assert.equal(dataOf(read(inDirectory('copied.opus')), 0), dataOf(read(path), 0));
  });

  test('big-endian samples to WAV: turned, and nothing else; ALAC has sixteen bits', async () => {
    for (const [name, coder, codec] of [
      ['s16be.mov', 'pcm_s16be', 'pcm-s16'], ['s24be.mov', 'pcm_s24be', 'pcm-s24'], ['f32be.mov', 'pcm_f32be', 'pcm-f32'], ['lossless.m4a', 'alac', 'pcm-s16'],
    ] as const) {
      const { path } = corpusFile(`convert-${name}`, `{audio} -c:a ${coder}`);
      await convert(path, `${name}.wav`);
      const output = inDirectory(`${name}.wav`);
      assert.is(read(output).tracks[0].descriptions[0].codec, codec);
      const asStored = ['-c:a', `pcm_${codec.slice(4)}le`];
      const samples = decodedAudio(path, asStored);
      assert.ok(samples.length > 0 && decodedAudio(output, asStored).equals(samples), name);
    }
  });

  test('MPEG-TS to MP4: the times begin at 0', async () => {
    await convert(stream.path, 'stream.mp4');
    const { warnings, streams } = probe(inDirectory('stream.mp4'));
    assert.is(warnings, '');
    assert.ok(Math.min(...streams.map(({ startTime }) => startTime!)) < 0.001);
    assert.equal(streams.map(({ codec, packets }) => [codec, packets.length]), [['h264', 50], ['aac', 95]]);
  });

  test('H.264 and AAC, both encoded anew: pictures and sound where they were', async () => {
    const { tracks } = await convert(film.path, 'anew.mp4', { choices: { video: 'avc1', audio: 'mp4a.40.2' } });
    assert.ok(tracks.every(({ isCopy }) => !isCopy));
    const { warnings, streams: [video, audio] } = probe(inDirectory('anew.mp4'));
    assert.is(warnings, '');
    assert.equal([video.packets.length, video.startTime, video.duration, audio.startTime], [50, 0, 2, 0]);
    assert.equal(video.packets.map(({ pts }) => Math.round(pts! * 25)), Array.from({ length: 50 }, (_, index) => index));
    assert.ok(likeness(decodedAudio(inDirectory('anew.mp4')), decodedAudio(film.path)) > 30);
  });

  for (const codec of ['vp8', 'vp09']) {
    test(`H.264 and AAC to WebM with ${codec} and Opus`, async () => {
      const output = `${codec}.webm`;
      const { tracks } = await convert(film.path, output, { choices: { video: codec } });
      assert.equal(tracks.map(({ to, isCopy }) => [to.split('.')[0], isCopy]), [[codec, false], ['opus', false]]);
      const { warnings, duration, streams: [video, audio] } = probe(inDirectory(output));
      assert.is(warnings, '');
      assert.equal([video.packets.length, video.startTime, audio.codec], [50, 0, 'opus']);
      assert.ok(Math.abs(duration! - 2) < 0.04);
      assert.ok(likeness(decodedAudio(inDirectory(output)), decodedAudio(film.path)) > 30);
      assert.is(complaints(inDirectory(output)), '');
    });
  }

  test('a range: to the frame where it is encoded, from a key frame where it is copied', async () => {
    const range = { from: 0.7, to: 1.3 };
    const exact = await convert(film.path, 'exact.mp4', { ...range, choices: { video: 'avc1', audio: 'mp4a.40.2' }, video: { size: { width: 48, height: 32 } } });
    assert.is(exact.from, 0.7);
    const [video] = probe(inDirectory('exact.mp4')).streams;
    // The picture that is shown at 0.7 s, and those up to 1.3.
    assert.equal([video.width, video.height, video.packets.length], [48, 32, 16]);
    const sound = decodedAudio(inDirectory('exact.mp4')).subarray(0, 2 * 28800);
    assert.ok(likeness(sound, decodedAudio(film.path).subarray(2 * 33600)) > 30);
    const copied = await convert(film.path, 'cut.mp4', range);
    assert.is(copied.from, 0.48);
    const cut = read(inDirectory('cut.mp4'));
    assert.equal(dataOf(cut, 0), dataOf(read(film.path), 0).slice(12, 12 + dataOf(cut, 0).length));
    assert.is(complaints(inDirectory('cut.mp4')), '');
  });
} else console.log(`skipped in part: ${corpusMissing}`);

if (!corpusMissing) {
  const pictures = (path: string): string => ffprobeField(path, 'pix_fmt');

  test('ten bits are kept where the codec has them, and are told of where not', async () => {
    const { path } = corpusFile('ten-bits.webm', '{video} -c:v libvpx-vp9 -pix_fmt yuv420p10le');
    const kept = await convert(path, 'ten-bits.webm', { choices: { video: 'vp09' } });
    assert.equal([kept.notes, kept.tracks[0].to, pictures(inDirectory('ten-bits.webm'))], [[], 'vp09.02.20.10', 'yuv420p10le']);
    const lost = await convert(path, 'eight-bits.mp4', { choices: { video: 'avc1' } });
    assert.equal([lost.notes, pictures(inDirectory('eight-bits.mp4'))], [['video 1: of 10 bits 8 are kept in avc1.64001e'], 'yuv420p']);
  });

  test('chroma is kept in VP9, and is told of where not', async () => {
    const chroma = (name: string, format: string) => corpusFile(name, `{video} -c:v libx265 -pix_fmt ${format} -x265-params log-level=none`).path;
    for (const [name, format, string] of [['chroma-422.mp4', 'yuv422p', 'vp09.01.20.08.02'], ['chroma-444.mp4', 'yuv444p', 'vp09.01.20.08.03'], ['chroma-444-10.mp4', 'yuv444p10le', 'vp09.03.20.10.03']]) {
      const kept = await convert(chroma(name, format), 'chroma.webm', { choices: { video: 'vp09' } });
      assert.equal([kept.notes, kept.tracks[0].to, pictures(inDirectory('chroma.webm'))], [[], string, format], name);
    }
    const lost = await convert(chroma('chroma-422.mp4', 'yuv422p'), 'chroma-lost.mp4', { choices: { video: 'avc1' } });
    assert.equal([lost.notes, pictures(inDirectory('chroma-lost.mp4'))], [['video 1: its chroma of 4:2:2 becomes 4:2:0 in avc1.64001e'], 'yuv420p']);
  });

  test('alpha is copied where the format holds it, and is told of where it is lost', async () => {
    const { path } = corpusFile('alpha.webm', '-f lavfi -i testsrc2=size=96x64:rate=25:duration=2,format=yuva420p -c:v libvpx-vp9 -g 12 -pix_fmt yuva420p');
    const alphaOf = (name: string): number => read(name).samples.filter(({ alpha }) => alpha !== null).length;
    assert.equal([(await convert(path, 'alpha.mkv')).notes, alphaOf(inDirectory('alpha.mkv'))], [[], alphaOf(path)]);
    assert.equal((await convert(path, 'no-alpha.mp4')).notes, ['video 1: its alpha channel is lost, which mp4 has no place for']);
    const { notes } = await convert(path, 'no-alpha.webm', { choices: { video: 'vp8' } });
    assert.equal(notes, ['video 1: its alpha channel is lost, which no encoder here keeps; webm and matroska hold it where vp09.00.10.08 is copied']);
  });

  test('an orientation is kept, or told of', async () => {
    const { path } = corpusFile('upright.mp4', '{video} -c:v libx264');
    const bytes = readFileSync(path);
    const matrix = bytes.indexOf('tkhd') + 44;
    [0, -1, 0, -1, 0, 0].forEach((value, index) => { bytes.writeInt32BE(value * 65536, matrix + 4 * index); }); // Turned by 270 degrees, mirrored.
    const turned = file('turned.mp4', bytes);
    const { notes } = await convert(turned, 'turned.mkv');
    const [{ descriptions: [{ video }] }] = read(inDirectory('turned.mkv')).tracks;
    assert.equal([notes, video!.rotation, video!.isFlipped], [[], 270, true]);
    assert.equal((await convert(turned, 'turned.ts')).notes, ['video 1: its orientation is lost (turned by 270°, mirrored), which mpegts has no place for']);
  });

  test('pictures that are encoded for MPEG-TS are turned', async () => {
    const picture = (path: string, filter: string) => execFileSync('ffmpeg', ['-v', 'error', '-noautorotate', '-i', path, '-frames:v', '1', '-vf', `${filter}format=gray`, '-f', 'rawvideo', '-'], { maxBuffer: 2 ** 26 });
    for (const [name, format] of [['upright.mp4', 'yuv420p'], ['upright-422.mp4', 'yuv422p'], ['upright-444.mp4', 'yuv444p10le']]) {
      const { path } = corpusFile(name, `{video} -c:v libx264 -pix_fmt ${format}`);
      for (const [matrix, filter] of [[[0, 1, 0, -1, 0, 0], 'transpose=clock,'], [[-1, 0, 0, 0, -1, 0], 'hflip,vflip,'], [[0, -1, 0, 1, 0, 0], 'transpose=cclock,'], [[-1, 0, 0, 0, 1, 0], 'hflip,'], [[0, -1, 0, -1, 0, 0], 'transpose=clock_flip,']] as const) {
        const bytes = readFileSync(path);
        const at = bytes.indexOf('tkhd') + 44;
        matrix.forEach((value, index) => { bytes.writeInt32BE(value * 65536, at + 4 * index); });
        const { notes } = await convert(file('turn.mp4', bytes), 'turn.ts', { encoded: ['video'], video: { bitrate: 2_000_000 } });
        assert.not(notes.some((note) => note.includes('orientation')), notes.join());
        const [expected, got] = [picture(path, filter), picture(inDirectory('turn.ts'), '')];
        assert.is(got.length, expected.length, filter);
        const error = expected.reduce((sum, value, index) => sum + Math.abs(value - got[index]), 0) / expected.length;
        assert.ok(error < 6, `${name} ${filter}: ${error} steps of 8 bits`);
      }
    }
  });

  test('7.1 to stereo', async () => {
    const { path } = corpusFile('surround.flac', '-f lavfi -i aevalsrc=0.2*sin(440*2*PI*t)|0|0|0|0|0|0|0:c=7.1:s=48000:d=1 -c:a flac');
    await convert(path, 'surround.wav', { choices: { audio: 'pcm-s16' }, encoded: ['audio'], audio: { channels: 2 } });
    const sound = decodedAudio(inDirectory('surround.wav'));
    assert.is(ffprobeField(inDirectory('surround.wav'), 'channels'), '2');
    assert.ok(sound.length >= 2 * 2 * 47_000);
  });
}

test.run();
