import type { CandidatePair } from './CandidatePair';
import { comparePairPriorities } from './priority';

/** The candidate pairs of one data stream, the best first, and the triggered-check queue. https://www.rfc-editor.org/rfc/rfc8445#section-6.1.2 */
export class Checklist {
  readonly #mostPairs: number;
  readonly #pairs: CandidatePair[] = [];
  readonly #byKey = new Map<string, CandidatePair>();
  readonly #triggered: CandidatePair[] = [];

  /** https://www.rfc-editor.org/rfc/rfc8445#section-6.1.2.5 */
  constructor(mostPairs: number) {
    this.#mostPairs = mostPairs;
  }

  get pairs(): readonly CandidatePair[] {
    return this.#pairs;
  }

  find(key: string): CandidatePair | undefined {
    return this.#byKey.get(key);
  }

  /**
   * Inserts a pair by its priority, frozen while another of its foundation is to be checked first. Returns what is dropped for it, or
   * instead of it, when the list is full: a failed pair, else the worst that nothing depends on.
   * https://www.rfc-editor.org/rfc/rfc8838#section-12
   */
  add(pair: CandidatePair): CandidatePair | undefined {
    const { foundation } = pair;
    const isFirst = !this.#pairs.some((other) => other.isPending && other.foundation === foundation);
    pair.state = isFirst ? 'waiting' : 'frozen';
    const index = this.#pairs.findIndex((other) => comparePairs(pair, other) < 0);
    this.#pairs.splice(index < 0 ? this.#pairs.length : index, 0, pair);
    this.#byKey.set(pair.key, pair);
    if (this.#pairs.length <= this.#mostPairs) return undefined;
    const dropped = this.#expendable() ?? pair;
    this.remove(dropped);
    return dropped;
  }

  remove(pair: CandidatePair): void {
    const index = this.#pairs.indexOf(pair);
    if (index >= 0) this.#pairs.splice(index, 1);
    if (this.#byKey.get(pair.key) === pair) this.#byKey.delete(pair.key);
    this.untrigger(pair);
  }

  /** Priorities have changed: roles were switched, or a peer-reflexive candidate was signalled after all. */
  sort(): void {
    this.#pairs.sort(comparePairs);
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-6.1.4.1 */
  trigger(pair: CandidatePair): void {
    if (!this.#triggered.includes(pair)) this.#triggered.push(pair);
  }

  untrigger(pair: CandidatePair): void {
    const index = this.#triggered.indexOf(pair);
    if (index >= 0) this.#triggered.splice(index, 1);
  }

  /** Whether a check could be sent now. */
  get hasWork(): boolean {
    return this.#triggered.length > 0 || this.#pairs.some((pair) => pair.state === 'waiting') || this.#canUnfreeze;
  }

  /** The pair to check next. https://www.rfc-editor.org/rfc/rfc8445#section-6.1.4.2 */
  next(): CandidatePair | undefined {
    // Step 1: the triggered-check queue.
    const triggered = this.#triggered.shift();
    if (triggered) return triggered;
    // Step 2: unfreeze pairs whose foundation is not being checked.
    if (!this.#pairs.some((pair) => pair.state === 'waiting')) this.#unfreeze();
    // Step 3: the best pair that is waiting. Step 4, no check to perform, is the caller's.
    return this.#pairs.find((pair) => pair.state === 'waiting');
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.3.3 */
  unfreezeFoundation(foundation: string): void {
    for (const pair of this.#pairs) if (pair.state === 'frozen' && pair.foundation === foundation) pair.state = 'waiting';
  }

  /** Everything that failed is checked once more, since the network has changed. */
  retryFailed(): void {
    for (const pair of this.#pairs) if (pair.state === 'failed') pair.state = 'waiting';
  }

  get #canUnfreeze(): boolean {
    return this.#pairs.some((pair) => pair.state === 'frozen' && !this.#isBeingChecked(pair.foundation));
  }

  #unfreeze(): void {
    for (const pair of this.#pairs) if (pair.state === 'frozen' && !this.#isBeingChecked(pair.foundation)) pair.state = 'waiting';
  }

  #isBeingChecked(foundation: string): boolean {
    return this.#pairs.some((pair) => (pair.state === 'waiting' || pair.state === 'in-progress') && pair.foundation === foundation);
  }

  #expendable(): CandidatePair | undefined {
    const idle = this.#pairs.filter((pair) => !pair.isValid && pair.state !== 'in-progress').reverse();
    return idle.find((pair) => pair.state === 'failed') ?? idle[0];
  }
}

function comparePairs(a: CandidatePair, b: CandidatePair): number {
  return comparePairPriorities(a.priority, b.priority);
}
