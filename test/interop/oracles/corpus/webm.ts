import { layouts, x265, type Corpus, type CorpusEntry } from './CorpusEntry';

type Row = readonly [name: string, command: string, ...codecs: string[]];

const layoutRows = (name: string, codec: string, encoder: string): Row[] => layouts.map((layout) => [`${layout}-${name}`, `{${layout}} -c:a ${encoder}`, codec]);
const variable = '-vf select=not(mod(n\\,7))+mod(n\\,3) -vsync vfr';

const rows: readonly Row[] = [
  ['vp8-vorbis.webm', '{video} {stereo} -c:v libvpx -c:a libvorbis', 'vp8', 'vorbis'],
  ['vp9-opus.webm', '{video} {stereo} -c:v libvpx-vp9 -g 12 -c:a libopus', 'vp09.00.10.08', 'opus'],
  ['vp8-odd-size.webm', '{video} -vf scale=95:63 -c:v libvpx', 'vp8'],
  ['vp9-odd-size.webm', '{video} -vf scale=95:63 -c:v libvpx-vp9', 'vp09.00.10.08'],
  ['vp9-10-bit.webm', '{video} -c:v libvpx-vp9 -pix_fmt yuv420p10le', 'vp09.02.10.10'],
  ['vp9-444.webm', '{video} -c:v libvpx-vp9 -pix_fmt yuv444p', 'vp09.01.10.08.03'],
  ['vp9-12-bit-422.webm', '{video} -c:v libvpx-vp9 -pix_fmt yuv422p12le', 'vp09.03.10.12.02'],
  ['vp9-hidden-frames.webm', '{video} -c:v libvpx-vp9 -auto-alt-ref 6 -lag-in-frames 25', 'vp09.00.10.08'],
  ['vp8-hidden-frames.webm', '{video} -c:v libvpx -auto-alt-ref 1 -lag-in-frames 25', 'vp8'],
  ['vp8-alpha.webm', '{video} -vf format=yuva420p -c:v libvpx -auto-alt-ref 0', 'vp8'],
  ['vp9-alpha.webm', '{video} -vf format=yuva420p -c:v libvpx-vp9', 'vp09.00.10.08'],
  ['vp9-variable-rate.webm', `{video} ${variable} -c:v libvpx-vp9`, 'vp09.00.10.08'],
  ['av1.webm', '{video} -c:v libsvtav1 -preset 12', 'av01.0.00M.08'],
  ['av1-10-bit.webm', '{video} -c:v libsvtav1 -preset 12 -pix_fmt yuv420p10le', 'av01.0.00M.10'],
  ['av1-odd-size.webm', '{video} -vf scale=95:63 -c:v libaom-av1 -cpu-used 8', 'av01.0.00M.08'],
  ['av1-444.mkv', '{video} -pix_fmt yuv444p -c:v libaom-av1 -cpu-used 8', 'av01.1.00M.08.0.000.01.01.01.0'],
  ['live.webm', '{video} {stereo} -c:v libvpx -c:a libopus -live 1', 'vp8', 'opus'],
  ['clusters.webm', '{video} {stereo} -c:v libvpx -c:a libopus -cluster_time_limit 300 -g 10', 'vp8', 'opus'],
  ['cues-first.webm', '{video} {stereo} -c:v libvpx -c:a libopus -cues_to_front 1 -reserve_index_space 1000', 'vp8', 'opus'],
  ['avc-aac.mkv', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac', 'avc1.64000a', 'mp4a.40.2'],
  ['avc-open-gop.mkv', '{video} -c:v libx264 -x264-params keyint=12:min-keyint=12:open-gop=1:bframes=3:b-pyramid=normal:scenecut=0', 'avc1.64000a'],
  ['avc-many-b-frames.mkv', '{video} -c:v libx264 -bf 8 -b_strategy 0', 'avc1.64000a'],
  ['avc-variable-rate.mkv', `{video} ${variable} -c:v libx264 -bf 2 -g 9`, 'avc1.64000a'],
  ['avc-high-10.mkv', '{video} -pix_fmt yuv420p10le -c:v libx264', 'avc1.6e000a'],
  ['avc-444-odd-size.mkv', '{video} -vf scale=95:63,format=yuv444p -c:v libx264', 'avc1.f4000a'],
  ['avc-interlaced.mkv', '{video} -c:v libx264 -flags +ilme+ildct -x264-params tff=1', 'avc1.640015'],
  ['hevc-flac.mkv', `{video} {audio} ${x265()} -c:a flac`, 'hvc1.1.6.L30.90', 'flac'],
  ['hevc-10-bit.mkv', `{video} -pix_fmt yuv420p10le ${x265()}`, 'hvc1.2.4.L30.90'],
  ['hevc-open-gop.mkv', `{video} ${x265(':keyint=12:min-keyint=12:open-gop=1:bframes=3')}`, 'hvc1.1.6.L30.90'],
  ...layoutRows('opus.webm', 'opus', 'libopus'),
  ...layoutRows('vorbis.webm', 'vorbis', 'libvorbis'),
  ...layoutRows('flac.mkv', 'flac', 'flac'),
  ...layoutRows('aac.mkv', 'mp4a.40.2', 'aac'),
  ['opus-60-ms.webm', '{mono} -c:a libopus -frame_duration 60', 'opus'],
  ['mp3.mkv', '{stereo} -c:a libmp3lame', 'mp3'],
  ['ac3.mkv', '{5.1} -c:a ac3', 'ac-3'],
  ['eac3.mkv', '{5.1} -c:a eac3', 'ec-3'],
  ['pcm.mkv', '{stereo} -c:a pcm_s16le', 'pcm-s16'],
  ['pcm-24.mkv', '{5.1} -c:a pcm_s24le', 'pcm-s24'],
  ['pcm-float.mkv', '{audio} -c:a pcm_f32le', 'pcm-f32'],
];

const excuses: CorpusEntry['excuses'] = {
  ffprobe: { ignore: ['dts', 'position'], because: 'it makes up decode timestamps, which Matroska has none of, and tells positions of blocks' },
};

const measured: CorpusEntry['excuses'] = { mediabunny: { ignore: ['duration'], because: 'it measures from one timestamp to the next' } };
const noDelay: CorpusEntry['excuses'] = { mediabunny: { isRelative: true, ignore: ['duration'], because: 'it leaves CodecDelay out, and measures from one timestamp to the next' } };

const own: Readonly<Record<string, CorpusEntry['excuses']>> = {
  'vp9-variable-rate.webm': measured, 'avc-variable-rate.mkv': measured,
};

/** FFmpeg writes DiscardPadding for Opus only, and what it does not encode has none. */
const tellsLength = (codec: string): boolean => codec === 'opus' || codec === 'flac' || codec.startsWith('pcm-');

export const webm: Corpus = {
  container: 'webm',
  excuses,
  entries: rows.map(([name, command, ...codecs]) => ({
    name, command, codecs,
    seconds: codecs.some(tellsLength) ? 2 : null,
    excuses: own[name] ?? (codecs.includes('opus') ? noDelay : undefined),
  })),
};
