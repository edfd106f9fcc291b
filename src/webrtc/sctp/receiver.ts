import type { BlockPool } from './block-pool';
import { chunkType, dataFlag, dataHeaderBytes, errorCause, iDataHeaderBytes } from './constants';
import { encodeError, words16, words32, type ControlQueue } from './control-chunks';
import type { EventQueue } from './events';
import type { PacketWriter } from './packet-writer';
import { Reassembly, type Violation } from './reassembly';
import { distance, successor } from './serial-number';
import { TsnRanges } from './tsn-ranges';

/**
 * How long an acknowledgement may wait for another packet. RFC 9260 says 200 ms and lets it be less; 20 ms keep the sender's measured
 * round trips near the path's.
 */
const sackDelayMs = 20;
/** Every second packet is acknowledged. */
const packetsPerSack = 2;

const sackHeaderBytes = 16;
const mostDuplicatesReported = 32;
/** A gap ack block reaches so far. */
const furthestTsn = 0xffff;
/** More ranges than a SACK of 16 KiB could report are of no use. */
const mostRanges = 4000;
/** Above the window we still take chunks that everything waits for: this part of it more, but at least what a packet holds. */
const overshootShare = 1 / 8;
const leastOvershootBytes = 16384;

export interface ReceiverOptions {
  readonly pool: BlockPool;
  readonly events: EventQueue;
  readonly replies: ControlQueue;
  readonly initialTsn: number;
  readonly inboundStreams: number;
  readonly interleaving: boolean;
  readonly windowBytes: number;
  readonly maxMessageBytes: number;
  readonly seed: number;
}

/** The data receiver: which TSNs came, what is said of them in SACKs, and the window. https://www.rfc-editor.org/rfc/rfc9260#section-6.2 */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly reassembly: Reassembly;
  /** The last TSN up to which everything came or was given up. */
  cumulativeTsn: number;
  readonly #ranges = new TsnRanges();
  readonly #duplicates = new Int32Array(mostDuplicatesReported);
  #duplicateCount = 0;
  #packetsSinceSack = 0;
  #packetHasData = false;
  #advertisedWindow: number;
  /** A SACK is to be sent with the next packet, which is due at once. */
  sackDue = false;
  /** When the SACK that waits is due. */
  sackDeadline = Infinity;
  readonly statistics = { duplicateChunks: 0, droppedBeyondWindow: 0, invalidStreams: 0 };

  readonly #overshootBytes: number;
  /** There was a gap before the packet that is being handled. */
  #hadGaps = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    const { pool, events, seed, interleaving, windowBytes, maxMessageBytes } = options;
    this.cumulativeTsn = (options.initialTsn - 1) | 0;
    this.#advertisedWindow = windowBytes;
    this.#overshootBytes = Math.max(windowBytes * overshootShare, leastOvershootBytes);
    this.reassembly = new Reassembly(pool, events, seed, interleaving, windowBytes, maxMessageBytes);
  }

  /** What the peer may send beyond what is here. */
  get window(): number {
    return Math.max(0, this.#options.windowBytes - this.reassembly.streams.charge);
  }

  /** Data came that no SACK has told of yet. */
  get sackPending(): boolean {
    return this.sackDue || this.sackDeadline !== Infinity;
  }

  /** A DATA or I-DATA chunk of `length` bytes that begins at `at`. */
  handleData(view: DataView, bytes: Uint8Array, at: number, length: number): Violation {
    const { interleaving } = this.#options;
    const headerBytes = interleaving ? iDataHeaderBytes : dataHeaderBytes;
    if (length <= headerBytes) return 'a chunk without user data';
    const flags = bytes[at + 1];
    const tsn = view.getInt32(at + 4);
    this.#packetHasData = true;
    if (flags & dataFlag.immediate) this.sackDue = true;
    const ahead = distance(this.cumulativeTsn, tsn);
    if (ahead <= 0 || (this.#ranges.count > 0 && this.#ranges.has(tsn))) {
      this.#noteDuplicate(tsn);
      return undefined;
    }
    if (!this.#mayAccept(tsn, ahead)) {
      this.statistics.droppedBeyondWindow++;
      this.sackDue = true;
      return undefined;
    }
    this.#note(tsn, ahead);
    const streamId = view.getUint16(at + 8);
    if (streamId >= this.#options.inboundStreams) {
      this.#reportInvalidStream(streamId);
      return undefined;
    }
    const start = at + headerBytes;
    if (interleaving) return this.reassembly.iData(flags, streamId, view.getInt32(at + 12), view.getInt32(at + 16), bytes, start, length - headerBytes);
    return this.reassembly.data(tsn, flags, streamId, view.getUint16(at + 10), view.getInt32(at + 12), ahead === 1, bytes, start, length - headerBytes);
  }

  /** https://www.rfc-editor.org/rfc/rfc3758#section-3.6 and https://www.rfc-editor.org/rfc/rfc8260#section-2.3.1 */
  handleForwardTsn(view: DataView, at: number, length: number): Violation {
    const { interleaving, inboundStreams } = this.#options;
    if (length < 8) return 'a FORWARD-TSN without a TSN';
    this.#packetHasData = true;
    const newCumulativeTsn = view.getInt32(at + 4);
    const advance = distance(this.cumulativeTsn, newCumulativeTsn);
    // An old one: the peer has missed our SACK.
    this.sackDue = true;
    if (advance <= 0) return undefined;
    if (advance > furthestTsn) return 'a FORWARD-TSN beyond every TSN that could be outstanding';
    this.cumulativeTsn = newCumulativeTsn;
    this.#ranges.dropThrough(newCumulativeTsn);
    this.#joinFirstRange();
    if (!interleaving) this.reassembly.forgetThrough(newCumulativeTsn, advance);
    const entryBytes = interleaving ? 8 : 4;
    // The latest entry of each stream: each costs a look at all messages that wait there.
    const entries = new Map<number, number>();
    for (let entry = at + 8; entry + entryBytes <= at + length; entry += entryBytes) {
      const streamId = view.getUint16(entry);
      const unordered = interleaving ? view.getUint16(entry + 2) & 1 : 0;
      if (streamId < inboundStreams) entries.set(2 * streamId + unordered, interleaving ? view.getInt32(entry + 4) : view.getUint16(entry + 2));
    }
    for (const [stream, mid] of entries) this.reassembly.skip(stream >> 1, (stream & 1) !== 0, mid);
    return undefined;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-6.2: when the chunks of a packet, or of the last packet of many, were handled. */
  packetHandled(now: number): void {
    if (!this.#packetHasData) return;
    this.#packetHasData = false;
    this.#packetsSinceSack++;
    // Section 6.7: at once while there is a gap, and when it was filled.
    const gaps = this.#hadGaps || this.#ranges.count > 0;
    this.#hadGaps = this.#ranges.count > 0;
    if (gaps || this.#packetsSinceSack >= packetsPerSack) this.sackDue = true;
    else if (this.sackDeadline === Infinity) this.sackDeadline = now + sackDelayMs;
  }

  handleTimeout(now: number): void {
    if (now < this.sackDeadline) return;
    this.sackDeadline = Infinity;
    this.sackDue = true;
  }

  /**
   * The application may have taken something. A peer that had hardly any window left is told when it is worth it
   * (https://www.rfc-editor.org/rfc/rfc9260#section-6.2, silly window syndrome avoidance).
   */
  noteWindow(): void {
    const { windowBytes } = this.#options;
    if (this.#advertisedWindow < windowBytes / 4 && this.window - this.#advertisedWindow >= windowBytes / 8) this.sackDue = true;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-3.3.4. Returns false where there is no room. */
  writeSack(writer: PacketWriter): boolean {
    if (writer.space < sackHeaderBytes) return false;
    const words = (writer.space - sackHeaderBytes) >> 2;
    const gaps = Math.min(this.#ranges.count, words);
    const duplicates = Math.min(this.#duplicateCount, words - gaps);
    const at = writer.chunk(chunkType.sack, 0, sackHeaderBytes + 4 * (gaps + duplicates));
    const { view } = writer;
    this.#advertisedWindow = this.window;
    view.setInt32(at + 4, this.cumulativeTsn);
    view.setUint32(at + 8, this.#advertisedWindow);
    view.setUint16(at + 12, gaps);
    view.setUint16(at + 14, duplicates);
    let word = at + sackHeaderBytes;
    for (let index = 0; index < gaps; index++, word += 4) {
      view.setUint16(word, distance(this.cumulativeTsn, this.#ranges.start(index)));
      view.setUint16(word + 2, distance(this.cumulativeTsn, this.#ranges.end(index)));
    }
    for (let index = 0; index < duplicates; index++, word += 4) view.setInt32(word, this.#duplicates[index]);
    this.#duplicateCount = 0;
    this.#packetsSinceSack = 0;
    this.sackDue = false;
    this.sackDeadline = Infinity;
    return true;
  }

  #mayAccept(tsn: number, ahead: number): boolean {
    const { windowBytes } = this.#options;
    const { charge } = this.reassembly.streams;
    if (ahead > furthestTsn) return false;
    if (ahead > 1 && this.#ranges.count >= mostRanges && !this.#ranges.touches(tsn)) return false;
    return charge < windowBytes || (ahead === 1 && charge < windowBytes + this.#overshootBytes);
  }

  /** Counts the TSN as received. */
  #note(tsn: number, ahead: number): void {
    if (ahead > 1) {
      this.#ranges.add(tsn, tsn);
      return;
    }
    this.cumulativeTsn = tsn;
    if (this.#ranges.count > 0) this.#joinFirstRange();
  }

  #joinFirstRange(): void {
    if (this.#ranges.count === 0 || this.#ranges.start(0) !== successor(this.cumulativeTsn)) return;
    this.cumulativeTsn = this.#ranges.end(0);
    this.#ranges.dropThrough(this.cumulativeTsn);
  }

  #noteDuplicate(tsn: number): void {
    this.statistics.duplicateChunks++;
    if (this.#duplicateCount < mostDuplicatesReported) this.#duplicates[this.#duplicateCount++] = tsn;
    this.sackDue = true;
  }

  #reportInvalidStream(streamId: number): void {
    if (this.statistics.invalidStreams++ > 0) return; // Saying it once is enough.
    this.#options.replies.push(encodeError(errorCause.invalidStreamIdentifier, words16(streamId, 0)));
  }
}

/** The cause of an ABORT for a chunk without user data, https://www.rfc-editor.org/rfc/rfc9260#section-3.3.10.9 */
export const noUserData = (tsn: number): Uint8Array => words32(tsn);
