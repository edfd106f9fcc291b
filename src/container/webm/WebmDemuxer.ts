import type { Parsing } from '../Demuxer';
import { opusPacketFrames } from '../codecs/opus';
import { fail } from '../failure';
import { limits } from '../limits';
import type { InitSegmentOutput, Sample } from '../outputs';
import { type Block, parseBlock } from './block';
import { ClusterSearch } from './ClusterSearch';
import { type CuePoint, cuesOf, seekHeadOf } from './cues';
import { EbmlElement, type ElementHeader, fieldsOf } from './ebml';
import { endOfCluster } from './EbmlDemuxer';
import { decodeFrame } from './encodings';
import { firstFrame, mostLookedAhead } from './first-frame';
import { Id, topLevel } from './ids';
import { type WebmTrack, toldByFrame, tracksOf } from './track-entry';

/** What a BlockGroup says besides of its block. */
interface BlockFields {
  readonly isKey: boolean;
  /** Ticks */
  readonly duration: number | null;
  /** Nanoseconds; negative at the beginning. */
  readonly discardPadding: number;
  readonly alpha: Uint8Array | null;
}

const defaultTimestampScale = 1_000_000;
/** Milliseconds of 2001-01-01, which DateUTC counts nanoseconds from. */
const matroskaEpoch = 978_307_200_000;

/** WebM and Matroska: RFC 8794, RFC 9559, https://www.w3.org/TR/mse-byte-stream-format-webm/ */
export class WebmDemuxer extends ClusterSearch {
  protected readonly formatName: string = 'WebM';
  /** Where the content of the Segment begins: positions inside of it count from there. */
  #segmentBegin = 0;
  #timestampScale = defaultTimestampScale;
  /** Ticks */
  #duration: number | null = null;
  #startDate: number | null = null;
  #tracks: readonly WebmTrack[] = [];
  #byNumber: ReadonlyMap<number, WebmTrack> = new Map();
  #positions: ReadonlyMap<number, number> = new Map();
  #cues: readonly CuePoint[] = [];
  #tracksAreTold = false;
  /** Position behind the Tracks, where Clusters may begin. */
  #tracksEnd = 0;
  /** Blocks of a track before this time are left out; what a seek sets. */
  #skipUntil: { readonly trackNumber: number; readonly time: number } | null = null;

  protected override* parse(): Parsing {
    if ((yield* this.has(4)) && !(yield* this.isNext(Id.EBML))) fail('no EBML header', this.position);
    yield* this.parseAgain();
  }

  protected override* parseAgain(): Parsing {
    for (;;) {
      const begin = this.position;
      const header = yield* this.header();
      if (!header) return;
      if (topLevel.has(header.id) && begin !== 0) yield* this.#topLevelElement(header, begin);
      else yield* this.#outermost(header, begin);
    }
  }

  /** What stands beside Segments; the content of a Segment is gone through as if it stood there too, since its size may be unknown. */
  * #outermost(header: ElementHeader, begin: number): Parsing {
    switch (header.id) {
      case Id.EBML: return yield* this.#ebmlHeader(header, begin);
      case Id.Segment:
        this.#segmentBegin = this.position;
        this.#timestampScale = defaultTimestampScale;
        this.#duration = this.#startDate = null;
        this.#positions = new Map();
        this.#cues = [];
        this.#tracksAreTold = false;
        return;
      case Id.Void: case Id.CRC32: break;
      default: if (this.#segmentBegin === 0) fail('no EBML header', begin);
    }
    this.skip(header.size ?? fail('an element of unknown size that must have one', begin));
  }

  * #ebmlHeader(header: ElementHeader, begin: number): Parsing {
    if (header.size === null) fail('an EBML header of unknown size', begin);
    const content = yield* this.content(header, 'an EBML header');
    if (!content) return;
    const fields = fieldsOf(content);
    const type = fields.ascii(Id.DocType, 'matroska');
    if (type !== 'webm' && type !== 'matroska') fail(`a document of type ${JSON.stringify(type)}`, begin);
    if (fields.unsigned(Id.EBMLMaxIDLength, 4) > 4 || fields.unsigned(Id.EBMLMaxSizeLength, 8) > 8) fail('identifiers or sizes that are too long', begin);
  }

  * #topLevelElement(header: ElementHeader, begin: number): Parsing {
    if (header.id === Id.Cluster) return yield* this.#cluster(header, begin);
    const name = names[header.id];
    if (!name) return this.skip(header.size ?? fail('an element of unknown size that must have one', begin));
    if (header.size === null) fail(`${name} of unknown size`, begin);
    if (header.id === Id.Cues && this.#cues.length > 0) return this.skip(header.size);
    const content = yield* this.content(header, name);
    if (!content) return;
    switch (header.id) {
      case Id.SeekHead:
        this.#positions = new Map([...seekHeadOf(content), ...this.#positions]);
        return;
      case Id.Info: return this.#info(content);
      case Id.Cues:
        this.#cues = cuesOf(content);
        return;
      case Id.Tracks:
        if (this.#tracksAreTold) return;
        this.#tracks = tracksOf(content, this.#timestampScale);
        if (this.source.canSeek && this.#tracks.some(({ isUntold }) => isUntold)) this.#tracks = yield* this.#toldByFrames();
        this.#byNumber = new Map(this.#tracks.map((track) => [track.number, track]));
        this.#tracksEnd = this.position;
        yield this.#initSegment();
        for (const keyId of this.#keyIds()) yield { type: 'init-data', initDataType: 'webm', initData: keyId };
    }
  }

  /** A stream's tracks are told before its frames come. */
  * #toldByFrames(): Parsing<WebmTrack[]> {
    yield* this.has(mostLookedAhead);
    const bytes = (yield* this.peek(Math.min(mostLookedAhead, this.available)))!;
    return this.#tracks.map((track) => {
      const frame = track.isUntold ? firstFrame(bytes, this.position, track.number) : null;
      const decoded = frame && decodeFrame(frame, track.encodings);
      return decoded ? toldByFrame(track, decoded.data) : track;
    });
  }

  #info(content: EbmlElement): void {
    const fields = fieldsOf(content);
    this.#timestampScale = fields.unsigned(Id.TimestampScale, defaultTimestampScale);
    if (this.#timestampScale === 0) fail('a timestamp scale of 0', content.position);
    const duration = fields.float(Id.Duration, NaN);
    this.#duration = duration > 0 && duration < Infinity ? duration : null;
    const date = fields.get(Id.DateUTC);
    this.#startDate = date ? matroskaEpoch + date.signed() / 1e6 : null;
  }

  #initSegment(): InitSegmentOutput {
    this.#tracksAreTold = true;
    return {
      type: 'init-segment',
      tracks: this.#tracks.map(({ track }) => track),
      duration: this.#duration === null ? null : (this.#duration * this.#timestampScale) / 1e9,
      hasIndex: this.#cues.length > 0 || this.#positions.has(Id.Cues),
      startDate: this.#startDate,
    };
  }

  /** Each key once. */
  #keyIds(): Uint8Array[] {
    const keys = new Map(this.#tracks.flatMap(({ encodings: { keyId } }) => (keyId ? [[keyId.join(), keyId] as const] : [])));
    return [...keys.values()];
  }

  * #cluster(header: ElementHeader, begin: number): Parsing {
    if (!this.#tracksAreTold) fail('a cluster before the tracks', begin);
    yield { type: 'media-segment-start', offset: begin };
    const end = header.size === null ? Infinity : this.position + header.size;
    let clusterTimestamp: number | null = null;
    while (this.position < end) {
      const elementBegin = this.position;
      if (header.size === null && !(yield* this.has(1))) break; // The end of the file is one of those that end it.
      const element = yield* this.header(header.size === null);
      if (!element) return;
      if (element === endOfCluster) break;
      if (element.size === null) fail('an element of unknown size that must have one', elementBegin);
      if (this.position + element.size > end) fail('an element that is longer than its cluster', elementBegin);
      if (element.id !== Id.Timestamp && element.id !== Id.SimpleBlock && element.id !== Id.BlockGroup) {
        this.skip(element.size);
        continue;
      }
      if (element.size > limits.sampleBytes) fail(`a block of ${element.size} bytes`, elementBegin);
      const position = this.position;
      const bytes = yield* this.take(element.size);
      if (!bytes) return;
      if (element.id === Id.Timestamp) {
        clusterTimestamp = new EbmlElement(element.id, bytes, position).unsigned();
        continue;
      }
      if (clusterTimestamp === null) fail('a block before its cluster\'s timestamp', elementBegin);
      if (element.id === Id.SimpleBlock) {
        const block = parseBlock(bytes, position);
        yield* this.#samples(block, clusterTimestamp, position, { isKey: block.isKey, duration: null, discardPadding: 0, alpha: null });
      } else {
        yield* this.#blockGroup(new EbmlElement(element.id, bytes, position), clusterTimestamp);
      }
    }
    yield { type: 'media-segment-end' };
  }

  * #blockGroup(group: EbmlElement, clusterTimestamp: number): Parsing {
    const fields = fieldsOf(group);
    const element = fields.get(Id.Block);
    if (!element) return;
    const duration = fields.get(Id.BlockDuration);
    const additions = fieldsOf(fieldsOf(fields.get(Id.BlockAdditions)).get(Id.BlockMore));
    const alpha = additions.unsigned(Id.BlockAddID, 1) === 1 ? additions.get(Id.BlockAdditional)?.bytes ?? null : null;
    yield* this.#samples(parseBlock(element.bytes, element.position), clusterTimestamp, element.position, {
      isKey: !fields.get(Id.ReferenceBlock),
      duration: duration ? duration.unsigned() : null,
      discardPadding: fields.signed(Id.DiscardPadding, 0),
      alpha,
    });
  }

  * #samples(block: Block, clusterTimestamp: number, position: number, fields: BlockFields): Parsing {
    const track = this.#byNumber.get(block.trackNumber);
    if (!track) return;
    let timestamp = clusterTimestamp + block.relativeTimestamp - track.codecDelay;
    let offset = position + block.framesAt;
    const { frames } = block;
    for (const [index, frame] of frames.entries()) {
      const duration = fields.duration !== null ? fields.duration / frames.length : track.defaultDuration ?? this.#packetDuration(track, frame);
      const sample = this.#sample(track, frame, timestamp, duration, offset, fields, index === frames.length - 1);
      if (!sample) fail('an encrypted frame that is too short', offset);
      offset += frame.length;
      timestamp += duration ?? 0;
      if (this.#isAfterSeek(track, sample)) yield sample;
    }
  }

  #sample(
    track: WebmTrack, frame: Uint8Array, timestamp: number, duration: number | null, offset: number, fields: BlockFields, isLast: boolean,
  ): Sample | null {
    const decoded = decodeFrame(frame, track.encodings);
    if (!decoded) return null;
    const padding = fields.discardPadding / this.#timestampScale;
    return {
      type: 'sample',
      trackId: track.number,
      timestamp: Math.round(timestamp),
      decodeTimestamp: Math.round(timestamp),
      duration,
      isKey: fields.isKey,
      descriptionIndex: 0,
      data: decoded.data,
      offset,
      encryption: decoded.encryption,
      trim: padding !== 0 && isLast ? { start: Math.max(0, -padding), end: Math.max(0, padding) } : null,
      alpha: fields.alpha,
    };
  }

  /** Ticks of what codecs tell in each packet. */
  #packetDuration({ track, encodings }: WebmTrack, frame: Uint8Array): number | null {
    if (track.descriptions[0].codec !== 'opus' || encodings.keyId) return null;
    const frames = opusPacketFrames(frame);
    return frames === null ? null : (frames / 48_000) * track.timescale;
  }

  #isAfterSeek({ number }: WebmTrack, sample: Sample): boolean {
    if (!this.#skipUntil || this.#skipUntil.trackNumber !== number) return true;
    if (!sample.isKey || sample.timestamp < this.#skipUntil.time) return false;
    this.#skipUntil = null;
    return true;
  }

  protected override parseFrom(seconds: number): Parsing | null {
    return this.#tracks.length === 0 ? null : this.#parseFrom(seconds);
  }

  * #parseFrom(seconds: number): Parsing {
    const { number, codecDelay } = this.#tracks.find(({ track }) => track.type === 'video') ?? this.#tracks[0];
    // What is a whole number of ticks but for rounding counts as one.
    const target = Math.floor((seconds * 1e9) / this.#timestampScale + codecDelay + 1e-6);
    const point = (yield* this.#cuePoint(number, target)) ?? (yield* this.#searched(number, target));
    this.#skipUntil = point && { trackNumber: point.trackNumber, time: point.time - codecDelay };
    this.moveTo(point ? this.#segmentBegin + point.clusterPosition : this.#tracksEnd);
    yield* this.parseAgain();
  }

  /** The last one at or before a time, of a track where it has any. Null where the file has none, or none that can be used. */
  * #cuePoint(trackNumber: number, time: number): Parsing<CuePoint | null> {
    const position = this.#positions.get(Id.Cues);
    if (this.#cues.length === 0 && position !== undefined) yield* this.#readCues(this.#segmentBegin + position);
    const points = this.#cues.some((candidate) => candidate.trackNumber === trackNumber) ? this.#cues.filter((candidate) => candidate.trackNumber === trackNumber) : this.#cues;
    let point = points[0] ?? null;
    for (const candidate of points) if (candidate.time <= time) point = candidate;
    if (!point) return null;
    this.moveTo(this.#segmentBegin + point.clusterPosition);
    return (yield* this.isNext(Id.Cluster)) ? point : null;
  }

  /** Cues that the end of the file cuts off, or that are not where the seek head says, are as good as none. */
  * #readCues(begin: number): Parsing {
    this.moveTo(begin);
    const header = (yield* this.isNext(Id.Cues)) ? yield* this.header() : null;
    if (header) yield* this.#topLevelElement(header, begin);
  }

  * #searched(trackNumber: number, time: number): Parsing<CuePoint | null> {
    const key = yield* this.searchKeyBlock({ begin: this.#tracksEnd, seconds: this.#timestampScale / 1e9, isTrack: (number) => this.#byNumber.has(number) }, trackNumber, time);
    return key && { trackNumber, time: key.time, clusterPosition: key.clusterOffset - this.#segmentBegin };
  }
}

/** Those that are read as a whole. */
const names: Record<number, string> = { [Id.SeekHead]: 'a seek head', [Id.Info]: 'an Info element', [Id.Tracks]: 'a Tracks element', [Id.Cues]: 'a Cues element' };
