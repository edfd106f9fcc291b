/**
 * Codec strings, by their registrations (https://www.w3.org/TR/webcodecs-codec-registry/). What says too little to be unambiguous, such
 * as `avc1` or `vp9`, and what says something that its standard does not define, is no codec string.
 */
import type { CodecParameters } from '../../host/CodecBackend';
import { parseAv1 } from './av1';
import { parseAvc } from './avc';
import { parseHevc } from './hevc';
import { parseVp9 } from './vp9';

type Parser = (string: string) => CodecParameters | null;

/** Strings that stand for themselves; those from g722 on are in no registration (docs/codecs.md). */
const audioNames: Readonly<Record<string, Omit<CodecParameters, 'string'>>> = {
  opus: { name: 'opus' },
  vorbis: { name: 'vorbis' },
  flac: { name: 'flac' },
  mp3: { name: 'mp3' },
  'mp4a.69': { name: 'mp3' },
  'mp4a.6B': { name: 'mp3' },
  'mp4a.67': { name: 'aac', profile: 2 },
  'mp4a.40.2': { name: 'aac', profile: 2 },
  'mp4a.40.02': { name: 'aac', profile: 2 },
  'mp4a.40.5': { name: 'aac', profile: 5 },
  'mp4a.40.05': { name: 'aac', profile: 5 },
  'mp4a.40.29': { name: 'aac', profile: 29 },
  alaw: { name: 'alaw' },
  ulaw: { name: 'ulaw' },
  'pcm-u8': { name: 'pcm', pcm: 'u8' },
  'pcm-s16': { name: 'pcm', pcm: 's16' },
  'pcm-s24': { name: 'pcm', pcm: 's24' },
  'pcm-s32': { name: 'pcm', pcm: 's32' },
  'pcm-f32': { name: 'pcm', pcm: 'f32' },
  g722: { name: 'g722' },
  ilbc: { name: 'ilbc' },
  amr: { name: 'amr-nb' },
  'amr-wb': { name: 'amr-wb' },
  alac: { name: 'alac' },
  'pcm-s16be': { name: 'pcm', pcm: 's16be' },
  'pcm-s24be': { name: 'pcm', pcm: 's24be' },
  'pcm-s32be': { name: 'pcm', pcm: 's32be' },
  'pcm-f32be': { name: 'pcm', pcm: 'f32be' },
};

const videoParsers: Readonly<Record<string, Parser>> = {
  avc1: parseAvc, avc3: parseAvc, hev1: parseHevc, hvc1: parseHevc, vp09: parseVp9, av01: parseAv1,
  vp8: (string) => (string === 'vp8' ? { name: 'vp8', string, profile: 0, bitDepth: 8, chroma: '420' } : null),
};

/** Null for what is malformed. A string of no known codec has no name: backends may understand it. */
export function parseAudioCodec(string: string): CodecParameters | null {
  if (Object.hasOwn(audioNames, string)) return { ...audioNames[string], string };
  return isVideoCodec(string) || string.startsWith('mp4a.') ? null : { name: '', string };
}

/** Null for what is malformed. A string of no known codec has no name: backends may understand it. */
export function parseVideoCodec(string: string): CodecParameters | null {
  if (isVideoCodec(string)) return videoParsers[string.split('.', 1)[0]](string);
  return Object.hasOwn(audioNames, string) ? null : { name: '', string };
}

export function isVideoCodec(string: string): boolean {
  return Object.hasOwn(videoParsers, string.split('.', 1)[0]);
}
