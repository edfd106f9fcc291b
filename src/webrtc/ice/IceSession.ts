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
import { PairSelection } from './PairSelection';
import { pairPriority, type PairPriority } from './priority';
import { RemoteCandidates } from './RemoteCandidates';

/** The PAC timer: how long a session runs at least before it fails. https://www.rfc-editor.org/rfc/rfc8863#section-4 */
export const pacMilliseconds = 39_500;
/** Without an end-of-candidates indication, a peer counts as done after so long. https://www.rfc-editor.org/rfc/rfc8863#section-5 */
export const endOfCandidatesMilliseconds = 60_000;

/**
 * One ICE session of one data stream with one component: candidates of both sides, the checklist, and what came of it. It ends with
 * a restart. https://www.rfc-editor.org/rfc/rfc8445#section-4
 */
export class IceSession {
  readonly localParameters: IceParameters;
  readonly localCandidates: LocalCandidate[] = [];
  readonly checklist: Checklist;
  remoteParameters: IceParameters | null = null;
  isGatheringComplete = false;
  hasEndOfCandidates = false;
  /** Checked everything in vain; stays so. */
  hasFailed = false;
  readonly #context: IceContext;
  readonly #checks: ConnectivityChecks;
  readonly #consent: ConsentMonitor;
  readonly #selection: PairSelection;
  readonly #remotes: RemoteCandidates;
  #pacDeadline = Infinity;
  #endOfCandidatesDeadline = Infinity;

  constructor(context: IceContext, localParameters: IceParameters) {
    this.#context = context;
    this.localParameters = localParameters;
    this.checklist = new Checklist(context.limits.pairs);
    this.#remotes = new RemoteCandidates(context);
    this.#checks = new ConnectivityChecks(context, localParameters);
    this.#consent = new ConsentMonitor(context, this.#checks);
    this.#selection = new PairSelection(context, this.checklist, this.#consent);
  }

  get remoteCandidates(): readonly RemoteCandidate[] {
    return this.#remotes.all;
  }

  /** Where data goes: the nominated pair, before there is one the best valid one. */
  get selected(): CandidatePair | null {
    return this.#selection.selected;
  }

  /** There was a valid pair at some time. */
  get wasConnected(): boolean {
    return this.#selection.wasConnected;
  }

  // Commands

  /** The peer is ready for checks. What it has asked before now counts. */
  start(now: number, remote: IceParameters): void {
    this.remoteParameters = remote;
    this.#checks.setRemote(remote);
    this.#selection.isPeerLite = remote.iceLite ?? false;
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
    this.#selection.update(now);
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
    if (address === undefined) return this.#remotes.resolve(candidate);
    this.#addResolved(now, candidate, address);
  }

  resolveRemoteAddress(now: number, name: string, address: string | null): void {
    const candidates = this.#remotes.takeResolved(name);
    const canonical = address === null ? undefined : canonicalIpAddress(address);
    if (canonical === undefined) return;
    for (const candidate of candidates) this.#addResolved(now, candidate, canonical);
  }

  /** Priorities depend on who controls. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.1 */
  handleRoleSwitch(): void {
    for (const pair of this.checklist.pairs) pair.priority = this.#priorityOf(pair);
    this.checklist.sort();
    this.#selection.handleRoleSwitch();
  }

  /** Draws the conclusions from an input, and sends what the pace allows. */
  settle(now: number): void {
    this.#selection.noticeSilence(now);
    this.#selection.update(now);
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
      if (pair.isValid) this.#selection.nominate(now, pair);
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
    const own = Math.min(this.#checks.deadline, this.#consent.deadline(pairs, this.selected), this.#selection.deadline);
    const checkAt = this.#canCheck && this.checklist.hasWork ? this.#context.pacer.nextAt : Infinity;
    return Math.min(own, checkAt, this.#stateDeadline);
  }

  handleTimeout(now: number): void {
    for (const check of this.#checks.handleTimeout(now)) this.#handleFailure(check);
    const expired = this.#consent.handleTimeout(now, this.checklist.pairs, this.selected);
    for (const pair of expired) this.#failPair(pair);
    for (const pair of this.#selection.handleTimeout(now)) this.#failPair(pair);
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
    return this.checklist.pairs.some((pair) => pair.isPending) || this.#remotes.isResolving;
  }

  /** Whether both sides have the selected pair: it is nominated, and the peer's check of it was answered. Lite agents check nothing. */
  get isAgreed(): boolean {
    if (!this.selected?.isNominated) return false;
    return this.#context.isLite || this.remoteParameters?.iceLite === true || this.selected.statistics.responsesSent > 0;
  }

  isSilent(now: number): boolean {
    return this.#selection.isSilent(now);
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
    let deadline = this.#selection.silenceDeadline;
    if (this.#pacDeadline > 0) deadline = Math.min(deadline, this.#pacDeadline);
    if (this.#endOfCandidatesDeadline > 0) deadline = Math.min(deadline, this.#endOfCandidatesDeadline);
    return deadline;
  }

  // Pairs

  #baseOf(transportId: number): LocalCandidate | undefined {
    const candidates = this.localCandidates.filter((candidate) => candidate.transportId === transportId && candidate.type !== 'prflx');
    return candidates.find(({ type }) => type === 'host' || type === 'relay') ?? candidates[0];
  }

  #addResolved(now: number, candidate: IceCandidate, address: string): void {
    const known = this.#remotes.find(candidate, address);
    if (known) return this.#signalled(known, candidate);
    const remote = this.#remotes.add(candidate, address);
    if (!remote) return;
    for (const local of this.localCandidates) if (this.#baseOf(local.transportId) === local) this.#pair(local, remote);
    if (this.#context.isLite && this.remoteParameters?.iceLite) this.#pairLites(now);
  }

  #signalled(remote: RemoteCandidate, candidate: IceCandidate): void {
    if (!this.#remotes.replacePeerReflexive(remote, candidate)) return;
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
    const remote = this.#remotes.learn(local, source, request.priority, request.remoteFragment);
    return remote && this.#pair(local, remote, true);
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
    this.#selection.handleLoss(pair);
    if (!this.checklist.pairs.some(({ remote }) => remote === pair.remote)) this.#remotes.release(pair.remote);
    this.#disconnect(pair);
  }

  #opened(now: number, pair: CandidatePair): void {
    if (pair.connection === 'open') return;
    pair.connection = 'open';
    this.#selection.handleConnected(now);
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
      const isNomination = this.#selection.isNominating(pair);
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
    if (check.usesCandidate && check.role === 'controlling') this.#selection.nominate(now, pair);
    else if (pair.nominateOnSuccess && this.#context.role === 'controlled') this.#selection.nominate(now, pair);
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
    this.#selection.handleLoss(pair);
    this.#disconnect(pair);
    // Only the peer can open another connection to a passive candidate, and that one comes from another port.
    if (pair.base.tcpType === 'passive') this.#removePair(pair);
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
    this.#selection.nominate(now, pair);
    this.#selection.update(now);
  }

  /** Both are lite: the best pair is taken without a check. https://www.rfc-editor.org/rfc/rfc8445#section-8.2 */
  #pairLites(now: number): void {
    const [best] = this.checklist.pairs;
    if (!best || this.selected) return;
    best.state = 'succeeded';
    best.isValid = true;
    best.isNominated = true;
    best.lastReceivedAt = Infinity;
    this.#selection.update(now);
  }
}
