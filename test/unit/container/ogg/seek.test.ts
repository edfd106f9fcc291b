/** Where seeks by granule positions end: at the packets that are read from there on in a whole file. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OggDemuxer } from '../../../../src/container/ogg/OggDemuxer';
import type { Sample } from '../../../../src/container/outputs';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, partOf, samplesOf } from '../../../support/containers/demux';
import { oggPage, opusHeaders, opusPacket } from '../../../support/containers/ogg-pages';

const numbersOf = (samples: readonly Sample[]) => samples.map(({ trackId, timestamp, duration, offset, trim }) => [trackId, timestamp, duration, offset, trim]);
const endOf = ({ timestamp, duration }: Sample) => timestamp + duration!;

function checkSeeks(what: string, bytes: Uint8Array, timescale: number, seconds: readonly number[], mostBytes = Infinity): void {
  const all = samplesOf(demuxStream(new OggDemuxer(), bytes));
  const demuxer = new OggDemuxer({ canSeek: true, size: bytes.length });
  initSegment(partOf(demuxer, bytes, 3));
  for (const time of seconds) {
    const served = { bytes: 0, ranges: 0 };
    assert.ok(demuxer.seek(time), what);
    const expected = all.filter((sample) => endOf(sample) > time * timescale + 1e-6);
    const found = samplesOf(partOf(demuxer, bytes, 10, served));
    assert.equal(numbersOf(found), numbersOf((expected.length > 0 ? expected : all.slice(-1)).slice(0, 10)), `${what}: ${time} s`);
    assert.ok(served.bytes < mostBytes, `${what}: ${time} s: ${served.bytes} bytes`);
  }
}

const times = [3, 0, 7.77, 9.5, 1.02, 5, 100, 4.321];

if (!corpusMissing) {
  for (const [name, timescale, encoder] of [['seek.opus', 48_000, 'libopus'], ['seek.ogg', 44_100, 'libvorbis -ar 44100'], ['seek.oga', 44_100, 'flac -ar 44100']] as const) {
    test(name, () => checkSeeks(name, corpusFile(name, `-f lavfi -i sine=frequency=700:duration=10 -c:a ${encoder}`).bytes, timescale, times));
  }
}

const packets = (count: number, bytes: number) => Array.from({ length: count }, () => opusPacket(bytes));
/** Pages of a second, the last packet of each going on upon the next. */
const seconds = (count: number, serial: number) => Array.from({ length: count }, (_, index) => oggPage(
  index === 0 ? [...packets(50, 200), opusPacket(255)] : [[1, 2, 3], ...packets(49, 200), opusPacket(255)],
  { serial, sequence: 2 + index, granule: 48_000 * (index + 1), isContinued: index > 0, isOpen: true },
)).flat();
const link = (count: number, serial: number) => [...opusHeaders({ serial }), ...seconds(count, serial), ...oggPage([[9]], { serial, sequence: count + 2, granule: 48_000 * count + 960, isContinued: true, isLast: true })];

test('a long stream is looked into at few places', () => {
  const bytes = Uint8Array.from(link(120, 1));
  checkSeeks('pages of a second', bytes, 48_000, [60, 119.99, 0, 17.3, 110.5], 400_000);
});

test('a chain: the links that were seen, and on from the last one', () => {
  const parts = [link(3, 1), link(4, 2), link(5, 3)];
  const bytes = Uint8Array.from(parts.flat());
  const demuxer = new OggDemuxer({ canSeek: true, size: bytes.length });
  const all = samplesOf(demuxFile(demuxer, bytes));
  for (const time of [10, 1.5, 5, 2.9, 0]) {
    assert.ok(demuxer.seek(time));
    const outputs = demuxFile(demuxer, bytes);
    const expected = all.filter((sample) => endOf(sample) > time * 48_000 + 1e-6);
    assert.equal(numbersOf(samplesOf(outputs)), numbersOf(expected), `${time} s`);
    assert.is(outputs.some(({ type }) => type === 'error'), false);
  }
  const fresh = new OggDemuxer({ canSeek: true, size: bytes.length });
  partOf(fresh, bytes, 2);
  assert.ok(fresh.seek(8.2));
  const found = samplesOf(demuxFile(fresh, bytes));
  assert.equal(numbersOf(found), numbersOf(all.filter((sample) => endOf(sample) > 8.2 * 48_000)), 'links that were not seen');
});

test('neither before the headers nor in a stream', () => {
  assert.not(new OggDemuxer({ canSeek: true, size: 1000 }).seek(0));
  const demuxer = new OggDemuxer();
  demuxStream(demuxer, Uint8Array.from(link(1, 1)));
  assert.not(demuxer.seek(0));
});

test.run();
