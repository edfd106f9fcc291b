import { layouts, x265, type Corpus, type CorpusEntry } from './CorpusEntry';

type Row = readonly [name: string, command: string, ...codecs: string[]];

/** 7.0 and more need a program config element, which FFmpeg does not write into ADTS with 6.1. */
const aacLayouts = layouts.filter((layout) => layout !== '6.1');

const rows: readonly Row[] = [
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
  ['avc-variable-rate.ts', '{video} -vf select=not(mod(n\\,7))+mod(n\\,3) -vsync vfr -c:v libx264 -bf 2 -g 9', 'avc1.64000a'],
  ['hevc-aac.ts', `{video} {audio} ${x265()} -c:a aac`, 'hev1.1.6.L30.90', 'mp4a.40.2'],
  ['hevc-10-bit.ts', `{video} -vf scale=94:50 -pix_fmt yuv420p10le ${x265()}`, 'hev1.2.4.L30.90'],
  ['hevc-short-gop.ts', `{video} ${x265(':keyint=10:open-gop=1')}`, 'hev1.1.6.L30.90'],
  ['aac.ts', '{audio} -c:a aac -ar 44100 -ac 2', 'mp4a.40.2'],
  ...aacLayouts.map((layout): Row => [`aac-${layout}.ts`, `{${layout}} -c:a aac`, 'mp4a.40.2']),
  ['mp2.ts', '{audio} -c:a mp2', 'mp4a.6B'],
  ['mp3-low.ts', '{audio} -c:a libmp3lame -ar 22050', 'mp3'],
  ['unaligned-audio.ts', '{audio} -c:a aac -pes_payload_size 0', 'mp4a.40.2'],
  ['two-programs.ts', '{video} {audio} -map 0 -map 1 -map 1 -c:v libx264 -c:a aac -program st=0:st=1 -program st=2 -metadata:s:a:0 language=fra', 'avc1.64000a', 'mp4a.40.2', 'mp4a.40.2'],
  ['blu-ray.m2ts', '{video} -c:v libx264 -mpegts_m2ts_mode 1 -f mpegts', 'avc1.64000a'],
  ['constant-rate.ts', '{video} {audio} -c:v libx264 -c:a aac -muxrate 1000000', 'avc1.64000a', 'mp4a.40.2'],
];

const tolerance = 1.5 / 90_000;
const because = 'it cuts durations of sound to whole ticks, and goes on from there';
const excuses: CorpusEntry['excuses'] = { ffprobe: { tolerance, because }, mediabunny: { tolerance: 2.5 / 90_000, because } };

const own: Readonly<Record<string, CorpusEntry['excuses']>> = {
  'avc-interlaced.ts': { mediabunny: { ignore: ['videoSize'], because: 'it counts a field' } },
  'avc-variable-rate.ts': {
    ffprobe: { ignore: ['duration'], because: 'it takes durations from the rate that it guesses' },
    mediabunny: { ignore: ['duration'], because: 'it measures from one timestamp to the next' },
  },
  'aac-quad.ts': { mediabunny: { isSkipped: true, because: 'it reads no program config elements' } },
  'mp2.ts': { mediabunny: { ignore: ['codecString'], tolerance, because: 'it takes all layers for MP3' } },
  'two-programs.ts': { mediabunny: { isSkipped: true, because: 'it reads one program' } },
  'blu-ray.m2ts': { ffprobe: { ignore: ['position'], because: 'it counts from the time before the packet' } },
};

export const mpegts: Corpus = {
  container: 'mpegts',
  excuses,
  entries: rows.map(([name, command, ...codecs]) => ({ name, command, codecs, seconds: null, excuses: own[name] })),
};
