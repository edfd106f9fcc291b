/**
 * Retransmission timeout, https://www.rfc-editor.org/rfc/rfc9260#section-6.3.1.
 *
 * Deviation: RTO.Min is 100 ms where RFC 9260 recommends one second, and RTO.Initial half a second. What makes a short timeout safe is
 * that the peer's delayed acknowledgements are part of what is measured: the last packet before a pause asks for an immediate SACK (I
 * bit), a peer that ignores the bit raises RTTVAR by itself, and four times RTTVAR stands above the mean anyway. 100 ms are more than a
 * collector's or a scheduler's pause on the other side, and the probe of `LossRecovery` has then tried the path once already.
 */
const rtoMin = 100;
const rtoInitial = 500;
/** RTO.Max */
const rtoMax = 60000;
/**
 * Deviation: the back-off of rule E2 ends here, as in browsers, so that data flows soon after an outage. Whether the path works at all is
 * found out by ICE (https://www.rfc-editor.org/rfc/rfc7675), which stops everything that goes over it.
 */
const longestBackOff = 3000;
/** Clocks of event loops are no better than this. */
const clockGranularity = 1;
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
  private base = rtoInitial;
  private factor = 1;

  /** `roundTripTime` is what another protocol measured on the path, or undefined. */
  constructor(roundTripTime: number | undefined) {
    if (roundTripTime !== undefined) this.base = clamp(3 * roundTripTime); // SRTT + 4 × RTTVAR after one measurement.
  }

  get milliseconds(): number {
    return Math.max(this.base, Math.min(this.base * this.factor, longestBackOff));
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
    this.base = clamp(this.smoothed + Math.max(clockGranularity, 4 * this.variation));
    this.factor = 1;
  }

  /** https://www.rfc-editor.org/rfc/rfc9260#section-6.3.3 rule E2 */
  backOff(): void {
    if (this.base * this.factor < longestBackOff) this.factor *= 2;
  }

  /** What was backed off for is over. */
  endBackOff(): void {
    this.factor = 1;
  }
}

const clamp = (milliseconds: number): number => Math.min(Math.max(milliseconds, rtoMin), rtoMax);
