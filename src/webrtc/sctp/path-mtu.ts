import type { RetransmissionTimeout } from './retransmission-timeout';

/** https://www.rfc-editor.org/rfc/rfc8899#section-5.1.2 */
const maxProbes = 3;
/** PROBE_TIMER, never shorter than this. */
const probeTimerMs = 1000;
/** PMTU_RAISE_TIMER */
const raiseTimerMs = 600000;
/** Timeouts in a row that make us believe that large packets vanish (section 4.3). */
const timeoutsOfBlackHole = 2;

/** What surrounds our packets at most: IPv6, UDP, and a DTLS 1.2 record with AES-GCM. */
const overheadBytes = 40 + 8 + 37;
/** The plaintext of a DTLS record. */
export const largestRecordBytes = 16384;

/** MTUs that links have: IPv6's least, tunnels, Ethernet, FDDI, jumbo frames, and more than a DTLS record. */
const linkMtus = [1280, 1400, 1460, 1500, 4352, 9000, largestRecordBytes + overheadBytes];

/** https://www.rfc-editor.org/rfc/rfc8899#section-5.2 */
type SearchState = 'base' | 'searching' | 'complete';

/**
 * Path MTU discovery by probes, https://www.rfc-editor.org/rfc/rfc8899: PADded HEARTBEATs (section 6.2.2) of growing size. Sizes are those
 * of SCTP packets. The search begins when there is enough to send that it pays.
 */
export class PathMtu {
  readonly #base: number;
  /** No larger packet is tried. */
  maximum: number;
  readonly #timeout: RetransmissionTimeout;
  /** PLPMTU: packets of this size arrive. */
  current: number;
  #state: SearchState = 'base';
  /** Size of the probe that is on its way, or 0. */
  #probedSize = 0;
  #probeCount = 0;
  #consecutiveTimeouts = 0;
  deadline = Infinity;
  /** A probe of `nextProbe` bytes is to be sent. */
  probeDue = false;
  nextProbe = 0;
  readonly statistics = { probesSent: 0, probesLost: 0, blackHoles: 0 };

  constructor(base: number, maximum: number, timeout: RetransmissionTimeout) {
    this.#base = base;
    this.maximum = maximum;
    this.#timeout = timeout;
    this.current = base;
  }

  /** There is much to send. */
  wanted(now: number): void {
    if (this.#state === 'base') this.#searchOn(now);
  }

  probeSent(now: number): void {
    this.statistics.probesSent++;
    this.probeDue = false;
    this.#probedSize = this.nextProbe;
    this.deadline = now + Math.max(probeTimerMs, this.#timeout.milliseconds);
  }

  /** A probe of `size` bytes came back. */
  acknowledged(now: number, size: number): void {
    this.#consecutiveTimeouts = 0;
    if (size !== this.#probedSize) return; // Of an earlier search.
    this.current = Math.max(this.current, size);
    this.#searchOn(now);
  }

  handleTimeout(now: number): void {
    if (now < this.deadline) return;
    this.deadline = Infinity;
    if (this.#state === 'complete') {
      this.#searchOn(now); // PMTU_RAISE_TIMER
      return;
    }
    this.#probeLost(now);
  }

  /** A probe was refused on its way out, or ICMP said so: nothing larger than `bytes` gets through (section 4.6). */
  tooBig(now: number, bytes: number): void {
    const rejected = this.#probedSize > bytes;
    if (this.current > bytes) {
      this.current = Math.max(this.#base, ...this.#candidates().filter((size) => size <= bytes));
      this.#complete(now);
    } else if (rejected) {
      this.statistics.probesLost++;
      this.#complete(now);
    }
  }

  /** T3-rtx expired: perhaps because packets of this size don't arrive any more. */
  timedOut(): void {
    if (this.current === this.#base || ++this.#consecutiveTimeouts < timeoutsOfBlackHole) return;
    this.statistics.blackHoles++;
    this.reset();
  }

  /** Nothing is known of the path but that it carries the smallest packets. */
  reset(): void {
    this.#consecutiveTimeouts = 0;
    this.current = this.#base;
    this.#state = 'base';
    this.#probedSize = 0;
    this.probeDue = false;
    this.deadline = Infinity;
  }

  /** Data was acknowledged. */
  progressed(): void {
    this.#consecutiveTimeouts = 0;
  }

  #candidates(): number[] {
    return linkMtus.map((mtu) => (mtu - overheadBytes) & ~3).filter((size) => size > this.#base && size <= this.maximum);
  }

  #searchOn(now: number): void {
    this.#probeCount = 0;
    this.#probedSize = 0;
    const next = this.#candidates().find((size) => size > this.current);
    if (next === undefined) {
      this.#complete(now);
      return;
    }
    this.#state = 'searching';
    this.nextProbe = next;
    this.probeDue = true;
    this.deadline = Infinity;
  }

  #probeLost(now: number): void {
    this.statistics.probesLost++;
    if (++this.#probeCount < maxProbes) {
      this.probeDue = true;
      return;
    }
    this.#complete(now);
  }

  #complete(now: number): void {
    this.#state = 'complete';
    this.#probedSize = 0;
    this.probeDue = false;
    const mayRise = this.#candidates().some((size) => size > this.current);
    this.deadline = mayRise ? now + raiseTimerMs : Infinity;
  }
}
