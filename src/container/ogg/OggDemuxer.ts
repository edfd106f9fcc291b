import { bisect, type Place } from '../bisection';
import { Demuxer, type Parsing } from '../Demuxer';
import { fail } from '../failure';
import { limits } from '../limits';
import { lastGranules } from './last-granules';
import { LogicalStream } from './LogicalStream';
import { isChecksumRight, isPageStart, mostPageBytes, pageBytes, pageHeaderBytes, pageTableEnd, readPage, type Page } from './page';

/** Bytes that are searched for a page at most, behind a `reset()`. */
const mostGarbage = 2 * mostPageBytes;
/** Bytes at the end of a file that hold a last page. */
const tailBytes = 2 * mostPageBytes;

/** A link of a chain, or the only one. */
interface Link {
  readonly streams: Map<number, LogicalStream | null>;
  readonly baseSeconds: number;
  /** Of its first page behind the headers. */
  readonly offset: number;
}

/**
 * Ogg (RFC 3533) with Opus (RFC 7845), Vorbis and FLAC (RFC 9639, 10.1); other logical bitstreams are passed over. A chain's links are one init segment each,
 * whose times go on where those of the link before ended.
 *
 * Timestamps are playback times: 0 is the first frame to be heard, and pre-skip stands before. `Sample.trim` tells what the decoder gives and is not to be
 * heard. Seeks go by the granule positions of pages. How long a link is, only a source that can seek tells (or FLAC), and of a chain only of the last link.
 */
export class OggDemuxer extends Demuxer {
  protected readonly formatName = 'Ogg';
  /** Of the link, by serial number; null for those that are passed over. */
  #streams = new Map<number, LogicalStream | null>();
  /** A page that is not the first of its stream has come. */
  #hasBegun = false;
  /** The init segment was given. */
  #isReady = false;
  #baseSeconds = 0;
  /** Of the streams at the end of the file; null before it was looked at. */
  #lastGranules: ReadonlyMap<number, number> | null = null;
  /** Those seen, in the order of the file. */
  #links: Link[] = [];
  /** What a seek leaves out: samples that end before, in seconds. */
  #from = -Infinity;

  protected override* parse(): Parsing {
    if (!(yield* this.has(1))) return;
    yield* this.#pages();
  }

  protected override* parseAgain(): Parsing {
    this.#from = -Infinity;
    if (!this.#isReady) this.#newLink();
    for (const stream of this.#known()) stream.reset();
    if (!(yield* this.#synchronise())) return;
    if (this.#isReady) yield { type: 'media-segment-start', offset: this.position };
    yield* this.#pages();
  }

  * #pages(): Parsing {
    for (;;) {
      const page = yield* this.#page();
      if (!page) break;
      if (page.isFirst) yield* this.#begin(page);
      else yield* this.#goOn(page);
    }
    if (!this.#isReady || this.#known().some(({ hasEnded }) => !hasEnded)) this.truncated();
    if (this.#isReady) yield { type: 'media-segment-end' };
  }

  /** The first page of a logical bitstream. Those of one link come before all other pages (RFC 3533, section 4). */
  * #begin(page: Page): Parsing {
    if (this.#hasBegun) {
      if (!this.#isReady) fail('a link of a chain before all headers of the last one', page.offset);
      yield { type: 'media-segment-end' };
      this.#baseSeconds = Math.max(...this.#known().map(({ endSeconds }) => endSeconds));
      this.#newLink();
    }
    if (this.#streams.has(page.serial)) fail(`two streams of serial number ${page.serial}`, page.offset);
    if (this.#streams.size >= limits.tracks) fail(`more than ${limits.tracks} streams`, page.offset);
    const stream = LogicalStream.begin(page, this.#baseSeconds);
    this.#streams.set(page.serial, stream);
    stream?.samples(page);
  }

  * #goOn(page: Page): Parsing {
    const known = this.#known();
    if (known.length === 0) fail(this.#streams.size > 0 ? 'no stream of Opus, Vorbis or FLAC' : 'no first page of a stream', page.offset);
    this.#hasBegun = true;
    const stream = this.#streams.get(page.serial);
    if (stream === undefined) fail(`a page of stream ${page.serial}, which has not begun`, page.offset);
    if (!stream) return;
    if (stream.isGap(page)) {
      if (!stream.isReady) fail('a page lacks between headers', page.offset);
      stream.reset();
      yield { type: 'discontinuity', trackId: page.serial };
    }
    const samples = stream.samples(page);
    const held = known.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
    if (held > limits.sampleBytes) fail(`a packet of more than ${limits.sampleBytes} bytes`, page.offset);
    if (!this.#isReady) {
      if (known.every(({ isReady }) => isReady)) yield* this.#initSegment(known, samples.length > 0 ? page.offset : this.position);
      else if (samples.length > 0) fail('audio before the headers of all streams', page.offset);
    }
    for (const sample of samples) if (stream.secondsBehind(sample) > this.#from) yield sample;
  }

  * #initSegment(streams: readonly LogicalStream[], offset: number): Parsing {
    this.#isReady = true;
    if (offset > (this.#links.at(-1)?.offset ?? -1) && this.#links.length < limits.edits) this.#links.push({ streams: this.#streams, baseSeconds: this.#baseSeconds, offset });
    const ends = (this.#lastGranules ??= yield* this.#endOfFile());
    const tracks = streams.map((stream, index) => stream.track(index === 0, ends.get(stream.serial) ?? null));
    const isTold = tracks.every(({ duration }) => duration !== null);
    const duration = isTold ? Math.max(...tracks.map((track) => track.duration! / track.timescale)) : null;
    yield { type: 'init-segment', tracks, duration, hasIndex: false, startDate: null };
    yield { type: 'media-segment-start', offset };
  }

  /** Looks at the end of the file, where the source can. */
  * #endOfFile(): Parsing<ReadonlyMap<number, number>> {
    const { position, source: { canSeek, size } } = this;
    if (!canSeek || size === null) return new Map();
    this.moveTo(Math.max(position, size - tailBytes));
    yield* this.has(size - this.position);
    const tail = (yield* this.peek(Math.min(this.available, tailBytes)))!;
    const granules = lastGranules(tail);
    this.moveTo(position);
    return granules;
  }

  protected override parseFrom(seconds: number): Parsing | null {
    return this.#links.length > 0 ? this.#search(seconds) : null;
  }

  * #search(seconds: number): Parsing {
    const index = Math.max(0, this.#links.filter(({ baseSeconds }) => baseSeconds <= seconds).length - 1);
    const link = this.#links[index];
    const end = Math.min(this.#links[index + 1]?.offset ?? Infinity, this.fileEnd);
    if (link.streams !== this.#streams) yield* this.#return(link);
    const [leader] = this.#known();
    const lastGranule = this.#lastGranules?.get(leader.serial);
    this.#from = index < this.#links.length - 1 || lastGranule === undefined ? seconds : Math.min(seconds, leader.secondsAt(lastGranule - 1));
    const begin = { offset: link.offset, seconds: link.baseSeconds };
    const place = yield* bisect(begin, end, seconds, (position, before) => this.#placeOf(leader, position, before));
    for (const stream of this.#known()) stream.seek(place === begin);
    this.moveTo(place.offset);
    yield { type: 'media-segment-start', offset: place.offset };
    yield* this.#pages();
  }

  /** Goes back, or on, to the tracks of another link. */
  * #return({ streams, baseSeconds }: Link): Parsing {
    this.#streams = streams;
    this.#baseSeconds = baseSeconds;
    this.#hasBegun = this.#isReady = true;
    const tracks = this.#known().map((stream, index) => stream.track(index === 0, null));
    yield { type: 'init-segment', tracks, duration: null, hasIndex: false, startDate: null };
  }

  /** The first page of a stream that tells a time: a last page does not, as its granule position may cut packets short. */
  * #placeOf(stream: LogicalStream, position: number, end: number): Parsing<Place | null> {
    this.moveTo(position);
    while (yield* this.#synchronise(end)) {
      const offset = this.position;
      const page = yield* this.#page();
      if (!page || page.isFirst || !this.#streams.has(page.serial)) return null; // The link ends before.
      if (page.serial !== stream.serial) continue;
      if (page.isLast) return null;
      if (page.granule !== null) return { offset, seconds: stream.secondsAt(page.granule) };
    }
    return null;
  }

  #known(): LogicalStream[] {
    return [...this.#streams.values()].filter((stream) => stream !== null);
  }

  #newLink(): void {
    this.#streams = new Map();
    this.#hasBegun = this.#isReady = false;
  }

  /** The next page. Null at the end of the file, and where something else follows the last pages of all streams. */
  * #page(): Parsing<Page | null> {
    const offset = this.position;
    if (!(yield* this.has(1))) return null;
    const header = yield* this.peek(pageHeaderBytes);
    if (header ? !isPageStart(header) : this.peekPiece()[0] !== 0x4f) {
      if (this.#isReady && this.#known().every(({ hasEnded }) => hasEnded)) return null;
      fail('no page where one must begin', offset);
    }
    const bytes = yield* this.#wholePage(header);
    if (!bytes) {
      this.truncated();
      return null;
    }
    if (!isChecksumRight(bytes)) fail('a page whose checksum is wrong', offset);
    this.skip(bytes.length);
    return readPage(bytes, offset);
  }

  /** The bytes of the next page, which stay. Null where the file ends before. */
  * #wholePage(header: Uint8Array | null): Parsing<Uint8Array | null> {
    const table = header && (yield* this.peek(pageTableEnd(header)));
    return table && (yield* this.peek(pageBytes(table)));
  }

  /** Passes over bytes up to the next page. False where none comes before `end`. */
  * #synchronise(end = Infinity): Parsing<boolean> {
    const begin = this.position;
    for (let header = yield* this.peek(pageHeaderBytes); header && this.position < end; header = yield* this.peek(pageHeaderBytes)) {
      if (isPageStart(header)) {
        const bytes = yield* this.#wholePage(header);
        if (bytes && isChecksumRight(bytes)) return true;
      }
      this.skip(1);
      if (this.position - begin > mostGarbage) fail(`no page in ${mostGarbage} bytes`, begin);
    }
    return false;
  }
}
