import type { PacketBatch } from '../packet-batch';
import type { AssociationCore } from './association-core';
import { chunkHeaderBytes, chunkType, commonHeaderBytes, errorCause, reflectedTag, unknownType } from './constants';
import { asciiText, encodeChunk, encodeError } from './control-chunks';
import type { Establishment } from './establishment';
import type { Violation } from './reassembly';
import type { Shutdown } from './shutdown';
import type { TransmissionControlBlock } from './transmission-control-block';

/** Text of a cause that the application is shown, at most. */
const longestDetail = 200;

/** A request and a response are all that one packet needs to say. */
const mostReConfigs = 2;
/** A sender that has given up more repeats what was not acknowledged. */
const mostForwardTsns = 16;

/** A chunk that is being handled. */
interface Chunk {
  at: number;
  length: number;
  flags: number;
}

/** Takes packets apart: https://www.rfc-editor.org/rfc/rfc9260#section-8.5 and section-3.2. Nothing in them is trusted. */
export class PacketInput {
  readonly #core: AssociationCore;
  readonly #establishment: Establishment;
  readonly #shutdown: Shutdown;
  #now = 0;
  #view!: DataView;
  #bytes!: Uint8Array;
  #verificationTag = 0;
  /** Chunks of this packet. */
  #reConfigs = 0;
  #forwardTsns = 0;
  readonly #chunk: Chunk = { at: 0, length: 0, flags: 0 };

  constructor(core: AssociationCore, establishment: Establishment, shutdown: Shutdown) {
    this.#core = core;
    this.#establishment = establishment;
    this.#shutdown = shutdown;
  }

  handle(now: number, batch: PacketBatch): void {
    this.#now = now;
    this.#view = batch.view;
    this.#bytes = batch.bytes;
    for (let index = 0; index < batch.count && !this.#core.finished; index++) {
      this.#handlePacket(batch.offsets[index], batch.lengths[index]);
    }
  }

  #handlePacket(start: number, length: number): void {
    const core = this.#core;
    const view = this.#view;
    const { statistics, options } = core;
    statistics.packetsReceived++;
    statistics.bytesReceived += length;
    const fits = length >= commonHeaderBytes + chunkHeaderBytes;
    if (!fits || view.getUint16(start) !== options.remotePort || view.getUint16(start + 2) !== options.localPort) {
      statistics.invalidPackets++;
      return;
    }
    if (!this.#checksumMatches(start, length)) {
      statistics.invalidChecksums++;
      return;
    }
    this.#verificationTag = view.getInt32(start + 4);
    if (!this.#tagMatches(start, length)) {
      statistics.invalidTags++;
      this.#answerStranger(start);
      return;
    }
    this.#reConfigs = 0;
    this.#forwardTsns = 0;
    this.#handleChunks(start, start + length);
    this.#core.tcb?.heartbeat.active(this.#now);
    this.#core.tcb?.receiver.packetHandled(this.#now);
  }

  #handleChunks(start: number, end: number): void {
    const core = this.#core;
    const view = this.#view;
    const bytes = this.#bytes;
    const chunk = this.#chunk;
    for (let at = start + commonHeaderBytes; at + chunkHeaderBytes <= end && !core.finished;) {
      const length = view.getUint16(at + 2);
      if (length < chunkHeaderBytes || at + length > end) {
        core.statistics.invalidPackets++;
        return;
      }
      const type = bytes[at];
      const { tcb } = core;
      if ((type === chunkType.data || type === chunkType.iData) && tcb) {
        if (!this.#handleData(tcb, type, at, length)) return;
      } else {
        chunk.at = at;
        chunk.length = length;
        chunk.flags = bytes[at + 1];
        const handler = handlers[type];
        if (!(handler ? handler(this, chunk) : this.#handleUnknown(type))) return;
      }
      at = start + ((at - start + length + 3) & ~3);
    }
  }

  #handleData(tcb: TransmissionControlBlock, type: number, at: number, length: number): boolean {
    const core = this.#core;
    const { state } = core;
    if (state === 'shutdown-received' || state === 'shutdown-ack-sent') {
      core.statistics.ignoredChunks++;
      return true;
    }
    // https://www.rfc-editor.org/rfc/rfc8260#section-2.2.1: only the kind that was negotiated.
    if ((type === chunkType.iData) !== core.queue.interleaving) return this.violated('DATA and I-DATA in one association');
    const violation = tcb.receiver.handleData(this.#view, this.#bytes, at, length);
    if (violation !== undefined) return this.violated(violation);
    if (state === 'shutdown-sent') this.#shutdown.dataReceived(this.#now);
    return true;
  }

  /** Ends the association where a handler found a violation. */
  violated(violation: Violation): boolean {
    if (violation === undefined) return true;
    this.#core.abort(errorCause.protocolViolation, violation, 'protocol violation');
    return false;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-3.2: the two highest bits of the type. */
  #handleUnknown(type: number): boolean {
    const core = this.#core;
    const chunk = this.#chunk;
    const bytes = this.#bytes;
    core.statistics.unknownChunks++;
    if (((type >> 6) & unknownType.report) !== 0 && core.tcb) {
      core.tcb.replies.push(encodeError(errorCause.unrecognizedChunkType, bytes.slice(chunk.at, chunk.at + chunk.length)));
    }
    return ((type >> 6) & unknownType.skip) !== 0;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-6.8, and https://www.rfc-editor.org/rfc/rfc9653#section-5.3 for a checksum of 0. */
  #checksumMatches(start: number, length: number): boolean {
    const core = this.#core;
    const view = this.#view;
    const bytes = this.#bytes;
    const checksum = view.getUint32(start + 8, true);
    if (checksum === 0 && core.options.zeroChecksum && core.tcb) return true;
    view.setUint32(start + 8, 0);
    const expected = core.options.crc32c(bytes, start, start + length);
    view.setUint32(start + 8, checksum, true);
    return checksum === expected;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-8.5 */
  #tagMatches(start: number, length: number): boolean {
    const core = this.#core;
    const establishment = this.#establishment;
    const bytes = this.#bytes;
    const verificationTag = this.#verificationTag;
    const at = start + commonHeaderBytes;
    const type = bytes[at];
    const reflected = (bytes[at + 1] & reflectedTag) !== 0;
    switch (type) {
      case chunkType.init: // 8.5.1 A: alone in its packet.
        return verificationTag === 0 && ((this.#view.getUint16(at + 2) + 3) & ~3) >= length - commonHeaderBytes;
      case chunkType.cookieEcho: // Compared with what the cookie stands for.
        return true;
      case chunkType.abort:
      case chunkType.shutdownComplete:
        if (reflected) return core.tcb !== undefined && verificationTag === core.tcb.peer.initiateTag;
        break;
      case chunkType.shutdownAck:
        if (!core.tcb) return true;
    }
    return verificationTag === (core.tcb?.local.initiateTag ?? establishment.localTag);
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-8.4 rule 8: a peer that believes in an association we know nothing of. */
  #answerStranger(start: number): void {
    const core = this.#core;
    const verificationTag = this.#verificationTag;
    const type = this.#bytes[start + commonHeaderBytes];
    const silent = type === chunkType.init || type === chunkType.abort || type === chunkType.shutdownComplete || type === chunkType.initAck;
    if (core.state === 'closed' && !silent) core.sendAlone(verificationTag, encodeChunk(chunkType.abort, reflectedTag));
  }

  // The handlers of chunks, by name; each returns whether the rest of the packet is to be handled.

  init({ at, length }: Chunk): boolean {
    this.#establishment.handleInit(this.#now, this.#view, this.#bytes, at, length);
    return false;
  }

  initAck({ at, length }: Chunk): boolean {
    this.#establishment.handleInitAck(this.#now, this.#view, this.#bytes, at, length);
    return false;
  }

  cookieEcho({ at, length }: Chunk): boolean {
    return this.#establishment.handleCookieEcho(this.#now, this.#bytes, at, length, this.#verificationTag);
  }

  cookieAck(): boolean {
    this.#establishment.handleCookieAck();
    return true;
  }

  sack({ at, length }: Chunk): boolean {
    const { tcb } = this.#core;
    if (!tcb || length < 16) return this.ignored();
    const violation = tcb.sender.handleSack(this.#now, this.#view, at, length);
    if (tcb.sender.outstanding.newlyAcknowledgedBytes > 0) tcb.pathMtu.progressed();
    return this.violated(violation);
  }

  heartbeat({ at, length }: Chunk): boolean {
    this.#core.tcb?.replies.push(encodeChunk(chunkType.heartbeatAck, 0, this.#bytes.slice(at + chunkHeaderBytes, at + length)));
    return true;
  }

  heartbeatAck({ at, length }: Chunk): boolean {
    this.#core.tcb?.heartbeat.acknowledged(this.#now, this.#view, at, length);
    return true;
  }

  abort({ at, length }: Chunk): boolean {
    const hasCause = length >= chunkHeaderBytes + 4;
    const causeAt = at + chunkHeaderBytes;
    const causeLength = hasCause ? Math.min(this.#view.getUint16(causeAt + 2), length - chunkHeaderBytes, longestDetail) : 0;
    const detail = asciiText(this.#bytes.subarray(causeAt + 4, Math.max(causeAt + causeLength, causeAt + 4)));
    this.#core.close('aborted by peer', hasCause ? this.#view.getUint16(causeAt) : 0, hasCause ? detail : '');
    return false;
  }

  error({ at, length }: Chunk): boolean {
    const stale = length >= chunkHeaderBytes + 4 && this.#view.getUint16(at + chunkHeaderBytes) === errorCause.staleCookie;
    if (stale) this.#establishment.handleStaleCookie(this.#now);
    return true;
  }

  shutdownChunk({ at, length }: Chunk): boolean {
    const { tcb } = this.#core;
    if (!tcb || length < 8) return this.ignored();
    const violation = tcb.sender.handleCumulativeAck(this.#now, this.#view.getInt32(at + 4));
    if (violation !== undefined) return this.violated(violation);
    this.#shutdown.handleShutdown(this.#now);
    return true;
  }

  shutdownAck(): boolean {
    this.#shutdown.handleShutdownAck(this.#verificationTag);
    return false;
  }

  shutdownComplete(): boolean {
    this.#shutdown.handleShutdownComplete();
    return false;
  }

  forwardTsn(type: number, { at, length }: Chunk): boolean {
    const { tcb, queue, state } = this.#core;
    if (!tcb || state === 'shutdown-received' || state === 'shutdown-ack-sent' || ++this.#forwardTsns > mostForwardTsns) return this.ignored();
    if ((type === chunkType.iForwardTsn) !== queue.interleaving) return this.violated('FORWARD-TSN and I-FORWARD-TSN in one association');
    return this.violated(tcb.receiver.handleForwardTsn(this.#view, at, length));
  }

  reConfig({ at, length }: Chunk): boolean {
    const { tcb } = this.#core;
    if (!tcb || ++this.#reConfigs > mostReConfigs) return this.ignored();
    return this.violated(tcb.streamReset.handle(this.#now, this.#view, at, length));
  }

  ignored(): boolean {
    this.#core.statistics.ignoredChunks++;
    return true;
  }
}

type Handler = (input: PacketInput, chunk: Chunk) => boolean;

const handlers: Record<number, Handler | undefined> = {
  // Data without an association.
  [chunkType.data]: (input) => input.ignored(),
  [chunkType.iData]: (input) => input.ignored(),
  [chunkType.init]: (input, chunk) => input.init(chunk),
  [chunkType.initAck]: (input, chunk) => input.initAck(chunk),
  [chunkType.sack]: (input, chunk) => input.sack(chunk),
  [chunkType.heartbeat]: (input, chunk) => input.heartbeat(chunk),
  [chunkType.heartbeatAck]: (input, chunk) => input.heartbeatAck(chunk),
  [chunkType.abort]: (input, chunk) => input.abort(chunk),
  [chunkType.shutdown]: (input, chunk) => input.shutdownChunk(chunk),
  [chunkType.shutdownAck]: (input) => input.shutdownAck(),
  [chunkType.error]: (input, chunk) => input.error(chunk),
  [chunkType.cookieEcho]: (input, chunk) => input.cookieEcho(chunk),
  [chunkType.cookieAck]: (input) => input.cookieAck(),
  [chunkType.shutdownComplete]: (input) => input.shutdownComplete(),
  [chunkType.reConfig]: (input, chunk) => input.reConfig(chunk),
  [chunkType.pad]: () => true,
  [chunkType.forwardTsn]: (input, chunk) => input.forwardTsn(chunkType.forwardTsn, chunk),
  [chunkType.iForwardTsn]: (input, chunk) => input.forwardTsn(chunkType.iForwardTsn, chunk),
};
