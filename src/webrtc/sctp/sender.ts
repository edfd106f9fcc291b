import { chunkType, dataFlag, dataHeaderBytes, iDataHeaderBytes } from './constants';
import { CongestionControl } from './congestion-control';
import type { ErrorCounter } from './error-counter';
import { outboundFlag } from './outbound-messages';
import { OutstandingData } from './outstanding-data';
import { PacketWriter } from './packet-writer';
import { PartialReliability } from './partial-reliability';
import type { Violation } from './reassembly';
import type { RetransmissionTimeout } from './retransmission-timeout';
import type { SendQueue } from './send-queue';
import { isBefore, successor } from './serial-number';
import { TsnRanges } from './tsn-ranges';

const none = -1;
/** A stream sequence number says which of two is later only within half its range. */
const mostOutstanding = 0x7fff;

/** A packet counts as lost when this many packets sent after it were acknowledged (7.2.4), */
const packetThreshold = 3;
/**
 * or when one sent later was acknowledged and it is so many round trips old. Where retransmissions turn out to be needless, since the path
 * reorders, only the time counts, and more of it with each; for so many recoveries (as RFC 8985 section 6.2 has it).
 */
const timeThresholds = [9 / 8, 5 / 4, 3 / 2, 2, 3];
const reorderingMemory = 16;

/** What is being repaired: losses that were found (7.2.4), or everything after a timeout (7.2.3). */
const recoveryKind = { none: 0, fast: 1, timeout: 2 } as const;

export interface SenderOptions {
  readonly queue: SendQueue;
  readonly timeout: RetransmissionTimeout;
  readonly errors: ErrorCounter;
  readonly initialTsn: number;
  readonly peerWindow: number;
  readonly packetBytes: number;
}

/**
 * The data sender (https://www.rfc-editor.org/rfc/rfc9260#section-6): what goes into a packet, what SACKs say, loss and its repair.
 *
 * Deviation from section 7.2.4: losses are found by packets and by time, as RFC 9002 and RFC 8985 do, not by counting three SACKs for
 * each TSN. With no SACK lost it comes to the same. It needs no work for chunks that are merely outstanding, it does not wait for
 * SACKs that were lost or that one SACK stands for, and it finds lost retransmissions and short tails without a timeout.
 */
export class Sender {
  readonly queue: SendQueue;
  readonly outstanding: OutstandingData;
  readonly congestion: CongestionControl;
  readonly reliability: PartialReliability;
  readonly #timeout: RetransmissionTimeout;
  readonly #errors: ErrorCounter;
  readonly #acknowledgedRanges = new TsnRanges();
  #peerWindow: number;
  #packetBytes: number;
  #packetNumber = 0;

  /** When T3-rtx expires, when the tail is probed, when the oldest overtaken packet counts as lost. */
  #retransmissionDeadline = Infinity;
  #probeDeadline = Infinity;
  #lossDeadline = Infinity;

  #recovery: number = recoveryKind.none;
  /** Recovery ends when everything up to here is acknowledged. */
  #recoveryPoint = 0;
  /** One packet may go whatever the congestion window says: the first of a fast retransmit, or a probe. */
  #packetGranted = false;
  #probing = false;
  #probed = false;
  /** The number of the packet that repeats the tail. */
  #probePacket: number = none;
  /** How much the path reorders: an index of `timeThresholds`; and the recoveries for which that is believed. */
  #reordering = 0;
  #reorderingBelieved = 0;
  /** TSNs found lost in this recovery, of which the peer may say that it got them twice. */
  readonly #suspects = new Set<number>();
  #measuredAt = -Infinity;

  readonly #headerBytes: number;
  /** Where the latest data chunk of the packet begins. */
  #lastChunkAt = none;

  readonly statistics = { retransmissions: 0, timeouts: 0, probes: 0, invalidAcknowledgements: 0, spuriousRetransmissions: 0 };

  constructor(options: SenderOptions) {
    this.queue = options.queue;
    this.#timeout = options.timeout;
    this.#errors = options.errors;
    this.#peerWindow = options.peerWindow;
    this.#packetBytes = options.packetBytes;
    this.#headerBytes = this.queue.interleaving ? iDataHeaderBytes : dataHeaderBytes;
    this.outstanding = new OutstandingData(this.queue.messages, options.initialTsn);
    this.reliability = new PartialReliability(this.queue, this.outstanding);
    this.congestion = new CongestionControl(PacketWriter.capacity(this.#packetBytes));
  }

  get deadline(): number {
    return Math.min(this.#retransmissionDeadline, this.#probeDeadline, this.#lossDeadline);
  }

  /** a_rwnd as it was told last. */
  get advertisedWindow(): number {
    return this.#peerWindow;
  }

  /** The peer has everything. */
  get isIdle(): boolean {
    return this.outstanding.count === 0 && !this.queue.hasUnsent;
  }

  setPacketBytes(bytes: number): void {
    this.#packetBytes = bytes;
    this.congestion.setMaxChunkBytes(PacketWriter.capacity(bytes));
  }

  /** Bytes that the next packet needs: more than the path's MTU where a chunk was cut for a larger one. */
  get nextPacketBytes(): number {
    const { outstanding } = this;
    if (!outstanding.hasLost) return this.#packetBytes;
    return Math.max(this.#packetBytes, PacketWriter.overheadBytes + outstanding.sizeOf(outstanding.firstLostTsn));
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-6.2.1 */
  handleSack(now: number, view: DataView, at: number, length: number): Violation {
    const { outstanding } = this;
    const gaps = view.getUint16(at + 12);
    if (length < 16 + 4 * (gaps + view.getUint16(at + 14))) return 'a SACK shorter than its counts say';
    const cumulative = view.getInt32(at + 4);
    if (isBefore(cumulative, outstanding.cumulativeAck)) return undefined; // It was overtaken.
    if (!isBefore(cumulative, outstanding.nextTsn)) return 'a SACK for a TSN that was never sent';
    const flightBefore = outstanding.flightBytes;
    const advanced = cumulative !== outstanding.cumulativeAck;
    outstanding.beginAcknowledging();
    this.#acknowledgeThrough(cumulative);
    this.#acknowledgeGaps(view, at + 16, gaps, cumulative);
    this.#peerWindow = view.getUint32(at + 8);
    this.#noteDuplicates(view, at + 16 + 4 * gaps, view.getUint16(at + 14));
    this.#acknowledged(now, advanced, flightBefore);
    return undefined;
  }

  /** The Cumulative TSN Ack of a SHUTDOWN. */
  handleCumulativeAck(now: number, cumulative: number): Violation {
    const { outstanding } = this;
    if (!isBefore(outstanding.cumulativeAck, cumulative)) return undefined;
    if (!isBefore(cumulative, outstanding.nextTsn)) return 'a SHUTDOWN for a TSN that was never sent';
    const flightBefore = outstanding.flightBytes;
    outstanding.beginAcknowledging();
    this.#acknowledgeThrough(cumulative);
    this.#acknowledged(now, true, flightBefore);
    return undefined;
  }

  handleTimeout(now: number): void {
    if (now >= this.#lossDeadline) {
      this.#lossDeadline = Infinity;
      this.#detectLosses(now);
      this.#giveUpHopeless(now);
      this.reliability.advance(now, this.#timeout.smoothed);
    }
    if (now >= this.#probeDeadline) {
      this.#probeDeadline = Infinity;
      this.#probing = true;
      this.#packetGranted = true;
    }
    if (now >= this.#retransmissionDeadline) this.#retransmissionTimeout(now);
  }

  /** The path may work again: what waits for a timeout that was backed off is tried now. */
  pathRestored(now: number): void {
    if (!this.#timeout.isBackedOff) return;
    this.#timeout.endBackOff();
    if (this.#retransmissionDeadline !== Infinity) this.#retransmissionDeadline = now;
  }

  /** Whether a packet with data may go. */
  mayTransmit(): boolean {
    const { outstanding } = this;
    if (this.#packetGranted) return outstanding.hasLost || outstanding.hasInFlight || this.queue.hasUnsent;
    if (outstanding.flightBytes >= this.congestion.limit) return false;
    return outstanding.hasLost || (this.queue.hasUnsent && this.#windowAllows(Math.min(this.queue.bufferedBytes, this.#packetBytes)));
  }

  /** Fills the packet with chunks; false where none was written. */
  fill(now: number, writer: PacketWriter): boolean {
    const { outstanding, congestion } = this;
    const timeout = this.#timeout;
    if (outstanding.flightBytes === 0) congestion.resumed(now, timeout.milliseconds);
    const hasAllSpace = writer.isEmpty;
    this.#lastChunkAt = none;
    this.#retransmit(now, writer);
    this.#sendNew(now, writer);
    if (this.#probing) this.#probe(now, writer);
    if (hasAllSpace || this.#lastChunkAt !== none) {
      this.#packetGranted = false;
      this.#probing = false;
    }
    if (this.#lastChunkAt === none) return false;
    this.#packetNumber++;
    congestion.sent(now);
    // RFC 7053: nothing follows that would make the peer acknowledge this.
    if (!this.mayTransmit()) writer.bytes[this.#lastChunkAt + 1] |= dataFlag.immediate;
    if (this.#retransmissionDeadline === Infinity) this.#retransmissionDeadline = now + timeout.milliseconds;
    this.#startProbeTimer(now);
    return true;
  }

  /** Tells the peer what it need not wait for, and tells it again until it has understood. */
  writeForwardTsn(now: number, writer: PacketWriter): void {
    if (!this.reliability.write(now, writer)) return;
    if (this.#retransmissionDeadline === Infinity) this.#retransmissionDeadline = now + this.#timeout.milliseconds;
  }

  /** What follows from chunks that were acknowledged. `advanced`: the cumulative point moved. */
  #acknowledged(now: number, advanced: boolean, flightBefore: number): void {
    const { outstanding } = this;
    const timeout = this.#timeout;
    if (outstanding.latestPacket !== none) this.#measure(now);
    if (this.#recovery !== recoveryKind.none && !isBefore(outstanding.cumulativeAck, this.#recoveryPoint)) this.#recovery = recoveryKind.none;
    this.#detectLosses(now);
    const mayGrow = advanced && this.#recovery !== recoveryKind.fast;
    this.congestion.acknowledged(outstanding.newlyAcknowledgedBytes, flightBefore, outstanding.flightBytes, mayGrow);
    // A closed window that is answered for is no failure (6.1 rule A).
    if (advanced || outstanding.newlyAcknowledgedBytes > 0 || this.#peerWindow === 0) this.#errors.reset();
    if (advanced) timeout.endBackOff();
    this.#restartTimers(now, advanced);
    this.#giveUpHopeless(now);
    this.reliability.advance(now, timeout.smoothed);
  }

  #acknowledgeThrough(cumulative: number): void {
    const { outstanding, queue } = this;
    if (cumulative === outstanding.cumulativeAck) return;
    for (let tsn = successor(outstanding.cumulativeAck); !isBefore(cumulative, tsn); tsn = successor(tsn)) {
      outstanding.acknowledge(tsn);
      queue.resolve(outstanding.messageRows[outstanding.slotOf(tsn)]);
    }
    outstanding.cumulativeAck = cumulative;
    this.#acknowledgedRanges.dropThrough(cumulative);
  }

  #acknowledgeGaps(view: DataView, at: number, gaps: number, cumulative: number): void {
    const { outstanding } = this;
    const ranges = this.#acknowledgedRanges;
    const furthest = outstanding.count;
    for (let index = 0; index < gaps; index++, at += 4) {
      const start = view.getUint16(at);
      const end = view.getUint16(at + 2);
      if (start === 0 || end < start || end > furthest) {
        this.statistics.invalidAcknowledgements++;
        continue;
      }
      const fresh = ranges.add((cumulative + start) | 0, (cumulative + end) | 0);
      for (let part = 0; part < fresh; part++) {
        const last = ranges.freshEnds[part];
        for (let tsn = ranges.freshStarts[part]; !isBefore(last, tsn); tsn = successor(tsn)) outstanding.acknowledge(tsn);
      }
    }
  }

  /** A round trip is measured once a round trip, never by a retransmission (https://www.rfc-editor.org/rfc/rfc9260#section-6.3.1 C5). */
  #measure(now: number): void {
    const { outstanding } = this;
    const timeout = this.#timeout;
    const elapsed = now - outstanding.latestSentAt;
    if (outstanding.latestTransmissions === 1) {
      if (outstanding.latestSentAt >= this.#measuredAt) {
        timeout.measured(elapsed);
        this.#measuredAt = now;
      }
    } else if (elapsed < timeout.shortest) {
      return; // The acknowledgement is of an earlier transmission.
    } else if (outstanding.latestPacket === this.#probePacket && this.#recovery === recoveryKind.none) {
      this.congestion.lost(); // RFC 8985 section 7.4: the probe repaired a loss.
    }
    if (outstanding.latestPacket > outstanding.highestAcknowledgedPacket) outstanding.highestAcknowledgedPacket = outstanding.latestPacket;
    this.#probed = false;
  }

  /**
   * Duplicates that the peer reports, of chunks that were thought lost: they were only late. When all of a recovery were, the window is
   * what it was before (https://www.rfc-editor.org/rfc/rfc3708#section-3).
   */
  #noteDuplicates(view: DataView, at: number, count: number): void {
    if (this.#suspects.size === 0) return;
    for (let index = 0; index < count; index++) {
      if (this.#suspects.delete(view.getInt32(at + 4 * index))) this.statistics.spuriousRetransmissions++;
    }
    if (this.#suspects.size > 0) return;
    this.congestion.undo();
    this.#reordering = Math.min(this.#reordering + 1, timeThresholds.length - 1);
    this.#reorderingBelieved = reorderingMemory;
  }

  #detectLosses(now: number): void {
    const { outstanding } = this;
    const timeout = this.#timeout;
    const roundTrip = timeout.smoothed > 0 ? Math.max(timeout.smoothed, timeout.latest) : timeout.milliseconds;
    const delay = Math.max(timeThresholds[this.#reordering] * roundTrip, 1);
    this.#lossDeadline = outstanding.detectLosses(now, this.#reordering === 0 ? packetThreshold : Infinity, delay);
    if (outstanding.newlyLost.length === 0) return;
    if (this.#recovery === recoveryKind.none) this.#suspects.clear();
    if (this.#recovery !== recoveryKind.timeout) for (const tsn of outstanding.newlyLost) this.#suspects.add(tsn);
    if (this.#recovery !== recoveryKind.none) return;
    // https://www.rfc-editor.org/rfc/rfc9260#section-7.2.4
    this.#recovery = recoveryKind.fast;
    this.#recoveryPoint = (outstanding.nextTsn - 1) | 0;
    if (this.#reorderingBelieved > 0 && --this.#reorderingBelieved === 0) this.#reordering = 0;
    this.#packetGranted = true;
    this.congestion.lost();
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-6.3.3 */
  #retransmissionTimeout(now: number): void {
    const { outstanding, reliability } = this;
    const timeout = this.#timeout;
    this.#retransmissionDeadline = Infinity;
    this.#probeDeadline = Infinity;
    this.#lossDeadline = Infinity;
    this.statistics.timeouts++;
    this.#errors.increment();
    timeout.backOff();
    if (outstanding.hasInFlight || outstanding.hasLost) this.congestion.timedOut();
    outstanding.loseAll();
    this.#acknowledgedRanges.clear();
    this.#recovery = recoveryKind.timeout;
    this.#recoveryPoint = (outstanding.nextTsn - 1) | 0;
    this.#suspects.clear();
    this.#packetGranted = true;
    this.#giveUpHopeless(now);
    reliability.advance(now, 0);
    if (reliability.isAhead) this.#retransmissionDeadline = now + timeout.milliseconds;
  }

  #restartTimers(now: number, advanced: boolean): void {
    const { outstanding } = this;
    if (outstanding.count === 0) {
      this.#retransmissionDeadline = Infinity;
      this.#probeDeadline = Infinity;
      return;
    }
    if (advanced) this.#retransmissionDeadline = now + this.#timeout.milliseconds;
    this.#startProbeTimer(now);
  }

  /** A probe of the tail, as RFC 8985 section 7 has it: once, before the timeout. */
  #startProbeTimer(now: number): void {
    const { smoothed, probeMilliseconds } = this.#timeout;
    const deadline = now + probeMilliseconds;
    const useful = smoothed > 0 && !this.#probed && this.outstanding.hasInFlight && deadline < this.#retransmissionDeadline;
    this.#probeDeadline = useful ? deadline : Infinity;
  }

  /** Lost chunks of messages that may not be retransmitted any more (https://www.rfc-editor.org/rfc/rfc3758#section-3.5 A3). */
  #giveUpHopeless(now: number): void {
    const { outstanding, queue } = this;
    while (outstanding.hasLost) {
      const slot = outstanding.slotOf(outstanding.firstLostTsn);
      const message = outstanding.messageRows[slot];
      if (queue.mayRetransmit(message, outstanding.transmissions[slot], now)) return;
      this.reliability.abandon(message);
    }
  }

  #retransmit(now: number, writer: PacketWriter): void {
    const { outstanding } = this;
    for (;;) {
      this.#giveUpHopeless(now);
      if (!outstanding.hasLost) return;
      const tsn = outstanding.firstLostTsn;
      if (outstanding.sizeOf(tsn) > writer.space) return;
      if (!this.#packetGranted && outstanding.flightBytes >= this.congestion.limit) return;
      // Section 7.2.4 step 4
      if (tsn === successor(outstanding.cumulativeAck)) this.#retransmissionDeadline = now + this.#timeout.milliseconds;
      this.#writeChunk(now, writer, tsn);
      this.statistics.retransmissions++;
    }
  }

  /** The probe is new data, or the last chunk again. */
  #probe(now: number, writer: PacketWriter): void {
    const { outstanding, queue } = this;
    if (this.#lastChunkAt === none) {
      if (!outstanding.hasInFlight) return;
      const tsn = outstanding.latestInFlightTsn;
      const slot = outstanding.slotOf(tsn);
      if (outstanding.sizeOf(tsn) > writer.space) return;
      if (!queue.mayRetransmit(outstanding.messageRows[slot], outstanding.transmissions[slot], now)) return;
      this.#probePacket = this.#packetNumber;
      this.#writeChunk(now, writer, tsn);
    }
    this.statistics.probes++;
    this.#probed = true;
    this.#retransmissionDeadline = now + this.#timeout.milliseconds; // RFC 8985 section 7.3: the timeout waits for the probe's answer.
  }

  #sendNew(now: number, writer: PacketWriter): void {
    const { outstanding, queue, reliability } = this;
    const headerBytes = this.#headerBytes;
    if (outstanding.hasLost) return;
    const capacity = PacketWriter.capacity(this.#packetBytes) - headerBytes;
    while (outstanding.count < mostOutstanding && queue.prepare(now, writer.space - headerBytes, capacity)) {
      const { pieceMessage: message, pieceLength: length } = queue;
      if (length === 0) {
        reliability.abandon(message);
        reliability.advance(now, this.#timeout.smoothed);
        continue;
      }
      if (!this.#windowAllows(length)) return;
      const { messages } = queue;
      const position = messages.assigned[message];
      let flags = messages.has(message, outboundFlag.unordered) ? dataFlag.unordered : 0;
      if (position === 0) flags |= dataFlag.beginning;
      if (position + length === messages.lengths[message]) flags |= dataFlag.end;
      const size = (headerBytes + length + 3) & ~3;
      const tsn = outstanding.append(message, position, messages.fragments[message], length, size, flags);
      queue.assign(tsn);
      this.#writeChunk(now, writer, tsn);
    }
  }

  /** With nothing in flight one chunk may always go, to find out whether the window is still closed (6.1 rule A). */
  #windowAllows(length: number): boolean {
    const { outstanding } = this;
    return outstanding.flightPayload + length <= this.#peerWindow || outstanding.flightBytes === 0;
  }

  #writeChunk(now: number, writer: PacketWriter, tsn: number): void {
    const { outstanding, queue } = this;
    const headerBytes = this.#headerBytes;
    const { messages } = queue;
    const slot = outstanding.slotOf(tsn);
    const message = outstanding.messageRows[slot];
    const length = outstanding.lengths[slot];
    const flags = outstanding.flags[slot];
    const { view } = writer;
    const at = writer.chunk(queue.interleaving ? chunkType.iData : chunkType.data, flags, headerBytes + length);
    view.setInt32(at + 4, tsn);
    view.setUint16(at + 8, queue.streamIdOf(message));
    if (queue.interleaving) {
      view.setUint16(at + 10, 0);
      view.setInt32(at + 12, messages.mids[message]);
      view.setInt32(at + 16, flags & dataFlag.beginning ? messages.ppids[message] : outstanding.fragments[slot]);
    } else {
      view.setUint16(at + 10, messages.mids[message]);
      view.setInt32(at + 12, messages.ppids[message]);
    }
    queue.copyTo(message, outstanding.positions[slot], length, writer.bytes, at + headerBytes);
    outstanding.transmitted(tsn, now, this.#packetNumber);
    this.#lastChunkAt = at;
  }
}
