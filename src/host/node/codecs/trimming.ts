import { trackEdits, type TrackEdit } from '../../../container/isobmff/edit-list';
import { isMalformed } from '../../../container/malformed';
import { oggStreams } from '../../../container/ogg/pages';
import type { Container } from '../../../container/sniff';
import type { Demuxer } from './demuxer';
import { CodecFailure } from './failure';

/** Decoded frames to keep. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A file decoded to its end. */
export interface Decoded {
  /** End of the last packet, in the stream's time base. */
  readonly mediaEnd: number;
  /** What the decoder made of the first packet. */
  readonly firstPacketFrames: number;
  readonly sampleRate: number;
}

/** Which of the decoded frames belong to the recording, known once all are decoded. */
export type RangeRule = (decoded: Decoded) => Range;

export interface Trimming {
  readonly demuxerOptions: Record<string, string>;
  /** The rule for the stream that was chosen; undefined where FFmpeg trims well by itself (LAME tags, Opus pre-skip, DiscardPadding). */
  readonly rangeOf: (demuxer: Demuxer) => RangeRule | undefined;
}

const byFFmpeg: Trimming = { demuxerOptions: {}, rangeOf: () => undefined };

/** How encoder delay and padding are told from the recording in this file. */
export function trimmingOf(bytes: Uint8Array, container: Container): Trimming {
  return trimmings[container]?.(bytes) ?? byFFmpeg;
}

const trimmings: Partial<Record<Container, (bytes: Uint8Array) => Trimming>> = { mp4: mp4Trimming, ogg: oggTrimming };

/** By edit list, else by iTunes's comment, else by the duration of the last packet. */
function mp4Trimming(bytes: Uint8Array): Trimming {
  const edits = trackEdits(bytes);
  return {
    // FFmpeg rounds the ends of edits down to the movie's coarse timescale.
    demuxerOptions: edits.length > 0 ? { ignore_editlist: '1' } : {},
    rangeOf(demuxer) {
      const edit = edits.find(({ trackId }) => trackId === demuxer.stream.id);
      if (edit) return editRule(edit, demuxer);
      return iTunesRule(demuxer) ?? (demuxer.codec === 'aac' ? lastPacketRule(demuxer) : undefined);
    },
  };
}

function editRule(edit: TrackEdit, demuxer: Demuxer): RangeRule {
  const { num, den } = demuxer.stream.timeBase;
  const mediaTimescale = den / num;
  return ({ mediaEnd, sampleRate }) => {
    const frames = (units: number) => Math.round((units * sampleRate) / mediaTimescale);
    const movieUnit = mediaTimescale / edit.movieTimescale;
    const end = edit.start + edit.movieDuration * movieUnit;
    // An edit that ends within one movie unit of the media ends with it: its length could not be told more closely.
    const toTheEnd = edit.movieDuration === 0 || end > mediaEnd - movieUnit;
    return { start: frames(edit.start), end: frames(toTheEnd ? mediaEnd : end) };
  };
}

/** Hexadecimal words, of which the second to fourth are delay, padding and length in frames. */
function iTunesRule(demuxer: Demuxer): RangeRule | undefined {
  const words = demuxer.tag('iTunSMPB')?.trim().split(/\s+/).map((word) => parseInt(word, 16));
  if (!words || words.length < 4) return undefined;
  const [, delay, , length] = words;
  return delay >= 0 && length > 0 ? () => ({ start: delay, end: delay + length }) : undefined;
}

/** An AAC frame is always decoded whole; the sample table tells when the last one is to be cut. */
function lastPacketRule(demuxer: Demuxer): RangeRule {
  const { num, den } = demuxer.stream.timeBase;
  return ({ mediaEnd, sampleRate }) => ({ start: 0, end: Math.round((mediaEnd * num * sampleRate) / den) });
}

/**
 * A Vorbis stream begins behind its first block, which only prepares the second, and ends at the granule position of its last
 * page. FFmpeg counts that first block when it looks for the end, and so cuts short files too early.
 */
function oggTrimming(bytes: Uint8Array): Trimming {
  const streams = oggStreams(bytes);
  if (isMalformed(streams)) {
    throw new CodecFailure('encoding', `The Ogg file is damaged: ${streams.malformed} (at byte ${streams.offset}).`);
  }
  const vorbis = streams.filter(({ firstBytes }) => String.fromCharCode(...firstBytes.subarray(1, 7)) === 'vorbis');
  if (vorbis.length !== 1) return byFFmpeg; // Chained files have one for each link.
  const frames = vorbis[0].lastGranule || Infinity;
  const rule: RangeRule = ({ firstPacketFrames }) => ({ start: firstPacketFrames, end: firstPacketFrames + frames });
  return { demuxerOptions: {}, rangeOf: (demuxer) => (demuxer.codec === 'vorbis' ? rule : undefined) };
}
