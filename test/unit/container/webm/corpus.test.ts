/** Files that ffmpeg wrote, against ffprobe. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { WebmDemuxer } from '../../../../src/container/webm/WebmDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const files: readonly (readonly [name: string, command: string, ...codecs: string[]])[] = [
  ['vp8-vorbis.webm', '{video} {audio} -c:v libvpx -c:a libvorbis', 'vp8', 'vorbis'],
  ['vp9-opus.webm', '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus', 'vp09.00.10.08', 'opus'],
  ['vp9-10-bit.webm', '{video} -c:v libvpx-vp9 -pix_fmt yuv420p10le', 'vp09.00.10.08'],
  ['av1.webm', '{video} -c:v libsvtav1 -preset 12', 'av01.0.00M.08'],
  ['avc-aac.mkv', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac', 'avc1.64000a', 'mp4a.40.2'],
  ['hevc-flac.mkv', '{video} {audio} -c:v libx265 -x265-params log-level=none:pools=none -c:a flac', 'hvc1.1.6.L30.90', 'flac'],
  ['mp3.mkv', '{audio} -c:a libmp3lame', 'mp3'],
  ['pcm.mkv', '{audio} -c:a pcm_s16le', 'pcm-s16'],
  ['live.webm', '{video} {audio} -c:v libvpx -c:a libopus -live 1', 'vp8', 'opus'],
  ['clusters.webm', '{video} {audio} -c:v libvpx -c:a libopus -cluster_time_limit 300 -g 10', 'vp8', 'opus'],
  ['cues-first.webm', '{video} {audio} -c:v libvpx -c:a libopus -cues_to_front 1 -reserve_index_space 1000', 'vp8', 'opus'],
];

for (const [name, command, ...codecs] of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(name, command);
    const outputs = demuxStream(new WebmDemuxer(), file.bytes);
    sameAsFfprobe(outputs, ffprobe(file.path), { ignore: ['dts', 'position'] });
    assert.equal(initSegment(outputs)!.tracks.map(({ descriptions }) => descriptions[0].codec), codecs);
    assert.equal(demuxStream(new WebmDemuxer(), file.bytes, 37), outputs, 'in pieces');
    assert.equal(demuxFile(new WebmDemuxer({ canSeek: true, size: file.bytes.length }), file.bytes), outputs, 'by ranges');
  });
}

test.run();
