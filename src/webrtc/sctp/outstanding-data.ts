import type { OutboundMessages } from './outbound-messages';
import { distance, successor } from './serial-number';

const none = -1;
const initialSlots = 16;

export const chunkState = {
  /** Sent, and neither acknowledged nor thought lost. */
  inFlight: 1,
  /** To be retransmitted. */
  lost: 2,
  /** Acknowledged by a gap ack block. */
  acknowledged: 3,
  /** Given up. */
  abandoned: 4,
} as const;

/**
 * Chunks that have a TSN and are not acknowledged cumulatively, in a ring indexed by TSN. Those in flight are linked in the order of
 * their latest transmission, those lost in the order in which they are to be retransmitted, so that nothing here searches.
 */
export class OutstandingData {
  readonly #messages: OutboundMessages;
  /** Everything up to here was acknowledged. */
  cumulativeAck: number;
  nextTsn: number;
  /** Bytes of the chunks in flight, headers and padding included: what congestion control counts. */
  flightBytes = 0;
  /** User data in flight: what the receiver's window counts. */
  flightPayload = 0;

  #mask = initialSlots - 1;
  #states = new Int32Array(initialSlots);
  /** The message of each chunk, as its row. */
  messageRows = new Int32Array(initialSlots);
  /** The chunk's place in its message, in bytes and in fragments. */
  positions = new Int32Array(initialSlots);
  fragments = new Int32Array(initialSlots);
  lengths = new Int32Array(initialSlots);
  /** Bytes of the chunk in a packet. */
  #sizes = new Int32Array(initialSlots);
  flags = new Int32Array(initialSlots);
  /** The number of the packet that carried it last; 31 bits would do for half an hour. */
  #packets = new Float64Array(initialSlots);
  #sentAt = new Float64Array(initialSlots);
  transmissions = new Int32Array(initialSlots);
  #previous = new Int32Array(initialSlots);
  #next = new Int32Array(initialSlots);
  #firstInFlight = none;
  #lastInFlight = none;
  #firstLost = none;
  #lastLost = none;

  /** Of the chunks that were newly acknowledged since `beginAcknowledging`: bytes, and the latest transmission among them. */
  newlyAcknowledgedBytes = 0;
  latestPacket = 0;
  latestSentAt = 0;
  latestTransmissions = 0;
  /** The highest number of a packet of which something was acknowledged. */
  highestAcknowledgedPacket = none;

  constructor(messages: OutboundMessages, initialTsn: number) {
    this.#messages = messages;
    this.nextTsn = initialTsn;
    this.cumulativeAck = (initialTsn - 1) | 0;
  }

  /** TSNs beyond the cumulative point. */
  get count(): number {
    return distance(this.cumulativeAck, this.nextTsn) - 1;
  }

  get hasLost(): boolean {
    return this.#firstLost !== none;
  }

  get hasInFlight(): boolean {
    return this.#firstInFlight !== none;
  }

  slotOf(tsn: number): number {
    return tsn & this.#mask;
  }

  /** Gives the next TSN to a chunk that is about to be sent for the first time, or (with no bytes) to one that never will be. */
  append(message: number, position: number, fragment: number, length: number, size: number, flags: number): number {
    if (this.count > this.#mask) this.#grow();
    const tsn = this.nextTsn;
    const slot = tsn & this.#mask;
    this.nextTsn = successor(tsn);
    this.messageRows[slot] = message;
    this.positions[slot] = position;
    this.fragments[slot] = fragment;
    this.lengths[slot] = length;
    this.#sizes[slot] = size;
    this.flags[slot] = flags;
    this.transmissions[slot] = 0;
    this.#states[slot] = 0;
    return tsn;
  }

  /** The chunk goes out with packet number `packet`. */
  transmitted(tsn: number, now: number, packet: number): void {
    const slot = tsn & this.#mask;
    if (this.#states[slot] === chunkState.lost) this.#unlinkLost(slot);
    else if (this.#states[slot] === chunkState.inFlight) this.#leaveFlight(slot);
    this.#states[slot] = chunkState.inFlight;
    this.#packets[slot] = packet;
    this.#sentAt[slot] = now;
    this.transmissions[slot]++;
    this.flightBytes += this.#sizes[slot];
    this.flightPayload += this.lengths[slot];
    this.#previous[slot] = this.#lastInFlight;
    this.#next[slot] = none;
    if (this.#lastInFlight === none) this.#firstInFlight = slot;
    else this.#next[this.#lastInFlight] = slot;
    this.#lastInFlight = slot;
  }

  /** The TSN that is to be retransmitted next; only where `hasLost`. */
  get firstLostTsn(): number {
    return this.#tsnOf(this.#firstLost);
  }

  /** The TSN that was transmitted last; only where `hasInFlight`. */
  get latestInFlightTsn(): number {
    return this.#tsnOf(this.#lastInFlight);
  }

  sizeOf(tsn: number): number {
    return this.#sizes[tsn & this.#mask];
  }

  stateOf(tsn: number): number {
    return this.#states[tsn & this.#mask];
  }

  beginAcknowledging(): void {
    this.newlyAcknowledgedBytes = 0;
    this.latestPacket = none;
    this.latestSentAt = 0;
    this.latestTransmissions = 0;
  }

  /** A SACK speaks of this TSN. */
  acknowledge(tsn: number): void {
    const slot = tsn & this.#mask;
    const state = this.#states[slot];
    if (state === chunkState.acknowledged || state === chunkState.abandoned) return;
    if (state === chunkState.inFlight) this.#leaveFlight(slot);
    else this.#unlinkLost(slot);
    this.#states[slot] = chunkState.acknowledged;
    this.#messages.acknowledged[this.messageRows[slot]]++;
    this.newlyAcknowledgedBytes += this.#sizes[slot];
    if (this.#packets[slot] > this.latestPacket) {
      this.latestPacket = this.#packets[slot];
      this.latestSentAt = this.#sentAt[slot];
      this.latestTransmissions = this.transmissions[slot];
    }
  }

  /**
   * Finds chunks that were overtaken: of packets sent `threshold` or more before one that was acknowledged, or `delay` ago. Moves them
   * to the lost ones and returns when the next would be found by its time alone.
   */
  detectLosses(now: number, threshold: number, delay: number): number {
    const highest = this.highestAcknowledgedPacket;
    this.newlyLost.length = 0;
    for (let slot = this.#firstInFlight; slot !== none;) {
      const packet = this.#packets[slot];
      if (packet >= highest) return Infinity;
      const dueAt = this.#sentAt[slot] + delay;
      if (packet > highest - threshold && dueAt > now) return dueAt;
      const following = this.#next[slot];
      this.newlyLost.push(this.#tsnOf(slot));
      this.#leaveFlight(slot);
      this.#appendLost(slot);
      slot = following;
    }
    return Infinity;
  }

  /** TSNs that the latest `detectLosses` found. */
  readonly newlyLost: number[] = [];

  /**
   * Everything counts as lost, in the order of TSNs. What gap ack blocks said is forgotten: the peer may have thrown it away
   * (https://www.rfc-editor.org/rfc/rfc9260#section-6.2.1).
   */
  loseAll(): void {
    this.#firstLost = this.#lastLost = none;
    for (let tsn = successor(this.cumulativeAck); tsn !== this.nextTsn; tsn = successor(tsn)) {
      const slot = tsn & this.#mask;
      if (this.#states[slot] === chunkState.abandoned) continue;
      if (this.#states[slot] === chunkState.inFlight) this.#leaveFlight(slot);
      if (this.#states[slot] === chunkState.acknowledged) this.#messages.acknowledged[this.messageRows[slot]]--;
      this.#appendLost(slot);
    }
  }

  abandon(tsn: number): void {
    const slot = tsn & this.#mask;
    if (this.#states[slot] === chunkState.inFlight) this.#leaveFlight(slot);
    else if (this.#states[slot] === chunkState.lost) this.#unlinkLost(slot);
    this.#states[slot] = chunkState.abandoned;
  }

  #appendLost(slot: number): void {
    this.#states[slot] = chunkState.lost;
    this.#previous[slot] = this.#lastLost;
    this.#next[slot] = none;
    if (this.#lastLost === none) this.#firstLost = slot;
    else this.#next[this.#lastLost] = slot;
    this.#lastLost = slot;
  }

  #leaveFlight(slot: number): void {
    this.flightBytes -= this.#sizes[slot];
    this.flightPayload -= this.lengths[slot];
    const previous = this.#previous[slot];
    const next = this.#next[slot];
    if (previous === none) this.#firstInFlight = next;
    else this.#next[previous] = next;
    if (next === none) this.#lastInFlight = previous;
    else this.#previous[next] = previous;
  }

  #unlinkLost(slot: number): void {
    const previous = this.#previous[slot];
    const next = this.#next[slot];
    if (previous === none) this.#firstLost = next;
    else this.#next[previous] = next;
    if (next === none) this.#lastLost = previous;
    else this.#previous[next] = previous;
  }

  #tsnOf(slot: number): number {
    const first = successor(this.cumulativeAck);
    return (first + ((slot - first) & this.#mask)) | 0;
  }

  #grow(): void {
    const first = successor(this.cumulativeAck);
    const oldMask = this.#mask;
    const slots = (oldMask + 1) * 2;
    this.#mask = slots - 1;
    /** Entries keep their order; where the ring was cut, the upper part moves. */
    const place = (slot: number): number => (slot === none ? none : (first + ((slot - first) & oldMask)) & this.#mask);
    const columns = [this.#states, this.messageRows, this.positions, this.fragments, this.lengths, this.#sizes, this.flags, this.transmissions];
    const longer = columns.map(() => new Int32Array(slots));
    const packets = new Float64Array(slots);
    const sentAt = new Float64Array(slots);
    const previous = new Int32Array(slots);
    const next = new Int32Array(slots);
    for (let tsn = first; tsn !== this.nextTsn; tsn = successor(tsn)) {
      const from = tsn & oldMask;
      const to = tsn & this.#mask;
      columns.forEach((column, index) => { longer[index][to] = column[from]; });
      packets[to] = this.#packets[from];
      sentAt[to] = this.#sentAt[from];
      previous[to] = place(this.#previous[from]);
      next[to] = place(this.#next[from]);
    }
    [this.#states, this.messageRows, this.positions, this.fragments, this.lengths, this.#sizes, this.flags, this.transmissions] = longer;
    this.#packets = packets;
    this.#sentAt = sentAt;
    this.#previous = previous;
    this.#next = next;
    this.#firstInFlight = place(this.#firstInFlight);
    this.#lastInFlight = place(this.#lastInFlight);
    this.#firstLost = place(this.#firstLost);
    this.#lastLost = place(this.#lastLost);
  }
}
