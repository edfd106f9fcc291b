import { Attribute, MessageClass, Method } from '../stun/constants';
import { StunMessage } from '../stun/StunMessage';
import type { TransportAddress } from '../stun/TransportAddress';
import { BindingResponder } from './BindingResponder';
import type { IceCandidate, LocalCandidate } from './candidate';
import { type CandidatePair, pairKey, type RemoteCandidate } from './CandidatePair';
import { DatagramKind, datagramKind } from './demultiplex';
import { IceContext, type IceContextOptions, type IceCounters, type IceEvent, type IceRole, type IceTransmit, type IceTransportState } from './IceContext';
import { IceSession } from './IceSession';
import { generateIceParameters, type IceParameters, sameParameters } from './ice-parameters';
import { concludingMilliseconds } from './PairSelection';
import { transportState } from './transport-state';

export interface IceAgentOptions extends IceContextOptions {
  /** Chosen at random where absent. */
  readonly localParameters?: IceParameters;
}

/** RTCIceGathererState. https://www.w3.org/TR/webrtc/#rtcicegathererstate */
export type IceGatheringState = 'new' | 'gathering' | 'complete';

/**
 * An ICE agent for one data stream with one component, the core behind an RTCIceTransport. It does no I/O: give it one input, take
 * its output (`nextTransmit`, `nextEvent`, `timeout`), give it the next. `now` is in milliseconds on a monotonic clock.
 * https://www.rfc-editor.org/rfc/rfc8445, https://www.rfc-editor.org/rfc/rfc8838
 */
export class IceAgent {
  #state: IceTransportState = 'new';
  #gatheringState: IceGatheringState = 'new';
  #session: IceSession;
  /** The session before a restart, as long as data goes over its pair, and a little longer. */
  #previous: IceSession | null = null;
  #previousEndsAt = Infinity;
  #selectedPair: CandidatePair | null = null;
  /** The pair of the last data that came, so that the next need not be looked up. */
  #lastPair: CandidatePair | null = null;
  readonly #context: IceContext;
  readonly #responder: BindingResponder;

  constructor(options: IceAgentOptions) {
    this.#context = new IceContext(options);
    this.#responder = new BindingResponder(this.#context);
    this.#session = new IceSession(this.#context, options.localParameters ?? generateIceParameters(options.random));
  }

  get counters(): IceCounters {
    return this.#context.counters;
  }

  get state(): IceTransportState {
    return this.#state;
  }

  get gatheringState(): IceGatheringState {
    return this.#gatheringState;
  }

  get role(): IceRole | null {
    return this.#context.role;
  }

  get localParameters(): IceParameters {
    return { ...this.#session.localParameters, ...(this.#context.isLite && { iceLite: true }) };
  }

  get remoteParameters(): IceParameters | null {
    return this.#session.remoteParameters;
  }

  /** All of the current session, those that checks have shown included. */
  get localCandidates(): readonly LocalCandidate[] {
    return this.#session.localCandidates;
  }

  get remoteCandidates(): readonly RemoteCandidate[] {
    return this.#session.remoteCandidates;
  }

  /** Pairs of the current session, the best first, with their statistics. */
  get pairs(): readonly CandidatePair[] {
    return this.#session.checklist.pairs;
  }

  /** Where data goes; null while there is nowhere. */
  get selectedPair(): CandidatePair | null {
    return this.#selectedPair;
  }

  // Commands

  /** Checks may begin: the peer's parameters are known. Other parameters than before are the peer's restart. */
  start(now: number, remote: IceParameters, role: IceRole): void {
    if (this.#state === 'closed') return;
    const { remoteParameters } = this.#session;
    if (remoteParameters && sameParameters(remoteParameters, remote)) return;
    if (remoteParameters) this.#beginRemoteRestart(now);
    // A full agent controls a lite one. https://www.rfc-editor.org/rfc/rfc8445#section-6.1.1
    const { isLite } = this.#context;
    const areAlike = isLite === (remote.iceLite ?? false);
    this.#context.role = areAlike ? role : isLite ? 'controlled' : 'controlling';
    this.#session.start(now, remote);
    this.#settle(now);
  }

  /** The peer's `a=ice-pacing`. */
  proposePacing(interval: number): void {
    this.#context.pacer.propose(interval);
  }

  addLocalCandidate(now: number, candidate: LocalCandidate): void {
    if (this.#state === 'closed') return;
    this.#session.addLocalCandidate(now, candidate);
    this.#settle(now);
  }

  setGatheringState(now: number, state: IceGatheringState): void {
    this.#gatheringState = state;
    this.#session.isGatheringComplete = state === 'complete';
    this.#settle(now);
  }

  /** A transport (socket, allocation, interface) is gone. */
  removeTransport(now: number, transportId: number): void {
    this.#session.removeTransport(now, transportId);
    this.#previous?.removeTransport(now, transportId);
    this.#settle(now);
  }

  addRemoteCandidate(now: number, candidate: IceCandidate): void {
    if (this.#state === 'closed') return;
    this.#session.addRemoteCandidate(now, candidate);
    this.#settle(now);
  }

  endOfRemoteCandidates(now: number): void {
    this.#session.hasEndOfCandidates = true;
    this.#settle(now);
  }

  /** The answer to a `resolve` event; null where the name has no address. */
  resolveRemoteAddress(now: number, name: string, address: string | null): void {
    this.#session.resolveRemoteAddress(now, name, address);
    this.#settle(now);
  }

  /** Begins a new session with parameters of its own; data goes over the old pair until there is a new one. */
  restart(now: number, parameters: IceParameters = generateIceParameters(this.#context.random)): void {
    if (this.#state === 'closed') return;
    this.#beginSession(now, parameters, []);
    this.#gatheringState = 'new';
    this.#settle(now);
  }

  /** Takes a restart back that was offered and rolled back. */
  cancelRestart(now: number): void {
    if (!this.#previous || this.#session.remoteParameters) return;
    this.#session.close();
    this.#session = this.#previous;
    this.#previous = null;
    this.#gatheringState = this.#session.isGatheringComplete ? 'complete' : 'gathering';
    this.#settle(now);
  }

  close(now: number): void {
    if (this.#state === 'closed') return;
    this.#session.close();
    this.#previous?.close();
    this.#previous = null;
    this.#context.transmits.length = 0;
    this.#state = 'closed';
    this.#settle(now);
    this.#context.emit({ type: 'state', state: 'closed' });
  }

  // Inputs

  /** What arrived on a transport. STUN is this agent's own; of the rest it says what it is, or `other` when it must be dropped. */
  handleDatagram(now: number, transportId: number, source: TransportAddress, bytes: Uint8Array): DatagramKind {
    const kind = datagramKind(bytes);
    if (kind !== DatagramKind.stun) return this.#receiveData(now, transportId, source, 1, bytes.length) ? kind : DatagramKind.other;
    if (this.#state !== 'closed') this.#handleStun(now, transportId, source, bytes);
    return kind;
  }

  /** `count` datagrams that are not STUN came, of `bytes` together; false when they belong to no pair and must be dropped. */
  handleData(now: number, transportId: number, source: TransportAddress, count: number, bytes: number): boolean {
    return this.#receiveData(now, transportId, source, count, bytes);
  }

  /** The connection that a `connect` event asked for is open, or failed, or has ended. */
  handleConnection(now: number, transportId: number, remote: TransportAddress, isOpen: boolean): void {
    this.#session.handleConnection(now, transportId, remote, isOpen);
    this.#previous?.handleConnection(now, transportId, remote, isOpen);
    this.#settle(now);
  }

  /** Of the current session, and of the one before a restart as long as data may go over its pair. */
  get usernameFragments(): readonly string[] {
    return this.#sessions.map(({ localParameters }) => localParameters.usernameFragment);
  }

  /** The pair that sends from a transport to an address. */
  pairAt(transportId: number, remote: TransportAddress): CandidatePair | undefined {
    return this.#findPair(transportId, remote);
  }

  /** Whether a pair has this TCP connection. */
  usesConnection(transportId: number, remote: TransportAddress): boolean {
    const key = pairKey(transportId, remote);
    return this.#sessions.some(({ checklist }) => (checklist.find(key)?.connection ?? 'none') !== 'none');
  }

  /** Whether a datagram is a request that only the peer can have made. Nothing is answered. */
  recognises(bytes: Uint8Array): boolean {
    const message = this.#state === 'closed' ? undefined : decodeBinding(bytes);
    return message?.messageClass === MessageClass.request && this.#responder.recognises(message, this.#sessions);
  }

  /** The system refused to send, or reports that nobody is there. */
  handleUnreachable(now: number, transportId: number, remote: TransportAddress): void {
    this.#session.handleUnreachable(now, transportId, remote);
    this.#previous?.handleUnreachable(now, transportId, remote);
    this.#settle(now);
  }

  /** When `handleTimeout` wants to be called: at once where it is not later than now. */
  get timeout(): number {
    if (this.#state === 'closed') return Infinity;
    return Math.min(this.#session.timeout, this.#previous?.timeout ?? Infinity, this.#previousEndsAt);
  }

  handleTimeout(now: number): void {
    if (this.#state === 'closed') return;
    this.#session.handleTimeout(now);
    this.#previous?.handleTimeout(now);
    if (now >= this.#previousEndsAt) this.#endPrevious();
    this.#settle(now);
  }

  /** Data for the selected pair could not be handed to the system. */
  countDiscarded(packets: number, bytes: number): void {
    if (!this.#selectedPair) return;
    this.#selectedPair.statistics.packetsDiscardedOnSend += packets;
    this.#selectedPair.statistics.bytesDiscardedOnSend += bytes;
  }

  /** Data was sent over the selected pair. */
  countSent(now: number, packets: number, bytes: number): void {
    if (!this.#selectedPair) return;
    const { statistics } = this.#selectedPair;
    statistics.packetsSent += packets;
    statistics.bytesSent += bytes;
    statistics.lastPacketSentAt = now;
  }

  // Output

  nextTransmit(): IceTransmit | undefined {
    return this.#context.transmits.shift();
  }

  nextEvent(): IceEvent | undefined {
    return this.#context.events.shift();
  }

  #handleStun(now: number, transportId: number, source: TransportAddress, bytes: Uint8Array): void {
    const { counters } = this.#context;
    const message = decodeBinding(bytes);
    if (!message) {
      counters.malformed++;
      return;
    }
    const sessions = this.#sessions;
    const roleBefore = this.#context.role;
    if (message.messageClass === MessageClass.request) {
      // Where no candidate of ours is, as on a host's address when only relays may be used, nobody is at home.
      if (!sessions.some(({ localCandidates }) => localCandidates.some((candidate) => candidate.transportId === transportId))) {
        counters.unknownTransport++;
        return;
      }
      const request = this.#responder.handle(now, transportId, source, message, sessions);
      this.#recomputePriorities(roleBefore);
      request?.session.handleRequest(now, transportId, source, request);
    } else if (message.messageClass === MessageClass.indication) {
      const pair = this.#findPair(transportId, source);
      if (pair) pair.lastReceivedAt = Math.max(pair.lastReceivedAt, now);
    } else {
      const session = sessions.find((candidate) => candidate.owns(message.transactionId));
      if (session) session.handleResponse(now, transportId, source, message);
      else counters.unmatchedResponses++;
      this.#recomputePriorities(roleBefore);
    }
    this.#settle(now);
  }

  #recomputePriorities(roleBefore: IceRole | null): void {
    if (this.#context.role !== roleBefore) for (const session of this.#sessions) session.handleRoleSwitch();
  }

  /** https://www.rfc-editor.org/rfc/rfc8445#section-12.2 */
  #receiveData(now: number, transportId: number, source: TransportAddress, count: number, bytes: number): boolean {
    const pair = this.#findPair(transportId, source);
    if (!pair || this.#state === 'closed') {
      this.#context.counters.dataDropped++;
      return false;
    }
    const { statistics } = pair;
    statistics.packetsReceived += count;
    statistics.bytesReceived += bytes;
    statistics.lastPacketReceivedAt = now;
    pair.lastReceivedAt = Math.max(pair.lastReceivedAt, now);
    if (this.#state === 'disconnected') this.#settle(now);
    return true;
  }

  /** Whether data goes over a pair of the current session. */
  get #hasMoved(): boolean {
    return this.#selectedPair !== null && this.#session.checklist.pairs.includes(this.#selectedPair);
  }

  #findPair(transportId: number, source: TransportAddress): CandidatePair | undefined {
    const last = this.#lastPair;
    const isSame = last && last.transportId === transportId && last.remote.address.port === source.port && last.remote.address.address === source.address;
    if (isSame) return last;
    const key = pairKey(transportId, source);
    const pair = this.#session.checklist.find(key) ?? this.#previous?.checklist.find(key);
    this.#lastPair = pair ?? null;
    return pair;
  }

  get #sessions(): IceSession[] {
    return this.#previous ? [this.#session, this.#previous] : [this.#session];
  }

  #beginSession(now: number, parameters: IceParameters, localCandidates: readonly LocalCandidate[]): void {
    // A session that data never went over is not kept; what it would be kept for lives in the one before it.
    const ended = this.#previous && !this.#hasMoved ? this.#session : this.#previous;
    ended?.close();
    if (ended !== this.#session) this.#previous = this.#session;
    this.#previousEndsAt = Infinity;
    this.#lastPair = null;
    this.#session = new IceSession(this.#context, parameters);
    for (const candidate of localCandidates) if (candidate.type !== 'prflx') this.#session.addLocalCandidate(now, candidate);
  }

  /** The peer has restarted without our restarting too, as RTCIceTransport's start() may have it. */
  #beginRemoteRestart(now: number): void {
    const { localParameters, localCandidates, isGatheringComplete, selected } = this.#session;
    this.#beginSession(now, localParameters, localCandidates);
    this.#session.isGatheringComplete = isGatheringComplete;
    if (!selected) this.#endPrevious();
  }

  #endPrevious(): void {
    this.#previous?.close();
    this.#previous = null;
    this.#previousEndsAt = Infinity;
    this.#lastPair = null;
  }

  /** Tells what has become different. */
  #settle(now: number): void {
    if (this.#previous && this.#session.selected && this.#previousEndsAt === Infinity) this.#previousEndsAt = now + concludingMilliseconds;
    const pair = this.#state === 'closed' ? null : this.#pairForData(now);
    if (pair !== this.#selectedPair) {
      this.#selectedPair = pair;
      this.#lastPair = null;
      this.#context.emit({ type: 'selected-pair', pair });
    }
    if (this.#state === 'closed') return;
    const reached = transportState(now, this.#session, this.#previous);
    // A restart is not over while data goes over the pair before it.
    const state = reached === 'completed' && pair !== this.#session.selected ? 'connected' : reached;
    // However fast it goes, a transport is connected before it is completed.
    if (state === 'completed' && this.#state !== state) this.#setState('connected');
    this.#setState(state);
  }

  /**
   * After a restart data stays on the old pair until the new one is agreed on, if the old one works so long. Section 2.4 of RFC 8445 would
   * have it move with the first valid pair; but a peer to which data comes sooner may answer, and then has nowhere to send (Firefox's
   * DTLS fails by that).
   */
  #pairForData(now: number): CandidatePair | null {
    const { selected } = this.#session;
    const before = this.#previous?.selected;
    if (!selected || !before) return selected ?? before ?? null;
    return this.#hasMoved || this.#session.isAgreed || this.#previous!.isSilent(now) ? selected : before;
  }

  #setState(state: IceTransportState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#context.emit({ type: 'state', state });
  }
}

/** Every message of ICE has a FINGERPRINT. https://www.rfc-editor.org/rfc/rfc8445#section-7.3 */
function decodeBinding(bytes: Uint8Array): StunMessage | undefined {
  const message = StunMessage.decode(bytes);
  return message?.has(Attribute.fingerprint) && message.fingerprintMatches && message.method === Method.binding ? message : undefined;
}
