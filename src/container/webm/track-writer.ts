import { parseAudioSpecificConfig } from '../codecs/aac';
import type { SampleForm } from '../codecs/SampleForm';
import { vpConfigurationOf } from '../codecs/vp9';
import { MuxerError, type MuxerTrack } from '../Muxer';
import type { VideoDescription } from '../tracks';
import { utf8Encode } from '../../text/utf8';
import { ascii, element, float, unsigned } from './ebml-writer';
import { Id } from './ids';

interface Codec {
  readonly id: string;
  /** CodecPrivate; null: the description. */
  readonly codecPrivate?: (codec: string) => Uint8Array | null;
  readonly needsDescription?: boolean;
  /** Of PCM. */
  readonly bitDepth?: number;
}

/** https://www.webmproject.org/docs/container/#vp9-codec-feature-metadata-codecprivate */
const vp9Features = (codec: string): Uint8Array => {
  const { profile, level, bitDepth, chromaSubsampling } = vpConfigurationOf(codec)!;
  return Uint8Array.of(1, 1, profile, 2, 1, level, 3, 1, bitDepth, 4, 1, chromaSubsampling);
};

const webmVideo: Readonly<Record<string, Codec>> = { vp8: { id: 'V_VP8' }, vp09: { id: 'V_VP9', codecPrivate: vp9Features }, av01: { id: 'V_AV1' } };
const webmAudio: Readonly<Record<string, Codec>> = { opus: { id: 'A_OPUS' }, vorbis: { id: 'A_VORBIS', needsDescription: true } };
const [avc, hevc]: Codec[] = [{ id: 'V_MPEG4/ISO/AVC' }, { id: 'V_MPEGH/ISO/HEVC' }];
const otherVideo: Readonly<Record<string, Codec>> = { avc1: avc, avc3: avc, hvc1: hevc, hev1: hevc };
const otherAudio: Readonly<Record<string, Codec>> = {
  'mp4a.40': { id: 'A_AAC' }, 'flac': { id: 'A_FLAC', needsDescription: true }, 'mp3': { id: 'A_MPEG/L3' },
  'pcm-s16': { id: 'A_PCM/INT/LIT', bitDepth: 16 }, 'pcm-u8': { id: 'A_PCM/INT/LIT', bitDepth: 8 }, 'pcm-s24': { id: 'A_PCM/INT/LIT', bitDepth: 24 },
  'pcm-s32': { id: 'A_PCM/INT/LIT', bitDepth: 32 }, 'pcm-f32': { id: 'A_PCM/FLOAT/IEEE', bitDepth: 32 },
};

export type DocType = 'webm' | 'matroska';

/** "Matroska Codec Specifications", by the beginning of codec strings; https://www.webmproject.org/docs/container/ */
const codecs: Readonly<Record<DocType, { readonly video: Readonly<Record<string, Codec>>; readonly audio: Readonly<Record<string, Codec>> }>> = {
  webm: { video: webmVideo, audio: webmAudio },
  matroska: { video: { ...otherVideo, ...webmVideo }, audio: { ...webmAudio, ...otherAudio } },
};

/** What codec strings begin with that a document type has a place for. */
export const heldCodecs = (docType: DocType) => ({ video: Object.keys(codecs[docType].video), audio: Object.keys(codecs[docType].audio) });

const names: Readonly<Record<DocType, string>> = { webm: 'WebM', matroska: 'Matroska' };

function codecOf(codec: string, type: string, docType: DocType): Codec | null {
  const held = type === 'video' ? codecs[docType].video : type === 'audio' ? codecs[docType].audio : {};
  return Object.entries(held).find(([key]) => codec === key || codec.startsWith(`${key}.`))?.[1] ?? null;
}

/** @throws MuxerError where the document type has no place for the track */
export function checkTrackEntry({ type, description: { codec, description, video, audio } }: MuxerTrack, docType: DocType): void {
  const name = names[docType];
  const found = codecOf(codec, type, docType);
  if (!found) throw new MuxerError(`${name}: the codec ${codec || 'without a name'} in a track of type ${type}. It holds ${Object.values(heldCodecs(docType)).flat().join(', ')}.`);
  if (type === 'video' && !(video && video.codedWidth > 0 && video.codedHeight > 0)) throw new MuxerError(`${name}: ${codec} without its size.`);
  if (type === 'audio' && !(audio && audio.sampleRate > 0 && audio.numberOfChannels > 0)) throw new MuxerError(`${name}: ${codec} without its sample rate and channels.`);
  if (codec.startsWith('vp09') && !vpConfigurationOf(codec)) throw new MuxerError(`${name}: ${codec}, which is no codec string of VP9.`);
  if (found.needsDescription && !description) throw new MuxerError(`${name}: ${codec} without its description.`);
}

/** What only samples tell of a track. */
export interface TrackFacts {
  /** Nanoseconds. */
  readonly codecDelay: number;
  readonly hasAlpha: boolean;
}

/** 80 ms: RFC 7845, 4.6. */
const opusPreroll = 80_000_000;
const trackTypes = { video: 1, audio: 2 };

/** TrackEntry: RFC 9559, 5.1.4.1. */
export function trackEntry(track: MuxerTrack, number: number, form: SampleForm, docType: DocType, { codecDelay, hasAlpha }: TrackFacts): Uint8Array {
  const { type, language = 'und', label = '', isDefault = true, description: { codec, video, audio } } = track;
  const { id, codecPrivate, bitDepth } = codecOf(codec, type, docType)!;
  const own = codecPrivate ? codecPrivate(codec) : form.description;
  const isPacked = /^[a-z]{3}$/.test(language);
  return element(Id.TrackEntry,
    unsigned(Id.TrackNumber, number), unsigned(Id.TrackUID, number), unsigned(Id.TrackType, trackTypes[type as 'video' | 'audio']), unsigned(Id.FlagLacing, 0),
    ...(isDefault ? [] : [unsigned(Id.FlagDefault, 0)]),
    ...(label ? [element(Id.Name, utf8Encode(label))] : []),
    ascii(Id.Language, isPacked ? language : 'und'), ...(isPacked ? [] : [ascii(Id.LanguageBCP47, language)]),
    ascii(Id.CodecID, id), ...(own ? [element(Id.CodecPrivate, own)] : []),
    ...(codecDelay > 0 ? [unsigned(Id.CodecDelay, codecDelay)] : []), ...(codec === 'opus' ? [unsigned(Id.SeekPreRoll, opusPreroll)] : []),
    ...(hasAlpha ? [unsigned(Id.MaxBlockAdditionID, 1)] : []),
    video ? videoElement(video, hasAlpha) : audioElement(codec, audio!, form.description, bitDepth));
}

function videoElement({ codedWidth, codedHeight, displayWidth, displayHeight, rotation, isFlipped, color }: VideoDescription, hasAlpha: boolean): Uint8Array {
  const isOtherShape = displayWidth > 0 && displayHeight > 0 && (displayWidth !== codedWidth || displayHeight !== codedHeight);
  return element(Id.Video,
    unsigned(Id.PixelWidth, codedWidth), unsigned(Id.PixelHeight, codedHeight), ...(hasAlpha ? [unsigned(Id.AlphaMode, 1)] : []),
    ...(isOtherShape ? [unsigned(Id.DisplayWidth, displayWidth), unsigned(Id.DisplayHeight, displayHeight)] : []),
    ...(color ? [element(Id.Colour, unsigned(Id.MatrixCoefficients, color.matrix), unsigned(Id.Range, color.fullRange ? 2 : 1),
      unsigned(Id.TransferCharacteristics, color.transfer), unsigned(Id.Primaries, color.primaries))] : []),
    ...(rotation === 0 && !isFlipped ? [] : [projection(rotation, isFlipped)]));
}

/** What is seen from behind is mirrored, which comes before the roll here. Angles are counterclockwise, between -180 and 180 degrees. */
function projection(rotation: number, isFlipped: boolean): Uint8Array {
  const roll = (isFlipped ? rotation : 360 - rotation) % 360;
  return element(Id.Projection, unsigned(Id.ProjectionType, 0),
    ...(isFlipped ? [float(Id.ProjectionPoseYaw, 180)] : []), ...(roll === 0 ? [] : [float(Id.ProjectionPoseRoll, roll > 180 ? roll - 360 : roll)]));
}

function audioElement(codec: string, { sampleRate, numberOfChannels }: { sampleRate: number; numberOfChannels: number }, description: Uint8Array | null, bitDepth?: number): Uint8Array {
  const core = (codec.startsWith('mp4a') && description && parseAudioSpecificConfig(description)?.coreSampleRate) || sampleRate;
  return element(Id.Audio, float(Id.SamplingFrequency, core), ...(core === sampleRate ? [] : [float(Id.OutputSamplingFrequency, sampleRate)]),
    unsigned(Id.Channels, numberOfChannels), ...(bitDepth ? [unsigned(Id.BitDepth, bitDepth)] : []));
}
