/** https://www.rfc-editor.org/rfc/rfc8489#section-6.2.1 */
export const defaultRtoMilliseconds = 500;
/** Rc: how many times a request is sent. */
export const requestCount = 7;
/** Rm: the last wait, as a multiple of the RTO. */
export const lastWaitFactor = 16;
/** Ti: how long a request over TCP or TLS may take; the same as all of the above. https://www.rfc-editor.org/rfc/rfc8489#section-6.2.2 */
export const reliableTimeoutMilliseconds = 39_500;

/**
 * The timers of one request: when it is sent again, and when it has failed. Over UDP it goes out Rc times, the first interval being
 * the RTO and each further one twice the one before, and fails Rm × RTO after the last; over TCP it is sent once.
 */
export class StunTransaction {
  readonly startedAt: number;
  /** When it was last sent. */
  sentAt: number;
  /** How many times it was sent. */
  sends = 1;
  /** When something is due: another send, or the end. */
  deadline: number;
  readonly #rto: number;
  #remaining: number;

  constructor(now: number, rto = defaultRtoMilliseconds, sends = requestCount) {
    this.startedAt = now;
    this.sentAt = now;
    this.#rto = rto;
    this.#remaining = sends - 1;
    this.deadline = now + (this.#remaining > 0 ? rto : lastWaitFactor * rto);
  }

  /** A request over a reliable transport. */
  static reliable(now: number): StunTransaction {
    return new StunTransaction(now, reliableTimeoutMilliseconds / lastWaitFactor, 1);
  }

  /** What the deadline that has passed means: the request is to be sent again, or it has failed. */
  expire(now: number): 'send' | 'failed' {
    if (this.#remaining === 0) return 'failed';
    this.#remaining--;
    this.sends++;
    this.sentAt = now;
    this.deadline = now + (this.#remaining > 0 ? this.#rto * 2 ** (this.sends - 1) : lastWaitFactor * this.#rto);
    return 'send';
  }

  /** It is not sent again, and goes on waiting for a response. */
  cancelSends(): void {
    if (this.#remaining === 0) return;
    const lastSend = this.startedAt + this.#rto * (2 ** (this.sends + this.#remaining - 1) - 1);
    this.#remaining = 0;
    // Not in the past, where sends were late.
    this.deadline = Math.max(lastSend + lastWaitFactor * this.#rto, this.deadline);
  }
}
