/** Files that ffmpeg wrote, read in several ways. What is in them: test/interop/oracles. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const avc = '{video} -c:v libx264 -g 12 -bf 2';
const avcAac = '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac';

/** Without an edit list both, so that all times are the same. */
const unedited = `${avcAac} -use_editlist 0`;

for (const movflags of corpusMissing ? [] : ['faststart', 'frag_keyframe+empty_moov+default_base_moof', 'faststart+negative_cts_offsets']) {
  test(`as a stream, in pieces of any size: ${movflags}`, () => {
    const { bytes } = corpusFile('stream.mp4', `${unedited} -movflags ${movflags}`);
    const stream = demuxStream(new IsobmffDemuxer(), bytes);
    assert.equal(stream[stream.length - 1], { type: 'end', isTruncated: false });
    for (const pieceBytes of [1, 37, 4096]) assert.equal(demuxStream(new IsobmffDemuxer(), bytes, pieceBytes), stream, `in pieces of ${pieceBytes}`);
    const byRanges = demuxFile(new IsobmffDemuxer({ canSeek: true, size: bytes.length }), bytes);
    for (const { id } of initSegment(byRanges)!.tracks) assert.equal(samplesOf(stream, id), samplesOf(byRanges, id));
  });
}

if (!corpusMissing) {
  test('negative composition offsets in fragments present pictures as without', () => {
    const times = (movflags: string) => samplesOf(demuxStream(new IsobmffDemuxer(), corpusFile('n.mp4', `${avc} -use_editlist 0 -movflags ${movflags}`).bytes)).map(({ timestamp }) => timestamp);
    const plain = times('frag_keyframe+empty_moov');
    assert.equal(times('frag_keyframe+empty_moov+negative_cts_offsets'), plain.map((time) => time - plain[0]));
  });

  test('a movie box behind its media needs a source that can seek', () => {
    const outputs = demuxStream(new IsobmffDemuxer(), corpusFile('progressive.mp4', avcAac).bytes);
    const last = outputs[outputs.length - 1];
    assert.match(last.type === 'error' ? last.message : '', /^MP4: what is needed to read on stands before it, and the source can't seek \(at byte \d+\)$/);
  });

  test('sound before the edit of a fragmented file is not to be heard', () => {
    const { bytes } = corpusFile('edited-fragments.mp4', '{audio} -c:a aac -movflags frag_keyframe+delay_moov -frag_duration 500000');
    const samples = samplesOf(demuxStream(new IsobmffDemuxer(), bytes));
    assert.equal(samples.slice(0, 3).map(({ timestamp, trim }) => [timestamp, trim]), [[-1024, { start: 1024, end: 0 }], [0, null], [1024, null]]);
    assert.ok(samples.slice(1).every(({ trim }) => trim === null));
  });

  test('reads no more of a file than it needs', () => {
    const { bytes } = corpusFile('progressive.mp4', avcAac);
    const served = { bytes: 0, ranges: 0 };
    demuxFile(new IsobmffDemuxer({ canSeek: true, size: bytes.length }), bytes, 4096, served);
    assert.ok(served.bytes < bytes.length + 10_000, `${served.bytes} of ${bytes.length} bytes`);
    assert.ok(served.ranges <= 3, `${served.ranges} jumps`);
  });
}

test.run();
