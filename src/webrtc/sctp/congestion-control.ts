/**
 * Congestion control, https://www.rfc-editor.org/rfc/rfc9260#section-7.2. All sizes are bytes of DATA chunks, headers included.
 * `maxChunkBytes` is PMDCS, the largest chunk that fits into a packet.
 */

/** RFC 6928 for the initial window: ten packets, but not more than this unless two packets are. */
const initialPackets = 10;
const initialBytes = 14600;
/** After a loss the window is never smaller than this many packets (7.2.3). */
const smallestPackets = 4;
/** Beyond what an acknowledgement took out of flight, so many packets may be sent at once (in place of Max.Burst, 6.1 rule D). */
const burstPackets = 16;

export class CongestionControl {
  #maxChunkBytes: number;
  cwnd: number;
  ssthresh = Infinity;
  #cwndBeforeLoss = 0;
  #ssthreshBeforeLoss = 0;
  #partialBytesAcked = 0;
  /** Flight may not grow beyond this until the next acknowledgement. */
  #burstLimit: number;
  #lastSentAt = -Infinity;
  /** RFC 3465: what one acknowledgement may add in slow start, in packets. */
  #growthPackets = Infinity;

  constructor(maxChunkBytes: number) {
    this.#maxChunkBytes = maxChunkBytes;
    this.cwnd = this.#initialWindow;
    this.#burstLimit = Math.max(this.cwnd, burstPackets * maxChunkBytes);
  }

  /** What may be in flight when a packet is begun. */
  get limit(): number {
    return Math.min(this.cwnd, this.#burstLimit);
  }

  setMaxChunkBytes(bytes: number): void {
    const untouched = this.cwnd === this.#initialWindow && this.ssthresh === Infinity;
    this.#maxChunkBytes = bytes;
    this.cwnd = untouched ? this.#initialWindow : Math.max(this.cwnd, bytes);
    this.#burstLimit = Math.max(this.#burstLimit, burstPackets * bytes);
  }

  /**
   * A SACK took `acknowledged` bytes out of the `flightBefore` that were in flight. `mayGrow`: the cumulative point moved, and no loss
   * is being repaired.
   */
  acknowledged(acknowledged: number, flightBefore: number, flightAfter: number, mayGrow: boolean): void {
    // Section 7.2: only a window that was used up may grow. A packet that did not fit any more leaves less than its size.
    if (mayGrow && acknowledged > 0 && flightBefore + this.#maxChunkBytes > this.cwnd) this.#grow(acknowledged);
    if (flightAfter === 0) this.#partialBytesAcked = 0;
    this.#burstLimit = flightAfter + Math.max(burstPackets * this.#maxChunkBytes, 2 * acknowledged);
  }

  /** Fast retransmit (7.2.4): once a window. */
  lost(): void {
    this.#cwndBeforeLoss = this.cwnd;
    this.#ssthreshBeforeLoss = this.ssthresh;
    this.ssthresh = Math.max(this.cwnd / 2, smallestPackets * this.#maxChunkBytes);
    this.cwnd = Math.min(this.cwnd, this.ssthresh);
    this.#partialBytesAcked = 0;
  }

  /** What was thought lost was not. */
  undo(): void {
    this.cwnd = Math.max(this.cwnd, this.#cwndBeforeLoss);
    this.ssthresh = Math.max(this.ssthresh, this.#ssthreshBeforeLoss);
  }

  /** T3-rtx expired (7.2.3). */
  timedOut(): void {
    this.#cwndBeforeLoss = 0;
    this.#ssthreshBeforeLoss = 0;
    this.ssthresh = Math.max(this.cwnd / 2, smallestPackets * this.#maxChunkBytes);
    this.cwnd = this.#maxChunkBytes;
    this.#partialBytesAcked = 0;
    this.#growthPackets = 2;
  }

  /** Something is about to be sent with nothing in flight: section 7.2.1, the window halves for each timeout spent idle. */
  resumed(now: number, rto: number): void {
    let idle = now - this.#lastSentAt;
    if (idle <= rto) return;
    for (; idle > rto && this.cwnd > this.#initialWindow; idle -= rto) this.cwnd = Math.max(this.cwnd / 2, this.#initialWindow);
    this.#burstLimit = Math.max(burstPackets * this.#maxChunkBytes, this.#initialWindow);
  }

  sent(now: number): void {
    this.#lastSentAt = now;
  }

  get #initialWindow(): number {
    return Math.min(initialPackets * this.#maxChunkBytes, Math.max(2 * this.#maxChunkBytes, initialBytes));
  }

  #grow(acknowledged: number): void {
    if (this.cwnd <= this.ssthresh) {
      // Section 7.2.1 with appropriate byte counting (RFC 3465). At the beginning an acknowledgement of a whole batch counts whole,
      // since burstLimit holds bursts back; after a timeout L is 2.
      const growth = Math.min(acknowledged, this.#growthPackets * this.#maxChunkBytes);
      this.cwnd = this.cwnd < this.ssthresh ? Math.min(this.cwnd + growth, this.ssthresh) : this.cwnd + Math.min(growth, this.#maxChunkBytes);
      return;
    }
    // Section 7.2.2
    this.#partialBytesAcked += acknowledged;
    if (this.#partialBytesAcked < this.cwnd) return;
    this.#partialBytesAcked -= this.cwnd;
    this.cwnd += this.#maxChunkBytes;
  }
}
