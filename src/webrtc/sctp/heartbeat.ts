import { chunkType, parameterType } from './constants';
import { encodeChunk, encodeParameter, words32, type ControlQueue } from './control-chunks';
import type { ErrorCounter } from './error-counter';
import type { PathMtu } from './path-mtu';
import type { PacketWriter } from './packet-writer';
import type { RetransmissionTimeout } from './retransmission-timeout';

/** HB.interval, https://www.rfc-editor.org/rfc/rfc9260#section-16 */
const intervalMs = 30000;
const informationBytes = 8;
const chunkBytes = 4 + 4 + informationBytes;

/**
 * Heartbeats of an idle path (https://www.rfc-editor.org/rfc/rfc9260#section-8.3), and those that carry a probe of its MTU. The
 * information names the heartbeat: a number that begins at random, and the size of the probe or 0.
 */
export class Heartbeat {
  readonly #pathMtu: PathMtu;
  readonly #timeout: RetransmissionTimeout;
  readonly #errors: ErrorCounter;
  readonly #replies: ControlQueue;
  #number: number;
  /** The heartbeat that waits for its answer. */
  #pending: { readonly number: number; readonly sentAt: number } | undefined;
  #probe: number | undefined;
  /** When the next heartbeat goes, or the one that was not answered counts as lost. */
  deadline: number;

  constructor(
    seed: number,
    now: number,
    pathMtu: PathMtu,
    timeout: RetransmissionTimeout,
    errors: ErrorCounter,
    replies: ControlQueue,
  ) {
    this.#pathMtu = pathMtu;
    this.#timeout = timeout;
    this.#errors = errors;
    this.#replies = replies;
    this.#number = seed;
    this.deadline = now + intervalMs;
  }

  /** The path was used. */
  active(now: number): void {
    if (!this.#pending) this.deadline = now + intervalMs;
  }

  handleTimeout(now: number): void {
    if (now < this.deadline) return;
    if (this.#pending) {
      this.#errors.increment();
      this.#timeout.backOff();
    }
    this.#number = (this.#number + 1) | 0;
    this.#pending = { number: this.#number, sentAt: now };
    this.#replies.push(encodeHeartbeat(this.#number, 0));
    this.deadline = now + this.#timeout.milliseconds;
  }

  /** Writes a probe into a packet of `packetBytes` that has nothing else in it. */
  writeProbe(now: number, writer: PacketWriter): void {
    this.#number = (this.#number + 1) | 0;
    this.#probe = this.#number;
    writer.encoded(encodeHeartbeat(this.#number, this.#pathMtu.nextProbe));
    writer.pad(chunkType.pad, writer.space);
    this.#pathMtu.probeSent(now);
  }

  /** A HEARTBEAT ACK of `length` bytes at `at`. */
  acknowledged(now: number, view: DataView, at: number, length: number): void {
    if (length !== chunkBytes || view.getUint16(at + 4) !== parameterType.heartbeatInfo) return;
    const number = view.getInt32(at + 8);
    const size = view.getInt32(at + 12);
    if (size > 0 && number === this.#probe) {
      this.#probe = undefined;
      this.#pathMtu.acknowledged(now, size);
    } else if (size === 0 && this.#pending && number === this.#pending.number) {
      this.#timeout.measured(now - this.#pending.sentAt);
      this.#pending = undefined;
      this.#errors.reset();
      this.deadline = now + intervalMs;
    }
  }
}

function encodeHeartbeat(number: number, probeBytes: number): Uint8Array {
  return encodeChunk(chunkType.heartbeat, 0, encodeParameter(parameterType.heartbeatInfo, words32(number, probeBytes)));
}
