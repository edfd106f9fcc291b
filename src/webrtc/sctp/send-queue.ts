import type { BlockPool } from './block-pool';
import type { EventQueue } from './events';
import { outboundFlag, OutboundMessages, unlimited } from './outbound-messages';
import { OutboundStream } from './outbound-stream';
import { StreamScheduler, type SchedulerName } from './stream-scheduler';

const none = -1;
/** Less than this at the end of a packet is left unused rather than filled with the beginning of a long message. */
const smallestFragment = 256;

export interface SendOptions {
  /** Delivered as soon as it is complete, whatever was sent before it. */
  readonly unordered?: boolean;
  /** Milliseconds after which it is given up (https://www.rfc-editor.org/rfc/rfc3758#section-4.1). */
  readonly lifetime?: number;
  /** Retransmissions after which it is given up (https://www.rfc-editor.org/rfc/rfc7496#section-3.1). */
  readonly maxRetransmits?: number;
}

/**
 * Messages that wait, by stream, and how they are cut into fragments. A message keeps its row and its bytes here until all its chunks
 * are resolved, that is acknowledged or given up, and until the messages before it on its stream are done too.
 */
export class SendQueue {
  readonly #pool: BlockPool;
  readonly #events: EventQueue;
  readonly messages = new OutboundMessages();
  /** I-DATA: fragments of different messages may alternate. */
  interleaving = false;
  /** The peer knows RFC 3758: what was begun may be given up. */
  partialReliability = true;
  bufferedBytes = 0;
  /** Messages given up before they were sent whole. */
  abandonedMessages = 0;

  readonly #streams: OutboundStream[] = [];
  readonly #streamsById = new Map<number, OutboundStream>();
  #lastStream: OutboundStream | undefined;
  readonly #scheduler: StreamScheduler;
  /** With DATA a message that was begun goes on until its end. */
  #current = none;

  /** What `prepare` chose: the next `pieceLength` bytes of `pieceMessage`. */
  pieceMessage = none;
  pieceLength = 0;

  constructor(pool: BlockPool, events: EventQueue, scheduler: SchedulerName) {
    this.#pool = pool;
    this.#events = events;
    this.#scheduler = new StreamScheduler(scheduler);
  }

  stream(id: number): OutboundStream {
    if (this.#lastStream !== undefined && this.#lastStream.id === id) return this.#lastStream;
    let stream = this.#streamsById.get(id);
    if (!stream) {
      stream = new OutboundStream(id, this.#streams.length, this.#pool);
      this.#streams.push(stream);
      this.#streamsById.set(id, stream);
    }
    this.#lastStream = stream;
    return stream;
  }

  /** Takes a copy of `bytes`, which are not empty. */
  push(now: number, stream: OutboundStream, ppid: number, bytes: Uint8Array, options: SendOptions): void {
    const { messages } = this;
    const message = messages.take();
    messages.streams[message] = stream.index;
    messages.positions[message] = stream.bytes.end;
    messages.lengths[message] = bytes.length;
    messages.assigned[message] = 0;
    messages.fragments[message] = 0;
    messages.unresolved[message] = 0;
    messages.acknowledged[message] = 0;
    messages.ppids[message] = ppid;
    messages.flags[message] = options.unordered ? outboundFlag.unordered : 0;
    messages.expiries[message] = options.lifetime === undefined ? Infinity : now + options.lifetime;
    messages.maxRetransmits[message] = options.maxRetransmits === undefined ? unlimited : Math.min(options.maxRetransmits, unlimited);
    messages.next[message] = none;
    stream.bytes.append(bytes);
    stream.bufferedBytes += bytes.length;
    this.bufferedBytes += bytes.length;
    if (stream.newest === none) stream.oldest = message;
    else messages.next[stream.newest] = message;
    stream.newest = message;
    if (stream.unsent === none) {
      stream.unsent = message;
      this.#scheduler.activate(stream);
    }
  }

  get hasUnsent(): boolean {
    return this.#scheduler.first !== undefined;
  }

  /**
   * Chooses the next fragment, of at most `space` bytes; a packet without any other data could hold `capacity`. Returns false where
   * nothing is to be sent, or nothing that should share the packet. A message that is too late is left in `pieceMessage` with length 0:
   * it is to be given up.
   */
  prepare(now: number, space: number, capacity: number): boolean {
    const { messages } = this;
    const message = this.#current !== none ? this.#current : this.#nextMessage();
    if (message === none || space <= 0) return false;
    this.pieceMessage = message;
    if (messages.expiries[message] < now && (this.partialReliability || !messages.has(message, outboundFlag.begun))) {
      this.pieceLength = 0;
      return true;
    }
    const left = messages.lengths[message] - messages.assigned[message];
    if (left <= space) {
      this.pieceLength = left;
      return true;
    }
    if (space < capacity && (left <= capacity || space < smallestFragment)) return false;
    this.pieceLength = space;
    return true;
  }

  /** The chosen piece gets the TSN `tsn`. */
  assign(tsn: number): void {
    const { messages } = this;
    const message = this.pieceMessage;
    const stream = this.#streams[messages.streams[message]];
    if (!messages.has(message, outboundFlag.begun)) this.#begin(stream, message, tsn);
    messages.assigned[message] += this.pieceLength;
    messages.fragments[message]++;
    messages.unresolved[message]++;
    messages.lastTsns[message] = tsn;
    const finished = messages.assigned[message] === messages.lengths[message];
    if (finished) stream.unsent = messages.next[message];
    if (finished || this.interleaving) {
      this.#current = none;
      const turnBytes = this.interleaving ? this.pieceLength : messages.lengths[message];
      this.#scheduler.served(stream, turnBytes, stream.unsent !== none);
    } else {
      this.#current = message;
    }
    this.#consumed(stream, this.pieceLength);
  }

  /** Copies bytes of a message, from its byte `from` on. */
  copyTo(message: number, from: number, length: number, target: Uint8Array, at: number): void {
    const { messages } = this;
    this.#streams[messages.streams[message]].bytes.copyTo(messages.positions[message] + from, length, target, at);
  }

  /** Whether a chunk that was transmitted so often may be transmitted once more. */
  mayRetransmit(message: number, transmissions: number, now: number): boolean {
    const { messages } = this;
    return !this.partialReliability || (transmissions <= messages.maxRetransmits[message] && now <= messages.expiries[message]);
  }

  streamIdOf(message: number): number {
    return this.#streams[this.messages.streams[message]].id;
  }

  /** One chunk of the message is acknowledged or passed over for good. */
  resolve(message: number): void {
    const { messages } = this;
    if (--messages.unresolved[message] > 0) return;
    if (messages.assigned[message] < messages.lengths[message] && !messages.has(message, outboundFlag.abandoned)) return;
    this.#finish(message);
  }

  /**
   * Whether a part of the message was sent and another was not. The peer may have acknowledged all that was sent, so giving the
   * message up takes a TSN of its own.
   */
  needsPlaceholder(message: number): boolean {
    return this.messages.assigned[message] > 0 && this.messages.assigned[message] < this.messages.lengths[message];
  }

  /** Nothing more of the message is sent. */
  abandon(message: number): void {
    const { messages } = this;
    const stream = this.#streams[messages.streams[message]];
    const unsentBytes = messages.lengths[message] - messages.assigned[message];
    const begun = messages.has(message, outboundFlag.begun);
    messages.flags[message] |= outboundFlag.abandoned;
    this.abandonedMessages++;
    if (unsentBytes > 0) {
      stream.unsent = messages.next[message];
      if (this.#current === message) this.#current = none;
      if (stream.unsent === none) this.#scheduler.deactivate(stream);
      this.#consumed(stream, unsentBytes);
    }
    if (!begun) this.#finish(message);
  }

  /** Everything of the stream was acknowledged or given up. */
  isDrained(stream: OutboundStream): boolean {
    return stream.oldest === none;
  }

  /** Streams that were sent on. */
  allStreams(): readonly OutboundStream[] {
    return this.#streams;
  }

  /** Drops all messages. */
  clear(): void {
    for (const stream of this.#streams) {
      this.#scheduler.deactivate(stream);
      for (let message = stream.oldest; message !== none;) {
        const next = this.messages.next[message];
        this.messages.free(message);
        message = next;
      }
      stream.oldest = stream.unsent = stream.newest = none;
      stream.bytes.release(stream.bytes.end);
      stream.restartNumbers();
      stream.resetting = false;
      stream.bufferedBytes = 0;
    }
    this.bufferedBytes = 0;
    this.#current = none;
  }

  #nextMessage(): number {
    const stream = this.#scheduler.first;
    return stream === undefined ? none : stream.unsent;
  }

  /** The message's number is given when its first chunk is sent, so that what is given up before leaves no gap. */
  #begin(stream: OutboundStream, message: number, tsn: number): void {
    const { messages } = this;
    const unordered = messages.has(message, outboundFlag.unordered);
    messages.flags[message] |= outboundFlag.begun;
    messages.firstTsns[message] = tsn;
    if (this.interleaving) {
      messages.mids[message] = unordered ? stream.nextUnorderedMid : stream.nextMid;
      if (unordered) stream.nextUnorderedMid = (stream.nextUnorderedMid + 1) | 0;
      else stream.nextMid = (stream.nextMid + 1) | 0;
      return;
    }
    messages.mids[message] = unordered ? 0 : stream.nextSsn;
    if (!unordered) stream.nextSsn = (stream.nextSsn + 1) & 0xffff;
  }

  #consumed(stream: OutboundStream, bytes: number): void {
    const before = stream.bufferedBytes;
    stream.bufferedBytes = before - bytes;
    this.bufferedBytes -= bytes;
    if (before > stream.lowThreshold && stream.bufferedBytes <= stream.lowThreshold) {
      this.#events.push(stream.lowEvent);
    }
  }

  #finish(message: number): void {
    const { messages } = this;
    const stream = this.#streams[messages.streams[message]];
    messages.flags[message] |= outboundFlag.done;
    if (message !== stream.oldest) return;
    let oldest = message;
    while (oldest !== none && messages.has(oldest, outboundFlag.done)) {
      const next = messages.next[oldest];
      messages.free(oldest);
      oldest = next;
    }
    stream.oldest = oldest;
    if (oldest === none) stream.newest = none;
    stream.bytes.release(oldest === none ? stream.bytes.end : messages.positions[oldest]);
  }
}
