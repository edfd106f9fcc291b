/** Files that are cut off, and files that promise too much. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { box, fullBox, u32, u64 } from '../../../support/containers/boxes';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, samplesOf } from '../../../support/containers/demux';
import { audioEntry, editList, file, fileType, fragment, movie, movieExtends, movieHeader, noSamples, sampleTable, track, vp8Entry } from '../../../support/containers/isobmff-files';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const avcAac = '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac -movflags';

/** Where boxes begin and end, at every depth. */
function borders(bytes: Uint8Array, begin = 0, end = bytes.length): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const found: number[] = [];
  for (let at = begin; at + 8 <= end; at += view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    found.push(at, at + 8, ...(/^(moov|trak|mdia|minf|stbl|edts|mvex|moof|traf|mfra)$/.test(type) ? borders(bytes, at + 8, at + view.getUint32(at)) : []));
  }
  return [...found, end];
}

const byRanges = (bytes: Uint8Array) => demuxFile(new IsobmffDemuxer({ canSeek: true, size: bytes.length }), bytes);

/** What was there is given, and an error or the word that it is not all. */
function cutOff(bytes: Uint8Array, cuts: Iterable<number>, demux: (bytes: Uint8Array) => DemuxerOutput[]): void {
  const isFragmented = Buffer.from(bytes).includes('moof');
  const whole = samplesOf(demux(bytes)).map(({ trackId, offset, data }) => `${trackId} ${offset} ${data.length}`);
  for (const cut of cuts) {
    const outputs = demux(bytes.subarray(0, cut));
    const last = outputs[outputs.length - 1];
    assert.ok(last.type === 'end' || last.type === 'error', `cut at ${cut}`);
    const found = samplesOf(outputs).map(({ trackId, offset, data }) => `${trackId} ${offset} ${data.length}`);
    const there = new Set(found);
    assert.equal(found, whole.filter((sample) => there.has(sample)), `cut at ${cut}: what was there`);
    if (found.length < whole.length && found.length > 0 && last.type === 'end' && !isFragmented) assert.ok(last.isTruncated, `cut at ${cut}`);
  }
}

for (const [name, movflags] of corpusMissing ? [] : [['progressive', 'faststart'], ['fragmented', 'frag_keyframe+empty_moov+default_base_moof'], ['movie box last', 'write_colr']] as const) {
  test(`${name}: cut off at and around the border of every box`, () => {
    const { bytes } = corpusFile('cut.mp4', `${avcAac} ${movflags}`);
    const cuts = new Set(borders(bytes).flatMap((at) => [-1, 0, 4].map((more) => Math.min(bytes.length, Math.max(0, at + more)))));
    assert.ok(cuts.size > 80);
    cutOff(bytes, cuts, byRanges);
    if (name !== 'movie box last') cutOff(bytes, cuts, (cut) => demuxStream(new IsobmffDemuxer(), cut));
  });
}

test('media before its fragment is fetched from there, and the next fragment from behind this one', () => {
  /** A fragment whose samples are bytes of the file's beginning. */
  const pointingBack = (time: number, at: number): number[] => {
    const bytes = Uint8Array.from(fragment({ time, sizes: [2, 2] }));
    const trun = Buffer.from(bytes).indexOf('trun');
    new DataView(bytes.buffer).setInt32(trun + 12, -at);
    return [...bytes];
  };
  const head = file(fileType, movie(track(), movieExtends(1)));
  const first = pointingBack(0, head.length);
  const bytes = file([...head], first, pointingBack(80, head.length + first.length));
  const outputs = byRanges(bytes);
  assert.equal(samplesOf(outputs).map(({ timestamp, offset }) => [timestamp, offset]), [[0, 0], [40, 2], [80, 0], [120, 2]]);
});

test('cut off at every byte', () => {
  const fragments = file(fileType, movie(track(), movieExtends(1)), fragment({ sizes: [3, 4] }), fragment({ time: 80, sizes: [1, 2] }));
  const head = [...fileType, ...movie(track({ table: sampleTable([1, 2, 3], 0) }))].length;
  const progressive = file(fileType, movie(track({ table: sampleTable([1, 2, 3], head + 8) })), box('mdat', new Uint8Array(6)));
  for (const bytes of [fragments, progressive]) {
    const cuts = Array.from(bytes, (_, index) => index);
    cutOff(bytes, cuts, byRanges);
    cutOff(bytes, cuts, (cut) => demuxStream(new IsobmffDemuxer(), cut));
  }
});

/** The first outputs, as far as they come without more than the bytes themselves, and the error that ends them. */
function errorOf(bytes: Uint8Array, size = bytes.length): string {
  const demuxer = new IsobmffDemuxer({ canSeek: true, size });
  for (let outputs = 0; outputs < 10_000;) {
    const output = demuxer.read();
    if (output?.type === 'error') return output.message;
    if (output?.type === 'end') return '';
    if (output) {
      outputs++;
      continue;
    }
    const piece = bytes.subarray(Math.min(demuxer.wanted.begin, bytes.length));
    if (piece.length > 0) demuxer.push(piece);
    else demuxer.end();
  }
  return 'outputs without end';
}

const largeBox = (type: string, size: number) => [...u32(1), ...[...type].map((character) => character.charCodeAt(0)), ...u64(size)];
const table = (sizes: readonly number[], offset = 0) => sampleTable(sizes, offset);
const withTable = (...boxes: readonly (readonly number[])[]) => file(fileType, movie(track({ table: boxes })));
const repeated = (count: number, bytes: readonly number[]) => Uint8Array.from({ length: count * bytes.length }, (_, index) => bytes[index % bytes.length]);

const hostile: readonly (readonly [name: string, bytes: () => Uint8Array, message: RegExp])[] = [
  ['a movie box above the limit', () => file(fileType, largeBox('moov', 257 * 2 ** 20)), /^MP4: a moov box of \d+ bytes \(at byte 32\)$/],
  ['a fragment above the limit', () => file(fileType, movie(track(), movieExtends(1)), largeBox('moof', 2 ** 40)), /^MP4: a moof box of \d+ bytes/],
  ['a box that ends beyond 2^53', () => file(fileType, largeBox('free', 2 ** 53 - 10)), /^MP4: a box that ends beyond 2\^53 bytes/],
  ['a box smaller than its header', () => file(fileType, u32(5), [0x66, 0x72, 0x65, 0x65]), /^MP4: a box of 5 bytes \(at byte 16\)$/],
  ['no box at all', () => file(Array.from({ length: 100 }, (_, index) => (index * 37) & 0xff)), /^MP4: /],
  ['a fragment before the movie', () => file(fileType, fragment({ sizes: [1] })), /^MP4: a fragment before the movie box/],
  ['a fragment of a track that is not there', () => file(fileType, movie(track(), movieExtends(1)), fragment({ id: 9, sizes: [1] })), /^MP4: a fragment of track 9, which is not there/],
  ['a movie without tracks', () => file(fileType, movie()), /^MP4: a movie without tracks/],
  ['a movie without a header', () => file(fileType, box('moov', track())), /^MP4: a moov box without a mvhd box/],
  ['a timescale of 0', () => file(fileType, box('moov', movieHeader(0), track())), /^MP4: a mvhd box has a timescale of 0/],
  ['a child longer than its parent', () => file(fileType, box('moov', u32(100), [0x74, 0x72, 0x61, 0x6b])), /^MP4: a trak box that is longer than the moov box around it/],
  ['two tracks of one number', () => file(fileType, movie(track(), track())), /^MP4: two tracks with the number 1/],
  ['too many tracks', () => file(fileType, movie(...Array.from({ length: 257 }, (_, index) => track({ id: index + 1 })))), /^MP4: more than 256 tracks/],
  ['too many descriptions', () => file(fileType, movie(track({ entries: Array.from({ length: 257 }, () => vp8Entry()) }))), /^MP4: more than 256 sample descriptions/],
  ['a track without a description', () => file(fileType, movie(track({ entries: [] }))), /^MP4: a track without a sample description/],
  ['too many edits', () => file(fileType, movie(track({ more: [editList(...Array.from({ length: 4097 }, () => [1, 0] as const))] }))), /^MP4: more than 4096 edits/],
  ['an edit list that ends too early', () => file(fileType, movie(track({ more: [box('edts', fullBox('elst', 0, 0, u32(0xffffffff)))] }))), /^MP4: an elst box that ends too early/],
  ['a table that ends too early', () => withTable(fullBox('stts', 0, 0, u32(0xffffffff)), ...noSamples.slice(1)), /^MP4: a stts box ends before its 4294967295 entries do/],
  ['sizes that end too early', () => withTable(...noSamples.filter((_, index) => index !== 2), fullBox('stsz', 0, 0, u32(0, 0xffffffff))), /^MP4: a stsz box ends before its \d+ entries do/],
  ['a sample above the limit', () => withTable(...table([129 * 2 ** 20], 20)), /^MP4: a sample of 135266304 bytes \(at byte 20\)$/],
  ['samples without chunks', () => withTable(fullBox('stsz', 0, 0, u32(1, 0xffffffff))), /^MP4: samples that no chunk has room for/],
  ['empty chunks', () => withTable(fullBox('stsz', 0, 0, u32(0, 1, 1)), fullBox('stsc', 0, 0, u32(1, 1, 0, 1)), fullBox('stco', 0, 0, u32(2, 0, 0))), /^MP4: samples that no chunk has room for/],
  ['a description that is not there', () => withTable(fullBox('stsz', 0, 0, u32(0, 1, 1)), fullBox('stsc', 0, 0, u32(1, 1, 1, 7)), fullBox('stco', 0, 0, u32(1, 0))), /^MP4: a sample of description 7, which is not there/],
  ['all data at the same place', () => withTable(fullBox('stsz', 0, 0, u32(400, 0xffffffff)), fullBox('stsc', 0, 0, u32(1, 1, 1, 1)), fullBox('stco', 0, 0, u32(100, ...Array.from({ length: 100 }, () => 0)))),
    /^MP4: samples that overlap again and again/],
  ['chunks beyond 2^53', () => withTable(fullBox('stsz', 0, 0, u32(0, 1, 1)), fullBox('stsc', 0, 0, u32(1, 1, 1, 1)), fullBox('co64', 0, 0, u32(1), u64(2 ** 60))), /^MP4: data at byte 1152921504606\d+/],
  ['a sample above the limit before the beginning of the file', () => file(fileType, movie(track(), movieExtends(1)), box('moof', box('traf', fullBox('tfhd', 0, 0, u32(1)), fullBox('trun', 0, 0x201, u32(1, -100_000, 2 ** 31))))),
    /^MP4: data at byte -\d+ \(at byte \d+\)$/],
  ['a run without end, of samples without data', () => file(fileType, movie(track(), movieExtends(1)), box('moof', box('traf', fullBox('tfhd', 0, 0, u32(1)), fullBox('trun', 0, 0, u32(0xffffffff))))),
    /^MP4: 4294967295 samples that are not listed one by one/],
  ['a run without end', () => file(fileType, movie(track(), movieExtends(1)), box('moof', box('traf', fullBox('tfhd', 0, 0x10, u32(1, 1)), fullBox('trun', 0, 0, u32(0xffffffff))))),
    /^MP4: 4294967295 samples that are not listed one by one/],
  ['a run that ends too early', () => file(fileType, movie(track(), movieExtends(1)), box('moof', box('traf', fullBox('tfhd', 0, 0, u32(1)), fullBox('trun', 0, 0x200, u32(9, 1))))),
    /^MP4: a trun box ends before its 9 samples do/],
  ['too many runs', () => file(fileType, movie(track(), movieExtends(1)), box('moof', box('traf', fullBox('tfhd', 0, 0, u32(1)), repeated(65_537, fullBox('trun', 0, 0, u32(0)))))),
    /^MP4: more than 65536 runs of samples/],
  ['too many track fragments', () => file(fileType, movie(track(), movieExtends(1)), box('moof', repeated(65_537, box('traf', fullBox('tfhd', 0, 0, u32(1)))))), /^MP4: more than 65536 runs of samples/],
];

for (const [name, bytes, message] of hostile) test(name, () => void assert.match(errorOf(bytes()), message));

test('edits without samples, again and again, behind a long table', () => {
  const words = (count: number, word: (index: number) => number) => Uint8Array.from({ length: count * 4 }, (_, index) => (word(index >> 2) >> (24 - 8 * (index & 3))) & 0xff);
  const durations = fullBox('stts', 0, 0, u32(200_000), words(400_000, () => 1));
  const sync = fullBox('stss', 0, 0, u32(200_000), words(200_000, (index) => index + 1));
  const boxes = [durations, sync, fullBox('stsz', 0, 0, u32(1, 200_000)), fullBox('stsc', 0, 0, u32(1, 1, 200_000, 1)), fullBox('stco', 0, 0, u32(1, 0))];
  const edits = editList(...Array.from({ length: 4096 }, (_, index) => [index % 2, index % 2 ? 300_000 : 190_000] as const));
  assert.match(errorOf(file(fileType, movie(track({ table: boxes, more: [edits] })))), /^MP4: edits that jump around too often/);
});

test('boxes inside of boxes without end are passed over', () => {
  let nested: number[] = [];
  for (let depth = 0; depth < 400; depth++) nested = box('moov', nested);
  assert.match(errorOf(file(fileType, nested)), /^MP4: a moov box without a mvhd box/);
  let sinf: number[] = box('frma', 'mp4a');
  for (let depth = 0; depth < 400; depth++) sinf = box('sinf', sinf);
  assert.match(errorOf(file(fileType, movie(track({ handler: 'soun', entries: [audioEntry('enca', sinf)] })))), /^MP4: a sinf box without a frma box/);
});

test('noise behind the fields of a sample entry is passed over', () => {
  for (const noise of [[0, 0, 0, 0], [1, 2, 3], [0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5], new Array<number>(20).fill(0)]) {
    assert.is(errorOf(file(fileType, movie(track({ entries: [vp8Entry(noise)] })))), '');
  }
});

test.run();
