import { aacCodecString, parseAudioSpecificConfig } from '../codecs/aac';
import { ac3Configuration, eac3Configuration } from '../codecs/ac3';
import { av1CodecString } from '../codecs/av1';
import { avcCodecString } from '../codecs/avc';
import { hevcCodecString } from '../codecs/hevc';
import { hexByte } from '../codecs/hex';
import { opusHeadOf } from '../codecs/opus';
import { vp9CodecString, vpConfiguration } from '../codecs/vp9';
import type { CodePoints } from '../tracks';
import type { Box } from './Box';
import { elementaryStreamOf } from './descriptors';

export interface CodecMapping {
  readonly codec: string;
  readonly description: Uint8Array | null;
  readonly sampleRate?: number;
  readonly numberOfChannels?: number;
  readonly color?: CodePoints;
  /** Frames that are decoded before those that are right: as 'roll' groups of these codecs say. */
  readonly prerollFrames?: number;
}

/** What an audio sample entry says itself. */
export interface AudioFields {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  readonly bitsPerSample: number;
  /** Of QuickTime's 'lpcm': 1 floating point, 2 big endian, 4 signed. */
  readonly lpcmFlags: number;
}

type BoxOf = (type: string) => Box | undefined;

const none = new Uint8Array(0);
const unknown: CodecMapping = { codec: '', description: null };
const plain = (codec: string): CodecMapping => ({ codec, description: null });

/** Codec string and description of a sample entry, by its type before encryption. Codecs without a registration get ''. */
export function codecOfEntry(format: string, box: BoxOf, audio: AudioFields | null): CodecMapping {
  return mappings[format]?.(format, box, audio) ?? unknown;
}

type Mapping = (format: string, box: BoxOf, audio: AudioFields | null) => CodecMapping;

/** Parameter sets that stand in the samples too (avc3, hev1) are described all the same. */
const avc: Mapping = (format, box) => {
  const configuration = box('avcC')?.bytes.slice();
  return configuration ? { codec: avcCodecString(configuration, format), description: configuration } : unknown;
};

const hevc: Mapping = (format, box) => {
  const configuration = box('hvcC')?.bytes.slice();
  return configuration ? { codec: hevcCodecString(configuration, format), description: configuration } : unknown;
};

/** Dolby Vision over a layer that any decoder of HEVC or AVC reads. */
const dolbyVision: Mapping = (format, box, audio) => (box('hvcC') ? hevc(format === 'dvhe' ? 'hev1' : 'hvc1', box, audio) : avc(format === 'dvav' ? 'avc3' : 'avc1', box, audio));

const vp9: Mapping = (_format, box) => {
  const configuration = vpConfiguration(box('vpcC')?.bytes.subarray(4) ?? none);
  if (!configuration) return unknown;
  const { primaries, transfer, matrix, fullRange } = configuration;
  return { codec: vp9CodecString(configuration), description: null, color: { primaries, transfer, matrix, fullRange } };
};

const av1: Mapping = (_format, box) => {
  const configuration = box('av1C')?.bytes;
  return configuration ? { codec: av1CodecString(configuration), description: null } : unknown;
};

/** 80 ms: RFC 7845, 4.6. */
const opusPreroll = 3840;

const opus: Mapping = (_format, box) => {
  const head = opusHeadOf(box('dOps')?.bytes ?? none);
  return head ? { codec: 'opus', description: head, sampleRate: 48_000, numberOfChannels: head[9], prerollFrames: opusPreroll } : unknown;
};

/** "fLaC" and the metadata blocks, as a file of its own begins ("Encapsulation of FLAC in ISO Base Media File Format", 3.3.2). */
const flac: Mapping = (_format, box) => {
  const blocks = box('dfLa')?.bytes.subarray(4);
  if (!blocks || blocks.length < 38) return unknown;
  const description = new Uint8Array(4 + blocks.length);
  description.set([0x66, 0x4c, 0x61, 0x43]);
  description.set(blocks, 4);
  const sampleRate = (blocks[14] << 12) | (blocks[15] << 4) | (blocks[16] >> 4);
  return { codec: 'flac', description, sampleRate, numberOfChannels: ((blocks[16] >> 1) & 7) + 1 };
};

const aacTypes = [0x40, 0x66, 0x67, 0x68];

/** objectTypeIndication: https://mp4ra.org/registered-types/object-types */
const elementary: Mapping = (format, box) => {
  const esds = box('esds');
  const stream = esds ? elementaryStreamOf(esds) : null;
  if (!stream) return unknown;
  const { objectTypeIndication: type, decoderSpecificInfo: info } = stream;
  if (type === 0x69 || type === 0x6b) return plain('mp3');
  if (type === 0xa5) return plain('ac-3');
  if (type === 0xa6) return plain('ec-3');
  if (format === 'mp4v') return { codec: `mp4v.${hexByte(type)}`, description: info };
  if (!aacTypes.includes(type) || !info) return { codec: `mp4a.${hexByte(type)}`, description: info };
  const configuration = parseAudioSpecificConfig(info);
  if (!configuration) return { codec: `mp4a.${hexByte(type)}`, description: info };
  const { objectType, sampleRate, coreSampleRate, numberOfChannels, frameLength } = configuration;
  const prerollFrames = (frameLength * sampleRate) / coreSampleRate; // One access unit overlaps the next.
  return { codec: aacCodecString(objectType), description: info, sampleRate, prerollFrames, ...(numberOfChannels > 0 ? { numberOfChannels } : {}) };
};

/** Linear samples; names of those that no registration has (`pcm-s16be`, `pcm-f64`) are ours. */
function linear(type: 's' | 'f' | 'u', bits: number, isBigEndian: boolean): CodecMapping {
  const sizes = type === 's' ? [8, 16, 24, 32] : type === 'f' ? [32, 64] : [8];
  return sizes.includes(bits) ? plain(`pcm-${type}${bits}${isBigEndian && bits > 8 ? 'be' : ''}`) : unknown;
}

/** QuickTime's enda box, inside of wave, says that samples are little-endian. */
const isLittleEndian = (box: BoxOf): boolean => {
  const enda = box('enda')?.bytes;
  return enda !== undefined && enda.length >= 2 && enda[1] === 1;
};

/** ISO/IEC 23003-5: pcmC has the endianness and the size. */
const isoPcm: Mapping = (format, box) => {
  const content = box('pcmC')?.bytes;
  return content && content.length >= 6 ? linear(format === 'fpcm' ? 'f' : 's', content[5], (content[4] & 1) === 0) : unknown;
};

const lpcm: Mapping = (_format, _box, audio) => (audio ? linear(audio.lpcmFlags & 1 ? 'f' : audio.lpcmFlags & 4 ? 's' : 'u', audio.bitsPerSample, (audio.lpcmFlags & 2) !== 0) : unknown);

const linearOf = (type: 's' | 'f', bits: number): Mapping => (_format, box) => linear(type, bits, !isLittleEndian(box));

/** The "magic cookie" behind version and flags, as Matroska's CodecPrivate has it. */
const alac: Mapping = (_format, box) => {
  const cookie = box('alac')?.bytes.slice(4);
  return cookie && cookie.length >= 24 ? { codec: 'alac', description: cookie } : unknown;
};

const mappings: Record<string, Mapping | undefined> = {
  'avc1': avc, 'avc2': avc, 'avc3': avc, 'avc4': avc, 'hvc1': hevc, 'hev1': hevc,
  'dvh1': dolbyVision, 'dvhe': dolbyVision, 'dva1': dolbyVision, 'dvav': dolbyVision,
  'vp08': () => plain('vp8'), 'vp09': vp9, 'av01': av1, 'mp4v': elementary,
  'mp4a': elementary, 'Opus': opus, 'fLaC': flac, '.mp3': () => plain('mp3'),
  'ac-3': (_format, box) => ({ ...plain('ac-3'), ...ac3Configuration(box('dac3')?.bytes ?? none) }),
  'ec-3': (_format, box) => ({ ...plain('ec-3'), ...eac3Configuration(box('dec3')?.bytes ?? none) }),
  'ac-4': () => plain('ac-4'),
  'alaw': () => plain('alaw'), 'ulaw': () => plain('ulaw'), 'ipcm': isoPcm, 'fpcm': isoPcm, lpcm,
  'raw ': (_format, _box, audio) => (audio?.bitsPerSample === 8 ? plain('pcm-u8') : unknown),
  'sowt': (_format, _box, audio) => linear('s', audio?.bitsPerSample ?? 0, false), 'twos': (_format, _box, audio) => linear('s', audio?.bitsPerSample ?? 0, true),
  'in24': linearOf('s', 24), 'in32': linearOf('s', 32), 'fl32': linearOf('f', 32), 'fl64': linearOf('f', 64), alac,
  'wvtt': () => plain('wvtt'), 'stpp': () => plain('stpp'), 'tx3g': () => plain('tx3g'),
};
