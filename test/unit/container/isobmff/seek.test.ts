/** Seeks in files of every layout end at the last random access point before the time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import type { Sample } from '../../../../src/container/outputs';
import { box, fullBox, u32 } from '../../../support/containers/boxes';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../../support/containers/demux';
import { file, fileType, fragment, movie, movieExtends, track } from '../../../support/containers/isobmff-files';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const avcAac = '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac';
const layouts: readonly (readonly [name: string, options: string])[] = [
  ['progressive', ''],
  ['fragments with mfra', '-movflags frag_keyframe+empty_moov+default_base_moof'],
  ['fragments with edits', '-movflags frag_keyframe+delay_moov'],
  ['fragments behind samples of the movie', '-movflags frag_keyframe'],
  ['fragments with sidx', '-movflags frag_keyframe+dash+global_sidx'],
  ['fragments with nothing to seek by', '-movflags frag_keyframe+empty_moov+default_base_moof+skip_trailer'],
  ['fragments that begin anywhere', '-movflags empty_moov+default_base_moof -frag_duration 300000'],
  ['one track', '-an'],
  ['sound only', '-vn'],
];

const demuxerOf = (bytes: Uint8Array) => new IsobmffDemuxer({ canSeek: true, size: bytes.length });

function seekTo(demuxer: IsobmffDemuxer, bytes: Uint8Array, seconds: number, served = { bytes: 0, ranges: 0 }): Sample[] {
  assert.ok(demuxer.seek(seconds));
  return samplesOf(demuxFile(demuxer, bytes, 512, served));
}

for (const [name, options] of corpusMissing ? [] : layouts) {
  test(name, () => {
    const { bytes } = corpusFile('seek.mp4', `${avcAac} ${options}`);
    const demuxer = demuxerOf(bytes);
    const outputs = demuxFile(demuxer, bytes);
    const { tracks } = initSegment(outputs)!;
    const main = tracks.find(({ type }) => type === 'video') ?? tracks[0];
    const all = samplesOf(outputs);
    for (const seconds of [0, 1.3, 0.47, 0.49, 1.99, 100, 0.96, 0.961, 0.01]) {
      const found = seekTo(demuxer, bytes, seconds);
      const isBefore = ({ trackId, timestamp, isKey }: Sample) => trackId === main.id && isKey && timestamp / main.timescale <= seconds;
      const key = [...all].reverse().find(isBefore) ?? all.find(({ trackId }) => trackId === main.id)!;
      const from = (samples: readonly Sample[]) => samples.filter(({ trackId, offset }) => trackId === main.id && offset >= key.offset);
      assert.equal(found.filter(({ trackId }) => trackId === main.id), from(all), `to ${seconds}`);
      for (const other of tracks.filter(({ id }) => id !== main.id)) {
        const begin = key.timestamp / main.timescale;
        const expected = all.filter(({ trackId, timestamp, duration }) => trackId === other.id && (timestamp + duration!) / other.timescale > begin);
        assert.equal(found.filter(({ trackId }) => trackId === other.id).slice(-expected.length), expected, `track ${other.id} to ${seconds}`);
      }
    }
  });
}

if (!corpusMissing) {
  test('an index spares the rest of the file', () => {
    const { bytes } = corpusFile('long.mp4', '-f lavfi -i testsrc2=size=96x64:rate=25:duration=40 -c:v libx264 -g 12 -bf 2 -movflags frag_keyframe+dash+global_sidx');
    const demuxer = demuxerOf(bytes);
    while (demuxer.read()?.type !== 'media-segment-start') demuxer.push(bytes.subarray(demuxer.wanted.begin, demuxer.wanted.begin + 512));
    const served = { bytes: 0, ranges: 0 };
    const [first] = seekTo(demuxer, bytes, 39, served);
    assert.ok(first.isKey && first.timestamp / 12_800 <= 39 && first.timestamp / 12_800 > 38.4, `${first.timestamp / 12_800} s`);
    assert.ok(served.bytes < bytes.length / 4, `${served.bytes} of ${bytes.length} bytes`);
  });
}

test('fragments that do not say when they begin', () => {
  const nameless = (sizes: readonly number[]) => {
    const moof = (offset: number) => box('moof', box('traf', fullBox('tfhd', 0, 0x20000, u32(1)), fullBox('trun', 0, 0x201, u32(sizes.length, offset, ...sizes))));
    return [...moof(moof(0).length + 8), ...box('mdat', new Uint8Array(sizes.reduce((sum, size) => sum + size, 0)))];
  };
  const bytes = file(fileType, movie(track(), movieExtends(1)), nameless([3, 4]), nameless([1]), nameless([5, 6]));
  const demuxer = demuxerOf(bytes);
  assert.equal(samplesOf(demuxFile(demuxer, bytes)).map(({ timestamp }) => timestamp), [0, 40, 80, 120, 160]);
  for (const seconds of [0.12, 0.08, 0.13]) assert.equal(seekTo(demuxer, bytes, seconds).map(({ timestamp }) => timestamp), seconds < 0.1 ? [80, 120, 160] : [120, 160]);
});

test('seeks in a file that is cut off, and in one without samples', () => {
  const bytes = file(fileType, movie(track(), movieExtends(1)), fragment({ sizes: [3, 4] }), fragment({ time: 80, sizes: [9, 9] })).slice(0, -12);
  const demuxer = demuxerOf(bytes);
  demuxFile(demuxer, bytes);
  assert.equal(seekTo(demuxer, bytes, 0.09).map(({ timestamp }) => timestamp), []);
  assert.equal(seekTo(demuxer, bytes, 0.05).map(({ timestamp }) => timestamp), [40]);
  const empty = file(fileType, movie(track()));
  const nothing = demuxerOf(empty);
  demuxFile(nothing, empty);
  assert.equal(seekTo(nothing, empty, 1), []);
});

test.run();
