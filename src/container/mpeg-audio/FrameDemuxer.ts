import { Demuxer, type Parsing } from '../Demuxer';
import { fail, ParseFailure } from '../failure';
import type { Place } from '../bisection';
import { id3Length } from '../id3/tag';
import { limits } from '../limits';
import type { Sample } from '../outputs';
import type { SampleDescription, Track } from '../tracks';
import { apeTagBytes, mostTagHeaderBytes } from './tags';

/** What the headers of all such frames tell. */
export interface FrameHeader {
  readonly sampleRate: number;
  /** Header included. */
  readonly frameBytes: number;
  /** Audio frames that the decoder gives. */
  readonly frameSamples: number;
}

/** What a file tells before its first frame of audio. */
export interface FileFacts {
  /** Audio frames of the whole file, those of `gapless` included. */
  readonly totalSamples: number | null;
  readonly gapless: Track['gapless'];
  readonly hasIndex: boolean;
}

export const noFacts: FileFacts = { totalSamples: null, gapless: null, hasIndex: false };

/** Bytes between two frames that are passed over at most. */
const mostGarbage = 65536;
const trackId = 1;
/** Frames of one bit rate that make it likely to be constant, and show whether it is kept by padding some of them. */
const framesOfOneRate = 64;
/** Frames from one place that is remembered to the next. */
const framesBetweenPlaces = 64;

/**
 * A chain of audio frames, each with a header that tells its length, with tags before, between and behind them:
 * https://www.w3.org/TR/mse-byte-stream-format-mpeg-audio/. Timestamps count the audio frames, from 0 at the first frame.
 *
 * What is no frame is passed over. A frame that does not stand right behind another of its kind counts only where the next one agrees with it, or
 * the file ends.
 */
export abstract class FrameDemuxer<Header extends FrameHeader> extends Demuxer {
  /** Bytes that `headerAt()` must see. */
  protected abstract readonly headerBytes: number;
  /** Null where no header stands at `offset`, or not all of it is there. */
  protected abstract headerAt(bytes: Uint8Array, offset: number): Header | null;
  /** @param last that of the frames before */
  protected abstract describe(header: Header, frame: Uint8Array, last: SampleDescription | null): SampleDescription;

  /** What a first frame tells that holds no audio; null where it is audio as all others. */
  protected factsOf(_header: Header, _frame: Uint8Array, _position: number): FileFacts | null {
    return null;
  }

  /** Bytes of a frame on average by its bit rate, which padding keeps; null where frames of this format tell no such rate. */
  protected meanFrameBytes(_header: Header): number | null {
    return null;
  }

  #header: Header | null = null;
  #description: SampleDescription | null = null;
  /** Of the next frame, in audio frames. */
  #timestamp = 0;
  /** Frames that were seen, thinned out, by time. */
  #places: Place[] = [];
  /** Those up to the next one to remember. */
  #untilPlace = 0;
  #framesBetweenPlaces = framesBetweenPlaces;
  /** Of the frames seen, until they differ in bit rate. */
  #rate: { readonly meanFrameBytes: number | null; readonly frameBytes: number; frames: number; isPadded: boolean } | null = null;
  /** Times come of the bit rate. */
  #isEstimated = false;

  protected override* parse(): Parsing {
    if (!(yield* this.has(1))) return;
    yield* this.#frames();
    if (!this.#header) fail('no frame', this.position);
  }

  protected override* parseAgain(): Parsing {
    if (this.#header) yield { type: 'media-segment-start', offset: this.position };
    yield* this.#frames();
  }

  /** Goes on at a frame at or behind `position`, which counts as the one of that time. @param from seconds; frames that end before are passed over */
  protected* framesFrom(position: number, timestamp: number, from = 0): Parsing {
    this.moveTo(position);
    this.#timestamp = timestamp;
    yield { type: 'media-segment-start', offset: position };
    yield* this.#frames(from);
  }

  /** By the bit rate, where it is constant; else frame by frame, without their data, from the last one before that is known. */
  protected override parseFrom(seconds: number): Parsing | null {
    return this.#header && this.#places.length > 0 ? this.#search(this.#header, Math.max(0, seconds)) : null;
  }

  * #search(header: Header, seconds: number): Parsing {
    const place = this.#places.filter((candidate) => candidate.seconds <= seconds + 1e-6).at(-1) ?? this.#places[0];
    const estimate = yield* this.#estimate(header, Math.floor((seconds * header.sampleRate) / header.frameSamples + 1e-6), place);
    if (estimate !== null) return yield* this.framesFrom(this.position, estimate * header.frameSamples, seconds);
    this.#isEstimated = false;
    this.moveTo(place.offset);
    this.#timestamp = Math.round(place.seconds * header.sampleRate);
    yield { type: 'media-segment-start', offset: place.offset };
    yield* this.#frames(seconds);
  }

  /** Goes to a frame or two before one by the bit rate, and tells which it is; null where the rate is not known to be constant, or the frame is near `place`. */
  * #estimate(header: Header, wanted: number, place: Place): Parsing<number | null> {
    const rate = this.#rate;
    const [first] = this.#places;
    if (!rate?.meanFrameBytes || rate.frames < framesOfOneRate || this.fileEnd === Infinity) return null;
    const mean = rate.isPadded ? rate.meanFrameBytes : rate.frameBytes;
    const frame = Math.min(wanted, Math.floor((this.fileEnd - first.offset) / mean)) - 2;
    if (frame * header.frameSamples - place.seconds * header.sampleRate < framesBetweenPlaces * header.frameSamples) return null;
    // Frames differ by a byte of padding, so that each begins within two bytes of where it should on average.
    this.moveTo(first.offset + Math.floor(frame * mean) - 2);
    try {
      const found = yield* this.#synchronise(true);
      if (!found || this.meanFrameBytes(found) !== rate.meanFrameBytes) return null;
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      return null; // No frame far and wide: what fills the end of the file is something else.
    }
    this.#isEstimated = true;
    return frame;
  }

  #remember(header: Header, offset: number): void {
    const meanFrameBytes = this.meanFrameBytes(header);
    const rate = (this.#rate ??= { meanFrameBytes, frameBytes: header.frameBytes, frames: 0, isPadded: false });
    if (rate.meanFrameBytes !== meanFrameBytes) this.#rate = { ...rate, meanFrameBytes: null };
    rate.isPadded ||= rate.frameBytes !== header.frameBytes;
    rate.frames++;
    if (--this.#untilPlace > 0 || this.#isEstimated) return;
    this.#untilPlace = this.#framesBetweenPlaces;
    if (this.#places.length > 0 && offset <= this.#places[this.#places.length - 1].offset) return;
    this.#places.push({ offset, seconds: this.#timestamp / header.sampleRate });
    if (this.#places.length < limits.entries) return;
    this.#places = this.#places.filter((_, index) => index % 2 === 0);
    this.#framesBetweenPlaces *= 2;
  }

  /** Audio frames a second; 0 before the first frame. */
  protected get timescale(): number {
    return this.#header?.sampleRate ?? 0;
  }

  /** All frames up to the end. @param from those that end before are passed over, but for the last one */
  * #frames(from = 0): Parsing {
    let facts = noFacts;
    let passed: Sample | null = null;
    let isInSync = false;
    for (;;) {
      // What is so nearly always: the next frame stands behind the last one, and is here in one piece.
      const piece = this.peekPiece();
      let header = isInSync ? this.headerAt(piece, 0) : null;
      let data: Uint8Array | null;
      let offset = this.position;
      if (header && header.sampleRate === this.#header?.sampleRate && header.frameBytes <= piece.length) {
        data = piece.subarray(0, header.frameBytes);
        this.skip(header.frameBytes);
      } else {
        if (yield* this.#passTags()) isInSync = false;
        header = yield* this.#synchronise(!isInSync);
        if (!header) break;
        offset = this.position;
        data = yield* this.take(header.frameBytes);
        if (!data) break;
        const told = isInSync ? null : this.factsOf(header, data, offset);
        isInSync = true;
        if (told) {
          facts = told;
          continue;
        }
      }
      const description = this.describe(header, data, this.#description);
      if (!this.#description || !isSame(description, this.#description)) yield* this.#describe(header, description, facts, offset);
      this.#remember(header, offset);
      const timestamp = this.#timestamp;
      this.#timestamp += header.frameSamples;
      const sample: Sample = {
        type: 'sample', trackId, timestamp, decodeTimestamp: timestamp, duration: header.frameSamples, isKey: true, descriptionIndex: 0, data, offset,
        encryption: null, trim: null, alpha: null,
      };
      passed = from > 0 && this.#timestamp / header.sampleRate <= from + 1e-6 ? sample : null;
      if (!passed) yield sample;
    }
    if (passed) yield passed;
    if (this.#header) yield { type: 'media-segment-end' };
  }

  /** From the frame at `offset` on, frames are of another kind. */
  * #describe(header: Header, description: SampleDescription, facts: FileFacts, offset: number): Parsing {
    if (this.#header) {
      yield { type: 'media-segment-end' };
      this.#timestamp = Math.round((this.#timestamp / this.#header.sampleRate) * header.sampleRate);
    }
    yield initSegment(header.sampleRate, description, this.#header ? noFacts : facts);
    yield { type: 'media-segment-start', offset };
    this.#description = description;
    this.#header = header;
  }

  /** ID3v2 and APE tags. True where there was one. */
  * #passTags(): Parsing<boolean> {
    for (let passed = false; ; passed = true) {
      if (!(yield* this.has(1)) || !mayBeTag(this.peekPiece()[0])) return passed;
      const head = yield* this.#atLeast(mostTagHeaderBytes);
      const bytes = id3Length(head, 0) || apeTagBytes(head);
      if (bytes === 0) return passed;
      this.skip(bytes);
    }
  }

  /**
   * Goes to the next frame. Null where there is none up to the end.
   * @param isNew the next frame does not stand behind another one
   */
  * #synchronise(isNew: boolean): Parsing<Header | null> {
    const begin = this.position;
    let bytes = yield* this.#atLeast(this.headerBytes);
    for (let at = 0; ; at++) {
      if (at + this.headerBytes > bytes.length) bytes = yield* this.#atLeast(at + this.headerBytes);
      if (at + this.headerBytes > bytes.length) {
        if (!isNew && at === 0 && bytes[0] === 0xff) this.truncated();
        return null;
      }
      const header = bytes[at] === 0xff ? this.headerAt(bytes, at) : null;
      if (header) {
        if (at === 0 && !isNew && header.sampleRate === this.#header?.sampleRate) return header;
        const next = at + header.frameBytes;
        if (next + this.headerBytes > bytes.length) bytes = yield* this.#atLeast(next + this.headerBytes);
        if (this.#agrees(bytes, next, header, at === 0)) {
          this.skip(at);
          return header;
        }
      }
      if (at >= mostGarbage) fail(`no frame in ${mostGarbage} bytes`, begin);
    }
  }

  #agrees(bytes: Uint8Array, next: number, header: Header, isFirst: boolean): boolean {
    // Too short for another header: the file ends.
    if (next + this.headerBytes > bytes.length) return next === bytes.length || isFirst;
    const following = this.headerAt(bytes, next);
    if (following) return following.sampleRate === header.sampleRate;
    return isFirst && (id3Length(bytes, next) > 0 || isTagEnd(bytes, next));
  }

  /** `count` bytes and some of what is there besides; fewer where the file ends before. They stay. */
  * #atLeast(count: number): Parsing<Uint8Array> {
    const isWhole = yield* this.has(count);
    return (yield* this.peek(isWhole && this.available < mostGarbage ? this.available : Math.min(this.available, count)))!;
  }
}

const mayBeTag = (byte: number): boolean => byte === 0x49 || byte === 0x41; // I, A

/** "TAG" of ID3v1, which the last 128 bytes of a file may begin with. */
const isTagEnd = (bytes: Uint8Array, at: number): boolean => bytes[at] === 0x54 && bytes[at + 1] === 0x41 && bytes[at + 2] === 0x47;

function isSame(left: SampleDescription, right: SampleDescription): boolean {
  return left === right
    || (left.codec === right.codec && left.audio?.sampleRate === right.audio?.sampleRate && left.audio?.numberOfChannels === right.audio?.numberOfChannels);
}

function initSegment(sampleRate: number, description: SampleDescription, { totalSamples, gapless, hasIndex }: FileFacts) {
  return {
    type: 'init-segment',
    tracks: [{
      id: trackId, type: 'audio', timescale: sampleRate, duration: totalSamples, language: 'und', label: '', isDefault: true, descriptions: [description], gapless,
    }],
    duration: totalSamples === null ? null : totalSamples / sampleRate,
    hasIndex,
    startDate: null,
  } as const;
}
