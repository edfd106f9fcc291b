/** What boxes say, in files made by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import type { SampleDescription, Track } from '../../../../src/container/tracks';
import { box, fullBox, u16, u32, u64 } from '../../../support/containers/boxes';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import {
  type TrackFields, audioEntry, editList, file, fileType, fragment, movie, movieExtends, movieHeader, sampleTable, track, visualEntry, vp8Entry,
} from '../../../support/containers/isobmff-files';

const streamed = (...parts: readonly (readonly number[])[]) => demuxStream(new IsobmffDemuxer(), file(...parts), 11);
const byRanges = (bytes: Uint8Array) => demuxFile(new IsobmffDemuxer({ canSeek: true, size: bytes.length }), bytes);
const trackOf = (fields: TrackFields): Track => initSegment(streamed(fileType, movie(track(fields))))!.tracks[0];
const descriptionOf = (entry: readonly number[], handler = 'vide'): SampleDescription => trackOf({ entries: [entry], handler }).descriptions[0];

const one = 0x10000;
const matrices: readonly (readonly [name: string, a: number, b: number, c: number, d: number, rotation: number, isFlipped: boolean])[] = [
  ['upright', one, 0, 0, one, 0, false], ['a quarter to the right', 0, one, -one, 0, 90, false], ['upside down', -one, 0, 0, -one, 180, false],
  ['a quarter to the left', 0, -one, one, 0, 270, false], ['mirrored', -one, 0, 0, one, 0, true],
];

for (const [name, a, b, c, d, rotation, isFlipped] of matrices) {
  test(`tkhd: ${name}`, () => {
    const { video } = trackOf({ matrix: u32(a, b, 0, c, d, 0, 0, 0, 0x40000000) }).descriptions[0];
    assert.equal([video!.rotation, video!.isFlipped], [rotation, isFlipped]);
  });
}

test('pasp and colr', () => {
  const { video } = descriptionOf(vp8Entry(box('pasp', u32(4, 3)), box('colr', 'nclx', u16(9, 16, 9), [0x80])));
  assert.equal(video, { codedWidth: 320, codedHeight: 180, displayWidth: 427, displayHeight: 180, rotation: 0, isFlipped: false, color: { primaries: 9, transfer: 16, matrix: 9, fullRange: true } });
  assert.equal(descriptionOf(vp8Entry(box('pasp', u32(3, 4)))).video!.displayHeight, 240);
  assert.is(descriptionOf(vp8Entry(box('colr', 'nclc', u16(1, 1, 1)))).video!.color!.fullRange, false);
  assert.is(descriptionOf(vp8Entry(box('colr', 'prof', [1, 2, 3]))).video!.color, null);
});

test('mdhd and elng: language; hdlr: name', () => {
  const { language, label, isDefault } = trackOf({});
  assert.equal({ language, label, isDefault }, { language: 'und', label: 'name', isDefault: true });
});

const esds = (objectType: number, info: readonly number[]) => fullBox('esds', 0, 0, [3, 0x80, 0x80, 0x80, 20 + info.length, 0, 1, 0, 4, 15 + info.length, objectType, 0x15, 0, 0, 0], u32(0, 0), [5, info.length], info);
const soundEntries: readonly (readonly [name: string, entry: readonly number[], codec: string, sampleRate: number, channels: number])[] = [
  ['AAC-LC', audioEntry('mp4a', esds(0x40, [0x12, 0x10])), 'mp4a.40.2', 44_100, 2],
  ['HE-AAC', audioEntry('mp4a', esds(0x40, [0x2b, 0x92, 0x08, 0x00])), 'mp4a.40.5', 44_100, 2],
  ['AAC of MPEG-2', audioEntry('mp4a', esds(0x67, [0x11, 0x90])), 'mp4a.40.2', 48_000, 2],
  ['MP3', audioEntry('mp4a', esds(0x6b, [])), 'mp3', 48_000, 2],
  ['an object type without a name here', audioEntry('mp4a', esds(0xdd, [])), 'mp4a.dd', 48_000, 2],
  ['without esds', audioEntry('mp4a'), '', 48_000, 2],
  ['Opus', audioEntry('Opus', box('dOps', [0, 2], u16(312), u32(44_100), u16(0), [0])), 'opus', 48_000, 2],
  ['ISO PCM', audioEntry('ipcm', fullBox('pcmC', 0, 0, [1, 24])), 'pcm-s24', 48_000, 2],
  ['ISO floating point', audioEntry('fpcm', fullBox('pcmC', 0, 0, [1, 32])), 'pcm-f32', 48_000, 2],
  ['ISO PCM, big endian', audioEntry('ipcm', fullBox('pcmC', 0, 0, [0, 16])), 'pcm-s16be', 48_000, 2],
  ['ISO PCM of a size that has no name', audioEntry('ipcm', fullBox('pcmC', 0, 0, [0, 20])), '', 48_000, 2],
  ['ISO floating point of 64 bits, big endian', audioEntry('fpcm', fullBox('pcmC', 0, 0, [0, 64])), 'pcm-f64be', 48_000, 2],
  ['QuickTime, big endian', audioEntry('twos'), 'pcm-s16be', 48_000, 2],
  ['QuickTime, 24 bits, little endian', audioEntry('in24', box('wave', box('enda', [0, 1]))), 'pcm-s24', 48_000, 2],
  ['Apple Lossless', audioEntry('alac', fullBox('alac', 0, 0, Array.from({ length: 24 }, () => 1))), 'alac', 48_000, 2],
  ['Apple Lossless without its cookie', audioEntry('alac', fullBox('alac', 0, 0, [1])), '', 48_000, 2],
  ['AC-3', audioEntry('ac-3', box('dac3', [0x10, 0x3c, 0])), 'ac-3', 48_000, 6],
  ['QuickTime, codec boxes in wave', audioEntry('mp4a', box('wave', box('frma', 'mp4a'), esds(0x40, [0x12, 0x10]), u32(8, 0))), 'mp4a.40.2', 44_100, 2],
];

for (const [name, entry, codec, sampleRate, channels] of soundEntries) {
  test(`sound: ${name}`, () => {
    const { codec: found, audio } = descriptionOf(entry, 'soun');
    assert.equal([found, audio!.sampleRate, audio!.numberOfChannels], [codec, sampleRate, channels]);
  });
}

test('what is decoded before sound is right', () => {
  const prerolls = [['AAC-LC', 1024], ['HE-AAC', 2048], ['Opus', 3840], ['MP3', 0]] as const;
  for (const [name, frames] of prerolls) assert.is(descriptionOf(soundEntries.find((entry) => entry[0] === name)![1], 'soun').prerollFrames, frames, name);
});

test('the description of Opus is OpusHead', () => {
  const { description } = descriptionOf(audioEntry('Opus', box('dOps', [0, 2], u16(312), u32(44_100), u16(0xfffe), [0])), 'soun');
  assert.equal([...description!], [...new TextEncoder().encode('OpusHead'), 1, 2, 0x38, 0x01, 0x44, 0xac, 0, 0, 0xfe, 0xff, 0]);
});

test('pictures: AVC and VP9 by their configuration, others by nothing', () => {
  const avcC = [1, 0x64, 0x00, 0x1f, 0xff, 0xe0, 0];
  const avc = descriptionOf(visualEntry('avc1', box('avcC', avcC)));
  assert.equal([avc.codec, [...avc.description!]], ['avc1.64001f', avcC]);
  assert.is(descriptionOf(visualEntry('avc3', box('avcC', avcC))).codec, 'avc3.64001f');
  assert.is(descriptionOf(visualEntry('avc1')).codec, '');
  const vp9 = descriptionOf(visualEntry('vp09', fullBox('vpcC', 1, 0, [2, 31, 0xa3, 9, 16, 9], u16(0))));
  assert.equal([vp9.codec, vp9.video!.color], ['vp09.02.31.10', { primaries: 9, transfer: 16, matrix: 9, fullRange: true }]);
  assert.is(descriptionOf(visualEntry('abcd')).codec, '');
});

const media = box('mdat', Uint8Array.from({ length: 60 }, (_, index) => index));

/** A file with one track, whose media begins behind the movie box. */
function progressive(fields: TrackFields, tables: (offset: number) => readonly (readonly number[])[]): Uint8Array {
  const make = (offset: number) => movie(track({ ...fields, table: tables(offset) }));
  return file(fileType, make(fileType.length + make(0).length + 8), media);
}

const timesOf = (bytes: Uint8Array) => samplesOf(byRanges(bytes)).map(({ timestamp, trim }) => (trim ? [timestamp, trim.start, trim.end] : [timestamp]));

test('several sample descriptions, several chunks', () => {
  const bytes = progressive({ entries: [vp8Entry(), visualEntry('abcd')] }, (offset) => [
    fullBox('stts', 0, 0, u32(2, 2, 40, 3, 20)), fullBox('stsc', 0, 0, u32(2, 1, 2, 1, 3, 1, 2)), fullBox('stsz', 0, 0, u32(0, 5, 1, 2, 3, 4, 5)),
    fullBox('stco', 0, 0, u32(3, offset + 10, offset, offset + 30)),
  ]);
  assert.equal(samplesOf(byRanges(bytes)).map(({ timestamp, descriptionIndex, data: [first] }) => [timestamp, descriptionIndex, first]),
    [[0, 0, 10], [40, 0, 11], [80, 0, 0], [100, 0, 3], [120, 1, 30]]);
});

for (const [bits, sizes] of [[4, [0x12, 0x30]], [8, [1, 2, 3]], [16, u16(1, 2, 3)]] as const) {
  test(`stz2 of ${bits} bits`, () => {
    const bytes = progressive({}, (offset) => [fullBox('stz2', 0, 0, [0, 0, 0, bits], u32(3), sizes), ...sampleTable([1, 2, 3], offset).filter((_, index) => index !== 2)]);
    assert.equal(samplesOf(byRanges(bytes)).map(({ data }) => data.length), [1, 2, 3]);
  });
}

test('co64', () => {
  const bytes = progressive({}, (offset) => [...sampleTable([1, 2], 0).slice(0, 3), fullBox('co64', 0, 0, u32(1), u64(offset + 4))]);
  assert.equal(samplesOf(byRanges(bytes)).map(({ data }) => [...data]), [[4], [5, 6]]);
});

const keys = fullBox('stss', 0, 0, u32(2, 1, 4));
const six = (offset: number) => sampleTable([1, 1, 1, 1, 1, 1], offset, keys);

const edits: readonly (readonly [name: string, list: readonly (readonly [number, number])[], times: readonly (readonly number[])[]])[] = [
  ['all of it', [[240, 0]], [[0], [40], [80], [120], [160], [200]]],
  ['empty at first', [[100, -1], [240, 0]], [[100], [140], [180], [220], [260], [300]]],
  ['without its first picture', [[200, 40]], [[-40, 40, 0], [0], [40], [80], [120], [160]]],
  ['from a later random access point on', [[120, 120]], [[0], [40], [80]]],
  ['only the beginning', [[80, 0]], [[0], [40], [80, 0, 40]]],
  ['the same twice', [[120, 0], [120, 0]], [[0], [40], [80], [120], [160], [200]]],
  ['in another order', [[120, 120], [120, 0]], [[0], [40], [80], [120], [160], [200]]],
  ['to the end', [[0, 120]], [[0], [40], [80]]],
  ['behind the media', [[80, 4000]], [[-3880, 40, 0], [-3840, 40, 0], [-3800, 40, 0]]],
];

for (const [name, list, times] of edits) {
  test(`edit list: ${name}`, () => void assert.equal(timesOf(progressive({ duration: 240, more: [editList(...list)] }, six)), times));
}

test('edit list: sound is cut', () => {
  const bytes = progressive({ duration: 240, handler: 'soun', entries: [audioEntry('alaw')], more: [editList([150, 50])] }, (offset) => sampleTable([1, 1, 1, 1, 1, 1], offset));
  assert.equal(timesOf(bytes), [[-50, 40, 0], [-10, 10, 0], [30], [70], [110]]);
});

test('edit list: what ends within a unit of the movie of the media ends with it', () => {
  const sound = (duration: number) => timesOf(progressive({ duration, timescale: 44_100, handler: 'soun', entries: [audioEntry('alaw')], more: [editList([5, 0])] }, (offset) => sampleTable([1, 1, 1, 1, 1, 1], offset)));
  assert.equal(sound(240).at(-1), [200], 'of 5.44 ms');
  assert.equal(sound(270).at(-1), [200, 0, 19], 'of 6.12 ms');
});

const comment = (name: string, text: string) =>
  box('udta', fullBox('meta', 0, 0, box('hdlr', u32(0, 0), 'mdirappl', u32(0, 0), [0]), box('ilst', box('----', fullBox('mean', 0, 0, 'com.apple.iTunes'), fullBox('name', 0, 0, name), box('data', u32(1, 0), text)))));
const iTunes = (...boxes: readonly (readonly number[])[]) => {
  const movieOf = (duration: number, more: readonly (readonly number[])[] = []) => file(fileType, movie(track({ duration, handler: 'soun', entries: [audioEntry('alaw')], more }), ...boxes));
  return (duration: number, more?: readonly (readonly number[])[]) => initSegment(byRanges(movieOf(duration, more)))!.tracks[0].gapless;
};

test('iTunSMPB tells delay and length, in frames', () => {
  const gapless = iTunes(comment('iTunNORM', ' 1 2 3 4'), comment('iTunSMPB', ' 00000000 00000840 000001CA 0000000000001000 00000000'));
  // A timescale of 1000 and 48,000 frames a second.
  assert.equal(gapless(200), { startFrames: 0x840, endFrames: 9600 - 0x840 - 0x1000, isBeforeZero: false });
  assert.equal(gapless(0), { startFrames: 0x840, endFrames: 0x1ca, isBeforeZero: false });
  assert.is(gapless(200, [editList([200, 0])]), null, 'an edit list counts');
  assert.is(iTunes(comment('iTunSMPB', ' 0 nonsense'))(200), null);
  assert.is(iTunes(box('udta', box('meta', u32(0), [0, 0, 1])))(200), null);
});

test('edit list: a stream is only moved', () => {
  const bytes = progressive({ duration: 240, more: [editList([100, -1], [80, 40])] }, six);
  assert.equal(samplesOf(demuxStream(new IsobmffDemuxer(), bytes)).map(({ timestamp }) => timestamp), [60, 100, 140, 180, 220, 260]);
});

test('emsg, of both versions', () => {
  const messages = [fullBox('emsg', 0, 0, 'urn:a\0', '1\0', u32(1000, 5, 0xffffffff, 7), [1, 2]), fullBox('emsg', 1, 0, u32(90_000), u64(2 ** 33), u32(3, 8), 'urn:b\0', '\0')];
  const outputs = streamed(fileType, movie(track(), movieExtends(1)), ...messages, fragment({ sizes: [1] }));
  assert.equal(outputs.filter(({ type }) => type === 'event-message'), [
    { type: 'event-message', schemeIdUri: 'urn:a', value: '1', timescale: 1000, presentationTime: null, presentationTimeDelta: 5, eventDuration: null, id: 7, messageData: Uint8Array.of(1, 2) },
    { type: 'event-message', schemeIdUri: 'urn:b', value: '', timescale: 90_000, presentationTime: 2 ** 33, presentationTimeDelta: null, eventDuration: 3, id: 8, messageData: new Uint8Array(0) },
  ]);
});

test('segments of a stream: each fragment is one, an init segment may come again', () => {
  const init = [fileType, movie(track(), movieExtends(1))];
  const first = [...init, fragment({ sizes: [1] })];
  const outputs = streamed(...first, box('styp', 'msdh'), fragment({ time: 40, sizes: [1, 1] }), ...init, fragment({ time: 500, sizes: [1] }));
  const segment = ['media-segment-start', 'sample', 'media-segment-end'];
  assert.equal(outputs.map(({ type }) => type), ['init-segment', ...segment, 'media-segment-start', 'sample', 'sample', 'media-segment-end', 'init-segment', ...segment, 'end']);
});

test('reset: a stream goes on at any segment', () => {
  const demuxer = new IsobmffDemuxer();
  const read = () => { const found: string[] = []; for (let output = demuxer.read(); output; output = demuxer.read()) found.push(output.type === 'sample' ? `${output.timestamp}` : output.type); return found; };
  demuxer.push(file(fileType, movie(track(), movieExtends(1)), fragment({ sizes: [1, 9] })).slice(0, -5));
  assert.equal(read(), ['init-segment', 'media-segment-start', '0']);
  demuxer.reset();
  demuxer.push(file(fragment({ time: 800, sizes: [1] })));
  assert.equal(read(), ['media-segment-start', '800', 'media-segment-end']);
  demuxer.reset();
  demuxer.push(file(fileType, movie(track(), movieExtends(1)), fragment({ time: 40, sizes: [1] })));
  assert.equal(read(), ['init-segment', 'media-segment-start', '40', 'media-segment-end']);
});

test('duration: of mehd in fragmented files, else of mvhd; none where neither tells', () => {
  const durationOf = (moov: readonly number[]) => initSegment(streamed(fileType, moov))!.duration;
  assert.is(durationOf(box('moov', movieHeader(600, 900), track())), 1.5);
  assert.is(durationOf(box('moov', movieHeader(600), track(), box('mvex', fullBox('mehd', 0, 0, u32(1200))))), 2);
  assert.is(durationOf(box('moov', movieHeader(600, 0xffffffff), track())), null);
});

test('a media data box that goes on to the end of the file', () => {
  const make = (offset: number) => movie(track({ table: sampleTable([1, 2], offset) }));
  const bytes = file(fileType, make(fileType.length + make(0).length + 8), [...u32(0), 0x6d, 0x64, 0x61, 0x74, 1, 2, 3]);
  assert.equal(samplesOf(demuxStream(new IsobmffDemuxer(), bytes, 5)).map(({ data }) => [...data]), [[1], [2, 3]]);
});

test.run();
