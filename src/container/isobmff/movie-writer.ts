import { utf8Encode } from '../../text/utf8';
import type { MuxerTrack } from '../Muxer';
import type { VideoDescription } from '../tracks';
import { box, fields, fullBox, mostU32, timedBox } from './box-writer';
import type { OutputTrack } from './OutputTrack';
import { sampleEntry } from './sample-entry-writer';

/** A track of the movie box. */
export interface MovieTrackFields {
  readonly output: OutputTrack;
  /** Of the sample table, behind stsd. */
  readonly tables: readonly Uint8Array[];
  /** Samples that the tables list. */
  readonly sampleCount: number;
  /** Ticks of the media; 0 in fragmented files. */
  readonly mediaDuration: number;
  /** Of what is presented, from 0 on, in ticks of the media; 0 in fragmented files, where the edit goes on to the end. */
  readonly presentedEnd: number;
}

/** Units a second of the movie's own times: those of sound, so that what edits leave out of it is told exactly. */
export function movieTimescale(outputs: readonly OutputTrack[]): number {
  return (outputs.find(({ track: { type } }) => type === 'audio') ?? outputs[0]).timescale;
}

/** A movie box: ISO/IEC 14496-12, 8.2.1. @param more boxes behind the tracks */
export function movieBox(tracks: readonly MovieTrackFields[], ...more: readonly Uint8Array[]): Uint8Array {
  const timescale = movieTimescale(tracks.map(({ output }) => output));
  const durations = tracks.map(({ output, presentedEnd }) => Math.round((presentedEnd / output.timescale) * timescale));
  const rest = fields(80).u32(0x10000).u16(0x100).zeros(10).bytes(matrix(0, false, 0, 0)).zeros(24).u32(tracks.length + 1);
  return box('moov', timedBox('mvhd', 0, [timescale], Math.max(0, ...durations), rest), ...tracks.map((track, index) => trackBox(track, durations[index], timescale)), ...more);
}

const trackIsEnabled = 1;
const trackIsInMovie = 2;

function trackBox({ output, tables, sampleCount, mediaDuration, presentedEnd }: MovieTrackFields, movieDuration: number, timescale: number): Uint8Array {
  const { track, id } = output;
  const { video, audio } = track.description;
  const [width, height] = video ? [video.displayWidth || video.codedWidth, video.displayHeight || video.codedHeight] : [0, 0];
  const rest = fields(64).zeros(12).u16(audio ? 0x100 : 0).u16(0).bytes(matrix(video?.rotation ?? 0, video?.isFlipped ?? false, width, height)).u32(width * 65536).u32(height * 65536);
  const header = timedBox('tkhd', (track.isDefault === false ? 0 : trackIsEnabled) | trackIsInMovie, [id, 0], movieDuration, rest);
  const media = box('mdia', ...mediaHeader(output.timescale, mediaDuration, track.language ?? 'und'),
    fullBox('hdlr', 0, 0, fields().u32(0).latin(audio ? 'soun' : 'vide').zeros(12).bytes(utf8Encode(track.label ?? '')).u8(0)),
    box('minf', audio ? fullBox('smhd', 0, 0, fields().u32(0)) : fullBox('vmhd', 0, 1, fields().zeros(8)), // 12.1.2, whose flag is 1
      box('dinf', fullBox('dref', 0, 0, fields().u32(1), fullBox('url ', 0, 1))), // The data is in this file.
      box('stbl', fullBox('stsd', 0, 0, fields().u32(1), sampleEntry(track, output.form.description)), ...tables, ...rollGroups(track, sampleCount))));
  return box('trak', header, ...editBox(output, presentedEnd, timescale), media);
}

/** Packed letters of ISO 639-2, five bits each; what is not three letters stands in elng (8.4.2, 8.4.6). */
function mediaHeader(timescale: number, duration: number, language: string): Uint8Array[] {
  const isPacked = /^[a-z]{3}$/.test(language);
  const letters = [...(isPacked ? language : 'und')].reduce((packed, letter) => (packed << 5) | (letter.charCodeAt(0) - 0x60), 0);
  const header = timedBox('mdhd', 0, [timescale], duration, fields().u16(letters).u16(0));
  return isPacked ? [header] : [header, fullBox('elng', 0, 0, fields().latin(language).u8(0))];
}

/** An edit of nothing up to where the track begins, then one of what it presents: 8.6.6. */
function editBox(output: OutputTrack, presentedEnd: number, timescale: number): Uint8Array[] {
  const { edit } = output;
  if (!edit) return [];
  const { mediaTime, presentedAt } = edit;
  const movieTime = (ticks: number) => Math.round((ticks / output.timescale) * timescale);
  const empty = movieTime(presentedAt);
  const edits = [...(empty > 0 ? [[empty, -1]] : []), [Math.max(0, movieTime(presentedEnd) - empty), mediaTime]];
  const isLong = edits.some(([duration, time]) => duration > mostU32 || time > 0x7fffffff);
  const list = fields().u32(edits.length);
  for (const [duration, time] of edits) {
    if (isLong) list.u64(duration).u64(time);
    else list.u32(duration).i32(time);
    list.u32(0x10000);
  }
  return [box('edts', fullBox('elst', isLong ? 1 : 0, 0, list))];
}

/** The matrix that the demuxer reads the same from: turned clockwise, then mirrored left to right, and moved back to where both coordinates are positive. */
function matrix(rotation: VideoDescription['rotation'], isFlipped: boolean, width: number, height: number): Uint8Array {
  const [cosine, sine] = ([[1, 0], [0, 1], [-1, 0], [0, -1]] as const)[rotation / 90];
  const mirror = isFlipped ? -1 : 1;
  const [a, b, c, d] = [cosine * mirror, sine, -sine * mirror, cosine];
  const moved = (x: number, y: number) => -(Math.min(0, x * width) + Math.min(0, y * height));
  return fields(36).i32(a * 65536).i32(b * 65536).u32(0).i32(c * 65536).i32(d * 65536).u32(0).u32(moved(a, c) * 65536).u32(moved(b, d) * 65536).u32(0x40000000).finish();
}

/** Samples to decode before one that is right, by codec ("Encapsulation of Opus in ISOBMFF", 4.3.6.2: 80 ms; AAC: one overlaps the next). */
const rollDistances: Readonly<Record<string, number>> = { 'opus': 4, 'mp4a.40': 1 };

const rollDistance = ({ description: { codec } }: MuxerTrack): number =>
  Object.entries(rollDistances).find(([held]) => codec === held || codec.startsWith(`${held}.`))?.[1] ?? 0;

/** That samples belong to the first roll group: 8.9.2. */
export function rollGroupOf(track: MuxerTrack, sampleCount: number): Uint8Array[] {
  return rollDistance(track) > 0 && sampleCount > 0 ? [fullBox('sbgp', 0, 0, fields().latin('roll').u32(1).u32(sampleCount).u32(1))] : [];
}

/** AudioRollRecoveryEntry: 10.1. */
function rollGroups(track: MuxerTrack, sampleCount: number): Uint8Array[] {
  const distance = rollDistance(track);
  if (distance === 0) return [];
  return [fullBox('sgpd', 1, 0, fields().latin('roll').u32(2).u32(1).u16(-distance & 0xffff)), ...rollGroupOf(track, sampleCount)];
}
