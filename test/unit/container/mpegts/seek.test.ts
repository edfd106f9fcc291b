/** Where seeks by the times of PES packets end: at a random access point, with the samples that are read from there on in a whole file. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MpegTsDemuxer } from '../../../../src/container/mpegts/MpegTsDemuxer';
import type { Sample } from '../../../../src/container/outputs';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, partOf, samplesOf } from '../../../support/containers/demux';
import { adtsFrame, repeated } from '../../../support/containers/frames';
import { delimiter, keySlice, sequenceParameterSet, slice, TransportWriter } from '../../../support/containers/mpegts-files';

const ticks = 90_000;

/** Frames of 40 ms, every 25th of them a key frame or as `isKey` says, with two frames of AAC each, of 44,100 Hz. */
function film(frames: number, { begin = 2 ** 33 - 20 * ticks, bytes = 300, isKey = (frame: number) => frame % 25 === 0 } = {}): Uint8Array {
  const writer = new TransportWriter();
  const parts = [...writer.programAssociation({ 1: 0x20 }), ...writer.programMap(0x20, [[0x100, 0x1b], [0x101, 0x0f]])];
  for (let frame = 0; frame < frames; frame++) {
    const stamp = begin + frame * 3600;
    const picture = isKey(frame) ? [...sequenceParameterSet, ...keySlice(bytes)] : slice(bytes);
    for (const byte of writer.pes(0x100, [...delimiter, ...picture], stamp + 3600, stamp, { clock: stamp })) parts.push(byte);
    for (const byte of writer.pes(0x101, repeated(2, adtsFrame), stamp + 3600, undefined, { isLengthTold: true })) parts.push(byte);
  }
  return Uint8Array.from(parts);
}

const numbersOf = (samples: readonly Sample[]) => samples.map(({ trackId, timestamp, decodeTimestamp, isKey, offset, data }) => [trackId, timestamp, decodeTimestamp, isKey, offset, data.length]);

function checkSeeks(what: string, bytes: Uint8Array, seconds: readonly number[], mostBytes = Infinity): void {
  const outputs = demuxStream(new MpegTsDemuxer(), bytes);
  const { tracks } = initSegment(outputs)!;
  const { id: main } = tracks.find(({ type }) => type === 'video') ?? tracks[0];
  const all = samplesOf(outputs, main);
  const first = all[0].timestamp / ticks;
  const demuxer = new MpegTsDemuxer({ canSeek: true, size: bytes.length });
  partOf(demuxer, bytes, 4);
  for (const time of seconds) {
    const served = { bytes: 0, ranges: 0 };
    assert.ok(demuxer.seek(first + time), what);
    const found = samplesOf(partOf(demuxer, bytes, 30, served), main).slice(0, 10);
    const key = all.filter(({ isKey, timestamp }) => isKey && timestamp <= Math.round((first + time) * ticks)).at(-1)!;
    const expected = all.slice(all.indexOf(key), all.indexOf(key) + found.length);
    assert.equal(numbersOf(found), numbersOf(expected), `${what}: ${time} s`);
    assert.ok(served.bytes < mostBytes, `${what}: ${time} s: ${served.bytes} bytes`);
  }
}

test('beyond 33 bits, near and far key frames, both ends', () => checkSeeks('a film of 40 s', film(1000), [20, 0, 39.9, 1, 5.03, 1000, 33.3]));

test('one key frame far back', () => checkSeeks('a single key frame', film(2000, { isKey: (frame) => frame === 3 || frame === 0 }), [79, 0.5]));

test('few bytes of a long film are read', () => {
  checkSeeks('200 s', film(5000, { bytes: 150, begin: 5 * ticks }), [100, 199, 3, 150], 700_000);
});

test('packets with time in front, of error correction behind', () => {
  for (const [before, behind] of [[4, 0], [0, 16]]) {
    const plain = film(300);
    const bytes = new Uint8Array((plain.length / 188) * (188 + before + behind));
    for (let at = 0, to = before; at < plain.length; at += 188, to += 188 + before + behind) bytes.set(plain.subarray(at, at + 188), to);
    checkSeeks(`${188 + before + behind}`, bytes, [6, 2.5, 11]);
  }
});

test('other tracks begin with what is heard at the key frame', () => {
  const bytes = film(500);
  const demuxer = new MpegTsDemuxer({ canSeek: true, size: bytes.length });
  const all = samplesOf(demuxFile(demuxer, bytes), 0x101);
  assert.ok(demuxer.seek(all[0].timestamp / ticks + 7.5));
  const outputs = samplesOf(demuxFile(demuxer, bytes));
  const [picture] = samplesOf(outputs, 0x100);
  // What stands before the picture in the file is not fetched.
  assert.equal(numbersOf(samplesOf(outputs, 0x101)), numbersOf(all.filter(({ timestamp, offset }) => timestamp >= picture.timestamp && offset > picture.offset)));
});

if (!corpusMissing) {
  test('files of FFmpeg', () => {
    const video = '-f lavfi -i testsrc2=size=160x90:rate=25:duration=12';
    checkSeeks('H.264 with B-frames', corpusFile('seek.ts', `${video} -f lavfi -i sine=duration=12 -c:v libx264 -g 40 -bf 2 -c:a aac`).bytes, [0, 3.3, 11.9, 7, 1.7]);
    checkSeeks('H.265', corpusFile('seek-hevc.ts', `${video} -c:v libx265 -x265-params log-level=none:keyint=30`).bytes, [5, 0.1, 11]);
    checkSeeks('sound alone', corpusFile('seek-audio.ts', '-f lavfi -i sine=duration=30 -c:a aac').bytes, [29, 3, 15.5, 0]);
  });
}

test('neither before the tracks are known nor in a stream', () => {
  assert.not(new MpegTsDemuxer({ canSeek: true, size: 1000 }).seek(0));
  const demuxer = new MpegTsDemuxer();
  demuxStream(demuxer, film(30));
  assert.not(demuxer.seek(0));
});

test.run();
