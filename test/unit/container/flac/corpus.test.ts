/** Files that ffmpeg wrote, against ffprobe. */
// timeout: 240 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../../src/container/demuxers';
import { FlacDemuxer } from '../../../../src/container/flac/FlacDemuxer';
import { sniffContainer } from '../../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

test('is made by content', () => assert.instance(createDemuxer('flac'), FlacDemuxer));

const noise = '-f lavfi -i anoisesrc=duration=2:sample_rate=48000:seed=1';

const files: readonly (readonly [name: string, options: string, input?: string])[] = [
  ...['mono', 'stereo', '3.0', 'quad', '5.0', '5.1', '6.1', '7.1'].map((layout) => [layout, `-af aformat=channel_layouts=${layout}`] as const),
  ...[8000, 11_025, 16_000, 22_050, 32_000, 37_800, 44_100, 88_200, 96_000, 192_000].map((rate) => [`${rate}`, `-ar ${rate}`] as const),
  ...[0, 5, 12].map((level) => [`level-${level}`, `-compression_level ${level}`] as const),
  ...[100, 256, 1000, 16_384].map((size) => [`block-${size}`, `-frame_size ${size}`] as const),
  ['24-bit', '-sample_fmt s32'],
  ['24-bit-96000-stereo', '-sample_fmt s32 -ar 96000 -ac 2'],
  ['24-bit-7.1', '-sample_fmt s32 -af aformat=channel_layouts=7.1'],
  ['noise', '', noise],
  ['noise-24-bit-stereo', '-sample_fmt s32 -ac 2', noise],
  ['silence', '', '-f lavfi -i anullsrc=duration=2'],
  ['comments', `-metadata title=${'long'.repeat(20_000)}`],
  ['one-frame', '-t 0.05'],
];

for (const [name, options, input = '{audio}'] of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(`${name}.flac`, `${input} -c:a flac ${options}`);
    assert.is(sniffContainer(file.bytes), 'flac');
    const outputs = demuxStream(new FlacDemuxer(), file.bytes);
    sameAsFfprobe(outputs, ffprobe(file.path));
    const { descriptions: [{ codec, description }] } = initSegment(outputs)!.tracks[0];
    assert.is(codec, 'flac');
    assert.equal([...description!.subarray(0, 8)], [0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34]);
    assert.equal(description!.subarray(8), file.bytes.subarray(8, 42));
    assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
    assert.equal(demuxStream(new FlacDemuxer(), file.bytes, 37), outputs, 'in pieces');
    assert.equal(demuxFile(new FlacDemuxer({ canSeek: true, size: file.bytes.length }), file.bytes), outputs, 'by ranges');
  });
}

test.run();
