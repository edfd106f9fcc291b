import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** A packet as ffprobe tells it, in seconds; null for what it does not know. */
export interface ProbedPacket {
  readonly pts: number | null;
  readonly dts: number | null;
  readonly duration: number | null;
  readonly size: number;
  readonly position: number | null;
  readonly isKey: boolean | null;
  /** CRC-32 of the data, as ffprobe writes it. */
  readonly hash: string | null;
}

export interface ProbedStream {
  readonly index: number;
  readonly id: number | null;
  readonly type: string;
  readonly codec: string;
  /** As WebCodecs has it. ffprobe does not know it; others do. */
  readonly codecString?: string;
  /** 0 where it is not told. */
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly duration: number | null;
  readonly startTime: number | null;
  readonly timeBase: readonly [number, number];
  readonly packets: readonly ProbedPacket[];
}

export interface Probed {
  readonly streams: readonly ProbedStream[];
  readonly duration: number | null;
  /** What ffprobe complained about. */
  readonly warnings: string;
}

const number = (value: unknown): number | null => (value === undefined || value === 'N/A' ? null : Number(value));

/** Asks ffprobe, once for each path: its answer is kept beside the file. */
export function ffprobe(path: string, ...args: string[]): Probed {
  const kept = `${path}${args.join('')}.2.json`;
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(probe(path, args)));
  return JSON.parse(readFileSync(kept, 'utf8')) as Probed;
}

/** Asks ffprobe. */
export function probe(path: string, args: readonly string[] = []): Probed {
  const warningsTo = `${path}.warnings`;
  const text = execFileSync('sh', ['-c', `exec ffprobe -v warning -show_streams -show_format -show_packets -show_data_hash crc32 -of json "$@" 2>"$0"`, warningsTo, ...args, path],
    { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const answer = JSON.parse(text) as { streams: any[]; packets: any[]; format: any };
  return {
    warnings: readFileSync(warningsTo, 'utf8').trim(),
    duration: number(answer.format?.duration),
    streams: answer.streams.map((stream) => ({
      index: stream.index,
      id: stream.id === undefined ? null : parseInt(stream.id, 16),
      type: stream.codec_type,
      codec: stream.codec_name,
      width: stream.width ?? 0,
      height: stream.height ?? 0,
      sampleRate: Number(stream.sample_rate ?? 0),
      channels: stream.channels ?? 0,
      duration: number(stream.duration),
      startTime: number(stream.start_time),
      timeBase: stream.time_base.split('/').map(Number) as [number, number],
      packets: answer.packets.filter(({ stream_index: index }) => index === stream.index).map((packet) => ({
        pts: number(packet.pts_time), dts: number(packet.dts_time), duration: number(packet.duration_time), size: Number(packet.size),
        position: number(packet.pos), isKey: packet.flags.includes('K'), hash: packet.data_hash,
      })),
    })),
  };
}
