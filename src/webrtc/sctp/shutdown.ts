import type { AssociationCore } from './association-core';
import { chunkType, errorCause, reflectedTag } from './constants';
import { encodeChunk, words32 } from './control-chunks';

/** T5-shutdown-guard, https://www.rfc-editor.org/rfc/rfc9260#section-9.2: longer than this nobody waits for a polite end. */
const guardMs = 60000;

/** The end in order: https://www.rfc-editor.org/rfc/rfc9260#section-9.2 */
export class Shutdown {
  readonly #core: AssociationCore;
  /** T2-shutdown */
  #retransmissionDeadline = Infinity;
  #guardDeadline = Infinity;

  constructor(core: AssociationCore) {
    this.#core = core;
  }

  get deadline(): number {
    return Math.min(this.#retransmissionDeadline, this.#guardDeadline);
  }

  /** The application wants to end; what it has sent is delivered first. */
  start(now: number): void {
    const core = this.#core;
    if (core.finished) return;
    if (core.state === 'closed' || core.state === 'cookie-wait' || core.state === 'cookie-echoed') {
      core.abort(errorCause.userInitiatedAbort, 'shut down before it was established', 'shutdown');
    } else if (core.state === 'established') {
      core.state = 'shutdown-pending';
      this.#guardDeadline = now + guardMs;
    }
  }

  /** Goes on once everything was acknowledged. */
  poll(now: number): void {
    const core = this.#core;
    if (core.state !== 'shutdown-pending' && core.state !== 'shutdown-received') return;
    if (!core.tcb!.sender.isIdle) return;
    core.state = core.state === 'shutdown-pending' ? 'shutdown-sent' : 'shutdown-ack-sent';
    this.#send(now);
  }

  /** Data that came after our SHUTDOWN: the peer learns how far it got. */
  dataReceived(now: number): void {
    if (this.#core.state === 'shutdown-sent') this.#send(now);
  }

  handleTimeout(now: number): void {
    const core = this.#core;
    if (now >= this.#guardDeadline) {
      this.#guardDeadline = this.#retransmissionDeadline = Infinity;
      core.abort(errorCause.userInitiatedAbort, 'the shutdown took too long', 'timeout');
      return;
    }
    if (now < this.#retransmissionDeadline) return;
    core.tcb!.errors.increment();
    core.tcb!.timeout.backOff();
    this.#send(now);
  }

  handleShutdown(now: number): void {
    const core = this.#core;
    if (core.state === 'shutdown-sent') {
      core.state = 'shutdown-ack-sent';
      this.#send(now);
    } else if (core.state === 'established' || core.state === 'shutdown-pending') {
      core.state = 'shutdown-received';
      if (this.#guardDeadline === Infinity) this.#guardDeadline = now + guardMs;
    } else if (core.state === 'shutdown-ack-sent') {
      this.#send(now);
    }
  }

  handleShutdownAck(verificationTag: number): void {
    const core = this.#core;
    if (core.state === 'shutdown-sent' || core.state === 'shutdown-ack-sent') {
      core.sendAlone(core.tcb!.peer.initiateTag, encodeChunk(chunkType.shutdownComplete, 0));
      this.#end();
    } else if (!core.tcb) {
      // https://www.rfc-editor.org/rfc/rfc9260#section-8.4 rule 5
      core.sendAlone(verificationTag, encodeChunk(chunkType.shutdownComplete, reflectedTag));
    }
  }

  handleShutdownComplete(): void {
    if (this.#core.state === 'shutdown-ack-sent') this.#end();
  }

  #end(): void {
    this.#guardDeadline = this.#retransmissionDeadline = Infinity;
    this.#core.close('shutdown');
  }

  #send(now: number): void {
    const { replies, receiver, timeout } = this.#core.tcb!;
    replies.push(this.#core.state === 'shutdown-sent'
      ? encodeChunk(chunkType.shutdown, 0, words32(receiver.cumulativeTsn))
      : encodeChunk(chunkType.shutdownAck, 0));
    this.#retransmissionDeadline = now + timeout.milliseconds;
  }
}
