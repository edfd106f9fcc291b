/**
 * Retransmission timeout, https://www.rfc-editor.org/rfc/rfc9260#section-6.3.1.
 *
 * Deviation: RTO.Min is not the second that RFC 9260 recommends, but 100 ms above the round trip time, and RTO.Initial half a second. It
 * is safe for three reasons. The peer's delayed acknowledgements are part of what is measured: the last packet before a pause asks for an
 * immediate SACK (I bit), and a peer that ignores the bit raises RTTVAR by itself. The 100 ms stand above the mean, so that a path with
 * a long but steady round trip has them too; they are more than a collector's or a scheduler's pause on the other side. And the probe of
 * `Sender` has tried the path once before.
 */
const rtoMinimumMargin = 100;
const rtoInitial = 500;
/** RTO.Max */
const rtoMax = 60000;
/**
 * Deviation: the back-off of rule E2 ends here, as in browsers, so that data flows soon after an outage. Whether the path works at all is
 * found out by ICE (https://www.rfc-editor.org/rfc/rfc7675), which stops everything that goes over it.
 */
const longestBackOff = 3000;
/** The probe of a silent tail waits two round trips, but for no longer beyond the first than this or the usual variation. */
const probeMargin = 50;
/** And never for less than this in all: the other side may be busy for so long. */
const probeMinimum = 10;
/** RTO.Alpha and RTO.Beta */
const alpha = 1 / 8;
const beta = 1 / 4;

export class RetransmissionTimeout {
  /** Smoothed round trip time in milliseconds; 0 before the first measurement. */
  smoothed = 0;
  variation = 0;
  /** The shortest that was measured. */
  shortest = Infinity;
  latest = 0;
  /** The timeout without back-off. */
  #base = rtoInitial;
  #factor = 1;

  /** `roundTripTime` is what another protocol measured on the path, or undefined. */
  constructor(roundTripTime: number | undefined) {
    if (roundTripTime !== undefined) this.#base = timeoutFor(roundTripTime, roundTripTime / 2); // As after one measurement.
  }

  get milliseconds(): number {
    return Math.max(this.#base, Math.min(this.#base * this.#factor, longestBackOff));
  }

  /** How long a tail may be silent before it is probed, as in RFC 8985 section 7.2; always less than the timeout. */
  get probeMilliseconds(): number {
    const { smoothed, variation } = this;
    return Math.max(Math.min(2 * smoothed, smoothed + Math.max(4 * variation, probeMargin)), probeMinimum);
  }

  /** Rule C2 and C3. A measurement ends a back-off. */
  measured(roundTripTime: number): void {
    this.latest = roundTripTime;
    this.shortest = Math.min(this.shortest, roundTripTime);
    if (this.smoothed === 0) {
      this.smoothed = Math.max(roundTripTime, 0.001);
      this.variation = roundTripTime / 2;
    } else {
      this.variation = (1 - beta) * this.variation + beta * Math.abs(this.smoothed - roundTripTime);
      this.smoothed = (1 - alpha) * this.smoothed + alpha * roundTripTime;
    }
    this.#base = timeoutFor(this.smoothed, this.variation);
    this.#factor = 1;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-6.3.3 rule E2 */
  backOff(): void {
    if (this.#base * this.#factor < longestBackOff) this.#factor *= 2;
  }

  get isBackedOff(): boolean {
    return this.#factor > 1;
  }

  /** What was backed off for is over. */
  endBackOff(): void {
    this.#factor = 1;
  }
}

/** Rule C2 and C3 */
const timeoutFor = (smoothed: number, variation: number): number => Math.min(smoothed + Math.max(4 * variation, rtoMinimumMargin), rtoMax);
