/** The description of a decoder, in files that ffmpeg wrote. Their frames: test/interop/oracles. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../../src/container/demuxers';
import { FlacDemuxer } from '../../../../src/container/flac/FlacDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment } from '../../../support/containers/demux';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

test('is made by content', () => assert.instance(createDemuxer('flac'), FlacDemuxer));

for (const options of corpusMissing ? [] : ['', '-sample_fmt s32', `-metadata title=${'long'.repeat(20_000)}`]) {
  test(`the description is the stream information alone: ${options.slice(0, 20)}`, () => {
    const { bytes } = corpusFile('description.flac', `{stereo} -c:a flac ${options}`);
    const { descriptions: [{ description }] } = initSegment(demuxStream(new FlacDemuxer(), bytes))!.tracks[0];
    assert.equal([...description!.subarray(0, 8)], [0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34]);
    assert.equal(description!.subarray(8), bytes.subarray(8, 42));
  });
}

test.run();
