/** Files that ffmpeg wrote, against ffprobe. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdtsDemuxer } from '../../../../src/container/adts/AdtsDemuxer';
import { sniffContainer } from '../../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const aac = (rate: number, channels: number, more = '') => `{audio} -c:a aac -ar ${rate} -ac ${channels} ${more}`;

const files: readonly (readonly [name: string, command: string, codec: string])[] = [
  ...[7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000].map((rate) => [`${rate}.aac`, aac(rate, 1), 'mp4a.40.2'] as const),
  ...[2, 3, 4, 5, 6, 8].map((channels) => [`${channels}-channels.aac`, aac(44100, channels), 'mp4a.40.2'] as const),
  ['program-config.aac', '{audio} -c:a aac -af aformat=channel_layouts=quad', 'mp4a.40.2'],
  ['mpeg-2.aac', aac(44100, 2, '-write_mpeg2 1'), 'mp4a.67'],
  ['main.aac', aac(44100, 2, '-profile:a aac_main'), 'mp4a.40.1'],
  ['id3.aac', aac(44100, 2, '-write_id3v2 1 -metadata title=Tone'), 'mp4a.40.2'],
];

for (const [name, command, codec] of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(name, command);
    assert.is(sniffContainer(file.bytes), 'adts');
    const outputs = demuxStream(new AdtsDemuxer(), file.bytes);
    sameAsFfprobe(outputs, ffprobe(file.path));
    assert.is(initSegment(outputs)!.tracks[0].descriptions[0].codec, codec);
    assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
    assert.equal(demuxStream(new AdtsDemuxer(), file.bytes, 37), outputs, 'in pieces');
    assert.equal(demuxFile(new AdtsDemuxer({ canSeek: true, size: file.bytes.length }), file.bytes), outputs, 'by ranges');
  });
}

test.run();
