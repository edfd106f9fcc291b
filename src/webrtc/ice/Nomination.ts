import type { CandidatePair } from './CandidatePair';
import { comparePairPriorities } from './priority';

/** How long a better pair, and the peer's own check, are waited for, from the first valid pair on; data flows meanwhile. */
const patienceMilliseconds = { direct: 200, relayedOrTcp: 1000 };

/**
 * When the controlling agent nominates which pair: the best valid one, at once if no better pair is still to be checked and the peer has
 * checked this one, else when patience ends. A peer that does not know our parameters yet, since its answer is still on the way, answers
 * checks already, but may forget that one of them nominated (Firefox does). https://www.rfc-editor.org/rfc/rfc8445#section-8.1.1
 */
export class Nomination {
  /** The pair whose check with USE-CANDIDATE is on its way. */
  pair: CandidatePair | null = null;
  #firstValidAt = Infinity;
  #deadline = Infinity;

  get deadline(): number {
    return this.#deadline;
  }

  /** The pair to nominate now, if any. */
  choose(now: number, pairs: readonly CandidatePair[], best: CandidatePair | null, isPeerChecking: boolean): CandidatePair | null {
    this.#deadline = Infinity;
    if (this.pair || !best || best.isNominated) return null;
    if (this.#firstValidAt === Infinity) this.#firstValidAt = now;
    const isBetterPending = pairs.some((pair) => pair.isPending && comparePairPriorities(pair.priority, best.priority) < 0);
    const patience = best.isRelayed || best.isReliable ? patienceMilliseconds.relayedOrTcp : patienceMilliseconds.direct;
    const isKnownToPeer = !isPeerChecking || best.statistics.responsesSent > 0;
    if ((isBetterPending || !isKnownToPeer) && now < this.#firstValidAt + patience) {
      this.#deadline = this.#firstValidAt + patience;
      return null;
    }
    this.pair = best;
    return best;
  }

  /** The nominated pair is gone, or the check that nominated it has failed: another is chosen, without patience. */
  reset(): void {
    this.pair = null;
    this.#deadline = Infinity;
    if (this.#firstValidAt < Infinity) this.#firstValidAt = -Infinity;
  }
}
