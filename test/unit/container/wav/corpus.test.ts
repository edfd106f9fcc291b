/** Files that ffmpeg wrote, against ffprobe. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sniffContainer } from '../../../../src/container/sniff';
import { WavDemuxer } from '../../../../src/container/wav/WavDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const formats = [
  ['pcm_u8', 'pcm-u8'], ['pcm_s16le', 'pcm-s16'], ['pcm_s24le', 'pcm-s24'], ['pcm_s32le', 'pcm-s32'], ['pcm_f32le', 'pcm-f32'], ['pcm_f64le', ''], ['pcm_alaw', 'alaw'], ['pcm_mulaw', 'ulaw'],
] as const;

const files: readonly (readonly [name: string, command: string, codec: string])[] = [
  ...formats.map(([encoder, codec]) => [`${encoder}.wav`, `{audio} -c:a ${encoder}`, codec] as const),
  ...[2, 3, 6, 8].map((channels) => [`${channels}-channels.wav`, `{audio} -c:a pcm_s24le -ac ${channels}`, 'pcm-s24'] as const),
  ['rate.wav', '{audio} -c:a pcm_s16le -ar 11025', 'pcm-s16'],
  ['rf64.wav', '{audio} -c:a pcm_s16le -ac 2 -rf64 always', 'pcm-s16'],
  ['bext.wav', '{audio} -c:a pcm_s16le -write_bext 1 -metadata description=Tone', 'pcm-s16'],
];

for (const [name, command, codec] of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(name, command);
    assert.is(sniffContainer(file.bytes), 'wav');
    const source = { canSeek: true, size: file.bytes.length };
    const outputs = demuxStream(new WavDemuxer(), file.bytes);
    sameAsFfprobe(outputs, ffprobe(file.path, '-max_size', '4096'));
    assert.is(initSegment(outputs)!.tracks[0].descriptions[0].codec, codec);
    assert.equal(demuxStream(new WavDemuxer(), file.bytes, 37), outputs, 'in pieces');
    assert.equal(demuxFile(new WavDemuxer(source), file.bytes), outputs, 'by ranges');

    const demuxer = new WavDemuxer(source);
    demuxFile(demuxer, file.bytes);
    assert.ok(demuxer.seek(1.5));
    const all = samplesOf(outputs);
    const [sought] = samplesOf(demuxFile(demuxer, file.bytes));
    const { timescale } = initSegment(outputs)!.tracks[0];
    assert.is(sought.timestamp, Math.floor(1.5 * timescale));
    assert.is(sought.offset, all[0].offset + (sought.timestamp * all[0].data.length) / all[0].duration!);
  });
}

test.run();
