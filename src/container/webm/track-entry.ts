import { fail } from '../failure';
import { limits } from '../limits';
import { noVideo, type SampleDescription, type Track, type TrackEncryption, type VideoDescription } from '../tracks';
import { utf8Decode } from '../../text/utf8';
import { vp9Features, vp9Level } from '../codecs/vp9';
import { codecOf, vp9ByFrame } from './codecs';
import type { EbmlElement } from './ebml';
import { fieldsOf } from './ebml';
import { type ContentEncodings, contentEncodings } from './encodings';
import { Id } from './ids';

/** A TrackEntry (RFC 9559, 5.1.4.1), with what its blocks need besides. */
export interface WebmTrack {
  readonly track: Track;
  /** TrackNumber */
  readonly number: number;
  readonly encodings: ContentEncodings;
  /** Ticks of a frame that says nothing itself; null where unknown. */
  readonly defaultDuration: number | null;
  /** Whole ticks to take from every timestamp. */
  readonly codecDelay: number;
  /** The container does not tell what its codec string has to (VP9 without CodecPrivate): the first frame does. */
  readonly isUntold: boolean;
}

const trackTypes: Record<number, Track['type']> = { 1: 'video', 2: 'audio', 17: 'text' };
const nothing = new Uint8Array(0);
/** Bytes of a name that are read. */
const longestName = 4096;

/** @param timestampScale nanoseconds of a tick */
export function tracksOf(element: EbmlElement, timestampScale: number): WebmTrack[] {
  const tracks: WebmTrack[] = [];
  for (const entry of element.children()) {
    if (entry.id !== Id.TrackEntry) continue;
    if (tracks.length === limits.tracks) fail(`more than ${limits.tracks} tracks`, entry.position);
    tracks.push(trackOf(entry, timestampScale));
  }
  return tracks;
}

function trackOf(entry: EbmlElement, timestampScale: number): WebmTrack {
  const fields = fieldsOf(entry);
  const number = fields.unsigned(Id.TrackNumber, 0);
  if (number === 0) fail('a track without a number', entry.position);
  const codecId = fields.ascii(Id.CodecID, '');
  const type = trackTypes[fields.unsigned(Id.TrackType, 0)] ?? 'other';
  const encodings = contentEncodings(fields.get(Id.ContentEncodings));
  const codecPrivate = fields.get(Id.CodecPrivate)?.bytes.slice();

  const sound = fieldsOf(fields.get(Id.Audio));
  const inputRate = sound.float(Id.SamplingFrequency, 8000);
  const audio = { sampleRate: sound.float(Id.OutputSamplingFrequency, inputRate), channels: sound.unsigned(Id.Channels, 1), bitDepth: sound.unsigned(Id.BitDepth, 0) };
  const { codec, description, sampleRate = audio.sampleRate, numberOfChannels = audio.channels } = codecOf(codecId, codecPrivate, audio);

  const delay = fields.unsigned(Id.CodecDelay, 0);
  const defaultDuration = fields.unsigned(Id.DefaultDuration, 0);
  const video = type === 'video' ? videoOf(fields.get(Id.Video)) : null;
  const isPlainVp9 = codecId === 'V_VP9' && video !== null && !vp9Features(codecPrivate ?? nothing);
  const sampleDescription: SampleDescription = {
    codec: encodings.isForeign ? '' : isPlainVp9 ? vp9ByFrame(nothing, vp9LevelOf(video, defaultDuration / 1e9)) : codec,
    description,
    format: codecId,
    video,
    audio: type === 'audio' ? { sampleRate, numberOfChannels } : null,
    encryption: encodings.keyId ? encryptionOf(encodings.keyId) : null,
    prerollFrames: Math.round((fields.unsigned(Id.SeekPreRoll, 0) * sampleRate) / 1e9),
  };
  const nameBytes = fields.get(Id.Name)?.bytes.subarray(0, longestName) ?? nothing;
  return {
    number,
    encodings,
    defaultDuration: defaultDuration > 0 ? defaultDuration / timestampScale : null,
    codecDelay: Math.round(delay / timestampScale),
    isUntold: isPlainVp9 && !encodings.keyId && !encodings.isForeign,
    track: {
      id: number,
      type,
      timescale: 1e9 / timestampScale,
      duration: null,
      language: fields.ascii(Id.LanguageBCP47, fields.ascii(Id.Language, 'eng')) || 'und',
      label: utf8Decode(nameBytes).split('\0')[0],
      isDefault: fields.unsigned(Id.FlagDefault, 1) === 1,
      descriptions: [sampleDescription],
      gapless: delay > 0 ? { startFrames: Math.round((delay * sampleRate) / 1e9), endFrames: 0, isBeforeZero: true } : null,
    },
  };
}

/** With what its first frame tells. */
export function toldByFrame(track: WebmTrack, frame: Uint8Array): WebmTrack {
  const { descriptions: [description], ...others } = track.track;
  const level = vp9LevelOf(description.video!, (track.defaultDuration ?? 0) / track.track.timescale);
  return { ...track, isUntold: false, track: { ...others, descriptions: [{ ...description, codec: vp9ByFrame(frame, level) }] } };
}

/** @param seconds of a picture, 0 where that is not told */
const vp9LevelOf = ({ codedWidth, codedHeight }: VideoDescription, seconds: number): number => vp9Level(codedWidth, codedHeight, seconds > 0 ? 1 / seconds : 0);

/** AES-CTR over the whole frame or its partitions, with 8 bytes of vector in each frame. */
const encryptionOf = (keyId: Uint8Array): TrackEncryption => ({ scheme: 'cenc', isProtected: true, keyId, perSampleIvSize: 8, constantIv: null, pattern: null });

/** DisplayUnit 3 is an aspect ratio, 4 unknown; centimetres and inches are one too. */
const unknownUnit = 4;

function videoOf(element: EbmlElement | undefined): VideoDescription {
  if (!element) return noVideo;
  const fields = fieldsOf(element);
  const codedWidth = fields.unsigned(Id.PixelWidth, 0);
  const codedHeight = fields.unsigned(Id.PixelHeight, 0);
  const visibleWidth = Math.max(0, codedWidth - fields.unsigned(Id.PixelCropLeft, 0) - fields.unsigned(Id.PixelCropRight, 0));
  const visibleHeight = Math.max(0, codedHeight - fields.unsigned(Id.PixelCropTop, 0) - fields.unsigned(Id.PixelCropBottom, 0));
  const unit = fields.unsigned(Id.DisplayUnit, 0);
  const projection = fieldsOf(fields.get(Id.Projection));
  const isFlipped = Math.abs(Math.round(projection.float(Id.ProjectionPoseYaw, 0))) === 180;
  // The roll is counterclockwise, and comes after the mirroring: what turns first turns the other way round.
  const clockwise = Math.round(projection.float(Id.ProjectionPoseRoll, 0)) * (isFlipped ? 1 : -1);
  const color = fields.get(Id.Colour);
  const colors = fieldsOf(color);
  return {
    codedWidth,
    codedHeight,
    displayWidth: unit === unknownUnit ? visibleWidth : fields.unsigned(Id.DisplayWidth, visibleWidth) || visibleWidth,
    displayHeight: unit === unknownUnit ? visibleHeight : fields.unsigned(Id.DisplayHeight, visibleHeight) || visibleHeight,
    rotation: ((((clockwise % 360) + 360) % 360) / 90 | 0) * 90 as 0 | 90 | 180 | 270,
    isFlipped,
    color: color ? {
      primaries: colors.unsigned(Id.Primaries, 2),
      transfer: colors.unsigned(Id.TransferCharacteristics, 2),
      matrix: colors.unsigned(Id.MatrixCoefficients, 2),
      fullRange: colors.unsigned(Id.Range, 0) === 2,
    } : null,
  };
}
