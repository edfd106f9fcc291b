// timeout: 180 s
/** Seeks go to the audio frame. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WavDemuxer } from '../../../../src/container/wav/WavDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../../support/containers/demux';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

for (const options of corpusMissing ? [] : ['pcm_u8', 'pcm_s24le -ac 3', 'pcm_f64le', 'pcm_alaw', 'pcm_s16le -ar 11025', 'pcm_s16le -ac 2 -rf64 always', 'pcm_s16le -write_bext 1']) {
  test(options, () => {
    const { bytes } = corpusFile('seek.wav', `{audio} -c:a ${options}`);
    const demuxer = new WavDemuxer({ canSeek: true, size: bytes.length });
    const outputs = demuxFile(demuxer, bytes);
    const { timescale } = initSegment(outputs)!.tracks[0];
    const [first] = samplesOf(outputs);
    assert.ok(demuxer.seek(1.5));
    const [sought] = samplesOf(demuxFile(demuxer, bytes));
    assert.is(sought.timestamp, Math.floor(1.5 * timescale));
    assert.is(sought.offset, first.offset + (sought.timestamp * first.data.length) / first.duration!);
  });
}

test.run();
