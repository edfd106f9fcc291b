/** Pages, granule positions and damage, in files made by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { limits } from '../../../../src/container/limits';
import { checksum, checksumOffset } from '../../../../src/container/ogg/checksum';
import { OggDemuxer } from '../../../../src/container/ogg/OggDemuxer';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { characters } from '../../../support/containers/frames';
import { oggPage, opusHead, opusHeaders, opusPacket, opusTags } from '../../../support/containers/ogg-pages';

const demux = (...parts: readonly (readonly number[])[]): DemuxerOutput[] => demuxStream(new OggDemuxer(), Uint8Array.from(parts.flat()), 100);
const timesOf = (outputs: readonly DemuxerOutput[]) => samplesOf(outputs).map(({ timestamp, duration, trim }) => [timestamp, duration, trim?.start ?? 0, trim?.end ?? 0]);
const last = (outputs: readonly DemuxerOutput[]) => outputs.at(-1)!;
const packets = (count: number) => Array.from({ length: count }, () => opusPacket());
const tellsError = (outputs: readonly DemuxerOutput[]) => {
  const output = last(outputs);
  return output.type === 'error' ? output.message : output.type;
};

test('times, by granule positions', () => {
  const cases: readonly (readonly [what: string, file: readonly number[], times: readonly (readonly number[])[]])[] = [
    ['a short last page', [...opusHeaders(), ...oggPage(packets(2), { sequence: 2, granule: 1920 }), ...oggPage(packets(2), { sequence: 3, granule: 2900, isLast: true })],
      [[-312, 960, 312, 0], [648, 960, 0, 0], [1608, 960, 0, 0], [2568, 960, 0, 940]]],
    ['an end before the last packet', [...opusHeaders(), ...oggPage(packets(3), { sequence: 2, granule: 1000, isLast: true })],
      [[-312, 960, 312, 0], [648, 960, 0, 920], [1608, 960, 0, 960]]],
    ['pre-skip over several packets', [...opusHeaders({}, 2000), ...oggPage(packets(3), { sequence: 2, granule: 2880, isLast: true })],
      [[-2000, 960, 960, 0], [-1040, 960, 960, 0], [-80, 960, 80, 0]]],
    ['a stream that was cut at its beginning', [...opusHeaders(), ...oggPage(packets(2), { sequence: 2, granule: 50_000 }), ...oggPage([], { sequence: 3, granule: 50_000, isLast: true })],
      [[47_768, 960, 312, 0], [48_728, 960, 0, 0]]],
    ['a packet over three pages', [
      ...opusHeaders(), ...oggPage([opusPacket(510)], { sequence: 2, granule: -1, isOpen: true }), ...oggPage([opusPacket(255)], { sequence: 3, granule: -1, isContinued: true, isOpen: true }),
      ...oggPage([[7], opusPacket()], { sequence: 4, granule: 1920, isContinued: true, isLast: true }),
    ], [[-312, 960, 312, 0], [648, 960, 0, 0]]],
  ];
  for (const [what, file, times] of cases) {
    const outputs = demux(file);
    assert.equal(timesOf(outputs), times, what);
    assert.equal(last(outputs), { type: 'end', isTruncated: false }, what);
  }
});

test('a packet over pages is put together', () => {
  const [first] = samplesOf(demux(
    opusHeaders(), oggPage([opusPacket(510)], { sequence: 2, granule: -1, isOpen: true }), oggPage([[7, 8]], { sequence: 3, granule: 960, isContinued: true, isLast: true }),
  ));
  assert.equal([...first.data], [...opusPacket(510), 7, 8]);
  assert.is(first.offset, opusHeaders().length + 29);
});

test('the init segment', () => {
  const { tracks: [track], duration } = initSegment(demux(opusHeaders({ serial: 77 })))!;
  assert.equal([track.id, track.timescale, track.duration, duration], [77, 48_000, null, null]);
  assert.equal(track.descriptions[0], {
    codec: 'opus', description: Uint8Array.from(opusHead()), format: 'opus', video: null, audio: { sampleRate: 48_000, numberOfChannels: 2 }, encryption: null, prerollFrames: 3840,
  });
});

test('durations, where the end of the file can be looked at', () => {
  const durationOf = (...parts: readonly (readonly number[])[]) => {
    const file = Uint8Array.from(parts.flat());
    return initSegment(demuxFile(new OggDemuxer({ canSeek: true, size: file.length }), file, 40))!.tracks[0].duration;
  };
  const link = (serial: number) => [...opusHeaders({ serial }), ...oggPage(packets(3), { serial, sequence: 2, granule: 2800, isLast: true })];
  const filler = (count: number) => Array.from({ length: count }, (_, index) => oggPage([Array.from({ length: 60_000 }, () => 0xff)], { sequence: 3 + index, granule: 2800 + 960 * index })).flat();
  assert.is(durationOf(link(1)), 2488);
  assert.is(durationOf(link(1), characters('OggS and something that is no page, but long enough')), 2488);
  assert.is(durationOf(link(1), link(1)), null, 'another link');
  assert.is(durationOf(opusHeaders(), oggPage(packets(3), { sequence: 2, granule: 2800 }), filler(4)), 2800 + 3 * 960 - 312, 'far from the beginning');
});

test('pages that lack are a discontinuity; a packet whose beginning lacks is left out', () => {
  const outputs = demux(
    opusHeaders(), oggPage(packets(1), { sequence: 2, granule: 960 }),
    oggPage([[9, 9], opusPacket(), opusPacket()], { sequence: 5, granule: 9600, isContinued: true }), oggPage(packets(1), { sequence: 6, granule: 10_560, isLast: true }),
  );
  assert.equal(timesOf(outputs).map(([timestamp]) => timestamp), [-312, 7368, 8328, 9288]);
  assert.equal(outputs.filter(({ type }) => type === 'discontinuity'), [{ type: 'discontinuity', trackId: 1 }]);
});

test('files that end too early give what is there', () => {
  const whole = [...opusHeaders(), ...oggPage(packets(2), { sequence: 2, granule: 1920 }), ...oggPage(packets(1), { sequence: 3, granule: 2880, isLast: true })];
  for (let length = 1; length < whole.length; length++) {
    const outputs = demux(whole.slice(0, length));
    assert.equal(last(outputs), { type: 'end', isTruncated: true }, `${length} bytes`);
  }
  assert.is(samplesOf(demux(whole.slice(0, -1))).length, 2);
  assert.equal(demux([]), [{ type: 'end', isTruncated: false }]);
  assert.equal(last(demux(whole, characters('TAG and so on'))), { type: 'end', isTruncated: false }, 'behind the last page anything may follow');
});

test('damage is told', () => {
  const begin = opusHeaders();
  const damaged = [...begin, ...oggPage(packets(1), { sequence: 2, granule: 960 })];
  damaged[damaged.length - 1] ^= 1;
  const first = (packet: readonly number[], serial = 1) => oggPage([packet], { isFirst: true, serial });
  const second = oggPage(packets(1), { sequence: 1 });
  const cases: readonly (readonly [readonly number[], string])[] = [
    [damaged, 'a page whose checksum is wrong (at byte 91)'],
    [[...begin, ...characters('something else, and that for long enough')], 'no page where one must begin (at byte 91)'],
    [second, 'no first page of a stream (at byte 0)'],
    [[...first(characters('Speex   ')), ...second], 'no stream of Opus, Vorbis or FLAC (at byte 36)'],
    [[...first(opusHead()), ...first(opusHead())], 'two streams of serial number 1 (at byte 47)'],
    [[...first(opusHead()), ...oggPage([opusTags()], { serial: 2, sequence: 1 })], 'a page of stream 2, which has not begun (at byte 47)'],
    [[...first(opusHead()), ...second], 'no OpusTags behind OpusHead (at byte 75)'],
    [[...first(opusHead()), ...oggPage([opusTags()], { sequence: 2 })], 'a page lacks between headers (at byte 47)'],
    [[...first(opusHead()), ...first(opusHead(), 2), ...oggPage([opusTags()], { sequence: 1 }), ...oggPage(packets(1), { sequence: 2 })], 'audio before the headers of all streams (at byte 138)'],
    [[...first(opusHead()), ...oggPage([], { sequence: 1 }), ...first(opusHead(), 2)], 'a link of a chain before all headers of the last one (at byte 74)'],
    [[...begin, ...oggPage(packets(1), { sequence: 2, granule: 2n ** 62n })], `a granule position of ${2 ** 62} (at byte 97)`],
    [[...begin, ...oggPage(packets(1), { sequence: 2, granule: -2 })], 'a granule position of -2 (at byte 97)'],
    [first(characters('OpusHead')), 'an OpusHead of 8 bytes (at byte 28)'],
    [first(opusHead(0, 0)), 'an OpusHead with 0 channels (at byte 37)'],
    [first([1, ...characters('vorbis'), 0]), 'an identification header of Vorbis with values that may not be (at byte 28)'],
    [first([0x7f, ...characters('FLAC'), 1, 0, 0, 1]), 'a first packet of FLAC without STREAMINFO (at byte 28)'],
    [first([0x7f, ...characters('FLAC'), 1, 0, 0, 1, ...characters('fLaC'), 0x80, 0, 0, 34, ...Array.from({ length: 34 }, () => 0)]), 'a STREAMINFO block with values that may not be (at byte 45)'],
    [Array.from({ length: 300 }, (_, serial) => first(opusHead(), serial)).flat(), 'more than 256 streams (at byte 12032)'],
  ];
  for (const [file, message] of cases) assert.is(tellsError(demux(file)), `Ogg: ${message}`);
});

test('a packet without an end is given up', () => {
  const bytes = Uint8Array.from(oggPage([Array.from({ length: 255 * 255 }, () => 0)], { granule: -1, isOpen: true }));
  const [header, body] = [bytes.subarray(0, 282), bytes.subarray(282)];
  const demuxer = new OggDemuxer();
  demuxer.push(Uint8Array.from(opusHeaders()));
  let failure: DemuxerOutput | null = null;
  let sequence = 2;
  for (; !failure && sequence < 3000; sequence++) {
    const view = new DataView(bytes.buffer);
    view.setUint8(5, sequence > 2 ? 1 : 0);
    view.setUint32(18, sequence, true);
    view.setUint32(checksumOffset, checksum(bytes, 0, bytes.length), true);
    demuxer.push(header.slice());
    demuxer.push(body);
    for (let output = demuxer.read(); output; output = demuxer.read()) if (output.type === 'error') failure = output;
  }
  assert.match(failure?.type === 'error' ? failure.message : '', /^Ogg: a packet of more than 134217728 bytes \(at byte \d+\)$/);
  assert.is(sequence, 3 + Math.ceil((limits.sampleBytes + 1) / body.length) - 1);
});

test('a stream that is reset goes on at the next page', () => {
  const demuxer = new OggDemuxer();
  const outputs: DemuxerOutput[] = [];
  const push = (bytes: readonly number[]) => {
    demuxer.push(Uint8Array.from(bytes));
    for (let output = demuxer.read(); output; output = demuxer.read()) outputs.push(output);
  };
  push([...opusHeaders(), ...oggPage(packets(2), { sequence: 2, granule: 1920 }), ...characters('OggS').slice(0, 2)]);
  demuxer.reset();
  push([1, 2, 3, ...characters('OggS'), 0, ...oggPage(packets(1), { sequence: 9, granule: 9600 })]);
  assert.equal(timesOf(outputs).map(([timestamp]) => timestamp), [-312, 648, 8328]);
  assert.equal(outputs.filter(({ type }) => type === 'media-segment-start').length, 2);
});

test.run();
