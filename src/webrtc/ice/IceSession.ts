import { canonicalIpAddress, sameAddress, type TransportAddress } from '../stun/TransportAddress';
import { defaultRtoMilliseconds } from '../stun/StunTransaction';
import type { StunMessage } from '../stun/StunMessage';
import type { AcceptedRequest } from './BindingResponder';
import type { IceCandidate, LocalCandidate } from './candidate';
import { arePairable, CandidatePair, pairKey, type RemoteCandidate } from './CandidatePair';
import { Checklist } from './Checklist';
import { type ConnectivityCheck, ConnectivityChecks } from './ConnectivityChecks';
import { consentMilliseconds, ConsentMonitor } from './ConsentMonitor';
import type { IceContext } from './IceContext';
import type { IceParameters } from './ice-parameters';
import { Nomination } from './Nomination';
import { comparePairPriorities, pairPriority, type PairPriority } from './priority';

/** The PAC timer: how long a session runs at least before it fails. https://www.rfc-editor.org/rfc/rfc8863#section-4 */
export const pacMilliseconds = 39_500;
/** Without an end-of-candidates indication, a peer counts as done after so long. https://www.rfc-editor.org/rfc/rfc8863#section-5 */
export const endOfCandidatesMilliseconds = 60_000;
/** How long other pairs are still checked once one is nominated. https://www.rfc-editor.org/rfc/rfc8445#section-8.3.1 */
export const concludingMilliseconds = 3000;
/** While there is silence, what has failed is tried again at this interval. */
const retryMilliseconds = 5000;
/** Names of candidates that are being resolved. */
const mostNames = 32;

/**
 * One ICE session of one data stream with one component: candidates of both sides, the checklist, and what came of it. It ends with
 * a restart. https://www.rfc-editor.org/rfc/rfc8445#section-4
 */
export class IceSession {
  readonly localParameters: IceParameters;
  readonly localCandidates: LocalCandidate[] = [];
  readonly remoteCandidates: RemoteCandidate[] = [];
  readonly checklist: Checklist;
  remoteParameters: IceParameters | null = null;
  /** Where data goes: the nominated pair, before there is one the best valid one. */
  selected: CandidatePair | null = null;
  isGatheringComplete = false;
  hasEndOfCandidates = false;
  /** Checked everything in vain; stays so. */
  hasFailed = false;
  /** There was a valid pair at some time. */
  wasConnected = false;
  readonly #context: IceContext;
  readonly #checks: ConnectivityChecks;
  readonly #consent: ConsentMonitor;
  readonly #nomination = new Nomination();
  readonly #unresolved = new Map<string, IceCandidate[]>();
  #peerReflexiveCount = 0;
  #pacDeadline = Infinity;
  #endOfCandidatesDeadline = Infinity;
  #concludesAt = Infinity;
  /** When TCP connections that came after the conclusion are looked at. */
  #releasesAt = Infinity;
  #wasSilent = false;
  #retriesAt = Infinity;

  constructor(context: IceContext, localParameters: IceParameters) {
    this.#context = context;
    this.localParameters = localParameters;
    this.checklist = new Checklist(context.limits.pairs);
    this.#checks = new ConnectivityChecks(context, localParameters);
    this.#consent = new ConsentMonitor(context, this.#checks);
  }

  // Commands

  /** The peer is ready for checks. What it has asked before now counts. */
  start(now: number, remote: IceParameters): void {
    this.remoteParameters = remote;
    this.#checks.setRemote(remote);
    this.#pacDeadline = now + pacMilliseconds;
    this.#endOfCandidatesDeadline = now + endOfCandidatesMilliseconds;
    this.#context.pacer.renew();
    for (const pair of [...this.checklist.pairs]) {
      const fragment = pair.remote.candidate.usernameFragment;
      if (fragment !== null && fragment !== remote.usernameFragment) this.#removePair(pair);
      else pair.priority = this.#priorityOf(pair);
    }
    this.checklist.sort();
    if (this.#context.isLite && remote.iceLite) this.#pairLites(now);
  }

  addLocalCandidate(now: number, candidate: LocalCandidate): void {
    const isKnown = this.localCandidates.some((known) => known.transportId === candidate.transportId && known.type === candidate.type &&
      known.address === candidate.address && known.port === candidate.port && known.tcpType === candidate.tcpType);
    if (isKnown) return;
    const base = this.#baseOf(candidate.transportId);
    this.localCandidates.push(candidate);
    // Pairs are made of bases: of a reflexive candidate only where its host candidate is kept secret.
    if (base) return;
    for (const remote of this.remoteCandidates) this.#pair(candidate, remote);
    if (this.#context.isLite && this.remoteParameters?.iceLite) this.#pairLites(now);
  }

  /** A transport is gone, and with it its candidates. */
  removeTransport(now: number, transportId: number): void {
    for (let index = this.localCandidates.length - 1; index >= 0; index--) {
      if (this.localCandidates[index].transportId === transportId) this.localCandidates.splice(index, 1);
    }
    for (const pair of this.checklist.pairs.filter((candidate) => candidate.transportId === transportId)) this.#removePair(pair);
    this.#consent.suspect(now);
    this.#updateSelected(now);
    if (!this.selected) {
      this.checklist.retryFailed();
      // As long as consent would have lasted, another interface may come up.
      if (this.wasConnected) this.#pacDeadline = now + consentMilliseconds;
    }
    this.settle(now);
  }

  addRemoteCandidate(now: number, candidate: IceCandidate): void {
    if (this.hasFailed) return;
    const address = canonicalIpAddress(candidate.address);
    if (address === undefined) return this.#resolve(candidate);
    this.#addResolved(now, candidate, address);
  }

  resolveRemoteAddress(now: number, name: string, address: string | null): void {
    const candidates = this.#unresolved.get(name) ?? [];
    this.#unresolved.delete(name);
    const canonical = address === null ? undefined : canonicalIpAddress(address);
    if (canonical === undefined) return;
    for (const candidate of candidates) this.#addResolved(now, candidate, canonical);
  }

  /** Priorities depend on who controls. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.1 */
  handleRoleSwitch(): void {
    for (const pair of this.checklist.pairs) pair.priority = this.#priorityOf(pair);
    this.checklist.sort();
    this.#nomination.reset();
  }

  /** Draws the conclusions from an input, and sends what the pace allows. */
  settle(now: number): void {
    this.#noticeSilence(now);
    this.#updateSelected(now);
    if (this.#isExhausted(now)) this.hasFailed = true;
    this.#performChecks(now);
  }

  // Inputs

  owns(transactionId: Uint8Array): boolean {
    return this.#checks.owns(transactionId);
  }

  /** A request that was answered with success. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.3 */
  handleRequest(now: number, transportId: number, source: TransportAddress, request: AcceptedRequest<IceSession>): void {
    const pair = this.checklist.find(pairKey(transportId, source)) ?? this.#learnPair(transportId, source, request);
    if (!pair) return;
    pair.lastReceivedAt = now;
    pair.statistics.requestsReceived++;
    pair.remoteDataTag = request.dataTag;
    pair.statistics.responsesSent++;
    if (pair.isReliable) this.#opened(now, pair);
    if (this.#context.isLite) return this.#handleRequestLite(now, pair, request.usesCandidate);
    const isOfThisPeer = this.remoteParameters === null || request.remoteFragment === this.remoteParameters.usernameFragment;
    if (this.hasFailed || !isOfThisPeer) return;
    this.#triggerCheck(pair);
    if (request.usesCandidate && this.#context.role !== 'controlling') {
      if (pair.isValid) this.#nominate(now, pair);
      else pair.nominateOnSuccess = true;
    }
    this.settle(now);
  }

  handleResponse(now: number, transportId: number, source: TransportAddress, response: StunMessage): void {
    const outcome = this.#checks.handleResponse(now, transportId, source, response);
    if (!outcome || this.hasFailed) return;
    const { check } = outcome;
    if (outcome.type === 'success') this.#handleSuccess(now, check, outcome.mapped);
    else if (outcome.type === 'role-conflict') this.#handleRoleConflict(check);
    else this.#handleFailure(check);
    this.settle(now);
  }

  /** A TCP connection was opened, or has ended. */
  handleConnection(now: number, transportId: number, remote: TransportAddress, isOpen: boolean): void {
    const pair = this.checklist.find(pairKey(transportId, remote));
    if (!pair) return;
    if (isOpen) {
      this.#opened(now, pair);
      this.#checks.handleConnected(pair);
      return;
    }
    pair.connection = 'none';
    this.#failPair(pair);
    this.settle(now);
  }

  /** The system says that nothing can be sent there. https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.2.2 */
  handleUnreachable(now: number, transportId: number, remote: TransportAddress): void {
    const pair = this.checklist.find(pairKey(transportId, remote));
    if (!pair) return;
    // A pair that worked may work again; it has until its consent ends.
    if (pair.isValid) return this.#consent.suspect(now);
    if (pair.state === 'in-progress') this.#failPair(pair);
    this.settle(now);
  }

  get timeout(): number {
    const { pairs } = this.checklist;
    const own = Math.min(this.#checks.deadline, this.#consent.deadline(pairs, this.selected), this.#nomination.deadline, this.#concludesAt, this.#releasesAt);
    const checkAt = this.#canCheck && this.checklist.hasWork ? this.#context.pacer.nextAt : Infinity;
    return Math.min(own, checkAt, this.#stateDeadline);
  }

  handleTimeout(now: number): void {
    for (const check of this.#checks.handleTimeout(now)) this.#handleFailure(check);
    const expired = this.#consent.handleTimeout(now, this.checklist.pairs, this.selected);
    for (const pair of expired) this.#failPair(pair);
    if (now >= this.#concludesAt) this.#conclude(now);
    if (now >= this.#releasesAt) this.#release(now);
    // Consent was lost on all pairs that worked: what is still being checked since is not waited for.
    if (expired.length > 0 && !this.#hasValidPair && this.hasAllCandidates(now)) this.hasFailed = true;
    this.settle(now);
    // Once it has passed, a deadline is no reason to look again.
    if (now >= this.#pacDeadline) this.#pacDeadline = -Infinity;
    if (now >= this.#endOfCandidatesDeadline) this.#endOfCandidatesDeadline = -Infinity;
  }

  // Conclusions

  get #canCheck(): boolean {
    return this.remoteParameters !== null && !this.#context.isLite && !this.hasFailed;
  }

  get #hasValidPair(): boolean {
    return this.checklist.pairs.some((pair) => pair.isValid);
  }

  /** Whether there is a remote candidate, so that checks have begun as soon as there is a local one. */
  get isChecking(): boolean {
    return this.remoteParameters !== null && this.remoteCandidates.length > 0;
  }

  get hasPendingPairs(): boolean {
    return this.checklist.pairs.some((pair) => pair.isPending) || this.#unresolved.size > 0;
  }

  /** Whether both sides have the selected pair: it is nominated, and the peer's check of it was answered. Lite agents check nothing. */
  get isAgreed(): boolean {
    if (!this.selected?.isNominated) return false;
    return this.#context.isLite || this.remoteParameters?.iceLite === true || this.selected.statistics.responsesSent > 0;
  }

  isSilent(now: number): boolean {
    return this.selected !== null && this.#consent.isSilent(now, this.selected);
  }

  /** Neither side will name any more candidates. */
  hasAllCandidates(now: number): boolean {
    return this.isGatheringComplete && (this.hasEndOfCandidates || now >= this.#endOfCandidatesDeadline);
  }

  /** Everything was checked, in vain, for long enough. https://www.w3.org/TR/webrtc/#dom-rtcicetransportstate-failed */
  #isExhausted(now: number): boolean {
    if (this.#context.isLite || this.remoteParameters === null || this.selected || this.#hasValidPair || this.hasPendingPairs) return false;
    const hasWaited = now >= this.#pacDeadline || (this.localCandidates.length === 0 && !this.wasConnected);
    return hasWaited && this.hasAllCandidates(now);
  }

  /** When time alone may change the session's state. */
  get #stateDeadline(): number {
    if (this.hasFailed) return Infinity;
    let deadline = Infinity;
    if (this.selected) deadline = this.#wasSilent ? this.#retriesAt : this.#consent.silentAt(this.selected);
    if (this.#pacDeadline > 0) deadline = Math.min(deadline, this.#pacDeadline);
    if (this.#endOfCandidatesDeadline > 0) deadline = Math.min(deadline, this.#endOfCandidatesDeadline);
    return deadline;
  }

  // Pairs

  #baseOf(transportId: number): LocalCandidate | undefined {
    const candidates = this.localCandidates.filter((candidate) => candidate.transportId === transportId && candidate.type !== 'prflx');
    return candidates.find(({ type }) => type === 'host' || type === 'relay') ?? candidates[0];
  }

  #resolve(candidate: IceCandidate): void {
    const name = candidate.address;
    const waiting = this.#unresolved.get(name);
    if (waiting) {
      if (waiting.length < mostNames) waiting.push(candidate);
    } else if (this.#unresolved.size < mostNames) {
      this.#unresolved.set(name, [candidate]);
      this.#context.emit({ type: 'resolve', name });
    } else {
      this.#context.counters.candidatesDropped++;
    }
  }

  #addResolved(now: number, candidate: IceCandidate, address: string): void {
    const known = this.remoteCandidates.find((remote) => remote.candidate.protocol === candidate.protocol &&
      sameAddress(remote.address, { address, port: candidate.port }) && (candidate.protocol === 'udp' || remote.candidate.type === candidate.type));
    if (known) return this.#signalled(known, candidate);
    if (this.remoteCandidates.length - this.#peerReflexiveCount >= this.#context.limits.remoteCandidates) {
      this.#context.counters.candidatesDropped++;
      return;
    }
    const remote: RemoteCandidate = { candidate, address: { address, port: candidate.port } };
    this.remoteCandidates.push(remote);
    for (const local of this.localCandidates) if (this.#baseOf(local.transportId) === local) this.#pair(local, remote);
    if (this.#context.isLite && this.remoteParameters?.iceLite) this.#pairLites(now);
  }

  /** A peer-reflexive candidate turns out to be one that the peer signals, with a priority and foundation of its own. */
  #signalled(remote: RemoteCandidate, candidate: IceCandidate): void {
    if (remote.candidate.type !== 'prflx') return;
    remote.candidate = candidate;
    this.#peerReflexiveCount--;
    for (const pair of this.checklist.pairs) if (pair.remote === remote) pair.priority = this.#priorityOf(pair);
    this.checklist.sort();
  }

  #priorityOf({ base, remote }: Pick<CandidatePair, 'base' | 'remote'>): PairPriority {
    const [ours, theirs] = [base.priority, remote.candidate.priority];
    return this.#context.role === 'controlling' ? pairPriority(ours, theirs) : pairPriority(theirs, ours);
  }

  #pair(local: LocalCandidate, remote: RemoteCandidate, isAsked = false): CandidatePair | undefined {
    if (!isAsked && !arePairable(local, remote)) return undefined;
    if (this.checklist.find(pairKey(local.transportId, remote.address))) return undefined;
    const pair = new CandidatePair(this.#context.nextId(), local, remote, this.#priorityOf({ base: local, remote }));
    const dropped = this.checklist.add(pair);
    if (dropped) {
      this.#context.counters.pairsDropped++;
      this.#forget(dropped);
    }
    return dropped === pair ? undefined : pair;
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.3, https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.4 */
  #learnPair(transportId: number, source: TransportAddress, request: AcceptedRequest<IceSession>): CandidatePair | undefined {
    const local = this.#baseOf(transportId);
    if (!local) return undefined;
    const known = this.remoteCandidates.find((remote) => remote.candidate.protocol === local.protocol && sameAddress(remote.address, source));
    if (known) return this.#pair(local, known, true);
    if (this.#peerReflexiveCount >= this.#context.limits.peerReflexive) {
      this.#context.counters.peerReflexiveDropped++;
      return undefined;
    }
    const candidate: IceCandidate = {
      foundation: `prflx${this.#context.nextId()}`, component: local.component, protocol: local.protocol, priority: request.priority,
      address: source.address, port: source.port, type: 'prflx', tcpType: null, relatedAddress: null, relatedPort: null,
      usernameFragment: request.remoteFragment, extensions: [],
    };
    const remote: RemoteCandidate = { candidate, address: source };
    const pair = this.#pair(local, remote, true);
    if (!pair) return undefined;
    this.remoteCandidates.push(remote);
    this.#peerReflexiveCount++;
    return pair;
  }

  #removePair(pair: CandidatePair): void {
    this.checklist.remove(pair);
    this.#forget(pair);
  }

  /** Of a pair that has left the checklist. */
  #forget(pair: CandidatePair): void {
    this.#checks.remove(pair);
    pair.isValid = false;
    pair.isNominated = false;
    if (this.selected === pair) this.selected = null;
    if (this.#nomination.pair === pair) this.#nomination.reset();
    const { remote } = pair;
    const isUsed = remote.candidate.type !== 'prflx' || this.checklist.pairs.some((other) => other.remote === remote);
    const index = isUsed ? -1 : this.remoteCandidates.indexOf(remote);
    if (index >= 0) {
      this.remoteCandidates.splice(index, 1);
      this.#peerReflexiveCount--;
    }
    this.#disconnect(pair);
  }

  #opened(now: number, pair: CandidatePair): void {
    if (pair.connection === 'open') return;
    pair.connection = 'open';
    this.#releasesAt = Math.min(this.#releasesAt, now + concludingMilliseconds);
  }

  #disconnect(pair: CandidatePair): void {
    if (pair.connection === 'none') return;
    pair.connection = 'none';
    this.#context.emit({ type: 'disconnect', transportId: pair.transportId, remote: pair.remote.address });
  }

  /** Ends all TCP connections; the session is over. */
  close(): void {
    for (const pair of [...this.checklist.pairs]) this.#removePair(pair);
  }

  // Checks

  /** https://www.rfc-editor.org/rfc/rfc8445#section-6.1.4.2 */
  #performChecks(now: number): void {
    const { pacer } = this.#context;
    while (this.#canCheck && now >= pacer.nextAt) {
      const pair = this.checklist.next();
      if (!pair) return;
      // The check that was on its way when the pair was enqueued has succeeded since.
      const isNomination = this.#nomination.pair === pair && !pair.isNominated;
      if (pair.state === 'succeeded' && pair.isValid && !isNomination) continue;
      pacer.take(now);
      if (pair.state !== 'succeeded') pair.state = 'in-progress';
      if (pair.isReliable && pair.connection === 'none') this.#connect(pair);
      this.#checks.start(now, pair, 'check', this.#rto, isNomination);
    }
  }

  #connect(pair: CandidatePair): void {
    pair.connection = 'connecting';
    this.#context.emit({ type: 'connect', transportId: pair.transportId, remote: pair.remote.address });
  }

  /**
   * Deviation: the formula of section 14.3 has one more factor, the number of all checks, which with a full checklist makes each take hours;
   * with this one a check is still not repeated before every other was sent once. https://www.rfc-editor.org/rfc/rfc8445#section-14.3
   */
  get #rto(): number {
    const active = this.checklist.pairs.filter(({ state }) => state === 'waiting' || state === 'in-progress').length;
    return Math.max(defaultRtoMilliseconds, this.#context.pacer.interval * active);
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.4 */
  #triggerCheck(pair: CandidatePair): void {
    if (pair.state === 'succeeded') return;
    if (pair.state === 'in-progress') this.#checks.cancel(pair);
    pair.state = 'waiting';
    this.checklist.trigger(pair);
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.3 */
  #handleSuccess(now: number, check: ConnectivityCheck, mapped: TransportAddress): void {
    const { pair } = check;
    // Discovering peer-reflexive candidates; the pair's local candidate becomes the valid pair's.
    pair.local = this.#localCandidateOf(pair, check, mapped);
    // Constructing a valid pair, updating candidate pair states.
    pair.state = 'succeeded';
    pair.isValid = true;
    this.#consent.grant(now, pair, pair === this.selected);
    this.checklist.unfreezeFoundation(pair.foundation);
    // Updating the nominated flag.
    if (check.usesCandidate && check.role === 'controlling') this.#nominate(now, pair);
    else if (pair.nominateOnSuccess && this.#context.role === 'controlled') this.#nominate(now, pair);
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.3.1 */
  #localCandidateOf(pair: CandidatePair, check: ConnectivityCheck, mapped: TransportAddress): LocalCandidate {
    const known = this.localCandidates.find((candidate) => candidate.transportId === pair.transportId && sameAddress(candidate, mapped));
    if (known) return known;
    const base = this.#baseOf(pair.transportId) ?? pair.base;
    // An active TCP candidate has the port of its connection, which nobody signals.
    const learnt = this.localCandidates.filter(({ type, transportId }) => type === 'prflx' && transportId === pair.transportId);
    if (learnt.length >= this.#context.limits.peerReflexive) return base;
    const candidate: LocalCandidate = {
      ...base, foundation: `prflx${this.#context.nextId()}`, priority: check.priority, address: mapped.address, port: mapped.port,
      type: 'prflx', relatedAddress: base.address, relatedPort: base.port, url: null, relayProtocol: null,
    };
    this.localCandidates.push(candidate);
    return candidate;
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.1 */
  #handleRoleConflict({ pair, role }: ConnectivityCheck): void {
    if (role === this.#context.role) {
      this.#context.switchRole();
      this.#context.random(this.#context.tieBreaker);
    }
    if (pair.state !== 'succeeded') pair.state = 'waiting';
    this.checklist.trigger(pair);
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.2 */
  #handleFailure(check: ConnectivityCheck): void {
    if (check.isCancelled || check.purpose !== 'check') return;
    // Deviation: a nomination that fails costs the pair, not the checklist: another valid pair is nominated.
    if (check.pair.isPending || check.usesCandidate) this.#failPair(check.pair);
  }

  #failPair(pair: CandidatePair): void {
    this.#checks.cancel(pair);
    pair.state = 'failed';
    pair.isValid = false;
    pair.isNominated = false;
    pair.nominateOnSuccess = false;
    pair.unansweredSince = Infinity;
    pair.nextConsentAt = Infinity;
    this.checklist.untrigger(pair);
    if (this.#nomination.pair === pair) this.#nomination.reset();
    if (this.selected === pair) this.selected = null;
    this.#disconnect(pair);
    // Only the peer can open another connection to a passive candidate, and that one comes from another port.
    if (pair.base.tcpType === 'passive') this.#removePair(pair);
  }

  // Nomination and selection

  #nominate(now: number, pair: CandidatePair): void {
    pair.nominateOnSuccess = false;
    if (pair.isNominated) return;
    // A peer that nominates a second pair after section 8.3.1's three seconds has lost the first; sooner, it nominates aggressively,
    // and the best pair counts (section 8.1.1).
    for (const other of this.checklist.pairs) {
      if (other.isNominated && now - other.nominatedAt >= concludingMilliseconds) other.isNominated = false;
    }
    pair.isNominated = true;
    pair.nominatedAt = now;
    this.#concludesAt = now + concludingMilliseconds;
  }

  /**
   * Deviation: section 8.1.2 removes all other pairs from the checklist at once; here they are checked for three more seconds, so that
   * there are some to fall back on, and those that failed are remembered.
   */
  #conclude(now: number): void {
    this.#concludesAt = Infinity;
    for (const pair of [...this.checklist.pairs]) if (pair.isPending) this.#failPair(pair);
    this.#release(now);
  }

  /**
   * Closes the TCP connections that were not chosen, once the one that was has been for three seconds. Should the selected pair go silent, they
   * are opened again. https://www.rfc-editor.org/rfc/rfc8445#section-8.3.1, https://www.rfc-editor.org/rfc/rfc6544
   */
  #release(now: number): void {
    this.#releasesAt = Infinity;
    if (this.#concludesAt < Infinity || !this.selected?.isNominated || this.isSilent(now)) return;
    for (const pair of [...this.checklist.pairs]) {
      if (pair.connection !== 'none' && pair !== this.selected && !pair.isNominated) this.#failPair(pair);
    }
  }

  /** When the selected pair goes silent, look everywhere, again and again; when it is back, do not look for long. */
  #noticeSilence(now: number): void {
    const isSilent = this.isSilent(now);
    if (isSilent && (!this.#wasSilent || now >= this.#retriesAt)) {
      this.checklist.retryFailed();
      this.#retriesAt = now + retryMilliseconds;
    }
    if (!isSilent && this.#wasSilent) this.#concludesAt = now + concludingMilliseconds;
    this.#wasSilent = isSilent;
  }

  #updateSelected(now: number): void {
    const best = this.#best(now);
    if (best && best !== this.selected) {
      this.selected = best;
      this.wasConnected = true;
      this.#consent.select(now, best);
      this.#wasSilent = false;
    }
    const nominates = this.#context.role === 'controlling' && !this.#context.isLite;
    this.#nominateBest(now, nominates ? best : null);
  }

  /** Regular nomination; also of another pair when the nominated one was lost, which section 8.1.1 leaves to a restart. */
  #nominateBest(now: number, best: CandidatePair | null): void {
    const { pair } = this.#nomination;
    if (pair && pair !== best && (pair.isNominated || this.#consent.isSilent(now, pair))) this.#nomination.reset();
    const chosen = this.#nomination.choose(now, this.checklist.pairs, best, !this.remoteParameters?.iceLite);
    if (chosen) this.checklist.trigger(chosen);
  }

  /** Nominated before valid, better before worse; one that has gone silent only while no other has answered since. */
  #best(now: number): CandidatePair | null {
    const { selected } = this;
    const isSilent = this.isSilent(now);
    let best: CandidatePair | null = selected && !isSilent ? selected : null;
    for (const pair of this.checklist.pairs) {
      if (!pair.isValid || pair === selected) continue;
      if (isSilent ? pair.lastResponseAt < selected!.unansweredSince : this.#consent.isSilent(now, pair)) continue;
      if (!best || isBetter(pair, best)) best = pair;
    }
    return best ?? selected;
  }

  // Lite

  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.3.2 */
  #handleRequestLite(now: number, pair: CandidatePair, usesCandidate: boolean): void {
    // The peer's checks show that it wants what we send: a lite agent asks for no consent.
    if (pair.isValid) this.#consent.grant(now, pair, pair === this.selected);
    if (!usesCandidate) return;
    pair.state = 'succeeded';
    pair.isValid = true;
    this.#consent.grant(now, pair, pair === this.selected);
    this.#nominate(now, pair);
    this.#updateSelected(now);
  }

  /** Both are lite: the best pair is taken without a check. https://www.rfc-editor.org/rfc/rfc8445#section-8.2 */
  #pairLites(now: number): void {
    const [best] = this.checklist.pairs;
    if (!best || this.selected) return;
    best.state = 'succeeded';
    best.isValid = true;
    best.isNominated = true;
    best.lastReceivedAt = Infinity;
    this.#updateSelected(now);
  }
}

function isBetter(a: CandidatePair, b: CandidatePair): boolean {
  if (a.isNominated !== b.isNominated) return a.isNominated;
  return comparePairPriorities(a.priority, b.priority) < 0;
}
