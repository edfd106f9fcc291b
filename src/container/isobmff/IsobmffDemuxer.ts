import { Demuxer, type Parsing } from '../Demuxer';
import { fail } from '../failure';
import { limits } from '../limits';
import type { Sample } from '../outputs';
import { Box, type BoxHeader, boxHeader } from './Box';
import { eventMessageOf } from './event-message';
import { type FragmentPlace, randomAccessOf, segmentIndexOf } from './fragment-index';
import { type Movie, type MovieTrack, movieOf } from './movie';
import { PresentedTrack } from './PresentedTrack';
import { SampleCursor } from './SampleCursor';
import type { SampleSource } from './sources';
import { TrackFragment, trackNumberOf } from './TrackFragment';

/** How far, in seconds, a track may fall behind the order of the file before its samples are fetched from where they are. */
const mostSkew = 1;

/** Where a seek found that decoding may begin. */
interface RandomAccessPoint {
  /** Of its fragment. */
  readonly moofOffset: number;
  /** As they were before it. */
  readonly nextDecodeTimes: ReadonlyMap<number, number>;
  /** Ticks of the presentation. */
  readonly decodeTime: number;
  readonly seconds: number;
}

/**
 * ISO base media files, MP4, QuickTime, fragmented and not: ISO/IEC 14496-12, -14, -15, 23001-7,
 * https://www.w3.org/TR/mse-byte-stream-format-isobmff/
 */
export class IsobmffDemuxer extends Demuxer {
  protected readonly formatName: string = 'MP4';
  #movie: Movie | null = null;
  /** Samples that are announced and whose data has not come. */
  #pending: SampleSource[] = [];
  #isInMediaSegment = false;
  /** Nothing more is to come: all samples are listed by the movie box, and were fetched. */
  #isWholeMovieRead = false;
  /** Behind the movie box. */
  #afterMovie = 0;
  /** The fragment that samples come from. */
  #moof: Box | null = null;
  /** Bytes of samples that were given since the beginning, or the last seek. */
  #given = 0;
  /** Samples that share their data, and edits that repeat it, may make more of a file than it is: so many times. */
  #mostRepeats = 4;
  /** When the next fragment of each track begins that does not say so. */
  #nextDecodeTimes: Map<number, number> = new Map();
  /** Fragments do not all say when they begin: only all of them before one tell. */
  #lacksDecodeTimes = false;
  /** Fragments that an index tells of, or that were seen, by time. */
  #places: FragmentPlace[] = [];
  #hasReadRandomAccess = false;
  /** Samples that the last seek went through. */
  #steps = 0;
  /** What a seek leaves out. */
  #skipUntil: { readonly trackId: number; readonly decodeTime: number; readonly seconds: number } | null = null;

  protected override* parse(): Parsing {
    yield* this.#boxes();
  }

  /** In a fragmented file, fragments; otherwise a movie box may come again. */
  protected override* parseAgain(): Parsing {
    this.#pending = [];
    this.#isInMediaSegment = false;
    yield* this.#boxes();
  }

  * #boxes(): Parsing {
    for (;;) {
      const begin = this.position;
      const header = yield* this.#header();
      if (!header) break;
      yield* this.#box(header, begin);
      if (this.#isWholeMovieRead) return;
    }
    yield* this.#fetchPending();
  }

  * #box(header: BoxHeader, begin: number): Parsing {
    const end = header.size === null ? Infinity : begin + header.size;
    switch (header.type) {
      case 'moov': {
        const moov = yield* this.#content(header);
        if (moov) yield* this.#movieBox(moov);
        return;
      }
      case 'moof': {
        const moof = yield* this.#content(header);
        if (moof) yield* this.#movieFragment(moof, begin);
        return;
      }
      case 'mdat':
        yield* this.#mediaData(end);
        break;
      case 'sidx': {
        const sidx = yield* this.#content(header);
        if (sidx && this.#movie && this.#places.length === 0) this.#places = this.#presented(segmentIndexOf(sidx, end), this.#mainTrack);
        return;
      }
      case 'emsg': {
        const emsg = yield* this.#content(header);
        const message = emsg && eventMessageOf(emsg);
        if (message) yield message;
        return;
      }
      default:
        if (begin === 0 && !/^[\w -~©]{4}$/.test(header.type)) fail('no box where one must begin', begin);
    }
    if (end !== Infinity && end > this.fileEnd) this.truncated();
    if (end === Infinity) this.moveTo(Math.max(this.position, Math.min(this.fileEnd, Number.MAX_SAFE_INTEGER)));
    else this.moveTo(Math.max(this.position, end));
  }

  * #movieBox(moov: Box): Parsing {
    yield* this.#fetchBefore();
    const movie = movieOf(moov);
    if (movie.tracks.length === 0) fail('a movie without tracks', moov.position);
    this.#movie = movie;
    this.#moof = null;
    this.#given = 0;
    this.#mostRepeats = 4 + Math.max(...movie.tracks.map(({ edits }) => edits?.length ?? 0));
    this.#afterMovie = this.position;
    this.#nextDecodeTimes = new Map(movie.tracks.map((track) => [track.track.id, new SampleCursor(track.sampleTable).end]));
    this.#places = [];
    const sources = movie.tracks.map((track) => new PresentedTrack(track, this.source.canSeek)).filter(({ count }) => count > 0);
    yield {
      type: 'init-segment',
      tracks: movie.tracks.map(({ track }) => track),
      duration: movie.duration,
      hasIndex: !movie.isFragmented,
      startDate: null,
    };
    yield* this.#initData(moov);
    if (sources.length > 0) yield* this.#announce(sources, moov.position);
    if (!this.source.canSeek) return;
    yield* this.#fetchPending();
    this.#isWholeMovieRead = !movie.isFragmented;
    if (movie.isFragmented) this.moveTo(this.#afterMovie);
  }

  /** Every pssh box, one after the other (https://www.w3.org/TR/eme-initdata-cenc/). */
  * #initData(box: Box): Parsing {
    const boxes = [...box.children()].filter(({ type }) => type === 'pssh').map((pssh) => withHeader(pssh));
    if (boxes.length === 0) return;
    const initData = new Uint8Array(boxes.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const bytes of boxes) {
      initData.set(bytes, at);
      at += bytes.length;
    }
    yield { type: 'init-data', initDataType: 'cenc', initData };
  }

  * #movieFragment(moof: Box, begin: number): Parsing {
    yield* this.#fetchBefore();
    this.#moof = moof;
    const fragments = this.#fragmentsOf(moof, begin);
    yield* this.#initData(moof);
    const [first] = fragments;
    if (first && !first.isAtEnd && (this.#places.length === 0 || this.#places[this.#places.length - 1].offset < begin)) this.#remember({ seconds: first.seconds, offset: begin });
    yield* this.#announce(fragments.filter(({ isAtEnd }) => !isAtEnd), begin);
  }

  #fragmentsOf(moof: Box, begin: number): TrackFragment[] {
    const movie = this.#movie ?? fail('a fragment before the movie box', begin);
    const fragments: TrackFragment[] = [];
    let base = begin;
    let runs = 0;
    for (const traf of moof.children()) {
      if (traf.type !== 'traf') continue;
      const number = trackNumberOf(traf);
      const owner = movie.tracks.find(({ track: { id } }) => id === number) ?? fail(`a fragment of track ${number}, which is not there`, traf.position);
      const fragment = new TrackFragment(owner, traf, begin, base, this.#nextDecodeTimes.get(number) ?? 0);
      this.#lacksDecodeTimes ||= !fragment.hasDecodeTime;
      this.#nextDecodeTimes.set(number, fragment.endDecodeTime);
      base = fragment.dataEnd;
      runs += 1 + fragment.runCount;
      if (runs > limits.entries) fail(`more than ${limits.entries} runs of samples`, traf.position);
      fragments.push(fragment);
    }
    return fragments;
  }

  /** Keeps a thinned-out list of where fragments are. */
  #remember(place: FragmentPlace): void {
    this.#places.push(place);
    if (this.#places.length > limits.entries) this.#places = this.#places.filter((_, index) => index % 2 === 0);
  }

  * #announce(sources: SampleSource[], begin: number): Parsing {
    this.#pending = sources;
    this.#isInMediaSegment = true;
    yield { type: 'media-segment-start', offset: begin };
    if (sources.length === 0) yield* this.#endOfMediaSegment();
  }

  * #endOfMediaSegment(): Parsing {
    if (!this.#isInMediaSegment) return;
    this.#isInMediaSegment = false;
    yield { type: 'media-segment-end' };
  }

  /** Media as it passes by: samples in the order of the file. */
  * #mediaData(end: number): Parsing {
    while (this.#pending.length > 0) {
      const source = this.#nextInFile();
      const { offset } = source.distantInfo ?? source;
      if (offset < this.position || offset >= end) return;
      if (!(yield* this.#readSample(source))) {
        this.#pending = []; // The file ends here.
        return;
      }
    }
  }

  /** Media that is still announced, from wherever it is. A stream has none. */
  * #fetchPending(): Parsing {
    while (this.#pending.length > 0) {
      const source = this.source.canSeek ? this.#nextInTime() : this.#nextInFile();
      const { offset } = source.distantInfo ?? source;
      if (!this.source.canSeek && offset >= this.position) {
        // The stream ended, or went on with another segment, before this one's data came.
        this.truncated();
        this.#pending = [];
        break;
      }
      if (!(yield* this.#readSample(source))) {
        // What lies beyond the end of a file that was cut is lost; other tracks may have more.
        this.#pending = this.#pending.filter((other) => other !== source);
      }
    }
    yield* this.#endOfMediaSegment();
  }

  /** The same, before what has been read of a box is used: goes on behind it, wherever that media was. */
  * #fetchBefore(): Parsing {
    const { position } = this;
    yield* this.#fetchPending();
    if (this.position !== position) this.moveTo(position);
  }

  /** The source whose next bytes come first. */
  #nextInFile(): SampleSource {
    let next = this.#pending[0];
    for (const source of this.#pending) {
      this.#giveFromFragment(source);
      if ((source.distantInfo ?? source).offset < (next.distantInfo ?? next).offset) next = source;
    }
    return next;
  }

  /** Gives what a fragment points at inside of itself, which a stream has passed already. */
  #giveFromFragment(source: SampleSource): void {
    const info = source.distantInfo;
    if (!info || !this.#moof) return;
    const at = info.offset - this.#moof.position;
    if (at >= 0 && at + info.size <= this.#moof.bytes.length) source.giveDistantInfo(this.#moof.bytes.subarray(at, at + info.size), info.offset);
  }

  /** In the order of the file, unless a track falls behind too far. */
  #nextInTime(): SampleSource {
    const next = this.#nextInFile();
    let earliest = next;
    for (const source of this.#pending) if (source.seconds < earliest.seconds) earliest = source;
    return next.seconds - earliest.seconds > mostSkew ? earliest : next;
  }

  /** Reads the current sample of a source, gives it, and goes to the next. False where the file ends before. */
  * #readSample(source: SampleSource): Parsing<boolean> {
    const distant = source.distantInfo;
    if (distant) {
      this.#moveToData(distant.offset);
      const bytes = yield* this.takeStructure(distant.size, 'auxiliary information of samples');
      if (bytes) source.giveDistantInfo(bytes, distant.offset);
      return bytes !== null;
    }
    this.#checkPlace(source.offset);
    if (source.size > limits.sampleBytes) fail(`a sample of ${source.size} bytes`, source.offset);
    this.#given += source.size;
    if (this.#given > this.fileEnd * this.#mostRepeats) fail('samples that overlap again and again', source.offset);
    this.#moveToData(source.offset);
    const data = yield* this.take(source.size);
    if (!data) return false;
    const sample = source.sample(data);
    source.advance();
    if (source.isAtEnd) this.#pending = this.#pending.filter((other) => other !== source);
    if (this.#isAfterSeek(sample)) yield sample;
    if (this.#pending.length === 0) yield* this.#endOfMediaSegment();
    return true;
  }

  #moveToData(offset: number): void {
    this.#checkPlace(offset);
    this.moveTo(offset);
  }

  #checkPlace(offset: number): void {
    if (offset < 0 || offset > Number.MAX_SAFE_INTEGER) fail(`data at byte ${offset}`, this.position);
  }

  #isAfterSeek(sample: Sample): boolean {
    if (!this.#skipUntil) return true;
    const { trackId, decodeTime, seconds } = this.#skipUntil;
    if (sample.trackId === trackId) return sample.decodeTimestamp >= decodeTime;
    const { timescale } = this.#movie!.tracks.find(({ track: { id } }) => id === sample.trackId)!.track;
    return (sample.timestamp + (sample.duration ?? 0)) / timescale > seconds;
  }

  /** Whose random access points a seek looks for. */
  get #mainTrack(): MovieTrack {
    const { tracks } = this.#movie!;
    return tracks.find(({ track: { type } }) => type === 'video') ?? tracks[0];
  }

  /** Indexes count in time of the media. */
  #presented(places: readonly FragmentPlace[], { edits, track: { timescale } }: MovieTrack): FragmentPlace[] {
    const shift = edits ? (edits[0].presentedAt - edits[0].mediaTime) / timescale : 0;
    return places.map(({ seconds, offset }) => ({ seconds: seconds + shift, offset }));
  }

  protected override parseFrom(seconds: number): Parsing | null {
    if (!this.#movie) return null;
    this.#given = this.#steps = 0;
    const main = this.#mainTrack;
    this.#pending = [];
    this.#isInMediaSegment = false;
    this.#skipUntil = null;
    return this.#movie.isFragmented ? this.#seekInFragments(this.#movie, main, seconds) : this.#seekInTables(this.#movie, main, seconds);
  }

  * #seekInTables(movie: Movie, main: MovieTrack, seconds: number): Parsing {
    const sources = movie.tracks.map((track) => new PresentedTrack(track, true)).filter(({ count }) => count > 0);
    const leader = sources.find(({ owner }) => owner === main) ?? sources[0];
    if (!leader) return;
    const begin = leader.seek(seconds);
    for (const source of sources) if (source !== leader) source.seek(begin);
    yield* this.#announce(sources, 0);
    yield* this.#fetchPending();
  }

  /**
   * By the index, where there is one, to a fragment before the time; from there on fragment by fragment, without their media. Where none of them has a random
   * access point before the time, the same again from an earlier place on.
   */
  * #seekInFragments(movie: Movie, main: MovieTrack, seconds: number): Parsing {
    if (!this.#hasReadRandomAccess) yield* this.#readRandomAccess(main);
    let begins = [this.#afterMovie, ...this.#places.filter((place) => place.seconds <= seconds).map(({ offset }) => offset)];
    let end = Infinity;
    let found: RandomAccessPoint | null = null;
    for (let begin = begins.pop(); begin !== undefined && !found; begin = begins.pop()) {
      if (this.#lacksDecodeTimes) [begin, end, begins] = [this.#afterMovie, Infinity, []];
      found = yield* this.#lastKeyBefore(main, seconds, begin, end);
      end = Math.min(begin, end);
      if (this.#lacksDecodeTimes && begin !== this.#afterMovie) [found, begins] = [null, [this.#afterMovie]];
    }
    if (!found) yield* this.#seekInTables(movie, main, seconds);
    this.#skipUntil = found && { ...found, trackId: main.track.id };
    this.#nextDecodeTimes = new Map(found?.nextDecodeTimes ?? movie.tracks.map((track) => [track.track.id, new SampleCursor(track.sampleTable).end]));
    this.moveTo(found?.moofOffset ?? this.#afterMovie);
    yield* this.#boxes();
  }

  /** Looks into the fragments between two places, and no further than the first one behind the time. */
  * #lastKeyBefore(main: MovieTrack, seconds: number, begin: number, end: number): Parsing<RandomAccessPoint | null> {
    const { timescale } = main.track;
    let found: RandomAccessPoint | null = null;
    this.moveTo(begin);
    this.#nextDecodeTimes = new Map([[main.track.id, new SampleCursor(main.sampleTable).end]]);
    while (this.position < end) {
      const boxBegin = this.position;
      const header = yield* this.#header();
      if (!header) break;
      if (header.type !== 'moof') {
        if (header.size === null) break;
        this.moveTo(boxBegin + header.size);
        continue;
      }
      const moof = yield* this.#content(header);
      if (!moof) break;
      const nextDecodeTimes = new Map(this.#nextDecodeTimes);
      const fragments = this.#fragmentsOf(moof, boxBegin).filter(({ owner }) => owner === main);
      if (fragments.length > 0 && fragments[0].seconds > seconds) break;
      for (const fragment of fragments) {
        for (; !fragment.isAtEnd && fragment.seconds <= seconds; fragment.advance()) {
          if (++this.#steps > limits.steps) fail('fragments with too many samples to seek in', boxBegin);
          if (fragment.isKey && fragment.timestamp / timescale <= seconds) {
            found = { moofOffset: boxBegin, nextDecodeTimes, decodeTime: fragment.presentedDecodeTime, seconds: fragment.timestamp / timescale };
          }
        }
      }
    }
    return found;
  }

  /** The mfra box at the end of the file, whose last field tells its size (ISO/IEC 14496-12, 8.8.9). */
  * #readRandomAccess(main: MovieTrack): Parsing {
    this.#hasReadRandomAccess = true;
    const { size } = this.source;
    if (this.#places.length > 1 || size === null || size < 16) return;
    this.moveTo(size - 16);
    const last = yield* this.peek(16);
    if (!last) return;
    const mfro = new Box('mfro', last, size - 16).reader();
    if (mfro.u32() !== 16 || mfro.latin(4) !== 'mfro') return;
    mfro.skip(4);
    const begin = size - mfro.u32();
    if (begin < 0) return;
    this.moveTo(begin);
    const header = yield* this.#header();
    if (header?.type !== 'mfra') return;
    const mfra = yield* this.#content(header);
    if (mfra) this.#places = this.#presented(randomAccessOf(mfra, main.track.id, main.track.timescale), main);
  }

  /** The next box's header. Null at the end of the file, and for bytes at the end that are no box. */
  * #header(): Parsing<BoxHeader | null> {
    if (!(yield* this.has(1))) return null;
    for (let needed = 8; ;) {
      const bytes = yield* this.peek(needed);
      if (!bytes) {
        this.truncated();
        return null;
      }
      const header = boxHeader(bytes, 0, this.position);
      if (typeof header === 'number') {
        needed = header;
        continue;
      }
      this.skip(header.headerBytes);
      return header;
    }
  }

  * #content({ type, size, headerBytes }: BoxHeader): Parsing<Box | null> {
    const position = this.position;
    const bytes = yield* this.takeStructure((size ?? fail(`a ${type} box without a size`, position)) - headerBytes, `a ${type} box`);
    return bytes && new Box(type, bytes, position);
  }
}

/** A whole pssh box: eight bytes stand before what was read of it. */
function withHeader(box: Box): Uint8Array {
  const { bytes } = box;
  return new Uint8Array(bytes.buffer, bytes.byteOffset - 8, bytes.length + 8).slice();
}
