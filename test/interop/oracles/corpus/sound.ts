/** Containers of sound alone. */
import { layouts, type Corpus, type CorpusEntry } from './CorpusEntry';

type Row = readonly [name: string, command: string, codec: string, seconds?: number | null, excuses?: CorpusEntry['excuses']];
const entries = (rows: readonly Row[]): CorpusEntry[] => rows.map(([name, command, codec, seconds, excuses]) => ({ name, command, codecs: [codec], seconds, excuses }));

const opusExcuses: CorpusEntry['excuses'] = { ffprobe: { ignore: ['position', 'trackDuration'], because: 'it tells positions of pages, and counts what Opus has in front' } };
const skipped = (because: string): CorpusEntry['excuses'] => ({ mediabunny: { isSkipped: true, because } });
const named = (because: string): CorpusEntry['excuses'] => ({ mediabunny: { ignore: ['codecString'], because } });
const allLayers = 'it takes all layers for MP3';

const opus = (name: string, more: string, input = '{audio}', seconds = 2): Row => [`opus-${name}.ogg`, `${input} -c:a libopus ${more}`, 'opus', seconds, opusExcuses];
const vorbis = (name: string, more: string, input = '{audio}'): Row => [`vorbis-${name}.ogg`, `${input} -c:a libvorbis ${more}`, 'vorbis'];
const oggFlac = (name: string, more: string, input = '{audio}', seconds = 2): Row => [`flac-${name}.ogg`, `${input} -c:a flac ${more}`, 'flac', seconds, skipped('it finds no FLAC in Ogg')];

export const ogg: Corpus = {
  container: 'ogg',
  excuses: {
    ffprobe: { ignore: ['position'], because: 'it tells positions of pages' },
  },
  entries: entries([
    ...layouts.map((layout) => opus(layout, '', `{${layout}}`)),
    ...[8000, 12_000, 16_000, 24_000].map((rate) => opus(`${rate}`, `-ar ${rate}`)),
    ...[2.5, 5, 10, 40, 60].map((milliseconds) => opus(`${milliseconds}-ms`, `-frame_duration ${milliseconds}`)),
    opus('voice', '-application voip -b:a 16k -ac 1'),
    opus('short-pages', '-page_duration 1'),
    opus('one-page', '-t 0.3', '{audio}', 0.3),
    opus('one-packet', '-t 0.005', '{audio}', 0.005),
    ...layouts.map((layout) => vorbis(layout, '', `{${layout}}`)),
    ...[8000, 11_025, 16_000, 22_050, 32_000, 44_100, 96_000].map((rate) => vorbis(`${rate}`, `-ar ${rate} -ac 2`)),
    vorbis('high', '-q:a 9 -ac 2'),
    vorbis('short-pages', '-page_duration 1'),
    ...layouts.map((layout) => oggFlac(layout, '', `{${layout}}`)),
    ...[8000, 11_025, 16_000, 22_050, 32_000, 44_100, 88_200, 96_000].map((rate) => oggFlac(`${rate}`, `-ar ${rate}`)),
    oggFlac('24-bit', '-sample_fmt s32 -ac 2'),
    oggFlac('24-bit-96000-6-channels', '-sample_fmt s32 -ar 96000', '{5.1}'),
    oggFlac('short-pages', '-page_duration 1'),
    oggFlac('one-page', '-t 0.3', '{audio}', 0.3),
    ['large-comments.ogg', `{audio} -c:a libvorbis -metadata title=${'long'.repeat(20_000)}`, 'vorbis'],
  ]),
};

const noise = '-f lavfi -i anoisesrc=duration=2:sample_rate=48000:seed=1';

export const flac: Corpus = {
  container: 'flac',
  excuses: {},
  entries: entries([
    ...layouts.map((layout): Row => [`${layout}.flac`, `{${layout}} -c:a flac`, 'flac']),
    ...[8000, 11_025, 16_000, 22_050, 32_000, 37_800, 44_100, 88_200, 96_000].map((rate): Row => [`${rate}.flac`, `{audio} -c:a flac -ar ${rate}`, 'flac']),
    ['192000.flac', '{audio} -c:a flac -ar 192000', 'flac', 2, skipped('it finds no frames')],
    ...[0, 5, 12].map((level): Row => [`level-${level}.flac`, `{audio} -c:a flac -compression_level ${level}`, 'flac']),
    ...[100, 256, 1000, 16_384].map((size): Row => [`block-${size}.flac`, `{audio} -c:a flac -frame_size ${size}`, 'flac']),
    ['24-bit.flac', '{audio} -c:a flac -sample_fmt s32', 'flac'],
    ['24-bit-96000-stereo.flac', '{stereo} -c:a flac -sample_fmt s32 -ar 96000', 'flac'],
    ['24-bit-7.1.flac', '{7.1} -c:a flac -sample_fmt s32', 'flac'],
    ['noise.flac', `${noise} -c:a flac`, 'flac'],
    ['noise-24-bit-stereo.flac', `${noise} -c:a flac -sample_fmt s32 -ac 2`, 'flac'],
    ['silence.flac', '-f lavfi -i anullsrc=duration=2 -c:a flac', 'flac'],
    ['comments.flac', `{audio} -c:a flac -metadata title=${'long'.repeat(20_000)}`, 'flac'],
    ['one-frame.flac', '{audio} -c:a flac -t 0.05', 'flac', 0.05],
  ]),
};

const mp3Encoder = (rate: number, channels: number, more = '') => `{audio} -c:a libmp3lame -ar ${rate} -ac ${channels} ${more}`;

export const mp3: Corpus = {
  container: 'mp3',
  excuses: {},
  entries: entries([
    ...[8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000].flatMap((rate) => [1, 2].map((channels): Row => [`${rate}-${channels}.mp3`, mp3Encoder(rate, channels), 'mp3'])),
    ['stereo.mp3', '{stereo} -c:a libmp3lame', 'mp3'],
    ['vbr.mp3', mp3Encoder(44100, 2, '-q:a 4'), 'mp3'],
    ['320k.mp3', mp3Encoder(44100, 2, '-b:a 320k'), 'mp3'],
    ['joint.mp3', mp3Encoder(44100, 2, '-joint_stereo 0 -b:a 64k'), 'mp3'],
    ['no-xing.mp3', mp3Encoder(44100, 2, '-write_xing 0'), 'mp3', null],
    ['no-tags.mp3', mp3Encoder(44100, 1, '-id3v2_version 0'), 'mp3'],
    ['id3v1.mp3', mp3Encoder(44100, 1, '-write_id3v1 1 -metadata title=Tone'), 'mp3'],
    ['layer-2.mp2', '{audio} -c:a mp2 -b:a 128k', 'mp4a.6B', null, named(allLayers)],
    ['layer-2-low.mp2', '{audio} -c:a mp2 -b:a 64k -ar 24000', 'mp4a.69', null, named(allLayers)],
  ]),
};

const aac = (rate: number, more = '', input = '{audio}') => `${input} -c:a aac -ar ${rate} ${more}`;

export const adts: Corpus = {
  container: 'adts',
  excuses: {},
  entries: entries([
    ...[7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000].map((rate): Row => [`${rate}.aac`, aac(rate), 'mp4a.40.2', null]),
    ...['stereo', '3.0', '4.0', '5.0', '5.1', '7.1'].map((layout): Row => [`${layout}.aac`, aac(44100, `-af aformat=channel_layouts=${layout}`, layout === '4.0' ? '{quad}' : `{${layout}}`), 'mp4a.40.2', null]),
    ['program-config.aac', aac(48000, '', '{quad}'), 'mp4a.40.2', null, skipped('it reads no program config elements')],
    ['mpeg-2.aac', aac(44100, '-ac 2 -write_mpeg2 1'), 'mp4a.67', null, named('it takes MPEG-2 for MPEG-4')],
    ['main.aac', aac(44100, '-ac 2 -profile:a aac_main'), 'mp4a.40.1', null],
    ['id3.aac', aac(44100, '-ac 2 -write_id3v2 1 -metadata title=Tone'), 'mp4a.40.2', null],
  ]),
};

const pcm = [
  ['pcm_u8', 'pcm-u8'], ['pcm_s16le', 'pcm-s16'], ['pcm_s24le', 'pcm-s24'], ['pcm_s32le', 'pcm-s32'], ['pcm_f32le', 'pcm-f32'], ['pcm_f64le', ''], ['pcm_alaw', 'alaw'], ['pcm_mulaw', 'ulaw'],
] as const;

export const wav: Corpus = {
  container: 'wav',
  excuses: {},
  entries: entries([
    ...pcm.map(([encoder, codec]): Row => [`${encoder}.wav`, `{stereo} -c:a ${encoder}`, codec, 2, codec === '' ? skipped('PCM that WebCodecs has no name for, in pieces of its own') : {}]),
    ...layouts.map((layout): Row => [`${layout}.wav`, `{${layout}} -c:a pcm_s24le`, 'pcm-s24']),
    ['rate.wav', '{audio} -c:a pcm_s16le -ar 11025', 'pcm-s16'],
    ['rf64.wav', '{audio} -c:a pcm_s16le -ac 2 -rf64 always', 'pcm-s16'],
    ['bext.wav', '{audio} -c:a pcm_s16le -write_bext 1 -metadata description=Tone', 'pcm-s16'],
  ]),
};
