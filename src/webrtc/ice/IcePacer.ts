/** Ta. https://www.rfc-editor.org/rfc/rfc8445#section-14.2 */
export const defaultPacingMilliseconds = 50;
/** No combination of agents may start transactions faster than this. */
export const leastPacingMilliseconds = 5;
/** Checks at the beginning of an ICE session that go out at the least interval. */
const firstChecks = 10;

/**
 * When the next check may start. Agents of one pacer share its intervals.
 *
 * Deviation: the first ten checks of an ICE session are 5 ms apart, unless the peer has proposed a Ta of its own: section 14.2 lets
 * an agent choose Ta by the data it will send, never below 5 ms, but has both agents use the higher proposal, or 50 ms where one
 * has none. Ten checks of 100 bytes are less than the first flight of what follows.
 */
export class IcePacer {
  readonly #own: number;
  #interval: number;
  #first = firstChecks;
  #nextAt = -Infinity;
  #hasProposal = false;

  constructor(interval = defaultPacingMilliseconds) {
    this.#own = Math.max(interval, leastPacingMilliseconds);
    this.#interval = this.#own;
  }

  /** Ta. */
  get interval(): number {
    return this.#interval;
  }

  /** When a check may start; in the past when it may start now. */
  get nextAt(): number {
    return this.#nextAt;
  }

  /** A session begins. */
  renew(): void {
    this.#first = firstChecks;
  }

  /** The peer's `a=ice-pacing`: the higher value holds. https://www.rfc-editor.org/rfc/rfc8839#section-5.5 */
  propose(interval: number): void {
    this.#hasProposal = true;
    this.#interval = Math.max(this.#own, interval);
  }

  /** A check starts. */
  take(now: number): void {
    const isFirst = this.#first > 0 && !this.#hasProposal;
    if (this.#first > 0) this.#first--;
    this.#nextAt = now + (isFirst ? Math.min(leastPacingMilliseconds, this.#interval) : this.#interval);
  }
}
