import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import type { Muxer, MuxerTrack } from '../../../src/container/Muxer';
import type { DemuxerOutput } from '../../../src/container/outputs';
import { sniffContainer } from '../../../src/container/sniff';
import { noVideo } from '../../../src/container/tracks';
import { demuxFile, initSegment, samplesOf } from './demux';

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

/** Decoded pictures, in the order of presentation, as they are in the file. */
export function decodedVideo(path: string): Buffer {
  return spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-an', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'], { maxBuffer: 1 << 28 }).stdout;
}

export const audioTrack = (codec: string, sampleRate: number, numberOfChannels: number, description: Uint8Array | null = null): MuxerTrack => ({
  type: 'audio', timescale: sampleRate, description: { codec, description, audio: { sampleRate, numberOfChannels } },
});

export const videoTrack = (codec: string, description: Uint8Array | null = null): MuxerTrack => ({
  type: 'video', timescale: 1000, description: { codec, description, video: { ...noVideo, codedWidth: 96, codedHeight: 64, displayWidth: 96, displayHeight: 64 } },
});

/** What our own demuxer reads, by ranges. */
export const demux = (bytes: Uint8Array): DemuxerOutput[] => demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);

export interface SameMediaOptions {
  /** What the format has no place for, or has in another form. */
  readonly ignore?: readonly ('trim' | 'duration' | 'endDuration' | 'decodeTimestamp' | 'data' | 'description')[];
  /** Seconds that times may differ by. */
  readonly tolerance?: number;
}

/** What was written is what was read: tracks with codec, description and shape; frames with times, keys and bytes. */
export function sameMedia(after: readonly DemuxerOutput[], before: readonly DemuxerOutput[], { ignore = [], tolerance = 1e-9 }: SameMediaOptions = {}): void {
  const failure = after.find((output) => output.type === 'error');
  assert.is(failure?.type === 'error' ? failure.message : '', '');
  assert.equal(after.at(-1), { type: 'end', isTruncated: false });
  const [were, are] = [before, after].map((outputs) => initSegment(outputs)!.tracks);
  assert.is(are.length, were.length, 'tracks');
  for (const [index, was] of were.entries()) {
    const is = are[index];
    const [{ codec, description, video, audio }, told] = [was.descriptions[0], is.descriptions[0]];
    assert.is(told.codec, codec);
    if (!ignore.includes('description')) assert.equal(told.description && Buffer.from(told.description), description && Buffer.from(description), `${codec}: description`);
    assert.equal(video && told.video && { ...told.video, color: null }, video && { ...video, color: null });
    assert.equal(told.audio, audio);
    assert.is(is.language, was.language);
    const [theirs, ours] = [samplesOf(before, was.id), samplesOf(after, is.id)];
    assert.is(ours.length, theirs.length, `${codec}: samples`);
    const near = (one: number, other: number, what: string) => assert.ok(Math.abs(one / is.timescale - other / was.timescale) <= tolerance, `${codec}, ${what}: ${one / is.timescale} s for ${other / was.timescale} s`);
    for (const [place, sample] of theirs.entries()) {
      const own = ours[place];
      near(own.timestamp, sample.timestamp, `timestamp ${place}`);
      if (!ignore.includes('decodeTimestamp')) near(own.decodeTimestamp, sample.decodeTimestamp, `decode timestamp ${place}`);
      const isLast = place === theirs.length - 1;
      if (sample.duration && own.duration && !ignore.includes('duration') && !(isLast && ignore.includes('endDuration'))) near(own.duration, sample.duration, `duration ${place}`);
      if (!ignore.includes('trim')) assert.equal(own.trim, sample.trim, `${codec}: trim ${place}`);
      assert.is(own.isKey, sample.isKey, `${codec}: key ${place}`);
      if (!ignore.includes('data')) assert.ok(Buffer.from(own.data).equals(sample.data), `${codec}: data ${place}`);
      assert.equal(own.alpha && Buffer.from(own.alpha), sample.alpha && Buffer.from(sample.alpha));
    }
  }
}
