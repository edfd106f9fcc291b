import { Arena } from './arena';
import type { BlockPool } from './block-pool';
import { DeliveredMessage } from './delivered-message';
import type { EventQueue } from './events';
import { inboundFlag, InboundMessages, StrayFragments } from './inbound-messages';
import type { PairTable } from './pair-table';
import { isBefore, isBefore16 } from './serial-number';

const none = -1;

/** About what a message or an early fragment takes beside its bytes; it counts against the receive window. */
const overheadBytes = 64;

/** First keys of the table: messages by stream, and fragments by the message they belong to. */
export const keySpace = {
  ordered: (streamId: number) => streamId * 2,
  unordered: (streamId: number) => streamId * 2 + 1,
  straysOf: (message: number) => -2 - message,
};

export interface InboundStream {
  readonly id: number;
  /** The number that the next ordered message must have. */
  nextMid: number;
  /** Undelivered messages, complete ones and others, in no order. */
  firstMessage: number;
  /** Of those, how many are complete and ordered, and wait for their predecessors. */
  heldCount: number;
  /** The message that is being delivered in parts. */
  streaming: number;
  /** Unordered messages that were completed meanwhile. */
  behindStreaming: number[];
}

/**
 * The receiving side of streams (https://www.rfc-editor.org/rfc/rfc9260#section-6.6): which complete message may be delivered, and
 * what happens to messages whose predecessors were given up. Messages here have bytes already; `Reassembly` puts these together.
 */
export class InboundStreams {
  readonly #events: EventQueue;
  readonly #table: PairTable;
  readonly #interleaving: boolean;
  readonly arena: Arena;
  readonly messages = new InboundMessages();
  readonly strays = new StrayFragments();
  readonly #streams = new Map<number, InboundStream>();
  #lastStream: InboundStream | undefined;
  readonly #deliveredMessage: DeliveredMessage;
  #messageCount = 0;
  /** What was delivered last and is freed by the next call: the message to free, or the chain of extents of a part. */
  #lastMessage = none;
  #lastChain = none;
  /** The stream of the message for which `deliver` said 'aborted'. */
  abortedStreamId = 0;
  /** Messages of which no part can be delivered any more, since they came too late. */
  staleMessages = 0;

  constructor(pool: BlockPool, events: EventQueue, table: PairTable, interleaving: boolean) {
    this.#events = events;
    this.#table = table;
    this.#interleaving = interleaving;
    this.arena = new Arena(pool);
    this.#deliveredMessage = new DeliveredMessage(this.arena);
  }

  /** Bytes that count against the receive window. */
  get charge(): number {
    return this.arena.livingBytes + overheadBytes * (this.#messageCount + this.strays.count);
  }

  stream(id: number): InboundStream {
    if (this.#lastStream !== undefined && this.#lastStream.id === id) return this.#lastStream;
    let stream = this.#streams.get(id);
    if (!stream) {
      stream = { id, nextMid: 0, firstMessage: none, heldCount: 0, streaming: none, behindStreaming: [] };
      this.#streams.set(id, stream);
    }
    this.#lastStream = stream;
    return stream;
  }

  /** A new message, which belongs to the stream's undelivered ones. */
  take(stream: InboundStream, mid: number, ppid: number, unordered: boolean): number {
    const { messages } = this;
    const message = messages.take(stream.id, mid, ppid, unordered ? inboundFlag.unordered : 0);
    this.#messageCount++;
    messages.next[message] = stream.firstMessage;
    if (stream.firstMessage !== none) messages.previous[stream.firstMessage] = message;
    stream.firstMessage = message;
    return message;
  }

  /** Copies received bytes behind those of the message. */
  append(message: number, bytes: Uint8Array, start: number, length: number): void {
    const { messages, arena } = this;
    messages.lastExtents[message] = arena.append(messages.lastExtents[message], bytes, start, length);
    if (messages.firstExtents[message] === none) messages.firstExtents[message] = arena.chainStart;
    messages.chainBytes[message] += length;
    messages.totalBytes[message] += length;
  }

  /** Whether an ordered message with this number would come too late. */
  isStale(stream: InboundStream, mid: number): boolean {
    return this.#interleaving ? isBefore(mid, stream.nextMid) : isBefore16(mid, stream.nextMid);
  }

  /** The last byte of `message` is there. */
  complete(message: number): void {
    const { messages } = this;
    const stream = this.stream(messages.streamIds[message]);
    messages.flags[message] |= inboundFlag.complete;
    if (stream.streaming === message) {
      this.#endStreaming(stream, message);
    } else if (messages.has(message, inboundFlag.unordered)) {
      if (stream.streaming === none) this.#ready(stream, message);
      else stream.behindStreaming.push(message);
    } else if (messages.mids[message] === stream.nextMid && stream.streaming === none) {
      this.#ready(stream, message);
      this.#advance(stream);
    } else {
      this.#hold(stream, message);
    }
  }

  /** Delivers what there is of a message and what follows as it comes, if nothing must be delivered before it. */
  startStreaming(message: number): void {
    const { messages } = this;
    const stream = this.stream(messages.streamIds[message]);
    if (stream.streaming !== none) return;
    if (!messages.has(message, inboundFlag.unordered) && messages.mids[message] !== stream.nextMid) return;
    stream.streaming = message;
    messages.flags[message] |= inboundFlag.streaming;
    this.#queue(message);
  }

  /** A further part of a message that is delivered in parts may be delivered. */
  continueStreaming(message: number): void {
    if (this.messages.has(message, inboundFlag.streaming)) this.#queue(message);
  }

  /** Frees a message that will not be delivered (any further). */
  discard(message: number): void {
    const { messages } = this;
    const stream = this.stream(messages.streamIds[message]);
    this.#forgetKey(stream, message);
    this.#freeStrays(message);
    this.#unlink(stream, message);
    if (stream.streaming === message) {
      messages.flags[message] |= inboundFlag.aborted | inboundFlag.complete;
      this.#freeChain(message);
      this.#endStreaming(stream, message);
      return;
    }
    this.#freeMessage(message);
  }

  /**
   * The peer gave up messages of a stream up to `mid` (https://www.rfc-editor.org/rfc/rfc3758#section-3.6,
   * https://www.rfc-editor.org/rfc/rfc8260#section-2.3.1): incomplete ones are dropped, complete ones that were held are delivered.
   */
  skip(streamId: number, unordered: boolean, mid: number): void {
    const stream = this.stream(streamId);
    const { messages } = this;
    if (!unordered && (mid !== stream.nextMid && this.isStale(stream, mid))) return;
    const skipped: number[] = [];
    for (let message = stream.firstMessage; message !== none; message = messages.next[message]) {
      if (messages.has(message, inboundFlag.unordered) === unordered && !this.#isLater(messages.mids[message], mid)) skipped.push(message);
    }
    // Fragments of DATA are given up by TSN, see Reassembly.
    if (this.#interleaving) for (const message of skipped) if (!messages.has(message, inboundFlag.complete)) this.discard(message);
    if (unordered) return;
    const held = skipped.filter((message) => messages.has(message, inboundFlag.complete) && !messages.has(message, inboundFlag.aborted));
    held.sort((a, b) => (this.#isLater(messages.mids[a], messages.mids[b]) ? 1 : -1));
    for (const message of held) this.#release(stream, message);
    stream.nextMid = this.#successor(mid);
    this.#advanceHeld(stream);
  }

  /** The peer's stream begins anew (https://www.rfc-editor.org/rfc/rfc6525#section-5.2.2): what is incomplete will stay so. */
  reset(streamId: number): void {
    const stream = this.#streams.get(streamId);
    if (!stream) return;
    while (stream.firstMessage !== none) this.discard(stream.firstMessage);
    this.#streams.delete(streamId);
    if (this.#lastStream === stream) this.#lastStream = undefined;
  }

  /** Streams that were received from. */
  streamIds(): number[] {
    return [...this.#streams.keys()];
  }

  /** The event for a message that stood in the queue; undefined where a part of no bytes would be all. */
  deliver(message: number): DeliveredMessage | undefined | 'aborted' {
    const { messages } = this;
    const deliveredMessage = this.#deliveredMessage;
    messages.flags[message] &= ~inboundFlag.queued;
    if (messages.has(message, inboundFlag.aborted)) {
      const wasSeen = messages.has(message, inboundFlag.begun);
      this.abortedStreamId = messages.streamIds[message];
      this.#freeMessage(message);
      return wasSeen ? 'aborted' : undefined;
    }
    const complete = messages.has(message, inboundFlag.complete);
    deliveredMessage.streamId = messages.streamIds[message];
    deliveredMessage.ppid = messages.ppids[message] >>> 0;
    deliveredMessage.unordered = messages.has(message, inboundFlag.unordered);
    deliveredMessage.byteLength = messages.chainBytes[message];
    deliveredMessage.begins = !messages.has(message, inboundFlag.begun);
    deliveredMessage.ends = complete;
    deliveredMessage.refer(messages.firstExtents[message]);
    if (complete) {
      this.#lastMessage = message;
    } else {
      this.#lastChain = messages.firstExtents[message];
      messages.firstExtents[message] = none;
      messages.lastExtents[message] = none;
      messages.chainBytes[message] = 0;
      messages.flags[message] |= inboundFlag.begun;
    }
    return deliveredMessage;
  }

  /** Frees what the latest `deliver` gave out. */
  releaseDelivered(): void {
    if (this.#lastMessage !== none) this.#freeMessage(this.#lastMessage);
    if (this.#lastChain !== none) this.arena.free(this.#lastChain);
    this.#lastMessage = none;
    this.#lastChain = none;
  }

  #isLater(mid: number, than: number): boolean {
    return this.#interleaving ? isBefore(than, mid) : isBefore16(than, mid);
  }

  #successor(mid: number): number {
    return this.#interleaving ? (mid + 1) | 0 : (mid + 1) & 0xffff;
  }

  #hold(stream: InboundStream, message: number): void {
    const key = keySpace.ordered(stream.id);
    const mid = this.messages.mids[message];
    // With I-DATA the message has its key since its first fragment.
    const known = this.#table.get(key, mid);
    if (this.isStale(stream, mid) || (known !== none && known !== message)) {
      this.staleMessages++;
      this.messages.flags[message] &= ~inboundFlag.complete; // It was never counted as held.
      this.discard(message);
      return;
    }
    this.#table.set(key, mid, message);
    stream.heldCount++;
  }

  /** An ordered message was made ready: the next ones may follow. */
  #advance(stream: InboundStream): void {
    stream.nextMid = this.#successor(stream.nextMid);
    this.#advanceHeld(stream);
  }

  #advanceHeld(stream: InboundStream): void {
    while (stream.heldCount > 0) {
      const message = this.#table.get(keySpace.ordered(stream.id), stream.nextMid);
      if (message === none || !this.messages.has(message, inboundFlag.complete)) return;
      this.#release(stream, message);
      stream.nextMid = this.#successor(stream.nextMid);
    }
  }

  /** Makes a held message ready. */
  #release(stream: InboundStream, message: number): void {
    stream.heldCount--;
    this.#ready(stream, message);
  }

  #ready(stream: InboundStream, message: number): void {
    this.#forgetKey(stream, message);
    this.#unlink(stream, message);
    this.#queue(message);
  }

  #endStreaming(stream: InboundStream, message: number): void {
    const { messages } = this;
    const aborted = messages.has(message, inboundFlag.aborted);
    stream.streaming = none;
    if (!aborted) this.#forgetKey(stream, message);
    if (!aborted) this.#unlink(stream, message);
    this.#queue(message);
    for (const behind of stream.behindStreaming) this.#ready(stream, behind);
    stream.behindStreaming = [];
    if (!messages.has(message, inboundFlag.unordered) && !aborted) this.#advance(stream);
    else this.#advanceHeld(stream);
  }

  #queue(message: number): void {
    if (this.messages.has(message, inboundFlag.queued)) return;
    this.messages.flags[message] |= inboundFlag.queued;
    this.#events.pushMessage(message);
  }

  #forgetKey(stream: InboundStream, message: number): void {
    if (this.#table.count === 0) return;
    const { messages } = this;
    const table = this.#table;
    const key = messages.has(message, inboundFlag.unordered) ? keySpace.unordered(stream.id) : keySpace.ordered(stream.id);
    if (table.get(key, messages.mids[message]) === message) table.delete(key, messages.mids[message]);
  }

  #freeStrays(message: number): void {
    const { strays } = this;
    for (let stray = this.messages.firstStrays[message]; stray !== none;) {
      const following = strays.next[stray];
      this.#table.delete(keySpace.straysOf(message), strays.numbers[stray]);
      this.arena.free(strays.firstExtents[stray]);
      strays.free(stray);
      stray = following;
    }
    this.messages.firstStrays[message] = none;
  }

  #unlink(stream: InboundStream, message: number): void {
    const { messages } = this;
    const previous = messages.previous[message];
    const next = messages.next[message];
    if (previous !== none) messages.next[previous] = next;
    else if (stream.firstMessage === message) stream.firstMessage = next;
    if (next !== none) messages.previous[next] = previous;
    messages.previous[message] = none;
    messages.next[message] = none;
  }

  #freeMessage(message: number): void {
    this.#freeStrays(message);
    this.#freeChain(message);
    this.messages.free(message);
    this.#messageCount--;
  }

  #freeChain(message: number): void {
    const { messages } = this;
    if (messages.firstExtents[message] !== none) this.arena.free(messages.firstExtents[message]);
    messages.firstExtents[message] = none;
    messages.lastExtents[message] = none;
    messages.chainBytes[message] = 0;
  }
}
