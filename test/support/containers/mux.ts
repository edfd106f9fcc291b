import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Muxer, MuxerTrack } from '../../../src/container/Muxer';
import type { DemuxerOutput } from '../../../src/container/outputs';
import { initSegment, samplesOf } from './demux';

/** What a muxer has written so far, put together. */
export function written(muxer: Muxer): Uint8Array {
  const outputs = [];
  for (let output = muxer.read(); output; output = muxer.read()) outputs.push(output);
  const bytes = new Uint8Array(Math.max(0, ...outputs.map(({ offset, bytes: piece }) => offset + piece.length)));
  for (const { offset, bytes: piece } of outputs) bytes.set(piece, offset);
  return bytes;
}

/** Writes all tracks and samples of a demuxer's outputs. */
export function remux(muxer: Muxer, outputs: readonly DemuxerOutput[]): Uint8Array {
  const numbers = new Map(initSegment(outputs)!.tracks.map((track) => [track.id, muxer.addTrack({ ...track, description: track.descriptions[0] })]));
  for (const sample of samplesOf(outputs)) muxer.write(numbers.get(sample.trackId)!, sample);
  muxer.finish();
  return written(muxer);
}

const directory = mkdtempSync(join(tmpdir(), 'mediant-mux-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

export function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** What ffmpeg has to say about a file while it decodes it all; '' where all is well. What it says of all of a format is left out: WAV that names no speakers, ADTS that has no index. */
export function complaints(path: string): string {
  return spawnSync('ffmpeg', ['-v', 'warning', '-nostdin', '-i', path, '-f', 'null', '-'], { encoding: 'utf8' }).stderr.replace(/^.*(Guessed Channel Layout|Estimating duration from bitrate).*\n/gm, '');
}

/** Decoded audio, as 16-bit samples. @param options of ffmpeg's, for its output */
export function decodedAudio(path: string, options: readonly string[] = []): Buffer {
  return spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, ...options, '-f', 's16le', '-'], { maxBuffer: 1 << 28 }).stdout;
}

export const audioTrack = (codec: string, sampleRate: number, numberOfChannels: number, description: Uint8Array | null = null): MuxerTrack => ({
  type: 'audio', timescale: sampleRate, description: { codec, description, audio: { sampleRate, numberOfChannels } },
});
