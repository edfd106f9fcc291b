import { chunkType } from './constants';
import { outboundFlag } from './outbound-messages';
import { chunkState, type OutstandingData } from './outstanding-data';
import type { PacketWriter } from './packet-writer';
import type { SendQueue } from './send-queue';
import { isBefore, isBefore16, successor } from './serial-number';

const headerBytes = 8;
/** Streams that one FORWARD-TSN speaks of; a further one needs another chunk. */
const mostEntries = 64;

/**
 * The sender's side of partial reliability: messages that were given up, and how the peer is told
 * (https://www.rfc-editor.org/rfc/rfc3758#section-3.5, https://www.rfc-editor.org/rfc/rfc8260#section-2.3.1).
 */
export class PartialReliability {
  readonly #queue: SendQueue;
  readonly #outstanding: OutstandingData;
  /** Advanced.Peer.Ack.Point: up to here the peer has everything or is to expect nothing. */
  advancedPeerAckPoint: number;
  /** A FORWARD-TSN is to be sent. */
  due = false;
  #sentPoint: number;
  #sentAt = -Infinity;
  #entryCount = 0;
  readonly #entryStreams: number[] = [];
  readonly #entryMids: number[] = [];
  readonly #entryUnordered: number[] = [];

  constructor(queue: SendQueue, outstanding: OutstandingData) {
    this.#queue = queue;
    this.#outstanding = outstanding;
    this.advancedPeerAckPoint = outstanding.cumulativeAck;
    this.#sentPoint = outstanding.cumulativeAck;
  }

  /** TSNs were passed over that the peer has not confirmed. */
  get isAhead(): boolean {
    return isBefore(this.#outstanding.cumulativeAck, this.advancedPeerAckPoint);
  }

  /** Gives a message up: all of its chunks, those too that were acknowledged, and one more TSN for what was never sent of it. */
  abandon(message: number): void {
    const queue = this.#queue;
    const outstanding = this.#outstanding;
    const { messages } = queue;
    const begun = messages.has(message, outboundFlag.begun);
    const first = messages.firstTsns[message];
    const last = messages.lastTsns[message];
    if (begun && queue.needsPlaceholder(message)) {
      outstanding.abandon(outstanding.append(message, 0, 0, 0, 0, 0));
      messages.unresolved[message]++;
    }
    queue.abandon(message);
    if (!begun) return;
    const from = isBefore(outstanding.cumulativeAck, first) ? first : successor(outstanding.cumulativeAck);
    for (let tsn = from; !isBefore(last, tsn); tsn = successor(tsn)) {
      if (outstanding.messageRows[outstanding.slotOf(tsn)] === message) outstanding.abandon(tsn);
    }
  }

  /**
   * https://www.rfc-editor.org/rfc/rfc3758#section-3.5 C2 and C3. Chunks of messages that the peer has whole are passed over too:
   * otherwise each message given up would take a round trip of its own.
   */
  advance(now: number, roundTripTime: number): void {
    const outstanding = this.#outstanding;
    const queue = this.#queue;
    const { messages } = queue;
    if (isBefore(this.advancedPeerAckPoint, outstanding.cumulativeAck)) this.advancedPeerAckPoint = outstanding.cumulativeAck;
    for (let tsn = successor(this.advancedPeerAckPoint); tsn !== outstanding.nextTsn; tsn = successor(tsn)) {
      const state = outstanding.stateOf(tsn);
      if (state === chunkState.abandoned) this.advancedPeerAckPoint = tsn;
      else if (state !== chunkState.acknowledged || !messages.isAcknowledged(outstanding.messageRows[outstanding.slotOf(tsn)])) break;
    }
    if (this.isAhead && (this.advancedPeerAckPoint !== this.#sentPoint || now >= this.#sentAt + roundTripTime)) this.due = true;
  }

  /**
   * Writes one chunk, or several where one could not say it: a message that is held by the peer behind a message given up must be
   * delivered before what follows it is passed over.
   */
  write(now: number, writer: PacketWriter): boolean {
    const outstanding = this.#outstanding;
    const queue = this.#queue;
    const { messages } = queue;
    if (writer.space < headerBytes + (queue.interleaving ? 8 : 4)) return false;
    let point = outstanding.cumulativeAck;
    this.#entryCount = 0;
    for (let tsn = successor(point); !isBefore(this.advancedPeerAckPoint, tsn); tsn = successor(tsn)) {
      const message = outstanding.messageRows[outstanding.slotOf(tsn)];
      const ordered = !messages.has(message, outboundFlag.unordered);
      if (outstanding.stateOf(tsn) === chunkState.abandoned) {
        if ((ordered || queue.interleaving) && !this.#enter(writer, message, ordered)) break;
      } else if (ordered && this.#find(queue.streamIdOf(message), false) < this.#entryCount) {
        if (!this.#writeChunk(writer, point)) break;
      }
      point = tsn;
    }
    this.#writeChunk(writer, point);
    this.due = false;
    this.#sentAt = now;
    this.#sentPoint = point;
    return true;
  }

  /** Notes the highest number of its stream; false where neither the chunk nor the packet has room. */
  #enter(writer: PacketWriter, message: number, ordered: boolean): boolean {
    const { messages, interleaving } = this.#queue;
    const streamId = this.#queue.streamIdOf(message);
    const mid = messages.mids[message];
    const index = this.#find(streamId, !ordered);
    if (index < this.#entryCount) {
      const known = this.#entryMids[index];
      if (interleaving ? isBefore(known, mid) : isBefore16(known, mid)) this.#entryMids[index] = mid;
      return true;
    }
    const entryBytes = interleaving ? 8 : 4;
    if (index === mostEntries || writer.space < headerBytes + (index + 1) * entryBytes) return false;
    this.#entryStreams[index] = streamId;
    this.#entryMids[index] = mid;
    this.#entryUnordered[index] = ordered ? 0 : 1;
    this.#entryCount++;
    return true;
  }

  #find(streamId: number, unordered: boolean): number {
    let index = 0;
    while (index < this.#entryCount && (this.#entryStreams[index] !== streamId || (this.#entryUnordered[index] === 1) !== unordered)) index++;
    return index;
  }

  #writeChunk(writer: PacketWriter, newCumulativeTsn: number): boolean {
    const { interleaving } = this.#queue;
    const entryBytes = interleaving ? 8 : 4;
    const length = headerBytes + this.#entryCount * entryBytes;
    if (writer.space < length) return false;
    const at = writer.chunk(interleaving ? chunkType.iForwardTsn : chunkType.forwardTsn, 0, length);
    const { view } = writer;
    view.setInt32(at + 4, newCumulativeTsn);
    for (let index = 0; index < this.#entryCount; index++) {
      const entry = at + headerBytes + index * entryBytes;
      view.setUint16(entry, this.#entryStreams[index]);
      if (interleaving) {
        view.setUint16(entry + 2, this.#entryUnordered[index]);
        view.setInt32(entry + 4, this.#entryMids[index]);
      } else {
        view.setUint16(entry + 2, this.#entryMids[index]);
      }
    }
    this.#entryCount = 0;
    return true;
  }
}
