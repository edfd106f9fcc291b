import { createRequire } from 'node:module';
import type { DemuxerOutput, Sample } from '../../../../src/container/outputs';
import type { Container } from '../../../../src/container/sniff';
import { initSegment, samplesOf } from '../../../support/containers/demux';
import type { ProbedPacket, ProbedStream } from '../../../support/containers/ffprobe';
import { hashOf, sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';
import { isPcm, joined, withPcmJoined } from './pcm';
import type { Oracle } from './Oracle';

/** What of mediabunny is used here. Its own types bring those of a browser into every file of the project. */
interface Mediabunny {
  readonly ALL_FORMATS: unknown;
  readonly BufferSource: new (bytes: Uint8Array) => unknown;
  readonly Input: new (options: { source: unknown; formats: unknown }) => { getTracks(): Promise<Track[]>; canRead(): Promise<boolean>; dispose(): void };
  readonly EncodedPacketSink: new (track: Track) => { packets(): AsyncIterable<{ data: Uint8Array; type: 'key' | 'delta'; timestamp: number; duration: number }> };
}

interface Track {
  readonly type: 'video' | 'audio' | 'subtitle';
  getDecoderConfig(): Promise<{ codec: string; codedWidth?: number; codedHeight?: number; sampleRate?: number; numberOfChannels?: number } | null>;
}

const { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } = createRequire(import.meta.url)('mediabunny') as Mediabunny;

/** Its durations and timestamps are doubles that were computed in another order. */
const rounding = 1e-6;

/** It writes hexadecimal digits of H.265 as capitals and names all of it `hev1`, wherever parameter sets are, and writes 4:2:0 and colours of VP9 out. */
const asItNames = (codec: string): string => codec.toLowerCase().replace(/^hvc1/, 'hev1').replace(/^(vp09(?:\.\d\d){4}).*/, '$1').replace(/^(vp09(?:\.\d\d){3})\.0[01]$/, '$1');

export const askMediabunny: Oracle = async ({ container, file, outputs, excuse }) => {
  const input = new Input({ source: new BufferSource(file.bytes), formats: ALL_FORMATS });
  const streams: ProbedStream[] = [];
  for (const [index, track] of (await input.getTracks()).entries()) {
    const config = await track.getDecoderConfig();
    if (config === null) return 'it knows no such codec';
    const packets = await packetsOf(track);
    streams.push({
      index, id: null, type: track.type, codec: '', codecString: config.codec,
      width: config.codedWidth ?? 0, height: config.codedHeight ?? 0, sampleRate: config.sampleRate ?? 0, channels: config.numberOfChannels ?? 0,
      duration: null, startTime: null, timeBase: [1, 1], packets: (isPcm(config.codec) ? joined(packets) : packets).map(({ data, ...packet }) => ({ ...packet, size: data.length, hash: hashOf(data) })),
    });
  }
  input.dispose();
  sameAsFfprobe(asItTells(outputs, container), { streams, duration: null, warnings: '' }, { oracle: 'mediabunny', naming: asItNames, tolerance: rounding, ...excuse });
};

interface Packet extends Omit<ProbedPacket, 'size' | 'hash'> {
  readonly data: Uint8Array;
}

async function packetsOf(track: Track): Promise<Packet[]> {
  const packets: Packet[] = [];
  for await (const { data, timestamp, duration, type } of new EncodedPacketSink(track).packets()) packets.push({ pts: timestamp, dts: null, duration, position: null, isKey: type === 'key', data });
  return packets;
}

/** It has only tracks of pictures and sound. */
function asItTells(outputs: readonly DemuxerOutput[], container: Container): DemuxerOutput[] {
  const init = initSegment(outputs)!;
  const tracks = init.tracks.filter(({ type }) => type === 'video' || type === 'audio');
  const samples = samplesOf(withPcmJoined(outputs));
  return [{ ...init, tracks }, ...(container === 'ogg' ? samples.map(withoutTrims) : samples)];
}

/** Times in Ogg, without what is cut off at the end and before 0. */
function withoutTrims(sample: Sample): Sample {
  const timestamp = Math.max(0, sample.timestamp);
  return { ...sample, timestamp, duration: sample.timestamp + sample.duration! - (sample.trim?.end ?? 0) - timestamp };
}
