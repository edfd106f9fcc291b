import { mostChannels, sampleRateLimits } from '../../../container/wav/header';
import { trackEdits, type TrackEdit } from '../../../container/isobmff/edit-list';
import type { Container } from '../../../container/sniff';
import { Decoder } from './decoder';
import { Demuxer } from './demuxer';
import { CodecFailure } from './failure';
import type { AudioDescription } from './messages';
import type { NodeAv } from './node-av';
import type { Pcm } from './pcm';

/** Decodes a file of any container but WAV's own kinds, trimmed of what its encoder added. */
export async function decodeByBackend(av: NodeAv, bytes: Uint8Array, container: Container, progress: () => void): Promise<Pcm> {
  const edits = container === 'mp4' ? trackEdits(bytes) : [];
  const demuxer = new Demuxer(av, bytes, container);
  let decoder: Decoder | undefined;
  try {
    // Edit lists are followed here rather than in FFmpeg, which rounds their ends down to the movie's coarse timescale.
    await demuxer.open(edits.length > 0 ? { ignore_editlist: '1' } : {});
    const edit = edits.find(({ trackId }) => trackId === demuxer.stream.id);
    const gapless = container === 'mp4' && !edit ? iTunesGapless(demuxer) : undefined;
    const opened = decoder = new Decoder(demuxer, !edit && !gapless);
    let mediaEnd = 0;
    await demuxer.read((packet) => {
      mediaEnd = Math.max(mediaEnd, Number(packet.pts + packet.duration));
      opened.decode(packet);
      progress();
    });
    opened.decode(null);
    const collector = opened.collector;
    if (!collector) throw new CodecFailure('encoding', `The ${demuxer.name} file holds no audio that can be decoded.`);
    checkLimits(collector.sampleRate, collector.channels);
    const whole = { start: 0, end: collector.frames };
    const { start, end } = clamp(
      edit ? editedRange(edit, demuxer, mediaEnd, collector.sampleRate)
        : gapless ?? (container === 'mp4' ? lastPacketRange(demuxer, mediaEnd, collector.sampleRate, opened.codec) : undefined) ?? whole,
      collector.frames,
    );
    return collector.finish(start, end);
  } finally {
    decoder?.free();
    await demuxer.close();
  }
}

/** What a file is, from its headers. */
export async function probeByBackend(av: NodeAv, bytes: Uint8Array, container: Container): Promise<AudioDescription> {
  const demuxer = new Demuxer(av, bytes, container);
  try {
    await demuxer.open({});
    const { codecId, sampleRate, channels } = demuxer.stream.codecpar;
    checkLimits(sampleRate, channels);
    const codec = av.avGetCodecName(codecId) ?? 'unknown';
    return { container: demuxer.name, codec, sampleRate, channels, durationSeconds: demuxer.durationSeconds };
  } finally {
    await demuxer.close();
  }
}

function checkLimits(sampleRate: number, channels: number): void {
  if (channels < 1 || channels > mostChannels) throw new CodecFailure('encoding', `The file has ${channels} channels.`);
  if (sampleRate < sampleRateLimits.lowest || sampleRate > sampleRateLimits.highest) {
    throw new CodecFailure('encoding', `The file has a sample rate of ${sampleRate} Hz.`);
  }
}

/** Decoded frames to keep. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function clamp({ start, end }: Range, frames: number): Range {
  const last = Math.min(frames, Math.max(end, 0));
  return start < last ? { start, end: last } : { start: 0, end: frames };
}

function editedRange(edit: TrackEdit, demuxer: Demuxer, mediaEnd: number, sampleRate: number): Range {
  const { num, den } = demuxer.stream.timeBase;
  const frames = (units: number) => Math.round((units * num * sampleRate) / den);
  const start = frames(edit.start);
  const end = edit.start + (edit.movieDuration / edit.movieTimescale) * (den / num);
  const movieUnit = den / num / edit.movieTimescale;
  // An edit that ends within one movie unit of the media ends with it: its length could not be told more closely.
  const toTheEnd = edit.movieDuration === 0 || end > mediaEnd - movieUnit;
  return { start, end: frames(toTheEnd ? mediaEnd : end) };
}

/** The last packet of an MP4 track may be shorter than what it decodes to. */
function lastPacketRange(demuxer: Demuxer, mediaEnd: number, sampleRate: number, codec: string): Range | undefined {
  if (codec !== 'aac') return undefined;
  const { num, den } = demuxer.stream.timeBase;
  return { start: 0, end: Math.round((mediaEnd * num * sampleRate) / den) };
}

/** The comment iTunes writes instead of an edit list: hexadecimal words, of which the second to fourth are delay, padding and length in frames. */
function iTunesGapless(demuxer: Demuxer): Range | undefined {
  const words = demuxer.tag('iTunSMPB')?.trim().split(/\s+/).map((word) => parseInt(word, 16));
  if (!words || words.length < 4) return undefined;
  const [, delay, , length] = words;
  return delay >= 0 && length > 0 ? { start: delay, end: delay + length } : undefined;
}
