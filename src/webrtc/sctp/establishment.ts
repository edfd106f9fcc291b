import type { AssociationCore } from './association-core';
import { chunkHeaderBytes, chunkType, errorCause } from './constants';
import { encodeChunk, encodeError, encodeParameter, joined, words32 } from './control-chunks';
import { encodeInit, isRefused, parseInit, type InitParameters } from './init-chunk';
import { PacketWriter } from './packet-writer';
import { RetransmissionTimeout } from './retransmission-timeout';
import { StateCookies, type CookieState } from './state-cookies';
import { TransmissionControlBlock } from './transmission-control-block';

/** How an association comes to be, also when both sides begin or one begins anew: https://www.rfc-editor.org/rfc/rfc9260#section-5 */
export class Establishment {
  readonly #core: AssociationCore;
  /** T1-init or T1-cookie. */
  deadline = Infinity;
  /** COOKIE ECHO is to be sent (again). */
  cookieEchoDue = false;
  cookieEcho: Uint8Array | undefined;
  #local: InitParameters | undefined;
  readonly #cookies: StateCookies;
  #timeout = new RetransmissionTimeout(undefined);
  #retransmits = 0;
  readonly statistics = { unknownCookies: 0, refusedInits: 0 };

  constructor(core: AssociationCore) {
    this.#core = core;
    this.#cookies = new StateCookies(core.options.randomBytes);
  }

  /** The tag that packets for us carry before there is a TCB. */
  get localTag(): number | undefined {
    return this.#local?.initiateTag;
  }

  connect(now: number): void {
    const core = this.#core;
    if (core.state !== 'closed' || core.finished) return;
    core.state = 'cookie-wait';
    this.#timeout = new RetransmissionTimeout(core.options.roundTripTime());
    this.#sendInit(now);
  }

  handleTimeout(now: number): void {
    if (now < this.deadline) return;
    const core = this.#core;
    this.deadline = Infinity;
    if (++this.#retransmits > core.options.maxRetransmits) {
      core.abort(errorCause.userInitiatedAbort, 'no answer', 'timeout');
      return;
    }
    this.#timeout.backOff();
    if (core.state === 'cookie-wait') this.#sendInit(now);
    else if (core.state === 'cookie-echoed') this.cookieEchoDue = true;
  }

  cookieEchoSent(now: number): void {
    this.cookieEchoDue = false;
    this.deadline = now + this.#timeout.milliseconds;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-5.1 B, 5.2.1 and 5.2.2 */
  handleInit(now: number, view: DataView, bytes: Uint8Array, at: number, length: number): void {
    const core = this.#core;
    if (length < 8 || view.getInt32(at + 4) === 0) return;
    const peer = parseInit(view, bytes, at, length);
    if (isRefused(peer)) {
      this.statistics.refusedInits++;
      core.sendAlone(view.getInt32(at + 4), encodeChunk(chunkType.abort, 0, encodeParameter(peer.causeCode, peer.information)));
      return;
    }
    if (core.state === 'shutdown-ack-sent') {
      core.tcb!.replies.push(encodeChunk(chunkType.shutdownAck, 0));
      return;
    }
    // An association that works is not disturbed: the new one has its own tag and TSN until the cookie comes back.
    const begins = core.state === 'closed' || core.state === 'cookie-wait' || core.state === 'cookie-echoed';
    const local = begins ? (this.#local ??= this.#makeParameters()) : this.#makeParameters();
    const cookie = this.#cookies.make({
      peer,
      local,
      localTieTag: core.tcb?.local.initiateTag ?? 0,
      peerTieTag: core.tcb?.peer.initiateTag ?? 0,
      madeAt: now,
    });
    core.sendAlone(peer.initiateTag, encodeInit(local, cookie, peer.unrecognized));
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-5.1 C */
  handleInitAck(now: number, view: DataView, bytes: Uint8Array, at: number, length: number): void {
    const core = this.#core;
    if (core.state !== 'cookie-wait') return;
    const peer = parseInit(view, bytes, at, length);
    if (isRefused(peer)) return this.#refuse(length >= 8 ? view.getInt32(at + 4) : 0, peer.causeCode, peer.information, 'an INIT ACK that makes no sense');
    if (peer.initiateTag === 0) return core.close('protocol violation', errorCause.protocolViolation, 'an INIT ACK without a tag');
    const echo = peer.cookie && encodeChunk(chunkType.cookieEcho, 0, peer.cookie);
    if (!echo || echo.length > PacketWriter.capacity(core.options.packetBytes)) {
      return this.#refuse(peer.initiateTag, errorCause.missingMandatoryParameter, words32(1, 7 << 16).subarray(0, 6), 'an INIT ACK without a cookie that can be sent');
    }
    this.cookieEcho = echo;
    this.cookieEchoDue = true;
    this.#retransmits = 0;
    this.#timeout.endBackOff();
    const tcb = new TransmissionControlBlock(now, core.options, core.queue, core.events, this.#local!, peer);
    core.setTcb(tcb);
    core.state = 'cookie-echoed';
    if (peer.unrecognized.length > 0) tcb.replies.push(encodeError(errorCause.unrecognizedParameters, joined(...peer.unrecognized)));
  }

  /**
   * https://www.rfc-editor.org/rfc/rfc9260#section-5.1 D and 5.2.4. Returns whether what else is in the packet may be handled.
   */
  handleCookieEcho(now: number, bytes: Uint8Array, at: number, length: number, verificationTag: number): boolean {
    const core = this.#core;
    const cookies = this.#cookies;
    const cookie = cookies.find(bytes.subarray(at + chunkHeaderBytes, at + length));
    if (!cookie || verificationTag !== cookie.local.initiateTag) {
      this.statistics.unknownCookies++;
      return false;
    }
    const { tcb } = core;
    if (!tcb) {
      if (cookies.isStale(cookie, now)) {
        const staleness = Math.min((now - cookie.madeAt) * 1000, 0x7fffffff);
        core.sendAlone(cookie.peer.initiateTag, encodeError(errorCause.staleCookie, words32(staleness)));
        return false;
      }
      this.#establishedWith(new TransmissionControlBlock(now, core.options, core.queue, core.events, cookie.local, cookie.peer));
      return true;
    }
    const localMatches = cookie.local.initiateTag === tcb.local.initiateTag;
    const peerMatches = cookie.peer.initiateTag === tcb.peer.initiateTag;
    if (localMatches) return peerMatches ? this.#acceptRepeated(tcb) : this.#acceptOther(tcb, cookie);
    // Table 12 of section 5.2.4: without tie-tags it is a late cookie (action C).
    const restarts = !peerMatches && cookie.localTieTag === tcb.local.initiateTag && cookie.peerTieTag === tcb.peer.initiateTag;
    return restarts && !cookies.isStale(cookie, now) && this.#restart(now, tcb, cookie);
  }

  handleCookieAck(): void {
    if (this.#core.state === 'cookie-echoed') this.#established();
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-5.2.6 */
  handleStaleCookie(now: number): void {
    const core = this.#core;
    if (core.state !== 'cookie-echoed') return;
    if (core.tcb!.sender.outstanding.count > 0) return core.close('protocol violation', errorCause.staleCookie, 'the cookie came back too late');
    core.tcb = undefined;
    core.sources.length = 0;
    core.state = 'cookie-wait';
    this.cookieEchoDue = false;
    this.#sendInit(now);
  }

  /** Action D: the peer echoes the cookie of this very association (again). */
  #acceptRepeated(tcb: TransmissionControlBlock): boolean {
    if (this.#core.state === 'cookie-echoed') this.#established();
    tcb.replies.push(encodeChunk(chunkType.cookieAck, 0));
    return true;
  }

  /** Action B: both began at once, or the peer began anew before we had heard anything from it. */
  #acceptOther(tcb: TransmissionControlBlock, cookie: CookieState): boolean {
    const core = this.#core;
    if (core.state !== 'cookie-echoed') return false;
    const interleaving = tcb.local.interleaving && cookie.peer.interleaving;
    if (interleaving !== core.queue.interleaving && tcb.sender.outstanding.count > 0) return false;
    core.queue.interleaving = interleaving;
    tcb.setPeer(cookie.peer);
    core.sources[0] = tcb.receiver.reassembly.streams;
    this.#established();
    tcb.replies.push(encodeChunk(chunkType.cookieAck, 0));
    return true;
  }

  /** Action A: the peer lost its state and began anew. */
  #restart(now: number, tcb: TransmissionControlBlock, cookie: CookieState): boolean {
    const core = this.#core;
    if (core.state === 'shutdown-ack-sent') {
      tcb.replies.push(encodeChunk(chunkType.shutdownAck, 0));
      tcb.replies.push(encodeError(errorCause.cookieReceivedWhileShuttingDown, new Uint8Array(0)));
      return false;
    }
    if (core.sources.length > 1) return false; // The application has not yet seen the previous restart.
    core.queue.clear();
    const { reassembly } = tcb.receiver;
    reassembly.reset(reassembly.streams.streamIds());
    core.events.push({ type: 'restarted' });
    this.#establishedWith(new TransmissionControlBlock(now, core.options, core.queue, core.events, cookie.local, cookie.peer));
    return true;
  }

  #establishedWith(tcb: TransmissionControlBlock): void {
    this.#core.setTcb(tcb);
    this.#established();
    tcb.replies.push(encodeChunk(chunkType.cookieAck, 0));
  }

  #established(): void {
    const core = this.#core;
    this.deadline = Infinity;
    this.cookieEchoDue = false;
    this.cookieEcho = undefined;
    core.state = 'established';
    core.events.push(core.tcb!.connectedEvent);
  }

  #sendInit(now: number): void {
    this.#local ??= this.#makeParameters();
    this.#core.sendAlone(0, encodeInit(this.#local));
    this.deadline = now + this.#timeout.milliseconds;
  }

  #refuse(peerTag: number, causeCode: number, information: Uint8Array, detail: string): void {
    if (peerTag !== 0) this.#core.sendAlone(peerTag, encodeChunk(chunkType.abort, 0, encodeParameter(causeCode, information)));
    this.#core.close('protocol violation', causeCode, detail);
  }

  #makeParameters(): InitParameters {
    const { options } = this.#core;
    let initiateTag = 0;
    while (initiateTag === 0) initiateTag = options.random32();
    return {
      initiateTag,
      window: options.receiveWindow,
      outboundStreams: options.streams,
      inboundStreams: options.streams,
      initialTsn: options.random32(),
      partialReliability: true,
      streamReset: true,
      interleaving: options.interleaving,
      zeroChecksumAcceptable: options.zeroChecksum,
      padding: true,
    };
  }
}
