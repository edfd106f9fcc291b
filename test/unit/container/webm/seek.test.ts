/** Where seeks without Cues end: at a random access point, with the samples that are read from there on in a whole file. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DemuxerOutput, Sample } from '../../../../src/container/outputs';
import { Id } from '../../../../src/container/webm/ids';
import { WebmDemuxer } from '../../../../src/container/webm/WebmDemuxer';
import { WebmMuxer } from '../../../../src/container/webm/WebmMuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment, partOf, samplesOf } from '../../../support/containers/demux';
import { element } from '../../../support/containers/ebml';
import { demux, remux } from '../../../support/containers/mux';
import { audioTrack, blockGroup, cluster, cue, info, openCluster, openWebm, simpleBlock, tracks, videoTrack, webm } from '../../../support/containers/webm-files';

const head = [info, tracks(videoTrack(), audioTrack())];
const key = 0x80;

interface Film {
  readonly clusterFrames?: number;
  readonly bytes?: number;
  readonly begin?: number;
  isKey?(frame: number): boolean;
  readonly make?: typeof cluster;
  readonly frameBlock?: (time: number, isKey: boolean, content: readonly number[]) => number[];
}

const asSimpleBlock: Film['frameBlock'] = (time, isKey, content) => simpleBlock(1, time, isKey ? key : 0, content);

/** Pictures of 40 ms and packets of sound of 20 ms. The content of pictures has the identifier of a Cluster in it, and more that looks like one. */
function clusters(frames: number, { clusterFrames = 25, bytes = 300, begin = 0, isKey = (frame) => frame % 25 === 0, make = cluster, frameBlock = asSimpleBlock }: Film = {}): number[][] {
  const content = [...Array.from({ length: bytes }, (_, index) => (index * 31) & 0xff), 0x1f, 0x43, 0xb6, 0x75, 0x84, 0xe7, 0x81, 1, 0xa3, 0x1f, ...cluster(0, simpleBlock(9, 0, key, [1]))];
  return Array.from({ length: Math.ceil(frames / clusterFrames) }, (_, number) => {
    const first = number * clusterFrames;
    const blocks = Array.from({ length: Math.min(clusterFrames, frames - first) }, (_, index) => [
      ...frameBlock!(40 * index, isKey(first + index), content), ...simpleBlock(2, 40 * index, key, [1, 2, 3]), ...simpleBlock(2, 40 * index + 20, key, [4, 5, 6]),
    ]);
    return make(begin + 40 * first, ...blocks);
  });
}

const numbersOf = (samples: readonly Sample[]) => samples.map(({ trackId, timestamp, isKey, offset, data }) => [trackId, timestamp, isKey, offset, data.length]);

function checkSeeks(what: string, bytes: Uint8Array, seconds: readonly number[], mostBytes = Infinity, size: number | null = bytes.length): void {
  const outputs = demuxStream(new WebmDemuxer(), bytes);
  const { tracks: [{ id: main, timescale }] } = initSegment(outputs)!;
  const all = samplesOf(outputs, main);
  const demuxer = new WebmDemuxer({ canSeek: true, size });
  partOf(demuxer, bytes, 1);
  for (const time of seconds) {
    const served = { bytes: 0, ranges: 0 };
    assert.ok(demuxer.seek(time), what);
    const found: Sample[] = [];
    for (let outputs = [] as DemuxerOutput[]; found.length < 10 && outputs.at(-1)?.type !== 'end';) {
      outputs = partOf(demuxer, bytes, 1, served);
      found.push(...samplesOf(outputs, main));
    }
    const begin = all.filter(({ isKey, timestamp }) => isKey && timestamp <= Math.floor(time * timescale + 1e-6)).at(-1) ?? all[0];
    assert.ok(found.length > 0, `${what}: ${time} s`);
    assert.equal(numbersOf(found), numbersOf(all.slice(all.indexOf(begin), all.indexOf(begin) + found.length)), `${what}: ${time} s`);
    assert.ok(served.bytes < mostBytes, `${what}: ${time} s: ${served.bytes} bytes`);
  }
}

const times = [20, 0, 39.9, 1, 5.03, 1000, 33.3];

test('clusters of a second', () => checkSeeks('a film of 40 s', webm(...head, ...clusters(1000, { bytes: 100 })), times));
test('sizes that are unknown, as of live streams', () => checkSeeks('live', openWebm(...head, ...clusters(1000, { make: openCluster, bytes: 100 })), times));
test('a file whose size is unknown', () => checkSeeks('without a size', openWebm(...head, ...clusters(1000, { make: openCluster, bytes: 100 })), times, Infinity, null));
test('times that begin late', () => checkSeeks('from an hour on', webm(...head, ...clusters(500, { begin: 3_600_000 })), [3610, 3600, 3619.97, 3615.5, 10]));
test('key frames within clusters', () => checkSeeks('every 7th', webm(...head, ...clusters(500, { isKey: (frame) => frame % 7 === 0 })), [3, 0.1, 19.9, 7.77]));
test('one key frame far back', () => checkSeeks('a single key frame', webm(...head, ...clusters(1000, { bytes: 1500, isKey: (frame) => frame === 3 })), [39, 0.5, 0.01]));
test('groups of blocks', () => {
  const frameBlock: Film['frameBlock'] = (time, isKey, content) => blockGroup(1, time, content, ...(isKey ? [] : [element(Id.ReferenceBlock, [0xff])]));
  checkSeeks('groups', webm(...head, ...clusters(300, { frameBlock })), [5, 0, 11.9, 3.3]);
});
test('one cluster for all', () => checkSeeks('one cluster', webm(...head, ...clusters(500, { clusterFrames: 500 })), [3.5, 19, 0]));

test('few bytes of a long film are read', () => checkSeeks('160 s', webm(...head, ...clusters(4000, { bytes: 150 })), [80, 159, 3, 120], 400_000));

test('attachments are passed over, whatever they hold', () => {
  const attachment = element(Id.Attachments, Array.from({ length: 300_000 }, (_, index) => index & 0xff), ...clusters(25, { begin: 30_000 }));
  checkSeeks('attachments', webm(...head, attachment, ...clusters(500)), [10, 0, 19], 450_000);
});

test('cues that the end of the file cuts off, that are somewhere else, or that point somewhere else', () => {
  const parts = clusters(250);
  const seekHead = (position: number) => element(Id.SeekHead, element(Id.Seek, element(Id.SeekID, [0x1c, 0x53, 0xbb, 0x6b]), element(Id.SeekPosition, [position >> 24, (position >> 16) & 0xff, (position >> 8) & 0xff, position & 0xff])));
  const begin = [...seekHead(0), ...head.flat()].length;
  const media = parts.flat().length;
  checkSeeks('a position that is wrong', webm(seekHead(begin + 5), ...head, ...parts), [5, 9.9, 0]);
  checkSeeks('behind the end', webm(seekHead(begin + media), ...head, ...parts), [5, 9.9, 0]);
  checkSeeks('points of another file', webm(seekHead(begin + media), ...head, ...parts, element(Id.Cues, cue(0, 1, begin + 1), cue(3000, 1, begin + 7))), [5, 9.9, 0]);
});

if (!corpusMissing) {
  test('what our muxer writes to a target that goes on only', () => {
    const file = (name: string, command: string) => remux(new WebmMuxer({ canSeek: false }, name.endsWith('mkv') ? 'matroska' : 'webm'), demux(corpusFile(name, command).bytes));
    const video = '-f lavfi -i testsrc2=size=160x90:rate=25:duration=12';
    checkSeeks('VP8 and Opus', file('seek.webm', `${video} -f lavfi -i sine=duration=12 -c:v libvpx -deadline realtime -cpu-used 8 -g 40 -c:a libopus`), [0, 3.3, 11.9, 7, 1.7]);
    checkSeeks('H.264 with B-frames', file('seek.mkv', `${video} -c:v libx264 -g 40 -bf 2`), [5, 0.1, 11, 8]);
    checkSeeks('sound alone', file('seek-audio.webm', '-f lavfi -i sine=duration=30 -c:a libopus'), [29, 3, 15.5, 0]);
  });
}

test('neither before the tracks nor in a stream', () => {
  assert.not(new WebmDemuxer({ canSeek: true, size: 1000 }).seek(0));
  const demuxer = new WebmDemuxer();
  demuxStream(demuxer, webm(...head, ...clusters(30)));
  assert.not(demuxer.seek(0));
});

test.run();
