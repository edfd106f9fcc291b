import { doubled, initialRows } from './arena';

const none = -1;

export const inboundFlag = {
  unordered: 1,
  complete: 2,
  /** Delivered in parts, as they come. */
  streaming: 4,
  /** Stands in the queue of events. */
  queued: 8,
  /** A part of it was delivered. */
  begun: 16,
  /** Given up by the peer after parts of it were delivered. */
  aborted: 32,
} as const;

/** Messages on their way to the application, a row each, in columns. Freed rows are used again. */
export class InboundMessages {
  streamIds = new Int32Array(initialRows);
  /** Stream sequence number of DATA, message identifier of I-DATA. */
  mids = new Int32Array(initialRows);
  ppids = new Int32Array(initialRows);
  flags = new Int32Array(initialRows);
  /** The next fragment in order: its TSN (DATA) or FSN (I-DATA). */
  expected = new Int32Array(initialRows);
  firstExtents = new Int32Array(initialRows);
  lastExtents = new Int32Array(initialRows);
  /** Bytes in the chain of extents: received in order and not yet delivered. */
  chainBytes = new Int32Array(initialRows);
  /** Bytes of the message so far, those that were delivered too. */
  totalBytes = new Int32Array(initialRows);
  /** The first of the fragments that came too early (I-DATA). */
  firstStrays = new Int32Array(initialRows);
  /** Neighbours among the undelivered messages of one stream. */
  previous = new Int32Array(initialRows);
  next = new Int32Array(initialRows);
  #firstFree = none;
  #used = 0;

  take(streamId: number, mid: number, ppid: number, flags: number): number {
    const message = this.#takeRow();
    this.streamIds[message] = streamId;
    this.mids[message] = mid;
    this.ppids[message] = ppid;
    this.flags[message] = flags;
    this.expected[message] = 0;
    this.firstExtents[message] = none;
    this.lastExtents[message] = none;
    this.chainBytes[message] = 0;
    this.totalBytes[message] = 0;
    this.firstStrays[message] = none;
    this.previous[message] = none;
    this.next[message] = none;
    return message;
  }

  free(message: number): void {
    this.next[message] = this.#firstFree;
    this.#firstFree = message;
  }

  has(message: number, flag: number): boolean {
    return (this.flags[message] & flag) !== 0;
  }

  #takeRow(): number {
    const message = this.#firstFree;
    if (message !== none) {
      this.#firstFree = this.next[message];
      return message;
    }
    if (this.#used === this.mids.length) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    this.streamIds = doubled(this.streamIds);
    this.mids = doubled(this.mids);
    this.ppids = doubled(this.ppids);
    this.flags = doubled(this.flags);
    this.expected = doubled(this.expected);
    this.firstExtents = doubled(this.firstExtents);
    this.lastExtents = doubled(this.lastExtents);
    this.chainBytes = doubled(this.chainBytes);
    this.totalBytes = doubled(this.totalBytes);
    this.firstStrays = doubled(this.firstStrays);
    this.previous = doubled(this.previous);
    this.next = doubled(this.next);
  }
}

/** Fragments that came before the ones they follow, a row each. */
export class StrayFragments {
  firstExtents = new Int32Array(16);
  lastExtents = new Int32Array(16);
  lengths = new Int32Array(16);
  flags = new Int32Array(16);
  streamIds = new Int32Array(16);
  mids = new Int32Array(16);
  /** The key by which it is found: TSN or FSN. */
  numbers = new Int32Array(16);
  /** Neighbours among those of one message (I-DATA). */
  previous = new Int32Array(16);
  next = new Int32Array(16);
  count = 0;
  #firstFree = none;
  #used = 0;

  take(): number {
    this.count++;
    const row = this.#firstFree;
    if (row !== none) {
      this.#firstFree = this.next[row];
      return row;
    }
    if (this.#used === this.lengths.length) this.#grow();
    return this.#used++;
  }

  free(row: number): void {
    this.count--;
    this.next[row] = this.#firstFree;
    this.#firstFree = row;
  }

  #grow(): void {
    this.firstExtents = doubled(this.firstExtents);
    this.lastExtents = doubled(this.lastExtents);
    this.lengths = doubled(this.lengths);
    this.flags = doubled(this.flags);
    this.streamIds = doubled(this.streamIds);
    this.mids = doubled(this.mids);
    this.numbers = doubled(this.numbers);
    this.previous = doubled(this.previous);
    this.next = doubled(this.next);
  }
}
