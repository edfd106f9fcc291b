import { ByteQueue } from './ByteQueue';
import { ParseFailure, fail } from './failure';
import { limits } from './limits';
import type { DemuxerOutput } from './outputs';

/** What the bytes come from. */
export interface DemuxerSource {
  /** True: the caller reads wherever `wanted` says. False: it pushes all bytes in order. */
  readonly canSeek: boolean;
  /** Bytes of the whole; null where unknown. */
  readonly size: number | null;
}

/** A stream that is read once, from its beginning to its end, as a SourceBuffer's. */
export const streamSource: DemuxerSource = { canSeek: false, size: null };

/** A part of the file that a demuxer wants. */
export interface WantedRange {
  readonly begin: number;
  /** Exclusive. What lies between may be pushed in several calls, and more than this as well; Infinity where the demuxer wants all that follows. */
  readonly end: number;
}

/**
 * The steps of a parser, written as if all bytes were there: yields outputs, and null where it can't go on without more bytes.
 */
export type Parsing<Result = void> = Generator<DemuxerOutput | null, Result, void>;

/**
 * A demuxer: a parser without I/O. Its caller pushes bytes, reads outputs until there are none, and pushes again:
 *
 *     for (;;) {
 *       for (let output = demuxer.read(); output; output = demuxer.read()) use(output);   // until 'end' or 'error'
 *       const bytes = await file.read(demuxer.wanted.begin, 65536);
 *       if (bytes.length > 0) demuxer.push(bytes); else demuxer.end();
 *     }
 *
 * A caller whose source can't seek pushes what comes and does not look at `wanted`. Nothing is parsed before it is read, so a caller that stops
 * reading stops the demuxer. Pushed bytes must not be changed afterwards: samples are views of them.
 */
export abstract class Demuxer {
  /** The format's name in messages. */
  protected abstract readonly formatName: string;
  readonly #input = new ByteQueue();
  #parsing: Parsing | null = null;
  #isOver = false;
  #hasEnded = false;
  #isTruncated = false;
  #wantedEnd = Infinity;
  /** Bytes of a stream that are passed over when they come. */
  #unwanted = 0;

  constructor(protected readonly source: DemuxerSource = streamSource) {}

  /** The bytes that would help most. Its beginning is where the next `push()` must go on, for a source that can seek. */
  get wanted(): WantedRange {
    const begin = this.#input.position + this.#input.length;
    return { begin, end: Math.max(begin, this.#wantedEnd) };
  }

  /** Gives the bytes at `wanted.begin`. */
  push(bytes: Uint8Array): void {
    if (this.#hasEnded) throw new Error('Bytes were pushed behind the end.');
    const passedOver = Math.min(this.#unwanted, bytes.length);
    this.#unwanted -= passedOver;
    this.#input.push(bytes.subarray(passedOver));
  }

  /** Says that there are no bytes at `wanted.begin` nor behind it. */
  end(): void {
    this.#hasEnded = true;
  }

  /** The next output; null where more bytes are needed, or where 'end' or 'error' has been told. */
  read(): DemuxerOutput | null {
    if (this.#isOver) return null;
    try {
      this.#parsing ??= this.parse();
      const step = this.#parsing.next();
      if (!step.done) return step.value;
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      this.#isOver = true;
      return { type: 'error', message: `${this.formatName}: ${error.malformed} (at byte ${error.offset})`, offset: error.offset };
    }
    this.#isOver = true;
    return { type: 'end', isTruncated: this.#isTruncated };
  }

  /**
   * Goes to the last random access point at or before a time, by the format's index: what is read next are samples from there on, of all tracks.
   * Only for sources that can seek, after the init segment. False where the format or the file has nothing to seek by; nothing has changed then.
   */
  seek(seconds: number): boolean {
    const parsing = this.source.canSeek ? this.parseFrom(seconds) : null;
    if (!parsing) return false;
    this.#restart(parsing);
    return true;
  }

  /**
   * Drops the bytes that were pushed and not read, and waits for the beginning of a segment of any kind, with the tracks as they are
   * (Media Source Extensions, "reset parser state"). Only for streams.
   */
  reset(): void {
    this.#input.moveTo(this.#input.position + this.#input.length);
    this.#input.moveTo(this.#input.position - this.#unwanted);
    this.#unwanted = 0;
    this.#restart(this.parseAgain());
  }

  /** Parses from the beginning of the file or stream. */
  protected abstract parse(): Parsing;

  /** Parses the samples from a time on; null where that is not possible. */
  protected parseFrom(_seconds: number): Parsing | null {
    return null;
  }

  /** Parses from the beginning of any segment. */
  protected parseAgain(): Parsing {
    return this.parse();
  }

  #restart(parsing: Parsing): void {
    this.#parsing = parsing;
    this.#isOver = this.#isTruncated = false;
    this.#hasEnded = false;
    this.#wantedEnd = Infinity;
  }

  /** The position of the next byte. */
  protected get position(): number {
    return this.#input.position;
  }

  /** Bytes that can be had without waiting. */
  protected get available(): number {
    return this.#input.length;
  }

  /** Where the file ends; Infinity where unknown. */
  protected get fileEnd(): number {
    if (this.#hasEnded) return this.#input.position + this.#input.length;
    return this.source.size ?? Infinity;
  }

  /** Waits until `count` bytes are there. False where the file ends before. */
  protected* has(count: number): Parsing<boolean> {
    while (this.#input.length < count) {
      if (this.#hasEnded) return false;
      this.#wantedEnd = this.#input.position + count;
      yield null;
    }
    return true;
  }

  /** The next bytes, which stay. Null where the file ends before. */
  protected* peek(count: number): Parsing<Uint8Array | null> {
    return (yield* this.has(count)) ? this.#input.peek(count) : null;
  }

  /** The next bytes that are there without waiting: some, where any are. They stay. */
  protected peekPiece(): Uint8Array {
    return this.#input.peekPiece();
  }

  /** The next bytes. Null where the file ends before: it counts as truncated then. */
  protected* take(count: number): Parsing<Uint8Array | null> {
    if (yield* this.has(count)) return this.#input.take(count);
    this.#isTruncated = true;
    return null;
  }

  /** A structure that must be whole, of a size that the file says. Null where the file ends before. */
  protected* takeStructure(count: number, name: string): Parsing<Uint8Array | null> {
    if (count > limits.structureBytes) fail(`${name} of ${count} bytes`, this.position);
    return yield* this.take(count);
  }

  /** Passes over bytes, whether they are there yet or not. */
  protected skip(count: number): void {
    this.moveTo(this.#input.position + count);
  }

  /** Goes on somewhere else; within a stream, forwards only. */
  protected moveTo(position: number): void {
    const distance = position - this.#input.position - this.#input.length;
    const isHeld = distance <= 0 && position >= this.#input.position;
    if (!isHeld) {
      if (this.source.canSeek) this.#hasEnded = false;
      else if (distance > 0) this.#unwanted += distance;
      else fail('what is needed to read on stands before it, and the source can\'t seek', position);
    }
    this.#input.moveTo(position);
    this.#wantedEnd = Infinity;
  }

  /** Says that the file ends before it should. */
  protected truncated(): void {
    this.#isTruncated = true;
  }
}
