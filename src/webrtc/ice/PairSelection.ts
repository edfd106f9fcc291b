import type { CandidatePair } from './CandidatePair';
import type { Checklist } from './Checklist';
import type { ConsentMonitor } from './ConsentMonitor';
import type { IceContext } from './IceContext';
import { Nomination } from './Nomination';
import { comparePairPriorities } from './priority';

/** How long other pairs are still checked once one is nominated. https://www.rfc-editor.org/rfc/rfc8445#section-8.3.1 */
export const concludingMilliseconds = 3000;
/** While there is silence, what has failed is tried again at this interval. */
const retryMilliseconds = 5000;

/**
 * Which pair of a session data goes over: the best valid one, then the nominated one, another when that goes silent; and when the others are
 * not looked at any more. https://www.rfc-editor.org/rfc/rfc8445#section-8
 */
export class PairSelection {
  /** The peer answers checks, and sends none. */
  isPeerLite = false;
  readonly #context: IceContext;
  readonly #checklist: Checklist;
  readonly #consent: ConsentMonitor;
  readonly #nomination = new Nomination();
  #selected: CandidatePair | null = null;
  #wasConnected = false;
  #concludesAt = Infinity;
  /** When TCP connections that came after the conclusion are looked at. */
  #releasesAt = Infinity;
  #wasSilent = false;
  #retriesAt = Infinity;

  constructor(context: IceContext, checklist: Checklist, consent: ConsentMonitor) {
    this.#context = context;
    this.#checklist = checklist;
    this.#consent = consent;
  }

  get selected(): CandidatePair | null {
    return this.#selected;
  }

  /** There was a pair at some time. */
  get wasConnected(): boolean {
    return this.#wasConnected;
  }

  isSilent(now: number): boolean {
    return this.#selected !== null && this.#consent.isSilent(now, this.#selected);
  }

  /** Whether the pair's check is to say that it is nominated. */
  isNominating(pair: CandidatePair): boolean {
    return this.#nomination.pair === pair && !pair.isNominated;
  }

  nominate(now: number, pair: CandidatePair): void {
    pair.nominateOnSuccess = false;
    if (pair.isNominated) return;
    // A peer that nominates a second pair after section 8.3.1's three seconds has lost the first; sooner, it nominates aggressively,
    // and the best pair counts (section 8.1.1).
    for (const other of this.#checklist.pairs) {
      if (other.isNominated && now - other.nominatedAt >= concludingMilliseconds) other.isNominated = false;
    }
    pair.isNominated = true;
    pair.nominatedAt = now;
    this.#concludesAt = now + concludingMilliseconds;
  }

  /** Priorities are others, and who nominates. */
  handleRoleSwitch(): void {
    this.#nomination.reset();
  }

  /** A TCP connection was opened. */
  handleConnected(now: number): void {
    this.#releasesAt = Math.min(this.#releasesAt, now + concludingMilliseconds);
  }

  /** The pair has failed, or is gone. */
  handleLoss(pair: CandidatePair): void {
    if (this.#nomination.pair === pair) this.#nomination.reset();
    if (this.#selected === pair) this.#selected = null;
  }

  /** When the selected pair goes silent, look everywhere, again and again; when it is back, do not look for long. */
  noticeSilence(now: number): void {
    const isSilent = this.isSilent(now);
    if (isSilent && (!this.#wasSilent || now >= this.#retriesAt)) {
      this.#checklist.retryFailed();
      this.#retriesAt = now + retryMilliseconds;
    }
    if (!isSilent && this.#wasSilent) this.#concludesAt = now + concludingMilliseconds;
    this.#wasSilent = isSilent;
  }

  /** Selects the best pair of now, and nominates it where that is ours to do. */
  update(now: number): void {
    const best = this.#best(now);
    if (best && best !== this.#selected) {
      this.#selected = best;
      this.#wasConnected = true;
      this.#consent.select(now, best);
      this.#wasSilent = false;
    }
    const nominates = this.#context.role === 'controlling' && !this.#context.isLite;
    this.#nominateBest(now, nominates ? best : null);
  }

  /** When `handleTimeout` has something to do, or there is a pair to nominate. */
  get deadline(): number {
    return Math.min(this.#nomination.deadline, this.#concludesAt, this.#releasesAt);
  }

  /** When the selected pair will count as silent, or what has failed is tried again. */
  get silenceDeadline(): number {
    if (!this.#selected) return Infinity;
    return this.#wasSilent ? this.#retriesAt : this.#consent.silentAt(this.#selected);
  }

  /** Returns the pairs that are given up. */
  handleTimeout(now: number): CandidatePair[] {
    if (now >= this.#concludesAt) return this.#conclude(now);
    return now >= this.#releasesAt ? this.#release(now) : [];
  }

  /**
   * Deviation: section 8.1.2 removes all other pairs from the checklist at once; here they are checked for three more seconds, so that
   * there are some to fall back on, and those that failed are remembered.
   */
  #conclude(now: number): CandidatePair[] {
    this.#concludesAt = Infinity;
    const pending = this.#checklist.pairs.filter(({ isPending }) => isPending);
    return [...pending, ...this.#release(now).filter(({ isPending }) => !isPending)];
  }

  /**
   * The TCP connections that were not chosen close, once the one that was has been for three seconds. Should the selected pair go silent, they
   * are opened again. https://www.rfc-editor.org/rfc/rfc8445#section-8.3.1, https://www.rfc-editor.org/rfc/rfc6544
   */
  #release(now: number): CandidatePair[] {
    this.#releasesAt = Infinity;
    if (this.#concludesAt < Infinity || !this.#selected?.isNominated || this.isSilent(now)) return [];
    return this.#checklist.pairs.filter((pair) => pair.connection !== 'none' && pair !== this.#selected && !pair.isNominated);
  }

  /** Regular nomination; also of another pair when the nominated one was lost, which section 8.1.1 leaves to a restart. */
  #nominateBest(now: number, best: CandidatePair | null): void {
    const { pair } = this.#nomination;
    if (pair && pair !== best && (pair.isNominated || this.#consent.isSilent(now, pair))) this.#nomination.reset();
    const chosen = this.#nomination.choose(now, this.#checklist.pairs, best, !this.isPeerLite);
    if (chosen) this.#checklist.trigger(chosen);
  }

  /** Nominated before valid, better before worse; one that has gone silent only while no other has answered since. */
  #best(now: number): CandidatePair | null {
    const selected = this.#selected;
    const isSilent = this.isSilent(now);
    let best: CandidatePair | null = selected && !isSilent ? selected : null;
    for (const pair of this.#checklist.pairs) {
      if (!pair.isValid || pair === selected) continue;
      if (isSilent ? pair.lastResponseAt < selected!.unansweredSince : this.#consent.isSilent(now, pair)) continue;
      if (!best || isBetter(pair, best)) best = pair;
    }
    return best ?? selected;
  }
}

function isBetter(a: CandidatePair, b: CandidatePair): boolean {
  if (a.isNominated !== b.isNominated) return a.isNominated;
  return comparePairPriorities(a.priority, b.priority) < 0;
}
