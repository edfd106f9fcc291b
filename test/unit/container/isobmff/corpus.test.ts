/** Files that ffmpeg wrote, against ffprobe. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { type Probed, ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

type Ignored = 'dts' | 'duration' | 'key' | 'trackDuration';

interface Case {
  readonly name: string;
  readonly command: string | (() => string);
  readonly codecs: readonly string[];
  /** What ffprobe makes up itself. */
  readonly ignore?: readonly Ignored[];
  /** Seconds */
  readonly tolerance?: number;
  /** Seconds that ffprobe shows pictures later: in fragments it counts the most negative composition offset twice. */
  readonly pictureShift?: number;
}

const avc = '{video} -c:v libx264 -g 12 -bf 2';
const avcAac = '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac';
const both = ['avc1.64000a', 'mp4a.40.2'];
/** ffprobe takes durations of sound from its frames, and does not sum up fragments. */
const fragments: readonly Ignored[] = ['duration', 'trackDuration'];

const files: readonly Case[] = [
  { name: 'progressive.mp4', command: avcAac, codecs: both },
  { name: 'faststart.mp4', command: `${avcAac} -movflags faststart`, codecs: both },
  { name: 'fragmented.mp4', command: `${avcAac} -movflags frag_keyframe+empty_moov+default_base_moof`, codecs: both, ignore: fragments },
  { name: 'fragmented-edits.mp4', command: `${avcAac} -movflags frag_keyframe+delay_moov`, codecs: both, ignore: fragments },
  { name: 'fragmented-movie-samples.mp4', command: `${avcAac} -movflags frag_keyframe`, codecs: both, ignore: fragments },
  { name: 'fragmented-sidx.mp4', command: `${avcAac} -movflags frag_keyframe+dash+global_sidx`, codecs: both, ignore: fragments },
  { name: 'fragmented-by-time.mp4', command: `${avcAac} -movflags empty_moov+omit_tfhd_offset+separate_moof -frag_duration 300000`, codecs: both, ignore: fragments },
  { name: 'negative-offsets.mp4', command: `${avcAac} -movflags negative_cts_offsets`, codecs: both, ignore: ['dts'] },
  { name: 'quicktime.mov', command: avcAac, codecs: both },
  { name: 'quicktime-pcm.mov', command: '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a pcm_s16le', codecs: ['avc1.64000a', 'pcm-s16'] },
  { name: 'quicktime-pcm-24.mov', command: '{audio} -c:a pcm_s24le', codecs: ['pcm-s24'] },
  { name: 'quicktime-float.mov', command: '{audio} -c:a pcm_f32le', codecs: ['pcm-f32'] },
  { name: 'quicktime-big-endian.mov', command: '{audio} -c:a pcm_s16be', codecs: [''] },
  { name: 'quicktime-ulaw.mov', command: '{audio} -c:a pcm_mulaw', codecs: ['ulaw'] },
  { name: 'quicktime-alaw.mov', command: '{audio} -c:a pcm_alaw', codecs: ['alaw'] },
  { name: 'brand.mp4', command: `${avc} -movflags faststart -brand mp42`, codecs: ['avc1.64000a'] },
  { name: 'starts-late.mp4', command: `${avcAac} -output_ts_offset 1.5 -avoid_negative_ts disabled`, codecs: both, ignore: ['duration', 'trackDuration'] },
  // The edit begins between two pictures; FFmpeg moves all so that it begins with one.
  { name: 'trimmed.mp4', command: () => `-ss 0.73 -i ${corpusFile('progressive.mp4', avcAac).path} -c copy`, codecs: both, ignore: ['trackDuration'], tolerance: 0.04 },
  { name: 'open-gop.mp4', command: '{video} -c:v libx264 -x264-params keyint=12:min-keyint=12:open-gop=1:bframes=3:b-pyramid=normal:scenecut=0', codecs: ['avc1.64000a'] },
  { name: 'open-gop-hevc.mp4', command: '{video} -c:v libx265 -tag:v hvc1 -x265-params log-level=none:pools=none:keyint=12:min-keyint=12:open-gop=1:bframes=3', codecs: ['hvc1.1.6.L30.90'] },
  { name: 'variable-rate.mp4', command: `{video} -vf select=not(mod(n\\,7))+mod(n\\,3) -vsync vfr -c:v libx264 -bf 2 -g 9`, codecs: ['avc1.64000a'], ignore: ['duration', 'trackDuration'] },
  { name: 'intra-only.mp4', command: '{video} -c:v libx264 -g 1', codecs: ['avc1.64100a'] },
  { name: 'high-10.mp4', command: '{video} -c:v libx264 -pix_fmt yuv420p10le', codecs: ['avc1.6e000a'] },
  { name: 'odd-size.mp4', command: '{video} -vf scale=95:63,setsar=4/3,format=yuv444p -c:v libx264', codecs: ['avc1.f4000a'] },
  { name: 'hev1.mp4', command: '{video} -c:v libx265 -tag:v hev1 -x265-params log-level=none:pools=none', codecs: ['hev1.1.6.L30.90'] },
  { name: 'hevc-10.mp4', command: '{video} -c:v libx265 -tag:v hvc1 -pix_fmt yuv420p10le -x265-params log-level=none:pools=none', codecs: ['hvc1.2.4.L30.90'] },
  { name: 'vp9.mp4', command: '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus', codecs: ['vp09.00.10.08', 'opus'] },
  { name: 'vp9-10.mp4', command: '{video} -c:v libvpx-vp9 -pix_fmt yuv420p10le', codecs: ['vp09.02.10.10'] },
  { name: 'av1.mp4', command: '{video} -c:v libsvtav1 -preset 12', codecs: ['av01.0.00M.08'] },
  { name: 'fragmented-av1.mp4', command: '{video} {audio} -c:v libsvtav1 -preset 12 -g 10 -c:a libopus -movflags frag_keyframe+empty_moov', codecs: ['av01.0.00M.08', 'opus'], ignore: fragments },
  { name: 'opus.mp4', command: '{audio} -c:a libopus', codecs: ['opus'] },
  { name: 'opus-5.1.mp4', command: '{audio} -ac 6 -c:a libopus', codecs: ['opus'] },
  { name: 'flac.mp4', command: '{audio} -c:a flac -strict -2', codecs: ['flac'] },
  { name: 'flac-24-96.mp4', command: '{audio} -c:a flac -sample_fmt s32 -ar 96000 -strict -2', codecs: ['flac'] },
  { name: 'mp3.mp4', command: '{audio} -ac 2 -c:a libmp3lame', codecs: ['mp3'] },
  { name: 'ac3.mp4', command: '{audio} -ac 6 -c:a ac3', codecs: ['ac-3'] },
  { name: 'eac3.mp4', command: '{audio} -ac 6 -c:a eac3', codecs: ['ec-3'] },
  { name: 'aac-5.1.m4a', command: '{audio} -ac 6 -c:a aac', codecs: ['mp4a.40.2'] },
  { name: 'aac-7.1.m4a', command: '{audio} -ac 8 -c:a aac', codecs: ['mp4a.40.2'] },
  { name: 'aac-mono-22050.m4a', command: '{audio} -ac 1 -ar 22050 -c:a aac', codecs: ['mp4a.40.2'] },
  { name: 'mpeg4.mp4', command: '{video} -c:v mpeg4 -bf 2', codecs: ['mp4v.20'] },
  { name: 'many-tracks.mp4', command: `{video} {video} {audio} {audio} -map 0 -map 1 -map 2 -map 3 -c:v libx264 -g 12 -c:a aac -metadata:s:a:1 language=deu`, codecs: ['avc1.64000a', 'avc1.64000a', 'mp4a.40.2', 'mp4a.40.2'] },
  { name: 'every-frame.mp4', command: `${avcAac} -movflags frag_every_frame+empty_moov+default_base_moof`, codecs: both, ignore: fragments },
  { name: 'cmaf.mp4', command: `${avcAac} -movflags cmaf+frag_keyframe`, codecs: both, ignore: fragments, pictureShift: 0.04 },
  { name: 'smooth.ismv', command: avcAac, codecs: both, ignore: fragments, pictureShift: 0.04 },
  { name: 'timecode.mov', command: `${avc} -timecode 01:00:00:00`, codecs: ['avc1.64000a', ''] },
  { name: 'hevc.mov', command: '{video} {audio} -c:v libx265 -tag:v hvc1 -x265-params log-level=none:pools=none -c:a aac', codecs: ['hvc1.1.6.L30.90', 'mp4a.40.2'] },
  { name: 'prores.mov', command: '{video} -c:v prores', codecs: [''] },
  { name: 'motion-jpeg.mov', command: '{video} -c:v mjpeg', codecs: [''] },
  { name: 'h263.3gp', command: '{video} -vf scale=176:144 -c:v h263', codecs: [''] },
  { name: 'quicktime-u8.mov', command: '{audio} -c:a pcm_u8', codecs: ['pcm-u8'] },
  { name: 'quicktime-s32.mov', command: '{audio} -c:a pcm_s32le', codecs: ['pcm-s32'] },
  { name: 'quicktime-5.1.mov', command: '{audio} -ac 6 -c:a pcm_s24le', codecs: ['pcm-s24'] },
  { name: 'alac.m4a', command: '{audio} -c:a alac', codecs: [''] },
  { name: 'ipod.m4a', command: '{audio} -c:a aac -f ipod -metadata title=x', codecs: ['mp4a.40.2'] },
  { name: 'flac-5.1.mp4', command: '{audio} -ac 6 -c:a flac -strict -2', codecs: ['flac'] },
  { name: 'fragmented-flac.mp4', command: '{audio} -c:a flac -strict -2 -movflags empty_moov -frag_duration 500000', codecs: ['flac'], ignore: fragments },
  { name: 'fragmented-hevc.mp4', command: '{video} -c:v libx265 -tag:v hvc1 -x265-params log-level=none:pools=none:keyint=12 -movflags frag_keyframe+empty_moov', codecs: ['hvc1.1.6.L30.90'], ignore: fragments },
  { name: 'fragmented-vp9.mp4', command: '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus -movflags frag_keyframe+empty_moov', codecs: ['vp09.00.10.08', 'opus'], ignore: fragments },
  { name: 'fragmented-ac3.mp4', command: '{audio} -c:a ac3 -movflags delay_moov -frag_duration 500000', codecs: ['ac-3'], ignore: fragments },
  { name: 'av1-10.mp4', command: '{video} -c:v libsvtav1 -preset 12 -pix_fmt yuv420p10le', codecs: ['av01.0.00M.10'] },
  { name: 'vp9-444.mp4', command: '{video} -c:v libvpx-vp9 -pix_fmt yuv444p', codecs: ['vp09.01.10.08'] },
  { name: 'no-b-frames.mp4', command: '{video} {audio} -c:v libx264 -bf 0 -tune zerolatency -c:a aac', codecs: both },
  { name: 'many-b-frames.mp4', command: '{video} -c:v libx264 -bf 8 -b_strategy 0', codecs: ['avc1.64000a'] },
  { name: 'timescale.mp4', command: `${avc} -video_track_timescale 90000`, codecs: ['avc1.64000a'] },
  { name: 'ntsc.mp4', command: '{video} -r 30000/1001 -c:v libx264', codecs: ['avc1.64000a'] },
];

const shifted = (probed: Probed, by: number): Probed => ({
  ...probed,
  streams: probed.streams.map((stream) => ({ ...stream, packets: stream.packets.map((packet) => (stream.type === 'video' ? { ...packet, pts: packet.pts! - by } : packet)) })),
});

for (const { name, command, codecs, ignore, tolerance, pictureShift = 0 } of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(name, typeof command === 'string' ? command : command());
    const byRanges = demuxFile(new IsobmffDemuxer({ canSeek: true, size: file.bytes.length }), file.bytes);
    sameAsFfprobe(byRanges, shifted(ffprobe(file.path), pictureShift), { ignore, tolerance });
    assert.equal(initSegment(byRanges)!.tracks.map(({ descriptions }) => descriptions[0].codec), codecs);
  });
}

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

  test('reads no more of a file than it needs', () => {
    const { bytes } = corpusFile('progressive.mp4', avcAac);
    const served = { bytes: 0, ranges: 0 };
    demuxFile(new IsobmffDemuxer({ canSeek: true, size: bytes.length }), bytes, 4096, served);
    assert.ok(served.bytes < bytes.length + 10_000, `${served.bytes} of ${bytes.length} bytes`);
    assert.ok(served.ranges <= 3, `${served.ranges} jumps`);
  });
}

test.run();
