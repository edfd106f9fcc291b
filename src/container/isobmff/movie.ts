import { fail } from '../failure';
import { limits } from '../limits';
import type { SampleDescription, Track, VideoDescription } from '../tracks';
import { utf8Decode } from '../../text/utf8';
import type { Box } from './Box';
import { type Edit, editsOf, openAtEnd } from './edits';
import { iTunesGapless } from './itunes';
import { sampleDescriptionOf } from './sample-entry';

/** What samples of fragments are where they do not say themselves: a trex box (ISO/IEC 14496-12, 8.8.3). */
export interface FragmentDefaults {
  readonly descriptionIndex: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

export interface MovieTrack {
  readonly track: Track;
  readonly edits: readonly Edit[] | null;
  /** The stbl box. */
  readonly sampleTable: Box;
  readonly defaults: FragmentDefaults;
  /** Every sample of audio is a random access point, but of xHE-AAC, whatever flags say. */
  readonly isAlwaysKey: boolean;
}

/** A moov box (ISO/IEC 14496-12, 8.2.1). */
export interface Movie {
  readonly tracks: readonly MovieTrack[];
  /** Seconds; null where it is not told. */
  readonly duration: number | null;
  readonly isFragmented: boolean;
}

const unknownDuration = 0xffffffff;

export function movieOf(moov: Box): Movie {
  const header = timesOf(moov.need('mvhd'));
  const mvex = moov.child('mvex');
  const defaults = fragmentDefaults(mvex);
  const tracks: MovieTrack[] = [];
  for (const trak of moov.children()) {
    if (trak.type !== 'trak') continue;
    if (tracks.length === limits.tracks) fail(`more than ${limits.tracks} tracks`, trak.position);
    const track = trackOf(trak, header.timescale, defaults, mvex !== undefined);
    if (tracks.some(({ track: { id } }) => id === track.track.id)) fail(`two tracks with the number ${track.track.id}`, trak.position);
    tracks.push(track);
  }
  const [only, ...others] = tracks.filter(({ track: { type } }) => type === 'audio');
  const gapless = only && others.length === 0 && !only.edits ? iTunesGapless(moov, only.track) : null;
  if (gapless) tracks[tracks.indexOf(only)] = { ...only, track: { ...only.track, gapless } };
  const mehd = mvex?.child('mehd')?.full();
  const fragmentDuration = mehd ? (mehd.version === 1 ? mehd.reader.u64() : mehd.reader.u32()) : 0;
  const duration = fragmentDuration || header.duration || 0;
  return { tracks, duration: duration > 0 ? duration / header.timescale : null, isFragmented: mvex !== undefined };
}

/** Timescale and duration, as mvhd and mdhd boxes begin. What comes behind them is left to read. */
export function timesOf(box: Box): { timescale: number; duration: number | null; reader: ReturnType<Box['reader']> } {
  const { version, reader } = box.full();
  reader.skip(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) reader.fail('has a timescale of 0');
  let duration: number | null = null;
  if (version === 1) {
    const [high, low] = [reader.u32(), reader.u32()];
    const isUnknown = high === unknownDuration && low === unknownDuration;
    duration = isUnknown ? null : high * 2 ** 32 + low;
  } else {
    const value = reader.u32();
    duration = value === unknownDuration ? null : value;
  }
  return { timescale, duration: duration || null, reader };
}

function fragmentDefaults(mvex: Box | undefined): ReadonlyMap<number, FragmentDefaults> {
  const defaults = new Map<number, FragmentDefaults>();
  for (const trex of mvex?.children() ?? []) {
    if (trex.type !== 'trex') continue;
    const { reader } = trex.full();
    defaults.set(reader.u32(), { descriptionIndex: reader.u32(), duration: reader.u32(), size: reader.u32(), flags: reader.u32() });
  }
  return defaults;
}

const noDefaults: FragmentDefaults = { descriptionIndex: 1, duration: 0, size: 0, flags: 0 };

const handlers: Record<string, Track['type']> = { vide: 'video', soun: 'audio', text: 'text', subt: 'text', sbtl: 'text' };
const longestName = 4096;

function trackOf(trak: Box, movieTimescale: number, defaults: ReadonlyMap<number, FragmentDefaults>, isFragmented: boolean): MovieTrack {
  const tkhd = trak.need('tkhd').full();
  tkhd.reader.skip(tkhd.version === 1 ? 16 : 8);
  const id = tkhd.reader.u32();
  if (id === 0) fail('a track without a number', trak.position);
  tkhd.reader.skip(tkhd.version === 1 ? 12 : 8);
  tkhd.reader.skip(16);
  const matrix = Array.from({ length: 4 }, (_, index) => {
    const value = tkhd.reader.i32();
    if (index === 1) tkhd.reader.skip(4); // Columns of two 16.16 numbers and one of 2.30
    return Math.sign(value);
  });

  const mdia = trak.need('mdia');
  const { timescale, duration, reader: mediaHeader } = timesOf(mdia.need('mdhd'));
  const hdlr = mdia.need('hdlr').full().reader;
  hdlr.skip(4);
  const type = handlers[hdlr.latin(4)] ?? 'other';
  hdlr.skip(Math.min(12, hdlr.remaining));
  const sampleTable = mdia.need('minf').need('stbl');
  const descriptions = sampleDescriptions(sampleTable.need('stsd'), type, matrix);
  const edits = editsOf(trak.child('edts'), movieTimescale, timescale);
  return {
    sampleTable,
    edits: edits && duration && !isFragmented ? openAtEnd(edits, duration, timescale / movieTimescale) : edits,
    defaults: defaults.get(id) ?? noDefaults,
    isAlwaysKey: type === 'audio' && descriptions.every(({ codec }) => codec !== 'mp4a.40.42'),
    track: {
      id,
      type,
      timescale,
      duration: isFragmented ? duration : presentedDuration(edits, duration ?? 0),
      language: languageOf(mdia, mediaHeader.u16()),
      label: handlerName(hdlr.rest()),
      isDefault: (tkhd.flags & 1) === 1,
      descriptions,
      gapless: null,
    },
  };
}

/** From the first edit's beginning to the last one's end; as long as the media where that is open. */
function presentedDuration(edits: readonly Edit[] | null, duration: number): number {
  if (!edits) return duration;
  const { presentedAt, mediaTime, duration: last } = edits[edits.length - 1];
  return presentedAt - edits[0].presentedAt + (last === Infinity ? Math.max(0, duration - mediaTime) : last);
}

function sampleDescriptions(stsd: Box, type: Track['type'], matrix: readonly number[]): SampleDescription[] {
  const rotation = rotationOf(matrix);
  const [a, b, c, d] = matrix;
  const context = { type, rotation, isFlipped: a * d - b * c < 0 };
  const descriptions: SampleDescription[] = [];
  for (const entry of stsd.children(8)) {
    if (descriptions.length === limits.descriptions) fail(`more than ${limits.descriptions} sample descriptions`, entry.position);
    descriptions.push(sampleDescriptionOf(entry, context));
  }
  if (descriptions.length === 0) fail('a track without a sample description', stsd.position);
  return descriptions;
}

/** The matrix takes the point (x, y) to (a x + c y, b x + d y), with y downwards. */
function rotationOf([a, b, , d]: readonly number[]): VideoDescription['rotation'] {
  if (a === 0 && d === 0) return b > 0 ? 90 : 270;
  return d < 0 ? 180 : 0;
}

/** elng (BCP 47), else the three letters of mdhd, five bits each. */
function languageOf(mdia: Box, packed: number): string {
  const extended = mdia.child('elng');
  if (extended) {
    const { reader } = extended.full();
    return reader.latin(Math.min(reader.remaining, 64)).split('\0')[0] || 'und';
  }
  const letters = [10, 5, 0].map((shift) => ((packed >> shift) & 31) + 0x60);
  return letters.every((letter) => letter > 0x60 && letter <= 0x7a) ? String.fromCharCode(...letters) : 'und';
}

/** A string that ends with zero; QuickTime begins it with its length instead. */
function handlerName(bytes: Uint8Array): string {
  const name = bytes.subarray(0, longestName);
  const isCounted = name.length > 1 && name[0] === name.length - 1 && name[0] < 0x20;
  return utf8Decode(isCounted ? name.subarray(1) : name).split('\0')[0];
}
