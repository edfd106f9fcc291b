/** Frames, seek tables, tags and damage, in files made by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FlacDemuxer } from '../../../../src/container/flac/FlacDemuxer';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { demuxFile, demuxStream, initSegment, partOf, samplesOf } from '../../../support/containers/demux';
import { flacFile, flacFrame, metadataBlock, seekTable, streamInfo } from '../../../support/containers/flac-files';
import { characters, id3 } from '../../../support/containers/frames';

const demux = (...parts: readonly (readonly number[])[]): DemuxerOutput[] => demuxStream(new FlacDemuxer(), Uint8Array.from(parts.flat()), 50);
const frames = (count: number) => Array.from({ length: count }, (_, number) => flacFrame(number));
const frameBytes = flacFrame(0).length;
const timesOf = (outputs: readonly DemuxerOutput[]) => samplesOf(outputs).map(({ timestamp }) => timestamp);
const last = (outputs: readonly DemuxerOutput[]) => outputs.at(-1)!;
const marker = characters('fLaC');

test('frames and the init segment', () => {
  const outputs = demux(flacFile([], ...frames(3)));
  const { tracks: [{ id, timescale, duration }], hasIndex } = initSegment(outputs)!;
  assert.equal([id, timescale, duration, hasIndex], [1, 44_100, 576, false]);
  assert.equal(samplesOf(outputs).map(({ timestamp, duration: ticks, offset, data }) => [timestamp, ticks, offset, data.length]), [0, 1, 2].map((index) => [index * 192, 192, 46 + index * frameBytes, frameBytes]));
  assert.equal([...samplesOf(outputs)[2].data], flacFrame(2));
});

test('numbers of blocks and of samples, in one byte and in more', () => {
  assert.equal(timesOf(demux(marker, metadataBlock(0, streamInfo(), true), flacFrame(127), flacFrame(128))), [127 * 192, 128 * 192]);
  const variable = (number: number) => flacFrame(number, { isVariable: true });
  assert.equal(timesOf(demux(marker, metadataBlock(0, streamInfo({ blockSize: 4096 }), true), variable(0), variable(192), variable(384))), [0, 192, 384]);
});

test('tags in front and behind', () => {
  const tail: readonly (readonly number[])[] = [[...characters('TAG'), ...Array.from({ length: 125 }, () => 0)], id3(20), characters('APETAGEX and its items'), []];
  for (const tag of tail) {
    const outputs = demux(id3(200), id3(3), flacFile([], ...frames(3)), tag);
    assert.equal(timesOf(outputs), [0, 192, 384]);
    assert.equal(last(outputs), { type: 'end', isTruncated: false });
  }
});

test('where pieces end makes no difference', () => {
  const sound = (sample: number) => (number: number) => flacFrame(number, { sample });
  // Samples that look like the beginning of a header and of tags.
  const beginnings = [0xfff8, 0xfff9, 0x5441, 0x4944, 0x4150, 0xffff].map((sample, number) => sound(sample)(number));
  for (const tail of [[], characters('TAG'), characters('ID3'), [0xff], [0xff, 0xf8, 0x19], [0xff, 0, 0, 0], [0xff, ...Array.from({ length: 20 }, () => 1)], [0x54, 0x41]]) {
    const file = Uint8Array.from([...flacFile([], ...beginnings), ...tail]);
    const whole = demuxStream(new FlacDemuxer(), file, file.length);
    assert.is(samplesOf(whole).length, tail.length === 21 || tail.length === 2 ? 5 : 6);
    for (let bytes = 1; bytes < 60; bytes++) assert.equal(demuxStream(new FlacDemuxer(), file, bytes), whole, `${bytes} bytes, ${tail.length} behind`);
  }
});

test('files that end too early give what is there', () => {
  const whole = flacFile([seekTable([[0, 0]]), metadataBlock(4, [1, 2, 3])], ...frames(3));
  for (let length = 1; length < whole.length; length++) {
    const outputs = demux(whole.slice(0, length));
    assert.equal(last(outputs), { type: 'end', isTruncated: true }, `${length} bytes`);
    assert.is(samplesOf(outputs).length, Math.max(0, 3 - Math.ceil((whole.length - length) / frameBytes)));
  }
  assert.equal(demux([]), [{ type: 'end', isTruncated: false }]);
});

test('damage is told', () => {
  const cases: readonly (readonly [readonly number[], string])[] = [
    [characters('RIFF and so on'), 'no "fLaC" at the beginning (at byte 0)'],
    [[...marker, ...metadataBlock(4, [], true)], 'no STREAMINFO block in front (at byte 4)'],
    [[...marker, ...metadataBlock(0, [1, 2, 3], true)], 'a STREAMINFO block of 3 bytes (at byte 4)'],
    [[...marker, ...metadataBlock(0, streamInfo({ sampleRate: 0 }), true)], 'a STREAMINFO block with values that may not be (at byte 8)'],
    [[...marker, ...metadataBlock(0, streamInfo()), ...metadataBlock(0, streamInfo(), true)], 'a second STREAMINFO block (at byte 42)'],
    [[...marker, ...metadataBlock(0, streamInfo()), ...metadataBlock(127, [], true)], 'a metadata block of type 127 (at byte 42)'],
    [flacFile([], characters('no frame at all, but text')), 'no frame header where one must begin, or one whose checksum is wrong (at byte 46)'],
    [flacFile([], flacFrame(0, { sampleRateCode: 10 })), 'a frame of another form than STREAMINFO tells (at byte 46)'],
    [flacFile([], flacFrame(1), flacFrame(0)), `a frame that is not behind the one before (at byte ${46 + frameBytes})`],
  ];
  for (const [file, message] of cases) {
    const output = last(demux(file));
    assert.is(output.type === 'error' ? output.message : output.type, `FLAC: ${message}`);
  }
});

test('a frame with a damaged bit anywhere is told, and never given', () => {
  const whole = Uint8Array.from(flacFile([], ...frames(5)));
  for (let bit = 0; bit < frameBytes * 8; bit++) {
    const file = whole.slice();
    file[46 + frameBytes + (bit >> 3)] ^= 1 << (bit & 7);
    const outputs = demuxStream(new FlacDemuxer(), file);
    const output = last(outputs);
    assert.match(output.type === 'error' ? output.message : output.type, /^FLAC: a frame whose checksum is wrong, or that stands before a damaged one \(at byte \d+\)$/, `bit ${bit}`);
    assert.ok(samplesOf(outputs).length <= 1);
  }
});

test('a frame without an end is given up', () => {
  const output = last(demuxStream(new FlacDemuxer(), Uint8Array.from([...flacFile([], flacFrame(0).slice(0, -1)), ...Array.from({ length: 100_000 }, () => 1)])));
  assert.is(output.type === 'error' ? output.message : output.type, 'FLAC: a frame of 192 samples that does not end within 1840 bytes (at byte 46)');
});

test('frames that lack are a discontinuity', () => {
  const outputs = demux(flacFile([], flacFrame(0), flacFrame(5), flacFrame(6)));
  assert.equal(timesOf(outputs), [0, 960, 1152]);
  assert.is(outputs.filter(({ type }) => type === 'discontinuity').length, 1);
});

test('seeks by the table, or without one that is right', () => {
  const placeholder = [2n ** 64n - 1n, 0] as const;
  const table = (offset: number) => seekTable([[0, 0], [4 * 192, offset], placeholder]);
  const none: readonly (readonly number[])[] = [];
  for (const [what, blocks] of [['right', [table(4 * frameBytes)]], ['wrong', [table(4 * frameBytes + 3)]], ['behind the end', [table(1_000_000)]], ['absent', none]] as const) {
    const file = Uint8Array.from(flacFile(blocks, ...frames(8)));
    const demuxer = new FlacDemuxer({ canSeek: true, size: file.length });
    assert.not(demuxer.seek(0), 'before the init segment');
    const all = samplesOf(demuxFile(demuxer, file));
    assert.is(all.length, 8);
    for (const [seconds, first] of [[0, 0], [191 / 44_100, 0], [192 / 44_100, 1], [(4 * 192) / 44_100, 4], [(6 * 192 + 5) / 44_100, 6], [-1, 0], [100, 7]] as const) {
      assert.ok(demuxer.seek(seconds));
      assert.equal(samplesOf(demuxFile(demuxer, file, 64)), all.slice(first), `${what}: ${seconds} s`);
    }
  }
});

test('a long file without a table is looked into at few places', () => {
  const file = Uint8Array.from(flacFile([], ...frames(4000)));
  const all = samplesOf(demuxStream(new FlacDemuxer(), file));
  const demuxer = new FlacDemuxer({ canSeek: true, size: file.length });
  partOf(demuxer, file, 1);
  for (const frame of [2000, 3999, 1, 3000]) {
    const served = { bytes: 0, ranges: 0 };
    assert.ok(demuxer.seek((frame * 192) / 44_100));
    assert.equal(samplesOf(partOf(demuxer, file, 3, served, 1024)), all.slice(frame, frame + 3), `frame ${frame}`);
    assert.ok(served.bytes < file.length / 2, `frame ${frame}: ${served.bytes} of ${file.length} bytes`);
  }
});

test('a stream that is reset goes on at the next frame', () => {
  const demuxer = new FlacDemuxer();
  const outputs: DemuxerOutput[] = [];
  const push = (bytes: readonly number[]) => {
    demuxer.push(Uint8Array.from(bytes));
    for (let output = demuxer.read(); output; output = demuxer.read()) outputs.push(output);
  };
  push([...marker, ...metadataBlock(0, streamInfo(), true), ...flacFrame(0), ...flacFrame(1), ...flacFrame(2), ...flacFrame(3).slice(0, 8)]);
  demuxer.reset();
  push([...flacFrame(20).slice(5), ...flacFrame(21), ...flacFrame(22), ...flacFrame(23).slice(0, 7)]);
  push([...flacFrame(23).slice(7), ...Array.from({ length: 16 }, () => 0)]);
  assert.equal(timesOf(outputs), [0, 192, 21 * 192, 22 * 192]);
});

test.run();
