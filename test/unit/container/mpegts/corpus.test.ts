/** Files that ffmpeg wrote, against ffprobe. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MpegTsDemuxer } from '../../../../src/container/mpegts/MpegTsDemuxer';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { sniffContainer } from '../../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const x265 = '-c:v libx265 -x265-params log-level=none:pools=none';

const files: readonly (readonly [name: string, command: string, ...codecs: string[]])[] = [
  ['avc-aac.ts', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac', 'avc1.64000a', 'mp4a.40.2'],
  ['avc-mp3.ts', '{video} {audio} -c:v libx264 -g 12 -bf 0 -c:a libmp3lame', 'avc1.64000a', 'mp3'],
  ['avc-baseline.ts', '{video} -c:v libx264 -profile:v baseline', 'avc1.42c00a'],
  ['avc-open-gop.ts', '{video} -c:v libx264 -g 12 -x264-params open-gop=1:bframes=2', 'avc1.64000a'],
  ['avc-intra-refresh.ts', '{video} -c:v libx264 -x264-params intra-refresh=1:keyint=10', 'avc1.64000a'],
  ['avc-slices.ts', '{video} -c:v libx264 -x264-params slices=4', 'avc1.64000a'],
  ['avc-interlaced.ts', '{video} -c:v libx264 -flags +ilme+ildct -x264-params tff=1', 'avc1.640015'],
  ['avc-odd-size.ts', '{video} -vf scale=94:50 -c:v libx264', 'avc1.64000a'],
  ['avc-high-10.ts', '{video} -pix_fmt yuv420p10le -c:v libx264', 'avc1.6e000a'],
  ['avc-444.ts', '{video} -vf scale=95:51 -pix_fmt yuv444p -c:v libx264', 'avc1.f4000a'],
  ['avc-vui.ts', '{video} -vf setsar=4/3 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -c:v libx264', 'avc1.64000a'],
  ['hevc-aac.ts', `{video} {audio} ${x265} -c:a aac`, 'hev1.1.6.L30.90', 'mp4a.40.2'],
  ['hevc-10-bit.ts', `{video} -vf scale=94:50 -pix_fmt yuv420p10le ${x265}`, 'hev1.2.4.L30.90'],
  ['hevc-short-gop.ts', `{video} ${x265}:keyint=10:open-gop=1`, 'hev1.1.6.L30.90'],
  ['aac.ts', '{audio} -c:a aac -ar 44100 -ac 2', 'mp4a.40.2'],
  ['aac-5.1.ts', '{audio} -c:a aac -ac 6', 'mp4a.40.2'],
  ['mp2.ts', '{audio} -c:a mp2', 'mp4a.6B'],
  ['mp3-low.ts', '{audio} -c:a libmp3lame -ar 22050', 'mp3'],
  ['unaligned-audio.ts', '{audio} -c:a aac -pes_payload_size 0', 'mp4a.40.2'],
  ['two-programs.ts', '{video} {audio} -map 0 -map 1 -map 1 -c:v libx264 -c:a aac -program st=0:st=1 -program st=2 -metadata:s:a:0 language=fra', 'avc1.64000a', 'mp4a.40.2', 'mp4a.40.2'],
  ['blu-ray.m2ts', '{video} -c:v libx264 -mpegts_m2ts_mode 1 -f mpegts', 'avc1.64000a'],
  ['constant-rate.ts', '{video} {audio} -c:v libx264 -c:a aac -muxrate 1000000', 'avc1.64000a', 'mp4a.40.2'],
];

/** ffprobe cuts durations of audio to whole ticks, and goes on from there. */
const tolerance = 1.5 / 90_000;

/** FFmpeg's parser of H.265 leaves the zero_byte of an access unit's first start code (annex B.2.2) with the access unit before. */
function withZeroBytesBehind(outputs: readonly DemuxerOutput[]): DemuxerOutput[] {
  const last = samplesOf(outputs).filter(({ data }) => data[4] === 0x46).at(-1);
  return outputs.map((output) => {
    if (output.type !== 'sample' || output.data[4] !== 0x46) return output; // No access unit delimiter.
    const isFirst = output === samplesOf(outputs, output.trackId)[0];
    return { ...output, data: Uint8Array.from([...(isFirst ? [0] : []), ...output.data.subarray(1), ...(output === last ? [] : [0])]) };
  });
}

for (const [name, command, ...codecs] of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(name, command);
    assert.is(sniffContainer(file.bytes), 'mpegts');
    const outputs = demuxStream(new MpegTsDemuxer(), file.bytes);
    sameAsFfprobe(name.startsWith('hevc') ? withZeroBytesBehind(outputs) : outputs, ffprobe(file.path), {
      tolerance,
      ignore: name.endsWith('.m2ts') ? ['position'] : [], // FFmpeg counts from the time before the packet.
      streamOf: (track, { streams }) => streams.find(({ id }) => id === track.id),
    });
    assert.equal(initSegment(outputs)!.tracks.map(({ descriptions }) => descriptions[0].codec), codecs);
    assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
    assert.equal(demuxStream(new MpegTsDemuxer(), file.bytes, 37), outputs, 'in pieces');
    assert.equal(demuxFile(new MpegTsDemuxer({ canSeek: true, size: file.bytes.length }), file.bytes), outputs, 'by ranges');
  });
}

const described = '-vf setsar=4/3 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range pc';

const usability: readonly (readonly [name: string, command: string])[] = [
  ['avc-usability.ts', `{video} ${described} -c:v libx264`],
  ['avc-scaling-lists.ts', `{video} ${described} -c:v libx264 -x264-params cqm=jvt`],
  ['hevc-usability.ts', `{video} ${described} ${x265}`],
  ['hevc-scaling-lists.ts', `{video} ${described} ${x265}:scaling-list=default:bframes=8:ref=5`],
  ['hevc-layers.ts', `{video} ${described} ${x265}:temporal-layers=1:no-amp=1`],
];

for (const [name, command] of corpusMissing ? [] : usability) {
  test(`video usability information: ${name}`, () => {
    const { video } = initSegment(demuxStream(new MpegTsDemuxer(), corpusFile(name, command).bytes))!.tracks[0].descriptions[0];
    assert.equal([video!.displayWidth, video!.displayHeight, video!.color], [128, 64, { primaries: 9, transfer: 16, matrix: 9, fullRange: true }]);
  });
}

if (!corpusMissing) {
  test('timestamps go on beyond 33 bits', () => {
    const file = corpusFile('wrap.ts', '{video} {audio} -c:v libx264 -c:a aac -output_ts_offset 95442');
    const outputs = demuxStream(new MpegTsDemuxer(), file.bytes);
    const times = samplesOf(outputs, 0x100).map(({ decodeTimestamp }) => decodeTimestamp);
    assert.ok(times[0] < 2 ** 33 && times.at(-1)! > 2 ** 33);
    assert.ok(times.every((time, index) => index === 0 || time === times[index - 1] + 3600));
    // FFmpeg takes away from the beginning instead.
    const back = outputs.map((output) => (output.type === 'sample' ? { ...output, timestamp: output.timestamp - 2 ** 33, decodeTimestamp: output.decodeTimestamp - 2 ** 33 } : output));
    sameAsFfprobe(back, ffprobe(file.path), { tolerance });
  });
}

test.run();
