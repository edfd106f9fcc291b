import { crc32 } from 'node:zlib';
import * as assert from 'uvu/assert';
import type { DemuxerOutput, Sample } from '../../../src/container/outputs';
import type { Track } from '../../../src/container/tracks';
import { initSegment, samplesOf } from './demux';
import type { Probed, ProbedPacket, ProbedStream } from './ffprobe';

export interface ComparisonOptions {
  /** The stream of ffprobe that a track is; by its place among the tracks where this says nothing. */
  readonly streamOf?: (track: Track, probed: Probed) => ProbedStream | undefined;
  /** What ffprobe makes up itself, for this kind of file, and is not compared. */
  readonly ignore?: readonly ('dts' | 'duration' | 'hash' | 'key' | 'position' | 'trackDuration')[];
  /** Seconds that times may differ by: half a unit of the last digit that ffprobe prints, where this says nothing. */
  readonly tolerance?: number;
}

const printed = 0.51e-6;

/** Every packet that ffprobe tells is there: its times, its size, its data and whether it is a key frame. */
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

function sameStream(track: Track, samples: readonly Sample[], stream: ProbedStream, { ignore = [], tolerance = printed }: ComparisonOptions): void {
  const where = `track ${track.id}`;
  assert.is({ text: 'subtitle', other: 'data', video: 'video', audio: 'audio' }[track.type], stream.type, where);
  const { video, audio } = track.descriptions[0];
  if (video?.codedWidth) assert.equal([video.codedWidth, video.codedHeight], [stream.width, stream.height], `${where}: size`);
  if (audio?.sampleRate) assert.equal([audio.sampleRate, audio.numberOfChannels], [stream.sampleRate, stream.channels], `${where}: sample rate and channels`);
  if (track.duration !== null && stream.duration !== null && !ignore.includes('trackDuration')) near(track.duration / track.timescale, stream.duration, `${where}: duration`, tolerance);
  assert.is(samples.length, stream.packets.length, `${where}: as many samples as packets`);
  samples.forEach((sample, index) => samePacket(track, sample, stream.packets[index], `${where}, sample ${index}`, ignore, tolerance));
}

function samePacket(track: Track, sample: Sample, packet: ProbedPacket, where: string, ignore: readonly string[], tolerance: number): void {
  const seconds = (ticks: number) => ticks / track.timescale;
  if (packet.pts !== null) near(seconds(sample.timestamp), packet.pts, `${where}: timestamp`, tolerance);
  if (packet.dts !== null && !ignore.includes('dts')) near(seconds(sample.decodeTimestamp), packet.dts, `${where}: decode timestamp`, tolerance);
  if (packet.duration !== null && sample.duration !== null && !ignore.includes('duration')) near(seconds(Math.round(sample.duration)), packet.duration, `${where}: duration`, tolerance);
  assert.is(sample.data.length, packet.size, `${where}: size`);
  if (!ignore.includes('key')) assert.is(sample.isKey, packet.isKey, `${where}: key frame`);
  if (packet.position !== null && !ignore.includes('position')) assert.is(sample.offset, packet.position, `${where}: position`);
  if (!ignore.includes('hash')) assert.is(`CRC32:${crc32(sample.data).toString(16).padStart(8, '0')}`, packet.hash, `${where}: data`);
}

function near(ours: number, theirs: number, what: string, tolerance: number): void {
  assert.ok(Math.abs(ours - theirs) <= tolerance, `${what}: ${ours}, ffprobe says ${theirs}`);
}
