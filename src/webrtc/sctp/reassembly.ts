import type { BlockPool } from './block-pool';
import { dataFlag } from './constants';
import type { EventQueue } from './events';
import { inboundFlag } from './inbound-messages';
import { InboundStreams, keySpace } from './inbound-streams';
import { PairTable } from './pair-table';
import { isBefore, successor } from './serial-number';

const none = -1;
/** First key of the table for what is known by TSN: messages that wait for that TSN, and fragments that came too early. */
const tsnSpace = -1;

/** From this charge of the window on, messages are delivered in parts, so that a window full of unfinished ones still drains. */
const streamingShare = 0.5;

/** Why the peer's data can't be right; the association ends with it. */
export type Violation = string | undefined;

/**
 * Puts the fragments of user messages together. With DATA the fragments of a message have consecutive TSNs
 * (https://www.rfc-editor.org/rfc/rfc9260#section-6.9); with I-DATA each names its message and its place in it
 * (https://www.rfc-editor.org/rfc/rfc8260#section-2.2.3). The caller passes each TSN once.
 */
export class Reassembly {
  readonly #interleaving: boolean;
  readonly #windowBytes: number;
  readonly #maxMessageBytes: number;
  readonly streams: InboundStreams;
  readonly #table: PairTable;
  /** The message that was appended to last and is not complete. With DATA it is the one that waits for its TSN without standing in the table. */
  #current = none;
  /** Fragments whose message can never be complete. */
  orphanedFragments = 0;

  constructor(
    pool: BlockPool,
    events: EventQueue,
    seed: number,
    interleaving: boolean,
    windowBytes: number,
    maxMessageBytes: number,
  ) {
    this.#interleaving = interleaving;
    this.#windowBytes = windowBytes;
    this.#maxMessageBytes = maxMessageBytes;
    this.#table = new PairTable(seed);
    this.streams = new InboundStreams(pool, events, this.#table, interleaving);
  }

  /** A DATA chunk. `inOrder`: every TSN before it was received or given up. */
  data(
    tsn: number, flags: number, streamId: number, ssn: number, ppid: number, inOrder: boolean,
    bytes: Uint8Array, start: number, length: number,
  ): Violation {
    if (flags & dataFlag.beginning) {
      if (this.#waiting(tsn) !== none) return 'a message began within another';
      const message = this.streams.take(this.streams.stream(streamId), ssn, ppid, (flags & dataFlag.unordered) !== 0);
      this.streams.append(message, bytes, start, length);
      return this.#wentOn(message, tsn, flags);
    }
    const message = this.#waiting(tsn);
    if (message === none) {
      if (inOrder) this.orphanedFragments++;
      else this.#keep(tsnSpace, tsn, flags, streamId, ssn, bytes, start, length);
      return undefined;
    }
    if (!this.#belongs(message, flags, streamId, ssn)) return 'fragments of one message differ in stream or sequence number';
    this.#table.delete(tsnSpace, tsn);
    this.streams.append(message, bytes, start, length);
    return this.#wentOn(message, tsn, flags);
  }

  /** An I-DATA chunk; `ppidOrFsn` as its header has it. */
  iData(
    flags: number, streamId: number, mid: number, ppidOrFsn: number,
    bytes: Uint8Array, start: number, length: number,
  ): Violation {
    const { streams } = this;
    const unordered = (flags & dataFlag.unordered) !== 0;
    const begins = (flags & dataFlag.beginning) !== 0;
    const fsn = begins ? 0 : ppidOrFsn;
    let message = this.#findMessage(streamId, mid, unordered);
    if (message === none) {
      const stream = streams.stream(streamId);
      if (!unordered && streams.isStale(stream, mid)) {
        streams.staleMessages++;
        return undefined;
      }
      message = streams.take(stream, mid, begins ? ppidOrFsn : 0, unordered);
      if (!begins || !(flags & dataFlag.end)) this.#table.set(messageSpace(streamId, unordered), mid, message);
    }
    const { messages } = streams;
    if (messages.has(message, inboundFlag.complete)) return 'a fragment of a complete message';
    const expected = messages.expected[message];
    if (fsn !== expected) {
      if (isBefore(fsn, expected) || this.#table.get(keySpace.straysOf(message), fsn) !== none) return 'two fragments with one number';
      this.#keep(keySpace.straysOf(message), fsn, flags, streamId, mid, bytes, start, length, message);
      return undefined;
    }
    if (begins) messages.ppids[message] = ppidOrFsn;
    streams.append(message, bytes, start, length);
    return this.#wentOnInterleaved(message, flags);
  }

  /**
   * https://www.rfc-editor.org/rfc/rfc3758#section-3.6 for DATA: fragments up to `cumulativeTsn` won't come any more; `advancedBy` says
   * how many TSNs that point has moved.
   */
  forgetThrough(cumulativeTsn: number, advancedBy: number): void {
    if (this.#current !== none && !isBefore(cumulativeTsn, this.streams.messages.expected[this.#current])) this.#giveUp(this.#current);
    if (this.#table.count === 0) return;
    if (advancedBy <= this.#table.count) {
      for (let back = advancedBy - 1; back >= 0; back--) this.#forget((cumulativeTsn - back) | 0);
    } else {
      for (const tsn of this.#table.secondsOf(tsnSpace)) if (!isBefore(cumulativeTsn, tsn)) this.#forget(tsn);
    }
    this.#dropOrphans(successor(cumulativeTsn));
  }

  /** Messages of a stream up to `mid` won't be completed. */
  skip(streamId: number, unordered: boolean, mid: number): void {
    if (this.#interleaving) this.#current = none; // Only a shortcut there.
    this.streams.skip(streamId, unordered, mid);
  }

  /** Streams of the peer's begin anew. */
  reset(streamIds: readonly number[]): void {
    const { streams } = this;
    const current = this.#current;
    const affected = new Set(streamIds);
    if (current !== none && affected.has(streams.messages.streamIds[current])) this.#giveUp(current);
    for (const tsn of this.#table.secondsOf(tsnSpace)) {
      if (affected.has(this.#streamOf(this.#table.get(tsnSpace, tsn)))) this.#forget(tsn);
    }
    for (const streamId of affected) streams.reset(streamId);
  }

  /** The message whose next fragment has this TSN. */
  #waiting(tsn: number): number {
    const current = this.#current;
    if (current !== none && this.streams.messages.expected[current] === tsn) return current;
    const entry = this.#table.get(tsnSpace, tsn);
    return entry === none || isStray(entry) ? none : rowOf(entry);
  }

  #belongs(message: number, flags: number, streamId: number, ssn: number): boolean {
    const { messages } = this.streams;
    const unordered = (flags & dataFlag.unordered) !== 0;
    return messages.streamIds[message] === streamId && messages.has(message, inboundFlag.unordered) === unordered
      && (unordered || messages.mids[message] === ssn);
  }

  /** The fragment with this TSN was appended: fragments that came before it follow. */
  #wentOn(message: number, tsn: number, flags: number): Violation {
    const { streams } = this;
    const { strays } = streams;
    let next = successor(tsn);
    while (!(flags & dataFlag.end)) {
      const entry = this.#table.get(tsnSpace, next);
      if (entry === none) {
        this.#awaitTsn(message, next);
        return this.#grew(message);
      }
      if (!isStray(entry)) return 'two messages go on with one TSN';
      const stray = rowOf(entry);
      flags = strays.flags[stray];
      if (!this.#belongs(message, flags, strays.streamIds[stray], strays.mids[stray])) return 'fragments of one message differ in stream or sequence number';
      this.#table.delete(tsnSpace, next);
      this.#appendStray(message, stray);
      next = successor(next);
    }
    if (this.#current === message) this.#current = none;
    const violation = this.#grew(message);
    if (violation !== undefined) return violation;
    streams.complete(message);
    this.#dropOrphans(next);
    return undefined;
  }

  #awaitTsn(message: number, tsn: number): void {
    const { messages } = this.streams;
    const current = this.#current;
    if (current !== none && current !== message) this.#table.set(tsnSpace, messages.expected[current], current << 1);
    messages.expected[message] = tsn;
    this.#current = message;
  }

  #wentOnInterleaved(message: number, flags: number): Violation {
    const { streams } = this;
    const table = this.#table;
    const { messages, strays } = streams;
    messages.expected[message]++;
    while (!(flags & dataFlag.end) && messages.firstStrays[message] !== none) {
      const space = keySpace.straysOf(message);
      const stray = table.get(space, messages.expected[message]);
      if (stray === none) break;
      flags = strays.flags[stray];
      table.delete(space, messages.expected[message]);
      this.#unlinkStray(message, stray);
      this.#appendStray(message, stray);
      messages.expected[message]++;
    }
    const violation = this.#grew(message);
    if (violation !== undefined || !(flags & dataFlag.end)) {
      this.#current = message;
      return violation;
    }
    if (this.#current === message) this.#current = none;
    streams.complete(message);
    return undefined;
  }

  /** Checks the limit of a message's size, and delivers parts where the window gets short. */
  #grew(message: number): Violation {
    const { streams } = this;
    if (streams.messages.totalBytes[message] > this.#maxMessageBytes) return 'a message larger than the limit that was signalled';
    if (streams.messages.has(message, inboundFlag.streaming)) streams.continueStreaming(message);
    else if (streams.charge > this.#windowBytes * streamingShare) streams.startStreaming(message);
    return undefined;
  }

  #findMessage(streamId: number, mid: number, unordered: boolean): number {
    const current = this.#current;
    const { messages } = this.streams;
    if (current !== none && messages.streamIds[current] === streamId && messages.mids[current] === mid
      && messages.has(current, inboundFlag.unordered) === unordered) return current;
    return this.#table.get(messageSpace(streamId, unordered), mid);
  }

  #keep(
    space: number, number: number, flags: number, streamId: number, mid: number,
    bytes: Uint8Array, start: number, length: number, message = none,
  ): void {
    const { strays, arena, messages } = this.streams;
    const stray = strays.take();
    strays.lastExtents[stray] = arena.append(none, bytes, start, length);
    strays.firstExtents[stray] = arena.chainStart;
    strays.lengths[stray] = length;
    strays.flags[stray] = flags;
    strays.streamIds[stray] = streamId;
    strays.mids[stray] = mid;
    strays.numbers[stray] = number;
    strays.previous[stray] = none;
    strays.next[stray] = none;
    if (message === none) {
      this.#table.set(space, number, (stray << 1) | 1);
      return;
    }
    const first = messages.firstStrays[message];
    strays.next[stray] = first;
    if (first !== none) strays.previous[first] = stray;
    messages.firstStrays[message] = stray;
    this.#table.set(space, number, stray);
  }

  /** Hangs the extents of an early fragment behind the message's. */
  #appendStray(message: number, stray: number): void {
    const { strays, messages, arena } = this.streams;
    const first = strays.firstExtents[stray];
    if (messages.lastExtents[message] === none) messages.firstExtents[message] = first;
    else arena.link(messages.lastExtents[message], first);
    messages.lastExtents[message] = strays.lastExtents[stray];
    messages.chainBytes[message] += strays.lengths[stray];
    messages.totalBytes[message] += strays.lengths[stray];
    strays.free(stray);
  }

  #unlinkStray(message: number, stray: number): void {
    const { strays, messages } = this.streams;
    const previous = strays.previous[stray];
    const next = strays.next[stray];
    if (previous === none) messages.firstStrays[message] = next;
    else strays.next[previous] = next;
    if (next !== none) strays.previous[next] = previous;
  }

  #streamOf(entry: number): number {
    const { strays, messages } = this.streams;
    return isStray(entry) ? strays.streamIds[rowOf(entry)] : messages.streamIds[rowOf(entry)];
  }

  /** Drops what is known by this TSN. */
  #forget(tsn: number): void {
    const entry = this.#table.get(tsnSpace, tsn);
    if (entry === none) return;
    this.#table.delete(tsnSpace, tsn);
    if (isStray(entry)) this.#dropStray(rowOf(entry));
    else this.streams.discard(rowOf(entry));
  }

  #dropStray(stray: number): void {
    const { strays, arena } = this.streams;
    this.orphanedFragments++;
    arena.free(strays.firstExtents[stray]);
    strays.free(stray);
  }

  #giveUp(message: number): void {
    this.#current = none;
    this.streams.discard(message);
  }

  /** A message ends just before `tsn`: what is there without a beginning belongs to nothing. */
  #dropOrphans(tsn: number): void {
    for (let ended = false; !ended; tsn = successor(tsn)) {
      const entry = this.#table.get(tsnSpace, tsn);
      if (entry === none || !isStray(entry)) return;
      ended = (this.streams.strays.flags[rowOf(entry)] & dataFlag.end) !== 0;
      this.#table.delete(tsnSpace, tsn);
      this.#dropStray(rowOf(entry));
    }
  }
}

/** Values under `tsnSpace` are rows of messages and of early fragments; the lowest bit tells which. */
const isStray = (entry: number): boolean => (entry & 1) !== 0;
const rowOf = (entry: number): number => entry >> 1;

const messageSpace = (streamId: number, unordered: boolean): number =>
  unordered ? keySpace.unordered(streamId) : keySpace.ordered(streamId);
