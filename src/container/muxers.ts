import { AdtsMuxer } from './adts/AdtsMuxer';
import { FragmentedMp4Muxer } from './isobmff/FragmentedMp4Muxer';
import { Mp4Muxer } from './isobmff/Mp4Muxer';
import { audioCodecs as mp4Audio, videoCodecs as mp4Video } from './isobmff/sample-entry-writer';
import type { Muxer, MuxerTarget } from './Muxer';
import { heldCodecs as mpegTsCodecs } from './mpegts/byte-streams';
import { MpegTsMuxer } from './mpegts/MpegTsMuxer';
import { OggOpusMuxer } from './ogg/OggOpusMuxer';
import { heldCodecs } from './webm/track-writer';
import { WebmMuxer } from './webm/WebmMuxer';
import { pcmCodecs, WavMuxer } from './wav/WavMuxer';

/** A format that can be written. */
export interface MuxerFormat {
  /** As people call it in a command: `wav`. */
  readonly name: string;
  /** In lower case, without the period; the usual one first. */
  readonly extensions: readonly string[];
  /** Essences (https://mimesniff.spec.whatwg.org/#mime-type-essence); the usual one first. */
  readonly mimeTypes: readonly string[];
  /** Codec strings, or what they begin with before a period: `avc1`, `mp4a.40`. The first of each is what a track is encoded with that must be encoded. */
  readonly codecs: { readonly video: readonly string[]; readonly audio: readonly string[] };
  /** Tracks that a file holds at most. */
  readonly mostTracks: number;
  /** What there may be to a picture, that it has a place for. */
  readonly pictures: { readonly alpha: boolean; readonly orientation: boolean };
  make(target: MuxerTarget): Muxer;
}

const none = { alpha: false, orientation: false };
const oriented = { alpha: false, orientation: true };
const all = { alpha: true, orientation: true };
const mp4Codecs = { video: mp4Video, audio: mp4Audio };

export const muxerFormats: readonly MuxerFormat[] = [
  {
    name: 'mp4', extensions: ['mp4', 'm4v', 'm4a'], mimeTypes: ['video/mp4', 'audio/mp4'],
    codecs: mp4Codecs, mostTracks: Infinity, pictures: oriented, make: (target) => (target.canSeek ? new Mp4Muxer(target) : new FragmentedMp4Muxer(target)),
  },
  {
    name: 'fragmented-mp4', extensions: ['m4s', 'cmfv', 'cmfa'], mimeTypes: ['video/iso.segment'],
    codecs: mp4Codecs, mostTracks: Infinity, pictures: oriented, make: (target) => new FragmentedMp4Muxer(target),
  },
  {
    name: 'webm', extensions: ['webm', 'weba'], mimeTypes: ['video/webm', 'audio/webm'],
    codecs: heldCodecs('webm'), mostTracks: Infinity, pictures: all, make: (target) => new WebmMuxer(target),
  },
  {
    name: 'matroska', extensions: ['mkv', 'mka'], mimeTypes: ['video/matroska', 'audio/matroska', 'video/x-matroska', 'audio/x-matroska'],
    codecs: heldCodecs('matroska'), mostTracks: Infinity, pictures: all, make: (target) => new WebmMuxer(target, 'matroska'),
  },
  {
    name: 'mpegts', extensions: ['ts', 'mts'], mimeTypes: ['video/mp2t'],
    codecs: mpegTsCodecs, mostTracks: 32, pictures: none, make: (target) => new MpegTsMuxer(target),
  },
  {
    name: 'wav', extensions: ['wav', 'wave'], mimeTypes: ['audio/wav', 'audio/wave', 'audio/x-wav', 'audio/vnd.wave'],
    codecs: { video: [], audio: pcmCodecs }, mostTracks: 1, pictures: none, make: (target) => new WavMuxer(target),
  },
  {
    name: 'adts', extensions: ['aac', 'adts'], mimeTypes: ['audio/aac', 'audio/aacp'],
    codecs: { video: [], audio: ['mp4a.40'] }, mostTracks: 1, pictures: none, make: (target) => new AdtsMuxer(target),
  },
  {
    name: 'ogg', extensions: ['opus', 'ogg', 'oga'], mimeTypes: ['audio/ogg', 'application/ogg'],
    codecs: { video: [], audio: ['opus'] }, mostTracks: 1, pictures: none, make: (target) => new OggOpusMuxer(target),
  },
];

/** The format of a name, a file's extension or a MIME type, whose parameters don't count; null where there is none. */
export function muxerFormat(text: string): MuxerFormat | null {
  const key = text.split(';')[0].trim().toLowerCase().replace(/^\./, '');
  return muxerFormats.find(({ name, extensions, mimeTypes }) => name === key || extensions.includes(key) || mimeTypes.includes(key)) ?? null;
}

/** Whether a format has a place for a codec. What is to be written of it, `addTrack()` looks at. */
export function holdsCodec({ codecs: { video, audio } }: MuxerFormat, codec: string): boolean {
  return [...video, ...audio].some((held) => codec === held || codec.startsWith(`${held}.`));
}
