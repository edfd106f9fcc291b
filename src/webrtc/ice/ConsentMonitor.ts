import type { CandidatePair } from './CandidatePair';
import type { ConnectivityChecks } from './ConnectivityChecks';
import { type IceContext, randomInterval } from './IceContext';
import { comparePairPriorities } from './priority';

/** https://www.rfc-editor.org/rfc/rfc7675#section-5.1 */
export const consentMilliseconds = 30_000;
const consentIntervals = [4000, 6000] as const;

/** Tr, for valid pairs that stand by. https://www.rfc-editor.org/rfc/rfc8445#section-11 */
const standbyIntervals = [15_000, 18_000] as const;
/** Valid pairs, beside the selected one, that are kept alive to fall back on. */
const mostStandbys = 4;

/** A request that is not answered in this time makes the pair suspect: it, and those that stand by, are probed at this interval. */
const suspicionMilliseconds = 500;
/** Without answer, and without anything else from the peer, for so long, connectivity counts as lost. */
const silenceMilliseconds = 3000;
/** Then probes go on at this interval. */
const silentProbeMilliseconds = 1000;
/** Without answer for so long, it counts as lost even if something still arrives. */
const oneWayMilliseconds = 10_000;

/** Watches the valid pairs of a session: renews consent, keeps stand-bys alive, and notices when a pair has gone silent. */
export class ConsentMonitor {
  readonly #context: IceContext;
  readonly #checks: ConnectivityChecks;
  /** When the selected pair is probed next, once it is suspected; Infinity while it is not. */
  #nextProbeAt = Infinity;

  constructor(context: IceContext, checks: ConnectivityChecks) {
    this.#context = context;
    this.#checks = checks;
  }

  /** A response came: the peer agrees to what we send. */
  grant(now: number, pair: CandidatePair, isSelected: boolean): void {
    pair.consentExpiresAt = now + consentMilliseconds;
    pair.lastResponseAt = now;
    pair.lastReceivedAt = now;
    pair.unansweredSince = Infinity;
    if (isSelected) this.#nextProbeAt = Infinity;
    if (pair.nextConsentAt === Infinity) this.#schedule(now, pair, isSelected);
  }

  /** Data goes over another pair from now on. */
  select(now: number, pair: CandidatePair): void {
    this.#nextProbeAt = Infinity;
    this.#schedule(now, pair, true);
  }

  /** The network has changed: see at once what still works. */
  suspect(now: number): void {
    if (this.#nextProbeAt === Infinity) this.#nextProbeAt = now;
  }

  /** Whether connectivity over the pair is lost, as far as one can tell. */
  isSilent(now: number, pair: CandidatePair): boolean {
    return now >= this.#silentAt(pair);
  }

  deadline(pairs: readonly CandidatePair[], selected: CandidatePair | null): number {
    let deadline = Infinity;
    for (const pair of pairs) if (pair.isValid) deadline = Math.min(deadline, pair.consentExpiresAt, pair.nextConsentAt);
    if (!selected) return deadline;
    const suspectAt = this.#nextProbeAt === Infinity ? selected.unansweredSince + suspicionMilliseconds : this.#nextProbeAt;
    return Math.min(deadline, this.#context.isLite ? Infinity : suspectAt);
  }

  /** When the selected pair will count as silent. */
  silentAt(selected: CandidatePair): number {
    return this.#silentAt(selected);
  }

  /** Sends what is due; returns the pairs whose consent has ended. */
  handleTimeout(now: number, pairs: readonly CandidatePair[], selected: CandidatePair | null): CandidatePair[] {
    const valid = pairs.filter((pair) => pair.isValid);
    const expired = valid.filter((pair) => now >= pair.consentExpiresAt);
    if (this.#context.isLite) return expired;
    const standbys = valid.filter((pair) => pair !== selected && !expired.includes(pair)).sort(byPriority).slice(0, mostStandbys);
    for (const pair of valid) {
      if (now < pair.nextConsentAt || expired.includes(pair)) continue;
      if (pair === selected) this.#ask(now, pair, 'consent');
      else if (standbys.includes(pair)) this.#ask(now, pair, 'probe');
      this.#schedule(now, pair, pair === selected);
    }
    if (selected && !expired.includes(selected)) this.#probe(now, selected, standbys);
    return expired;
  }

  #probe(now: number, selected: CandidatePair, standbys: readonly CandidatePair[]): void {
    if (this.#nextProbeAt === Infinity && now >= selected.unansweredSince + suspicionMilliseconds) this.#nextProbeAt = now;
    if (now < this.#nextProbeAt) return;
    this.#nextProbeAt = now + (this.isSilent(now, selected) ? silentProbeMilliseconds : suspicionMilliseconds);
    for (const pair of [selected, ...standbys]) this.#ask(now, pair, 'probe');
  }

  #ask(now: number, pair: CandidatePair, purpose: 'consent' | 'probe'): void {
    if (pair.unansweredSince === Infinity) pair.unansweredSince = now;
    this.#checks.start(now, pair, purpose, suspicionMilliseconds);
  }

  #schedule(now: number, pair: CandidatePair, isSelected: boolean): void {
    const [least, most] = isSelected ? consentIntervals : standbyIntervals;
    pair.nextConsentAt = this.#context.isLite ? Infinity : now + randomInterval(this.#context.random, least, most);
  }

  #silentAt(pair: CandidatePair): number {
    if (this.#context.isLite) return pair.lastReceivedAt + oneWayMilliseconds;
    const silent = Math.max(pair.unansweredSince, pair.lastReceivedAt) + silenceMilliseconds;
    return Math.min(silent, pair.unansweredSince + oneWayMilliseconds);
  }
}

function byPriority(a: CandidatePair, b: CandidatePair): number {
  return comparePairPriorities(a.priority, b.priority);
}
