import { doubled, initialRows } from './arena';

const none = -1;

export const outboundFlag = {
  unordered: 1,
  /** Has its sequence number, and a first chunk with a TSN. */
  begun: 2,
  /** Given up (https://www.rfc-editor.org/rfc/rfc3758#section-3.5). */
  abandoned: 4,
  /** All its chunks are acknowledged or given up, and none is to come. */
  done: 8,
} as const;

/** Without a limit of retransmissions. */
export const unlimited = 0x7fffffff;

/** Messages that the application sent, a row each, in columns. Freed rows are used again. */
export class OutboundMessages {
  /** Index of the stream among the queue's. */
  streams = new Int32Array(initialRows);
  /** Position of the first byte in the stream's bytes. */
  positions = new Float64Array(initialRows);
  lengths = new Int32Array(initialRows);
  /** Bytes that have a TSN. */
  assigned = new Int32Array(initialRows);
  /** Fragments that have a TSN. */
  fragments = new Int32Array(initialRows);
  /** Chunks with a TSN that are neither acknowledged cumulatively nor passed over. */
  unresolved = new Int32Array(initialRows);
  /** Chunks that were acknowledged, also by gap ack blocks. */
  acknowledged = new Int32Array(initialRows);
  ppids = new Int32Array(initialRows);
  /** Stream sequence number of DATA, message identifier of I-DATA. */
  mids = new Int32Array(initialRows);
  flags = new Int32Array(initialRows);
  /** When it stops to be worth anything. */
  expiries = new Float64Array(initialRows);
  maxRetransmits = new Int32Array(initialRows);
  firstTsns = new Int32Array(initialRows);
  lastTsns = new Int32Array(initialRows);
  /** The next message of the stream. */
  next = new Int32Array(initialRows);
  #firstFree = none;
  #used = 0;

  take(): number {
    const message = this.#firstFree;
    if (message !== none) {
      this.#firstFree = this.next[message];
      return message;
    }
    if (this.#used === this.lengths.length) this.#grow();
    return this.#used++;
  }

  free(message: number): void {
    this.next[message] = this.#firstFree;
    this.#firstFree = message;
  }

  has(message: number, flag: number): boolean {
    return (this.flags[message] & flag) !== 0;
  }

  /** Whether the peer has all of it. */
  isAcknowledged(message: number): boolean {
    return this.assigned[message] === this.lengths[message] && this.acknowledged[message] === this.fragments[message];
  }

  #grow(): void {
    this.streams = doubled(this.streams);
    this.positions = doubledFloats(this.positions);
    this.lengths = doubled(this.lengths);
    this.assigned = doubled(this.assigned);
    this.fragments = doubled(this.fragments);
    this.unresolved = doubled(this.unresolved);
    this.acknowledged = doubled(this.acknowledged);
    this.ppids = doubled(this.ppids);
    this.mids = doubled(this.mids);
    this.flags = doubled(this.flags);
    this.expiries = doubledFloats(this.expiries);
    this.maxRetransmits = doubled(this.maxRetransmits);
    this.firstTsns = doubled(this.firstTsns);
    this.lastTsns = doubled(this.lastTsns);
    this.next = doubled(this.next);
  }
}

function doubledFloats(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}
