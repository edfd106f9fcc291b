/** Tables, clocks, lost packets and damage, in streams made by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../../src/container/demuxers';
import { MpegTsDemuxer } from '../../../../src/container/mpegts/MpegTsDemuxer';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { sniffContainer } from '../../../../src/container/sniff';
import { demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { adtsFrame, repeated } from '../../../support/containers/frames';
import { delimiter, keySlice, sequenceParameterSet, slice, TransportWriter } from '../../../support/containers/mpegts-files';

const [mapPid, videoPid, audioPid] = [0x20, 0x100, 0x101];
const keyUnit = [...delimiter, ...sequenceParameterSet, ...keySlice()];
const unit = [...delimiter, ...slice()];

const demux = (...parts: readonly (readonly number[])[]) => {
  const bytes = Uint8Array.from(parts.flat());
  const outputs = demuxStream(new MpegTsDemuxer(), bytes);
  assert.equal(demuxStream(new MpegTsDemuxer(), bytes, 50), outputs, 'in pieces');
  return outputs;
};
/** A word for each output: times and K of samples, tracks of initialization segments. */
const words = (outputs: readonly DemuxerOutput[]) => outputs.map((output) => {
  switch (output.type) {
    case 'sample': return `${output.trackId === videoPid ? 'v' : 'a'}${output.timestamp}/${output.decodeTimestamp}+${Math.round(output.duration ?? -1)}${output.isKey ? 'K' : ''}`;
    case 'init-segment': return `init ${output.tracks.map(({ id, descriptions: [{ codec }] }) => `${id.toString(16)}:${codec}`).join(' ')}`;
    case 'media-segment-start': return '[';
    case 'media-segment-end': return ']';
    case 'discontinuity': return `discontinuity ${output.trackId?.toString(16) ?? 'of all'}`;
    case 'error': return output.message;
    case 'end': return output.isTruncated ? 'truncated' : 'end';
    default: return output.type;
  }
});

function begun(streams: readonly (readonly [number, number, string?])[] = [[videoPid, 0x1b]]): { writer: TransportWriter; head: number[] } {
  const writer = new TransportWriter();
  return { writer, head: [...writer.programAssociation({ 1: mapPid }), ...writer.programMap(mapPid, streams)] };
}

test('is made by content', () => {
  const { writer, head } = begun();
  assert.is(sniffContainer(Uint8Array.from([...head, ...writer.pes(videoPid, keyUnit, 0)])), 'mpegts');
  assert.instance(createDemuxer('mpegts'), MpegTsDemuxer);
});

test('video with reordering: durations come from the next decode timestamp', () => {
  const { writer, head } = begun();
  const outputs = demux(head, writer.pes(videoPid, keyUnit, 7200, 3600), writer.pes(videoPid, unit, 14400, 7200), writer.pes(videoPid, unit, 10800, 10800));
  assert.equal(words(outputs), ['init 100:avc1.42c00a', '[', 'v7200/3600+3600K', 'v14400/7200+3600', 'v10800/10800+3600', ']', 'end']);
  const { video } = initSegment(outputs)!.tracks[0].descriptions[0];
  assert.equal([video!.codedWidth, video!.codedHeight, video!.displayWidth], [96, 64, 96]);
  assert.equal([...samplesOf(outputs)[0].data], keyUnit);
});

test('several access units in one PES packet, one in several', () => {
  const { writer, head } = begun();
  const [front, back] = [keyUnit.slice(0, 15), keyUnit.slice(15)];
  const outputs = demux(head, writer.pes(videoPid, keyUnit, 0), writer.pes(videoPid, [...unit, ...unit, ...front], 3600), writer.pes(videoPid, [...back, ...slice(5, false)]), writer.pes(videoPid, unit, 14400));
  assert.equal(words(outputs), ['init 100:avc1.42c00a', '[', 'v0/0+3600K', 'v3600/3600+3600', 'v7200/7200+3600', 'v10800/10800+3600K', 'v14400/14400+3600', ']', 'end']);
  assert.equal([...samplesOf(outputs)[3].data], [...keyUnit, ...slice(5, false)]);
});

test('tracks are told when all have shown what they are', () => {
  const { writer, head } = begun([[videoPid, 0x1b], [audioPid, 0x0f, 'fra'], [0x102, 0x06]]);
  const outputs = demux(head, writer.pes(videoPid, keyUnit, 0), writer.pes(videoPid, unit, 3600), writer.pes(audioPid, repeated(3, adtsFrame), 900, undefined, { isLengthTold: true }), writer.pes(videoPid, unit, 7200));
  assert.equal(words(outputs), ['init 100:avc1.42c00a 101:mp4a.40.2', '[', 'v0/0+3600K', 'a900/900+2090K', 'a2990/2990+2090K', 'a5080/5080+2090K', 'v3600/3600+3600', 'v7200/7200+3600', ']', 'end']);
  assert.is(initSegment(outputs)!.tracks[1].language, 'fra');
});

test('a stream that never comes is left out', () => {
  const { writer, head } = begun([[videoPid, 0x1b], [audioPid, 0x0f]]);
  assert.equal(words(demux(head, writer.pes(videoPid, keyUnit, 0))), ['init 100:avc1.42c00a', '[', 'v0/0+-1K', ']', 'end']);
  const again = begun([[videoPid, 0x1b], [audioPid, 0x0f]]);
  const demuxer = new MpegTsDemuxer();
  demuxer.push(Uint8Array.from([...again.head, ...again.writer.pes(videoPid, keyUnit, 0)]));
  // Sixteen packets, so that the counter goes on from each piece to the next.
  const piece = Uint8Array.from(Array.from({ length: 16 }, (_, index) => again.writer.pes(videoPid, unit, 3600 * index)).flat());
  const whole = new Uint8Array(piece.length * 100);
  for (let at = 0; at < whole.length; at += piece.length) whole.set(piece, at);
  let pushed = 0;
  for (; pushed < 5 * 2 ** 20 && demuxer.read() === null; pushed += whole.length) demuxer.push(whole);
  assert.ok(Math.abs(pushed - 4 * 2 ** 20) <= 2 * whole.length, `before the end, after four megabytes: ${pushed}`);
});

test('another program map, another size: another initialization segment', () => {
  const { writer, head } = begun();
  const larger = [...sequenceParameterSet.slice(0, -2), 0x1c, 0x99];
  const outputs = demux(head, writer.pes(videoPid, keyUnit, 0), writer.pes(videoPid, [...delimiter, ...larger, ...keySlice()], 3600), writer.pes(videoPid, unit, 7200),
    writer.programMap(mapPid, [[videoPid, 0x1b], [audioPid, 0x0f]], 1), writer.pes(videoPid, unit, 10800), writer.pes(audioPid, repeated(2, adtsFrame), 10800));
  const told = words(outputs);
  assert.equal(told.map((word) => word.split('/')[0]), ['init 100:avc1.42c00a', '[', 'v0', ']', 'init 100:avc1.42c00a', '[', 'v3600', 'v7200', ']', 'init 100:avc1.42c00a 101:mp4a.40.2', '[', 'a10800', 'a12890', 'v10800', ']', 'end']);
});

test('clocks of 33 bits', () => {
  const { writer, head } = begun();
  const outputs = demux(head, ...[-3600, 0, 3600].map((time, index) => writer.pes(videoPid, index === 0 ? keyUnit : unit, 2 ** 33 + time, undefined, { clock: 2 ** 33 - 4000 })));
  assert.equal(samplesOf(outputs).map(({ timestamp }) => timestamp - 2 ** 33), [-3600, 0, 3600]);
});

test('lost packets take their access unit with them, and are told', () => {
  const { writer, head } = begun();
  const before = [...writer.pes(videoPid, keyUnit, 0), ...writer.pes(videoPid, unit, 3600)];
  const long = writer.pes(videoPid, [...unit, ...Array.from({ length: 500 }, () => 0x77)], 7200);
  const outputs = demux(head, before, [...long.slice(0, 188), ...long.slice(376)], writer.pes(videoPid, unit, 10800), writer.pes(videoPid, unit, 14400));
  assert.equal(words(outputs), ['init 100:avc1.42c00a', '[', 'v0/0+3600K', 'v3600/3600+3600', 'discontinuity 100', 'v10800/10800+3600', 'v14400/14400+3600', ']', 'end']);
});

test('a discontinuity that is announced loses nothing; packets that come twice count once', () => {
  const { writer, head } = begun();
  const first = writer.pes(videoPid, keyUnit, 0);
  const outputs = demux(head, first, first, writer.pes(videoPid, unit, 3600), writer.packet(0x30, [1]), new TransportWriter().pes(videoPid, keyUnit, 900_000, undefined, { isDiscontinuity: true, clock: 890_000 }));
  assert.equal(words(outputs), ['init 100:avc1.42c00a', '[', 'v0/0+3600K', 'v3600/3600+3600', 'discontinuity of all', 'v900000/900000+3600K', ']', 'end']);
});

test('garbage between packets', () => {
  const { writer, head } = begun();
  const outputs = demux(Array(1000).fill(0).map((_, index) => (index % 7 === 0 ? 0x47 : 0)), head, writer.pes(videoPid, keyUnit, 0), [1, 2, 3], writer.pes(videoPid, unit, 3600), writer.pes(videoPid, unit, 7200), writer.pes(videoPid, unit, 10800), writer.pes(videoPid, unit, 14400));
  assert.is(samplesOf(outputs).length, 5);
  assert.equal(words(outputs).at(-1), 'end');
});

test('what follows a reset goes on with the tracks as they are', () => {
  const { writer, head } = begun();
  const demuxer = new MpegTsDemuxer();
  demuxer.push(Uint8Array.from([...head, ...writer.pes(videoPid, keyUnit, 0), ...writer.pes(videoPid, unit, 3600), ...writer.pes(videoPid, unit, 7200)].slice(0, -50)));
  while (demuxer.read());
  demuxer.reset();
  const outputs = demuxStream(demuxer, Uint8Array.from([...head, ...writer.pes(videoPid, keyUnit, 90_000), ...writer.pes(videoPid, unit, 93_600)]));
  assert.equal(words(outputs), ['[', 'v90000/90000+3600K', 'v93600/93600+3600', ']', 'end']);
});

test('damage is told', () => {
  const { writer, head } = begun();
  assert.equal(words(demux([])), ['end']);
  assert.equal(words(demux(Array(100_000).fill(0x20))), ['MPEG-TS: no packet in 65536 bytes (at byte 0)']);
  assert.equal(words(demux(Array(500).fill(0x20))), ['MPEG-TS: no packet (at byte 0)']);
  assert.equal(words(demux(head.slice(0, 188), ...Array.from({ length: 4 }, () => writer.packet(videoPid, [1, 2])))), ['MPEG-TS: no program (at byte 940)']);
  assert.equal(words(demux(head, ...Array.from({ length: 4 }, () => writer.packet(videoPid, [1, 2])))), ['MPEG-TS: no stream of a kind that can be read (at byte 1128)']);
  assert.equal(words(demux(head, writer.pes(videoPid, keyUnit, 0), writer.pes(videoPid, unit, 3600), writer.pes(videoPid, unit, 7200).slice(0, 100))).at(-1), 'truncated');
  const broken = head.slice();
  broken[300] ^= 1;
  broken[370] ^= 1;
  assert.equal(words(demux(broken, writer.pes(videoPid, keyUnit, 0))), ['MPEG-TS: no program (at byte 564)'], 'a table with a wrong checksum');
});

test('an access unit without end is an error', () => {
  const { writer, head } = begun();
  const demuxer = new MpegTsDemuxer();
  demuxer.push(Uint8Array.from([...head, ...writer.pes(videoPid, keyUnit, 0)]));
  const packets = new Uint8Array(16 * 188 * 1000);
  const sixteen = Array.from({ length: 16 }, () => writer.packet(videoPid, Array.from({ length: 184 }, () => 0x77))).flat();
  for (let at = 0; at < packets.length; at += sixteen.length) packets.set(sixteen, at);
  let last: DemuxerOutput | null = null;
  for (let pushed = 0; pushed < 200 * 2 ** 20 && last?.type !== 'error'; pushed += packets.length) {
    demuxer.push(packets);
    for (let output = demuxer.read(); output; output = demuxer.read()) last = output;
  }
  assert.match(last?.type === 'error' ? last.message : '', /^MPEG-TS: access units of \d+ bytes \(at byte \d+\)$/);
});

test.run();
