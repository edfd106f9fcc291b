import { Id } from '../../../src/container/webm/ids';
import { element, float, unsigned, vint } from './ebml';

export const ebmlHeader = element(Id.EBML, element(Id.DocType, 'webm'));
export const info = element(Id.Info, unsigned(Id.TimestampScale, 1_000_000), float(Id.Duration, 2000));

const keyId = Array.from({ length: 16 }, (_, index) => index + 1);

export const encryption = element(Id.ContentEncodings, element(Id.ContentEncoding, unsigned(Id.ContentEncodingType, 1), element(Id.ContentEncryption,
  unsigned(Id.ContentEncAlgo, 5), element(Id.ContentEncKeyID, keyId), element(Id.ContentEncAESSettings, unsigned(Id.AESSettingsCipherMode, 1)))));

export const stripping = (header: readonly number[]) => element(Id.ContentEncodings, element(Id.ContentEncoding,
  element(Id.ContentCompression, unsigned(Id.ContentCompAlgo, 3), element(Id.ContentCompSettings, header))));

export const videoTrack = (number = 1, ...more: readonly number[][]) => element(Id.TrackEntry, unsigned(Id.TrackNumber, number), unsigned(Id.TrackType, 1),
  element(Id.CodecID, 'V_VP8'), element(Id.Video, unsigned(Id.PixelWidth, 320), unsigned(Id.PixelHeight, 180)), ...more);

export const audioTrack = (number = 2, ...more: readonly number[][]) => element(Id.TrackEntry, unsigned(Id.TrackNumber, number), unsigned(Id.TrackType, 2),
  element(Id.CodecID, 'A_VORBIS'), element(Id.Audio, float(Id.SamplingFrequency, 48_000), unsigned(Id.Channels, 2)), ...more);

export const tracks = (...entries: readonly number[][]) => element(Id.Tracks, ...entries);

const block = (track: number, time: number, flags: number, content: readonly number[]) => [...vint(track), (time >> 8) & 0xff, time & 0xff, flags, ...content];

export const simpleBlock = (track: number, time: number, flags: number, content: readonly number[]) => element(Id.SimpleBlock, block(track, time, flags, content));

export const blockGroup = (track: number, time: number, content: readonly number[], ...more: readonly number[][]) =>
  element(Id.BlockGroup, element(Id.Block, block(track, time, 0, content)), ...more);

export const cluster = (time: number, ...blocks: readonly number[][]) => element(Id.Cluster, unsigned(Id.Timestamp, time), ...blocks);
export const openCluster = (time: number, ...blocks: readonly number[][]) => element(Id.Cluster, 'unknown', unsigned(Id.Timestamp, time), ...blocks);

export const cue = (time: number, track: number, position: number) => element(Id.CuePoint, unsigned(Id.CueTime, time),
  element(Id.CueTrackPositions, unsigned(Id.CueTrack, track), unsigned(Id.CueClusterPosition, position)));

export const webm = (...parts: readonly number[][]) => Uint8Array.from([...ebmlHeader, ...element(Id.Segment, ...parts)]);
export const openWebm = (...parts: readonly number[][]) => Uint8Array.from([...ebmlHeader, ...element(Id.Segment, 'unknown', ...parts)]);
