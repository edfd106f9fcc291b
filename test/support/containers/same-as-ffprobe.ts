import { crc32 } from 'node:zlib';
import * as assert from 'uvu/assert';
import type { DemuxerOutput, Sample } from '../../../src/container/outputs';
import type { Track } from '../../../src/container/tracks';
import { initSegment, samplesOf } from './demux';
import type { Probed, ProbedPacket, ProbedStream } from './ffprobe';

export type ComparedField = 'audio' | 'codecString' | 'dts' | 'duration' | 'hash' | 'key' | 'pts' | 'position' | 'size' | 'trackDuration' | 'videoSize';

export interface ComparisonOptions {
  /** The stream of ffprobe that a track is; by its place among the tracks where this says nothing. */
  readonly streamOf?: (track: Track, probed: Probed) => ProbedStream | undefined;
  /** What the other side makes up itself, for this kind of file, and is not compared. */
  readonly ignore?: readonly ComparedField[];
  /** Seconds that times may differ by: half a unit of the last digit that ffprobe prints, where this says nothing. */
  readonly tolerance?: number;
  /** Timestamps of the other side count from somewhere else: compared is how far they are from the first one of their track. */
  readonly isRelative?: boolean;
  /** Who is compared with, in messages. */
  readonly oracle?: string;
  /** A codec string as the other side would write it. */
  readonly naming?: (codec: string) => string;
}

const printed = 0.51e-6;

/** Every packet that ffprobe, or another demuxer, tells is there: its times, its size, its data and whether it is a key frame. What it does not tell (null) is not compared. */
export function sameAsFfprobe(outputs: readonly DemuxerOutput[], probed: Probed, options: ComparisonOptions = {}): void {
  const failure = outputs.find((output) => output.type === 'error');
  assert.is(failure?.type === 'error' ? failure.message : '', '');
  const tracks = initSegment(outputs)?.tracks ?? [];
  assert.is(tracks.length, probed.streams.length, 'as many tracks as streams');
  for (const [index, track] of tracks.entries()) {
    const stream = options.streamOf ? options.streamOf(track, probed) : probed.streams[index];
    assert.ok(stream, `a stream for track ${track.id}`);
    sameStream(track, samplesOf(outputs, track.id), stream, options);
  }
}

function sameStream(track: Track, samples: readonly Sample[], stream: ProbedStream, options: ComparisonOptions): void {
  const { ignore = [], tolerance = printed, oracle, naming = (codec: string) => codec } = options;
  const where = `track ${track.id}`;
  if (stream.type !== '') assert.is({ text: 'subtitle', other: 'data', video: 'video', audio: 'audio' }[track.type], stream.type, where);
  const [{ video, audio, codec }] = track.descriptions;
  if (stream.codecString !== undefined && codec !== '' && !ignore.includes('codecString')) assert.is(naming(codec), naming(stream.codecString), `${where}: codec string`);
  if (video?.codedWidth && stream.width > 0 && !ignore.includes('videoSize')) assert.equal([video.codedWidth, video.codedHeight], [stream.width, stream.height], `${where}: size`);
  if (audio?.sampleRate && stream.sampleRate > 0 && !ignore.includes('audio')) assert.equal([audio.sampleRate, audio.numberOfChannels], [stream.sampleRate, stream.channels], `${where}: sample rate and channels`);
  if (track.duration !== null && stream.duration !== null && !ignore.includes('trackDuration')) near(track.duration / track.timescale, stream.duration, `${where}: duration`, tolerance, oracle);
  assert.is(samples.length, stream.packets.length, `${where}: as many samples as packets`);
  const shift = options.isRelative ? stream.packets[0].pts! - samples[0].timestamp / track.timescale : 0;
  samples.forEach((sample, index) => samePacket(track, sample, stream.packets[index], shift, `${where}, sample ${index}`, options));
}

function samePacket(track: Track, sample: Sample, packet: ProbedPacket, shift: number, where: string, { ignore = [], tolerance = printed, oracle }: ComparisonOptions): void {
  const seconds = (ticks: number) => ticks / track.timescale;
  if (packet.pts !== null && !ignore.includes('pts')) near(seconds(sample.timestamp), packet.pts - shift, `${where}: timestamp`, tolerance, oracle);
  if (packet.dts !== null && !ignore.includes('dts')) near(seconds(sample.decodeTimestamp), packet.dts - shift, `${where}: decode timestamp`, tolerance, oracle);
  if (packet.duration !== null && sample.duration !== null && !ignore.includes('duration')) near(seconds(Math.round(sample.duration)), packet.duration, `${where}: duration`, tolerance, oracle);
  if (!ignore.includes('size')) assert.is(sample.data.length, packet.size, `${where}: size`);
  if (packet.isKey !== null && !ignore.includes('key')) assert.is(sample.isKey, packet.isKey, `${where}: key frame`);
  if (packet.position !== null && !ignore.includes('position')) assert.is(sample.offset, packet.position, `${where}: position`);
  if (packet.hash !== null && !ignore.includes('hash')) assert.is(hashOf(sample.data), packet.hash, `${where}: data`);
}

/** As ffprobe writes it. */
export const hashOf = (data: Uint8Array): string => `CRC32:${crc32(data).toString(16).padStart(8, '0')}`;

function near(ours: number, theirs: number, what: string, tolerance: number, oracle = 'ffprobe'): void {
  assert.ok(Math.abs(ours - theirs) <= tolerance, `${what}: ${ours}, ${oracle} says ${theirs}`);
}
