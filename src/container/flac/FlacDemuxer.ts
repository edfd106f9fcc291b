import { fourCharacters } from '../bytes';
import { flacDescription, type FlacFrameHeader, flacFrameHeader, type FlacStreamInfo, flacStreamInfo, mostFlacHeaderBytes, streamInfoBytes } from '../codecs/flac';
import { bisect, type Place } from '../bisection';
import { Demuxer, type Parsing } from '../Demuxer';
import { fail, ParseFailure } from '../failure';
import { id3Length } from '../id3/tag';
import type { SampleDescription } from '../tracks';
import { isTag, mayBegin, nextBoundary } from './boundaries';
import { crc16 } from './crc16';
import { type SeekPoint, seekPoints } from './metadata';

const trackId = 1;
const streamInfoType = 0;
const seekTableType = 3;
const forbiddenType = 127;
/** Frames that a header may be ahead of the one expected, to be taken for one behind damage. */
const mostFramesAhead = 16;
/** Places that look like a frame and are none, after which a seek looks elsewhere. */
const mostFalseFrames = 16;
const id3HeaderBytes = 10;

/** A frame header that agrees with STREAMINFO. */
interface Frame extends FlacFrameHeader {
  readonly timestamp: number;
}

interface WholeFrame {
  readonly data: Uint8Array;
  /** The one that stands behind; null: a tag, the end, or what is no frame. */
  readonly next: Frame | null;
}

/**
 * FLAC (RFC 9639), behind ID3v2 tags or not, up to the end of the file or an ID3v1, ID3v2 or APE tag. Frames do not tell their size: one ends where its checksum is
 * right and the next header, a tag or the end of the file stands.
 */
export class FlacDemuxer extends Demuxer {
  protected readonly formatName = 'FLAC';
  #info: FlacStreamInfo | null = null;
  #description: SampleDescription | null = null;
  #points: SeekPoint[] = [];
  #firstFrameOffset = 0;
  /** Timestamp of the next frame; null where it may be any. */
  #next: number | null = null;

  protected override* parse(): Parsing {
    this.#info = null;
    this.#next = null;
    if (!(yield* this.has(1))) return;
    for (let bytes = id3Length(yield* this.#upTo(id3HeaderBytes), 0); bytes > 0; bytes = id3Length(yield* this.#upTo(id3HeaderBytes), 0)) this.skip(bytes);
    const begin = this.position;
    const marker = yield* this.take(4);
    if (!marker) return;
    if (fourCharacters(marker, 0) !== 'fLaC') fail('no "fLaC" at the beginning', begin);
    const info = yield* this.#metadata();
    if (!info) return;
    this.#firstFrameOffset = this.position;
    yield {
      type: 'init-segment',
      tracks: [{
        id: trackId, type: 'audio', timescale: info.sampleRate, duration: info.totalFrames, language: 'und', label: '', isDefault: true,
        descriptions: [this.#description!], gapless: null,
      }],
      duration: info.totalFrames === null ? null : info.totalFrames / info.sampleRate,
      hasIndex: this.#points.length > 0,
      startDate: null,
    };
    this.#info = info;
    yield { type: 'media-segment-start', offset: this.position };
    yield* this.#frames(info, 0);
  }

  /** The metadata blocks (section 8). Null where the file ends before the last one does. */
  * #metadata(): Parsing<FlacStreamInfo | null> {
    let info: FlacStreamInfo | null = null;
    this.#points = [];
    for (;;) {
      const begin = this.position;
      const header = yield* this.take(4);
      if (!header) return null;
      const [type, size] = [header[0] & 0x7f, (header[1] << 16) | (header[2] << 8) | header[3]];
      if (type === forbiddenType) fail('a metadata block of type 127', begin);
      if ((type === streamInfoType) !== (info === null)) fail(info ? 'a second STREAMINFO block' : 'no STREAMINFO block in front', begin);
      const contentBegin = this.position;
      if (type === streamInfoType) {
        if (size < streamInfoBytes) fail(`a STREAMINFO block of ${size} bytes`, begin);
        const content = yield* this.take(size);
        if (!content) return null;
        info = flacStreamInfo(content);
        if (!info) fail('a STREAMINFO block with values that may not be', contentBegin);
        this.#description = describe(info, content);
      } else if (type === seekTableType) {
        const content = yield* this.takeStructure(size, 'a seek table');
        if (!content) return null;
        this.#points = seekPoints(content);
      } else {
        this.skip(size);
      }
      if (header[0] & 0x80) return info;
    }
  }

  /** All frames up to the end. @param from frames that end before or at this timestamp are passed over */
  * #frames(info: FlacStreamInfo, from: number): Parsing {
    let offset = this.position;
    let frame = yield* this.#frameHeader(info);
    while (frame) {
      const { timestamp, blockSize: duration } = frame;
      if (this.#next !== null && timestamp < this.#next) fail('a frame that is not behind the one before', offset);
      const whole: WholeFrame | null = yield* this.#frameData(info, frame);
      if (!whole) {
        this.truncated();
        break;
      }
      if (this.#next !== null && timestamp > this.#next) yield { type: 'discontinuity', trackId };
      this.#next = timestamp + duration;
      if (this.#next > from) {
        yield {
          type: 'sample', trackId, timestamp, decodeTimestamp: timestamp, duration, isKey: true, descriptionIndex: 0, data: whole.data, offset,
          encryption: null, trim: null, alpha: null,
        };
      }
      offset = this.position;
      frame = whole.next ?? (yield* this.#frameHeader(info));
    }
    if (info.totalFrames !== null && (this.#next ?? 0) < info.totalFrames) this.truncated();
    yield { type: 'media-segment-end' };
  }

  /** The next frame's header, which stays. Null at the end. */
  * #frameHeader(info: FlacStreamInfo): Parsing<Frame | null> {
    const offset = this.position;
    const bytes = yield* this.#upTo(mostFlacHeaderBytes);
    const frame = frameOf(bytes, info);
    if (frame || bytes.length === 0 || isTag(bytes)) return frame;
    if (this.#next !== null && info.totalFrames !== null && this.#next >= info.totalFrames) return null; // Behind the last frame anything may follow.
    if (flacFrameHeader(bytes)) fail('a frame of another form than STREAMINFO tells', offset);
    if (isCutOff(bytes)) {
      this.truncated();
      return null;
    }
    return fail('no frame header where one must begin, or one whose checksum is wrong', offset);
  }

  /** Null where the file ends before the frame does. */
  * #frameData(info: FlacStreamInfo, frame: Frame): Parsing<WholeFrame | null> {
    const begin = this.position;
    const most = mostFrameBytes(info, frame.blockSize);
    const parts: Uint8Array[] = [];
    let [length, crc] = [0, 0];
    while (yield* this.has(1)) {
      const piece = this.peekPiece().subarray(0, most + 1 - length);
      const count = nextBoundary(piece);
      const part = piece.subarray(0, count);
      crc = crc16(part, crc);
      parts.push(part);
      this.skip(count);
      length += count;
      if (length > most) fail(`a frame of ${frame.blockSize} samples that does not end within ${most} bytes`, begin);
      if (length < frame.headerBytes + 2 || !(yield* this.has(1))) continue;
      const first = this.peekPiece()[0];
      if (!mayBegin(first) || (first !== 0xff && crc !== 0)) continue;
      const following = yield* this.#upTo(mostFlacHeaderBytes);
      const next = frameOf(following, info);
      if (crc === 0 && (next || isTag(following) || isCutOff(following))) return { data: joined(parts, length), next };
      if (crc !== 0 && next && isAhead(next, frame, info)) fail('a frame whose checksum is wrong, or that stands before a damaged one', begin);
    }
    return crc === 0 && length >= frame.headerBytes + 2 ? { data: joined(parts, length), next: null } : null;
  }

  protected override* parseAgain(): Parsing {
    const info = this.#info;
    if (!info) return yield* this.parse();
    const begin = this.position;
    const most = mostFrameBytes(info, info.maxBlockSize);
    for (;;) {
      const bytes = yield* this.#upTo(mostFlacHeaderBytes);
      if (bytes.length === 0) return;
      if (fourCharacters(bytes, 0) === 'fLaC') return yield* this.parse();
      if (frameOf(bytes, info)) break;
      this.skip(1);
      if (this.position - begin > most) fail(`no frame in ${most} bytes`, begin);
    }
    this.#next = null;
    yield { type: 'media-segment-start', offset: this.position };
    yield* this.#frames(info, 0);
  }

  protected override parseFrom(seconds: number): Parsing | null {
    return this.#info ? this.#parseFrom(this.#info, seconds) : null;
  }

  * #parseFrom(info: FlacStreamInfo, seconds: number): Parsing {
    const last = info.totalFrames === null ? Infinity : info.totalFrames - 1;
    // What is a whole number of frames but for rounding counts as one.
    const target = Math.min(last, Math.max(0, Math.floor(seconds * info.sampleRate + 1e-6)));
    const point = this.#points.filter(({ timestamp }) => timestamp <= target).at(-1);
    this.#next = null;
    this.moveTo(this.#firstFrameOffset + (point?.offset ?? 0));
    if (!point || frameOf(yield* this.#upTo(mostFlacHeaderBytes), info)?.timestamp !== point.timestamp) { // No table, or one that is wrong.
      const first = { offset: this.#firstFrameOffset, seconds: 0 };
      const { offset } = yield* bisect(first, this.fileEnd, target / info.sampleRate, (position, end) => this.#placeOf(info, position, end));
      this.#next = null;
      this.moveTo(offset);
    }
    yield { type: 'media-segment-start', offset: this.position };
    yield* this.#frames(info, target);
  }

  /** The first whole frame between two positions. */
  * #placeOf(info: FlacStreamInfo, begin: number, end: number): Parsing<Place | null> {
    this.#next = null;
    for (let [position, falseFrames] = [begin, 0]; position < end && falseFrames < mostFalseFrames; position++) {
      this.moveTo(position);
      if (!(yield* this.has(mostFlacHeaderBytes))) return null;
      const at = this.peekPiece().indexOf(0xff);
      if (at !== 0) {
        position += (at < 0 ? this.peekPiece().length : at) - 1;
        continue;
      }
      const frame = frameOf(yield* this.#upTo(mostFlacHeaderBytes), info);
      if (!frame) continue;
      try {
        if (yield* this.#frameData(info, frame)) return { offset: position, seconds: frame.timestamp / info.sampleRate };
      } catch (error) {
        if (!(error instanceof ParseFailure)) throw error; // What looked like a header stands inside of a frame.
        falseFrames++;
      }
    }
    return null;
  }

  /** The next bytes, which stay; fewer than `count` where the file ends before. */
  * #upTo(count: number): Parsing<Uint8Array> {
    yield* this.has(count);
    return (yield* this.peek(Math.min(count, this.available)))!;
  }
}

/** The frame whose header `bytes` begin with; null where there is none of this stream. */
function frameOf(bytes: Uint8Array, info: FlacStreamInfo): Frame | null {
  const header = flacFrameHeader(bytes);
  if (!header || header.channels !== info.channels || header.blockSize > info.maxBlockSize) return null;
  if (header.sampleRate !== 0 && header.sampleRate !== info.sampleRate) return null;
  if (header.bitsPerSample !== 0 && header.bitsPerSample !== info.bitsPerSample) return null;
  return { ...header, timestamp: header.isVariable ? header.number : header.number * info.maxBlockSize };
}

const isAhead = (next: Frame, frame: Frame, { maxBlockSize }: FlacStreamInfo): boolean =>
  next.isVariable === frame.isVariable && next.timestamp > frame.timestamp && next.timestamp <= frame.timestamp + mostFramesAhead * maxBlockSize;

/** Twice the bytes of samples that are not compressed, which no sensible encoder goes beyond. */
const mostFrameBytes = ({ channels, bitsPerSample }: FlacStreamInfo, blockSize: number): number => 1024 + Math.ceil((blockSize * channels * (bitsPerSample + 1)) / 4);

/** A frame header that the end of the file has cut off. */
const isCutOff = (bytes: Uint8Array): boolean => bytes.length < mostFlacHeaderBytes && bytes[0] === 0xff;

/** A view where there is one part. */
function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function describe({ sampleRate, channels }: FlacStreamInfo, streamInfo: Uint8Array): SampleDescription {
  return {
    codec: 'flac', description: flacDescription(streamInfo), format: 'flac', video: null, audio: { sampleRate, numberOfChannels: channels }, encryption: null, prerollFrames: 0,
  };
}
