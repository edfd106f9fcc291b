import { corpusFile } from '../../../support/containers/corpus';
import { layouts, x265, type Corpus, type CorpusEntry } from './CorpusEntry';

const avc = '{video} -c:v libx264 -g 12 -bf 2';
const avcAac = '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac';
const both = ['avc1.64000a', 'mp4a.40.2'];

type Excuses = NonNullable<CorpusEntry['excuses']>;

const fragmented: Excuses = { ffprobe: { ignore: ['duration', 'trackDuration'], because: 'it takes durations of sound from frames, and does not sum up fragments' } };
const editedFragments: Excuses = { ...fragmented, sound: { lead: -1024, ignore: ['trackDuration'], because: 'FFmpeg leaves in what the edit of a fragmented file leaves out, and gives the last frame whole' } };
const shiftedFragments: Excuses = {
  ffprobe: { ignore: ['dts', 'duration', 'trackDuration'], isRelative: true, because: 'in fragments it counts the most negative composition offset twice' },
  pictures: { isRelative: true, because: 'in fragments FFmpeg counts the most negative composition offset twice' },
};
const late: Excuses = { ffprobe: { ignore: ['duration', 'trackDuration'], because: 'it leaves out of durations what an empty edit puts in front' } };
/** FFmpeg 5.1 does not cut what the last frame of these holds beyond the end. */
const padded: Excuses = { sound: { ignore: ['trackDuration'], because: 'FFmpeg gives the last frame whole' } };
const paddedCodecs = ['mp4a.40.2', 'opus', 'mp3'];
const fragmentedOpus: Excuses = { ...fragmented, sound: { lead: 312, ignore: ['trackDuration'], because: 'its decoder leaves out the pre-skip, which in MP4 only an edit does, and gives the last frame whole' } };
/** Of AAC with a program config element. */
const unknownLayout: Excuses = { mediabunny: { ignore: ['audio'], because: 'it reads no program config elements' } };
const bigEndian: Excuses = Object.fromEntries((['mediabunny', 'mp4box'] as const).map((oracle) => [oracle, { isSkipped: true, because: 'PCM that WebCodecs has no name for, in pieces of its own' }]));
const variable: Excuses = {
  ffprobe: { ignore: ['duration', 'trackDuration'], because: 'it takes durations from the rate that it guesses' },
  mediabunny: { ignore: ['duration'], because: 'it measures from one timestamp to the next' },
  mp4box: { ignore: ['duration'], because: 'it gives the last sample the duration before' },
};
/** The edit begins between two pictures. */
const moved: Excuses = {
  ffprobe: { ignore: ['trackDuration'], tolerance: 0.04, because: 'it moves all so that the edit begins with a picture' },
  pictures: { lead: 1, tolerance: 0.04, because: 'FFmpeg moves all so that the edit begins with a picture' },
};

type Row = readonly [name: string, command: string | (() => string), codecs: readonly string[], excuses?: CorpusEntry['excuses'], seconds?: number | null];

const layoutRows = (prefix: string, codec: string, command: string, names: readonly string[] = layouts): Row[] =>
  names.map((layout) => [`${prefix}-${layout}.mp4`, `{${layout}} ${command}`, [codec], prefix === 'aac' && ['quad', '6.1'].includes(layout) ? unknownLayout : {}]);

const rows: readonly Row[] = [
  // How the movie and its media lie.
  ['progressive.mp4', avcAac, both],
  ['faststart.mp4', `${avcAac} -movflags faststart`, both],
  ['fragmented.mp4', `${avcAac} -movflags frag_keyframe+empty_moov+default_base_moof`, both, fragmented, null],
  ['fragmented-edits.mp4', `${avcAac} -movflags frag_keyframe+delay_moov`, both, editedFragments],
  ['fragmented-movie-samples.mp4', `${avcAac} -movflags frag_keyframe`, both, { ...fragmented, mediabunny: { isSkipped: true, because: 'it reads the samples of the movie box or those of fragments' } }, null],
  ['fragmented-sidx.mp4', `${avcAac} -movflags frag_keyframe+dash+global_sidx`, both, fragmented, null],
  ['fragmented-by-time.mp4', `${avcAac} -movflags empty_moov+omit_tfhd_offset+separate_moof -frag_duration 300000`, both, { ...fragmented, mediabunny: { ignore: ['duration'], because: 'it measures from one timestamp to the next' } }, null],
  ['every-frame.mp4', `${avcAac} -movflags frag_every_frame+empty_moov+default_base_moof`, both, {
    ...fragmented,
    mp4box: { ignore: ['pts', 'dts'], because: 'it sums durations up, where FFmpeg wrote some of 0, and does not read tfdt' },
    sound: { isSkipped: true, because: 'FFmpeg leaves out frames of equal timestamps, of which it wrote some' },
  }, null],
  ['cmaf.mp4', `${avcAac} -movflags cmaf+frag_keyframe`, both, shiftedFragments, null],
  ['smooth.ismv', avcAac, both, { ...shiftedFragments, mediabunny: { ignore: ['pts'], because: 'it does not know when a fragment without tfdt begins' } }, null],
  ['quicktime.mov', avcAac, both],
  ['brand.mp4', `${avc} -movflags faststart -brand mp42`, ['avc1.64000a']],
  ['timescale.mp4', `${avc} -video_track_timescale 90000`, ['avc1.64000a']],
  ['ntsc.mp4', '{video} -r 30000/1001 -c:v libx264', ['avc1.64000a']],
  ['many-tracks.mp4', '{video} {video} {audio} {audio} -map 0 -map 1 -map 2 -map 3 -c:v libx264 -g 12 -c:a aac -metadata:s:a:1 language=deu', ['avc1.64000a', 'avc1.64000a', 'mp4a.40.2', 'mp4a.40.2']],
  ['timecode.mov', `${avc} -timecode 01:00:00:00`, ['avc1.64000a', '']],
  ['rotated.mp4', `${avc} -metadata:s:v rotate=90`, ['avc1.64000a']],
  // Edit lists and composition offsets.
  ['negative-offsets.mp4', `${avcAac} -movflags negative_cts_offsets`, both, { ffprobe: { ignore: ['dts'], because: 'it moves decode timestamps by the largest negative composition offset' } }],
  ['no-edits.mp4', `${avcAac} -use_editlist 0`, both, {}, null],
  ['starts-late.mp4', `${avcAac} -output_ts_offset 1.5 -avoid_negative_ts disabled`, both, late, null],
  ['sound-late.mp4', '{video} -itsoffset 0.7 {audio} -c:v libx264 -g 12 -bf 2 -c:a aac', both, late, null],
  ['trimmed.mp4', () => `-ss 0.73 -i ${corpusFile('progressive.mp4', avcAac).path} -c copy`, both, moved, null],
  ['trimmed-to-key.mp4', () => `-ss 0.48 -i ${corpusFile('progressive.mp4', avcAac).path} -c copy`, both, {}, null],
  // Orders of pictures.
  ['open-gop.mp4', '{video} -c:v libx264 -x264-params keyint=12:min-keyint=12:open-gop=1:bframes=3:b-pyramid=normal:scenecut=0', ['avc1.64000a']],
  ['open-gop-hevc.mp4', `{video} ${x265(':keyint=12:min-keyint=12:open-gop=1:bframes=3')} -tag:v hvc1`, ['hvc1.1.6.L30.90']],
  ['no-b-frames.mp4', '{video} {audio} -c:v libx264 -bf 0 -tune zerolatency -c:a aac', both],
  ['many-b-frames.mp4', '{video} -c:v libx264 -bf 8 -b_strategy 0', ['avc1.64000a']],
  ['b-frames-hevc.mp4', `{video} ${x265(':bframes=8:b-adapt=0:keyint=20')} -tag:v hvc1`, ['hvc1.1.6.L30.90']],
  ['intra-only.mp4', '{video} -c:v libx264 -g 1', ['avc1.64100a']],
  ['variable-rate.mp4', '{video} -vf select=not(mod(n\\,7))+mod(n\\,3) -vsync vfr -c:v libx264 -bf 2 -g 9', ['avc1.64000a'], variable],
  ['variable-rate-hevc.mp4', `{video} -vf select=not(mod(n\\,7))+mod(n\\,3) -vsync vfr ${x265(':bframes=3')} -tag:v hvc1`, ['hvc1.1.6.L30.90'], variable],
  ['interlaced.mp4', '{video} -c:v libx264 -flags +ilme+ildct -x264-params tff=1', ['avc1.640015']],
  // Sizes and depths.
  ['cropped.mp4', '{video} -vf scale=94:50 -c:v libx264', ['avc1.64000a']],
  ['odd-size.mp4', '{video} -vf scale=95:63,setsar=4/3,format=yuv444p -c:v libx264', ['avc1.f4000a']],
  ['odd-size-vp9.mp4', '{video} -vf scale=95:63 -c:v libvpx-vp9', ['vp09.00.10.08']],
  ['odd-size-av1.mp4', '{video} -vf scale=95:63 -c:v libaom-av1 -cpu-used 8', ['av01.0.00M.08']],
  ['odd-size-hevc.mp4', `{video} -vf scale=95:63,format=yuv444p ${x265()} -tag:v hvc1`, ['hvc1.4.10.L30.9e.8']],
  ['high-10.mp4', '{video} -c:v libx264 -pix_fmt yuv420p10le', ['avc1.6e000a']],
  ['high-422-10.mp4', '{video} -c:v libx264 -pix_fmt yuv422p10le', ['avc1.7a000a']],
  ['hevc-10.mp4', `{video} ${x265()} -tag:v hvc1 -pix_fmt yuv420p10le`, ['hvc1.2.4.L30.90']],
  ['vp9-10.mp4', '{video} -c:v libvpx-vp9 -pix_fmt yuv420p10le', ['vp09.02.10.10']],
  ['vp9-444.mp4', '{video} -c:v libvpx-vp9 -pix_fmt yuv444p', ['vp09.01.10.08.03'], { mp4box: { ignore: ['codecString'], because: 'it leaves out chroma subsampling' } }],
  ['av1-10.mp4', '{video} -c:v libsvtav1 -preset 12 -pix_fmt yuv420p10le', ['av01.0.00M.10']],
  // Other codecs of pictures.
  ['hev1.mp4', `{video} ${x265()} -tag:v hev1`, ['hev1.1.6.L30.90']],
  ['hevc.mov', `{video} {audio} ${x265()} -tag:v hvc1 -c:a aac`, ['hvc1.1.6.L30.90', 'mp4a.40.2']],
  ['fragmented-hevc.mp4', `{video} ${x265(':keyint=12')} -tag:v hvc1 -movflags frag_keyframe+empty_moov`, ['hvc1.1.6.L30.90'], fragmented],
  ['vp9.mp4', '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus', ['vp09.00.10.08', 'opus']],
  ['fragmented-vp9.mp4', '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus -movflags frag_keyframe+empty_moov', ['vp09.00.10.08', 'opus'], fragmentedOpus, null],
  ['av1.mp4', '{video} -c:v libsvtav1 -preset 12', ['av01.0.00M.08']],
  ['fragmented-av1.mp4', '{video} {audio} -c:v libsvtav1 -preset 12 -g 10 -c:a libopus -movflags frag_keyframe+empty_moov', ['av01.0.00M.08', 'opus'], fragmentedOpus, null],
  ['mpeg4.mp4', '{video} -c:v mpeg4 -bf 2', ['mp4v.20']],
  ['prores.mov', '{video} -c:v prores', ['']],
  ['motion-jpeg.mov', '{video} -c:v mjpeg', ['']],
  ['h263.3gp', '{video} -vf scale=176:144 -c:v h263', ['']],
  // Sound.
  ...layoutRows('aac', 'mp4a.40.2', '-c:a aac'),
  ...layoutRows('opus', 'opus', '-c:a libopus'),
  ...layoutRows('flac', 'flac', '-c:a flac -strict -2'),
  ['aac-mono-22050.m4a', '{audio} -ac 1 -ar 22050 -c:a aac', ['mp4a.40.2']],
  ['aac-96000.m4a', '{stereo} -ar 96000 -c:a aac', ['mp4a.40.2']],
  ['ipod.m4a', '{audio} -c:a aac -f ipod -metadata title=x', ['mp4a.40.2']],
  ['flac-24-96.mp4', '{audio} -c:a flac -sample_fmt s32 -ar 96000 -strict -2', ['flac']],
  ['fragmented-flac.mp4', '{audio} -c:a flac -strict -2 -movflags empty_moov -frag_duration 500000', ['flac'], fragmented],
  ['mp3.mp4', '{audio} -ac 2 -c:a libmp3lame', ['mp3']],
  ['ac3.mp4', '{5.1} -c:a ac3', ['ac-3']],
  ['fragmented-ac3.mp4', '{audio} -c:a ac3 -movflags delay_moov -frag_duration 500000', ['ac-3'], fragmented],
  ['eac3.mp4', '{5.1} -c:a eac3', ['ec-3']],
  ['alac.m4a', '{audio} -c:a alac', ['alac']],
  ['alac-24-5.1.m4a', '{5.1} -c:a alac -sample_fmt s32p', ['alac']],
  ['quicktime-pcm.mov', '{video} {stereo} -c:v libx264 -g 12 -bf 2 -c:a pcm_s16le', ['avc1.64000a', 'pcm-s16']],
  ['quicktime-pcm-24.mov', '{audio} -c:a pcm_s24le', ['pcm-s24']],
  ['quicktime-s32.mov', '{audio} -c:a pcm_s32le', ['pcm-s32']],
  ['quicktime-u8.mov', '{audio} -c:a pcm_u8', ['pcm-u8']],
  ['quicktime-float.mov', '{audio} -c:a pcm_f32le', ['pcm-f32']],
  ['quicktime-big-endian.mov', '{audio} -c:a pcm_s16be', ['pcm-s16be'], bigEndian],
  ['quicktime-big-endian-24.mov', '{audio} -c:a pcm_s24be', ['pcm-s24be'], bigEndian],
  ['quicktime-big-endian-float.mov', '{5.1} -c:a pcm_f32be', ['pcm-f32be'], bigEndian],
  ['quicktime-ulaw.mov', '{audio} -c:a pcm_mulaw', ['ulaw']],
  ['quicktime-alaw.mov', '{audio} -c:a pcm_alaw', ['alaw']],
  ['quicktime-5.1.mov', '{5.1} -c:a pcm_s24le', ['pcm-s24']],
];

export const isobmff: Corpus = {
  container: 'mp4',
  excuses: {},
  entries: rows.map(([name, command, codecs, excuses, seconds]) => ({ name, command, codecs, seconds, excuses: { ...(codecs.some((codec) => paddedCodecs.includes(codec)) && padded), ...excuses } })),
};
