import { createRequire } from 'node:module';
import { samplesOf } from '../../../support/containers/demux';
import type { ProbedStream } from '../../../support/containers/ffprobe';
import { hashOf, sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';
import type { Oracle } from './Oracle';
import { joined, pcmTracks, withPcmJoined } from './pcm';

/** What of mp4box is used here. */
interface Mp4box {
  readonly Log: object;
  createFile(): Mp4boxFile;
}

interface Mp4boxFile {
  onReady: (movie: Movie) => void;
  onError: (module: string, message: string) => void;
  appendBuffer(bytes: ArrayBuffer & { fileStart: number }, isLast: boolean): void;
  flush(): void;
  getTrackSamplesInfo(id: number): readonly { offset: number; size: number; cts: number; dts: number; duration: number; is_sync: boolean }[];
}

interface Movie {
  readonly timescale: number;
  readonly tracks: readonly MovieTrack[];
}

interface MovieTrack {
  readonly id: number;
  readonly type: string;
  readonly codec: string;
  readonly timescale: number;
  readonly edits?: readonly { readonly segment_duration: number; readonly media_time: number }[];
  readonly video?: { readonly width: number; readonly height: number };
}

/** Its names of what WebCodecs calls otherwise. */
const codecStrings: Readonly<Record<string, string>> = { 'Opus': 'opus', 'fLaC': 'flac', 'mp4a.6b': 'mp3', 'ac-3': 'ac-3', 'ec-3': 'ec-3' };
/** Where it knows no more of a codec, it tells the type of the sample entry. */
const codecStringOf = ({ codec }: MovieTrack): string | undefined => codecStrings[codec] ?? (codec.includes('.') ? codec : undefined);
/** It has types only for these. */
const types = ['video', 'audio'];

const { createFile, Log } = createRequire(import.meta.url)('mp4box') as Mp4box;
Object.assign(Log, { warn() {}, error() {} }); // It tells of each box that it does not know.

export const askMp4box: Oracle = ({ container, file: { bytes }, outputs, excuse }) => {
  if (container !== 'mp4') return 'another container';
  const file = createFile();
  let movie: Movie | undefined;
  let failure = '';
  file.onReady = (told) => { movie = told; };
  file.onError = (_module, message) => { failure = message; };
  file.appendBuffer(Object.assign(bytes.slice().buffer, { fileStart: 0 }), true);
  file.flush();
  if (!movie) throw new Error(`mp4box reads nothing: ${failure}`);
  const timescale = movie.timescale;
  const pcm = pcmTracks(outputs);
  const streams = movie.tracks.map((track) => streamOf(file, bytes, track, timescale, pcm.has(track.id) ? null : new Set(samplesOf(outputs, track.id).map(({ offset }) => offset))));
  sameAsFfprobe(withPcmJoined(outputs), { streams, duration: null, warnings: '' }, { oracle: 'mp4box', ...excuse, streamOf: (track) => streams.find(({ id }) => id === track.id) });
};

/** It gives all samples of the media as they are: here they are presented as the edits say, without those that no edit shows. */
function streamOf(file: Mp4boxFile, bytes: Uint8Array, track: MovieTrack, movieTimescale: number, shown: ReadonlySet<number> | null): ProbedStream {
  const { id, timescale, edits = [], video } = track;
  const before = edits.filter(({ media_time: time }) => time === -1).reduce((sum, edit) => sum + edit.segment_duration, 0);
  const shift = Math.round((before * timescale) / movieTimescale) - (edits.find(({ media_time: time }) => time >= 0)?.media_time ?? 0);
  const samples = file.getTrackSamplesInfo(id).map((sample) => ({ ...sample, data: bytes.subarray(sample.offset, sample.offset + sample.size) }));
  return {
    index: 0, id, type: types.includes(track.type) ? track.type : '', codec: '', codecString: codecStringOf(track), duration: null, startTime: null, timeBase: [1, timescale],
    // Of sound, it tells what the sample entry says: always two channels, for AAC (ISO/IEC 14496-14, 5.6.1).
    width: video?.width ?? 0, height: video?.height ?? 0, sampleRate: 0, channels: 0,
    packets: (shown ? samples.filter(({ offset }) => shown.has(offset)) : joined(samples)).map(({ cts, dts, duration, data, offset, is_sync: isKey }) => ({
      pts: (cts + shift) / timescale, dts: (dts + shift) / timescale, duration: duration / timescale, size: data.length, position: offset, isKey, hash: hashOf(data),
    })),
  };
}
