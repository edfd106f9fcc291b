import { isMalformed, type Malformed } from '../malformed';
import { parseWaveHeader, type ForeignWave, type WaveHeader } from './header';
import { readWaveSamples } from './samples';

export interface WaveAudio {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

export interface WaveSummary extends WaveHeader {
  /** Frames that are really there: a data chunk that claims more than the file holds is cut to the file. */
  readonly frames: number;
}

/** What a whole file is, without its samples. */
export function summariseWave(bytes: Uint8Array): WaveSummary | ForeignWave | Malformed {
  const header = parseWaveHeader(bytes);
  if ('needed' in header) return { malformed: 'the file ends before its data chunk', offset: bytes.length };
  if (isMalformed(header) || 'foreignFormatTag' in header) return header;
  const available = Math.min(header.dataBytes, bytes.length - header.dataOffset);
  const frames = Math.floor(available / header.frameBytes);
  if (frames === 0) return { malformed: 'no samples', offset: header.dataOffset };
  return { ...header, frames };
}

/** The samples of a file that was summarised. Allocates no more than the file's own length allows. */
export function readWave(summary: WaveSummary, bytes: Uint8Array): Float32Array[] {
  const channels = Array.from({ length: summary.channels }, () => new Float32Array(summary.frames));
  readWaveSamples(summary, bytes, summary.dataOffset, summary.frames, channels);
  return channels;
}

/** Decodes a whole file at its own sample rate. */
export function decodeWave(bytes: Uint8Array): WaveAudio | ForeignWave | Malformed {
  const summary = summariseWave(bytes);
  if (isMalformed(summary) || 'foreignFormatTag' in summary) return summary;
  return { sampleRate: summary.sampleRate, channels: readWave(summary, bytes) };
}
