import { chunkType } from './constants';
import { asciiBytes, encodeChunk, encodeParameter } from './control-chunks';
import { EventQueue, type ClosedReason } from './events';
import type { InboundStreams } from './inbound-streams';
import type { ResolvedOptions } from './options';
import { SendQueue } from './send-queue';
import type { TransmissionControlBlock } from './transmission-control-block';

/** https://www.rfc-editor.org/rfc/rfc9260#section-4 */
export type AssociationState =
  | 'closed'
  | 'cookie-wait'
  | 'cookie-echoed'
  | 'established'
  | 'shutdown-pending'
  | 'shutdown-sent'
  | 'shutdown-received'
  | 'shutdown-ack-sent';

/** A packet of one chunk that does not belong to the association as it is: INIT, INIT ACK, ABORT, SHUTDOWN COMPLETE. */
export interface LonePacket {
  readonly verificationTag: number;
  readonly chunk: Uint8Array;
}

/** A peer that asks for more answers than this between two `transmit` calls gets no more. */
const mostLonePackets = 16;

/** Characters of an ABORT's text, so that it fits into every packet. */
const longestCause = 200;

/** What the parts of an association share. */
export class AssociationCore {
  state: AssociationState = 'closed';
  tcb: TransmissionControlBlock | undefined;
  /** It is over: nothing is taken in any more. */
  finished = false;
  readonly events = new EventQueue();
  readonly queue: SendQueue;
  readonly lonePackets: LonePacket[] = [];
  /** Where the messages among the events lie: after each `restarted` event it is the next of these. */
  readonly sources: InboundStreams[] = [];
  readonly statistics = {
    packetsReceived: 0,
    packetsSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    invalidPackets: 0,
    invalidChecksums: 0,
    invalidTags: 0,
    unknownChunks: 0,
    ignoredChunks: 0,
    /** Answers outside the association that were not given: the peer asked for too many. */
    suppressedAnswers: 0,
  };

  constructor(readonly options: ResolvedOptions) {
    this.queue = new SendQueue(options.pool, this.events, options.scheduler);
  }

  /** There is a peer, or another one. */
  setTcb(tcb: TransmissionControlBlock): void {
    this.tcb = tcb;
    this.sources.push(tcb.receiver.reassembly.streams);
  }

  sendAlone(verificationTag: number, chunk: Uint8Array): void {
    if (this.lonePackets.length < mostLonePackets) this.lonePackets.push({ verificationTag, chunk });
    else this.statistics.suppressedAnswers++;
  }

  /** Tells the peer, where there is one, and ends. https://www.rfc-editor.org/rfc/rfc9260#section-9.1 */
  abort(causeCode: number, text: string, reason: ClosedReason): void {
    if (this.finished) return;
    const cause = encodeParameter(causeCode, asciiBytes(text.slice(0, longestCause)));
    if (this.tcb) this.sendAlone(this.tcb.peer.initiateTag, encodeChunk(chunkType.abort, 0, cause));
    this.close(reason, causeCode, text);
  }

  close(reason: ClosedReason, causeCode = 0, detail = ''): void {
    if (this.finished) return;
    this.finished = true;
    this.state = 'closed';
    this.queue.clear();
    this.events.push({ type: 'closed', reason, causeCode, detail });
  }
}
