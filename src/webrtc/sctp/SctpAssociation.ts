import { packetFlags, type PacketBatch } from '../packet-batch';
import { AssociationCore, type AssociationState } from './association-core';
import { errorCause } from './constants';
import { Establishment } from './establishment';
import type { SctpEvent } from './events';
import { resolveOptions, type SctpAssociationOptions } from './options';
import { PacketInput } from './packet-input';
import { PacketWriter } from './packet-writer';
import type { SendOptions } from './send-queue';
import { Shutdown } from './shutdown';
import type { TransmissionControlBlock } from './transmission-control-block';

/** What became of a message that was handed to `send`. */
export type SendResult =
  | 'queued'
  /** The association ends or has ended. */
  | 'closed'
  /** Larger than the peer allows, or empty: SCTP has no messages without data. */
  | 'invalid length'
  /** The peer takes no stream of that number. */
  | 'no such stream'
  /** The stream is being reset. */
  | 'resetting'
  /** More waits already than can be kept. */
  | 'buffer full';

/** Counters of events, times in milliseconds, and sizes in bytes. */
export interface AssociationDetails {
  readonly retransmissions: number;
  readonly timeouts: number;
  readonly probes: number;
  readonly invalidAcknowledgements: number;
  readonly spuriousRetransmissions: number;
  readonly duplicateChunks: number;
  readonly droppedBeyondWindow: number;
  readonly invalidStreams: number;
  /** Control chunks that found no room: answers that the peer asked for too often. */
  readonly droppedReplies: number;
  readonly probesSent: number;
  readonly probesLost: number;
  readonly blackHoles: number;
  readonly smoothedRoundTripTime: number;
  readonly retransmissionTimeout: number;
  readonly cwnd: number;
  readonly bytesInFlight: number;
  readonly unacknowledgedChunks: number;
  /** The peer's window as it was told last. */
  readonly peerWindow: number;
  readonly receiveWindow: number;
  /** What a packet may have. */
  readonly packetBytes: number;
}

/** What may wait in all. Positions in a stream's bytes differ by less than 2³¹. */
const mostBufferedBytes = 2 ** 30;

/** A search for a larger MTU pays when so many packets wait. */
const packetsWorthASearch = 4;

/**
 * An SCTP association over DTLS (https://www.rfc-editor.org/rfc/rfc8261, https://www.rfc-editor.org/rfc/rfc8831). It has no clock, socket
 * or thread: `now` is a time in milliseconds that never goes back. After each input the caller takes the events (`nextEvent` until
 * undefined), then the packets (`transmit` until 0), then arranges for `handleTimeout` at `timeout`. A caller that can't take more
 * messages leaves the events where they are, and the peer's window closes.
 */
export class SctpAssociation {
  readonly #core: AssociationCore;
  readonly #establishment: Establishment;
  readonly #ending: Shutdown;
  readonly #input: PacketInput;
  readonly #writer: PacketWriter;
  #packetBytes: number;

  constructor(options: SctpAssociationOptions) {
    const resolved = resolveOptions(options);
    this.#core = new AssociationCore(resolved);
    this.#establishment = new Establishment(this.#core);
    this.#ending = new Shutdown(this.#core);
    this.#input = new PacketInput(this.#core, this.#establishment, this.#ending);
    this.#writer = new PacketWriter(resolved.localPort, resolved.remotePort, resolved.crc32c);
    this.#packetBytes = resolved.packetBytes;
  }

  get state(): AssociationState {
    return this.#core.state;
  }

  /** Nothing more will happen, but that what is left of events and packets is taken. */
  get isOver(): boolean {
    return this.#core.finished;
  }

  /** Begins. Both sides may; one that does not waits for the other's INIT. */
  connect(now: number): void {
    this.#establishment.connect(now);
  }

  handlePackets(now: number, batch: PacketBatch): void {
    this.#core.sources[0]?.releaseDelivered();
    this.#input.handle(now, batch);
  }

  handleTimeout(now: number): void {
    const core = this.#core;
    if (core.finished) return;
    this.#establishment.handleTimeout(now);
    if (!core.finished) this.#ending.handleTimeout(now);
    if (core.finished || !core.tcb) return;
    core.tcb.handleTimeout(now);
    if (core.tcb.errors.exceeded) core.abort(errorCause.userInitiatedAbort, 'no answer', 'timeout');
  }

  /**
   * Takes a copy of `bytes` for delivery on a stream. Never waits: how much has not been sent yet is told by `bufferedAmount`. Messages
   * may be sent before the association is established.
   */
  send(now: number, streamId: number, ppid: number, bytes: Uint8Array, options: SendOptions = reliable): SendResult {
    const core = this.#core;
    const { state } = core;
    if (core.finished || (state !== 'established' && state !== 'closed' && state !== 'cookie-wait' && state !== 'cookie-echoed')) return 'closed';
    if (bytes.length === 0 || bytes.length > core.options.remoteMaxMessageBytes) return 'invalid length';
    if (streamId >= (core.tcb?.outboundStreams ?? core.options.streams)) return 'no such stream';
    const stream = core.queue.stream(streamId);
    if (stream.resetting) return 'resetting';
    if (core.queue.bufferedBytes + bytes.length > mostBufferedBytes) return 'buffer full';
    core.queue.push(now, stream, ppid, bytes, options);
    return 'queued';
  }

  /** Bytes of a stream that were not sent for the first time yet. */
  bufferedAmount(streamId: number): number {
    return this.#core.queue.stream(streamId).bufferedBytes;
  }

  get totalBufferedAmount(): number {
    return this.#core.queue.bufferedBytes;
  }

  setBufferedAmountLowThreshold(streamId: number, bytes: number): void {
    this.#core.queue.stream(streamId).lowThreshold = bytes;
  }

  /** The share of the stream while several have something to send: 128, 256, 512 and 1024 are WebRTC's four (RFC 8831 section 6.4). */
  setStreamWeight(streamId: number, weight: number): void {
    this.#core.queue.stream(streamId).weight = weight;
  }

  /**
   * Resets outgoing streams (https://www.rfc-editor.org/rfc/rfc6525) once everything that was sent on them is acknowledged. Until
   * `outgoing streams reset` nothing more can be sent on them.
   */
  resetStreams(now: number, streamIds: readonly number[]): void {
    const core = this.#core;
    if (core.finished) return;
    const started = streamIds.filter((id) => !core.queue.stream(id).resetting);
    for (const id of started) core.queue.stream(id).resetting = true;
    if (core.tcb) core.tcb.streamReset.start(started);
    else this.#resetsBeforeConnected.push(...started);
  }

  readonly #resetsBeforeConnected: number[] = [];

  /** Ends in order: what was sent is delivered, nothing more is taken. */
  shutdown(now: number): void {
    this.#ending.start(now);
  }

  /** Ends at once; the peer is told. */
  abort(reason = ''): void {
    this.#core.abort(errorCause.userInitiatedAbort, reason, 'aborted');
  }

  /** A packet could not be sent, or a router said so: the path carries SCTP packets of `bytes` at most. */
  packetTooBig(now: number, bytes: number): void {
    this.#core.tcb?.pathMtu.tooBig(now, bytes);
  }

  /** Another path, or the old one again: what waits for a timeout is tried at once. */
  pathRestored(now: number): void {
    const { tcb } = this.#core;
    if (!tcb) return;
    tcb.errors.reset();
    tcb.pathMtu.reset();
    tcb.sender.pathRestored(now);
  }

  /** Counters since the beginning. */
  get statistics(): AssociationCore['statistics'] {
    return this.#core.statistics;
  }

  /** The state of the data transfer, for statistics; undefined before there is a peer. */
  get details(): AssociationDetails | undefined {
    const { tcb } = this.#core;
    if (!tcb) return undefined;
    const { sender, receiver, timeout, pathMtu } = tcb;
    return {
      ...sender.statistics,
      ...receiver.statistics,
      ...pathMtu.statistics,
      droppedReplies: tcb.replies.dropped,
      smoothedRoundTripTime: timeout.smoothed,
      retransmissionTimeout: timeout.milliseconds,
      cwnd: sender.congestion.cwnd,
      bytesInFlight: sender.outstanding.flightBytes,
      unacknowledgedChunks: sender.outstanding.count,
      peerWindow: sender.advertisedWindow,
      receiveWindow: receiver.window,
      packetBytes: pathMtu.current,
    };
  }

  /** When `handleTimeout` is due: a time on the clock of `now`, or Infinity. */
  get timeout(): number {
    const core = this.#core;
    if (core.finished) return Infinity;
    return Math.min(this.#establishment.deadline, this.#ending.deadline, core.tcb?.deadline ?? Infinity);
  }

  /** The next event in order, or undefined. A message is taken by that: it counts against the window until the next call. */
  nextEvent(): SctpEvent | undefined {
    const core = this.#core;
    for (;;) {
      const source = core.sources[0];
      source?.releaseDelivered();
      const entry = core.events.shift();
      if (typeof entry !== 'number') {
        if (entry?.type === 'restarted') core.sources.shift()!.arena.clear();
        if (entry?.type === 'closed') source?.arena.clear();
        return entry;
      }
      const delivered = source.deliver(entry);
      if (delivered === 'aborted') return { type: 'message aborted', streamId: source.abortedStreamId };
      if (delivered) return delivered;
    }
  }

  /** Fills `batch` anew with packets that are to be sent now, and returns how many there are. */
  transmit(now: number, batch: PacketBatch): number {
    const core = this.#core;
    batch.clear();
    this.#transmitLonePackets(batch);
    const { tcb } = core;
    if (tcb && !core.finished) {
      if (core.state === 'established') {
        if (this.#resetsBeforeConnected.length > 0) tcb.streamReset.start(this.#resetsBeforeConnected.splice(0));
        tcb.streamReset.poll(now);
      }
      this.#ending.poll(now);
      this.#transmitAssociation(now, batch, tcb);
    }
    core.statistics.packetsSent += batch.count;
    core.statistics.bytesSent += batch.used;
    return batch.count;
  }

  #transmitLonePackets(batch: PacketBatch): void {
    const { lonePackets, options } = this.#core;
    while (lonePackets.length > 0) {
      const { verificationTag, chunk } = lonePackets[0];
      if (!this.#writer.begin(batch, options.packetBytes, verificationTag)) return;
      lonePackets.shift();
      if (chunk.length > this.#writer.space) continue; // A cause that quotes too much.
      this.#writer.encoded(chunk);
      this.#writer.finish(false);
    }
  }

  #transmitAssociation(now: number, batch: PacketBatch, tcb: TransmissionControlBlock): void {
    const writer = this.#writer;
    const core = this.#core;
    const { sender, pathMtu } = tcb;
    tcb.receiver.noteWindow();
    if (pathMtu.current !== this.#packetBytes) {
      this.#packetBytes = pathMtu.current;
      sender.setPacketBytes(pathMtu.current);
    }
    if (core.state === 'cookie-echoed') {
      this.#transmitCookieEcho(now, batch, tcb);
      return;
    }
    if (core.queue.bufferedBytes > packetsWorthASearch * this.#packetBytes && core.options.mayProbe()) pathMtu.wanted(now);
    for (;;) {
      const mayTransmit = sender.mayTransmit();
      const packetBytes = mayTransmit ? sender.nextPacketBytes : this.#packetBytes;
      if (!writer.begin(batch, packetBytes, tcb.peer.initiateTag)) return;
      this.#writeControl(now, tcb, mayTransmit);
      if (mayTransmit) sender.fill(now, writer);
      if (writer.isEmpty && sender.reliability.due) continue; // Instead of data there was a message to be given up.
      if (writer.isEmpty) break;
      writer.finish(tcb.zeroChecksumSent, packetBytes > this.#packetBytes ? packetFlags.mayFragment : 0);
    }
    if (pathMtu.probeDue && writer.begin(batch, pathMtu.nextProbe, tcb.peer.initiateTag)) {
      tcb.heartbeat.writeProbe(now, writer);
      writer.finish(tcb.zeroChecksumSent, packetFlags.probe);
    }
  }

  /** Control chunks come before data (https://www.rfc-editor.org/rfc/rfc9260#section-6.10). */
  #writeControl(now: number, tcb: TransmissionControlBlock, dataFollows: boolean): void {
    const writer = this.#writer;
    const { replies, receiver, sender } = tcb;
    for (let chunk = replies.peek(); chunk && ((chunk.length + 3) & ~3) <= writer.space; chunk = replies.peek()) {
      writer.encoded(chunk);
      replies.shift();
    }
    if (receiver.sackDue || (dataFollows && receiver.sackPending)) receiver.writeSack(writer);
    if (sender.reliability.due) sender.writeForwardTsn(now, writer);
  }

  /** One packet, in which data may follow (https://www.rfc-editor.org/rfc/rfc9260#section-5.1 C). Its checksum is never left out. */
  #transmitCookieEcho(now: number, batch: PacketBatch, tcb: TransmissionControlBlock): void {
    const establishment = this.#establishment;
    const writer = this.#writer;
    if (!establishment.cookieEchoDue || !writer.begin(batch, this.#packetBytes, tcb.peer.initiateTag)) return;
    writer.encoded(establishment.cookieEcho!);
    if (tcb.sender.mayTransmit()) tcb.sender.fill(now, writer);
    writer.finish(false);
    establishment.cookieEchoSent(now);
  }
}

const reliable: SendOptions = {};
