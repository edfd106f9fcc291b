import { Attribute, ErrorCode, MessageClass, Method, transactionIdBytes } from '../stun/constants';
import { type StunMessage, transactionKey } from '../stun/StunMessage';
import { requestCount, StunTransaction } from '../stun/StunTransaction';
import { StunWriter } from '../stun/StunWriter';
import { sameAddress, type TransportAddress } from '../stun/TransportAddress';
import { utf8Encode } from '../../text/utf8';
import type { CandidatePair } from './CandidatePair';
import type { IceContext, IceRole } from './IceContext';
import type { IceParameters } from './ice-parameters';
import { readDataTag, writeDataTag } from './data-tag';
import { peerReflexivePriority } from './priority';

/**
 * What a request is sent for: to find out whether a pair works, to renew consent, or to see whether a valid pair still works. The
 * last two are sent once, and others follow. https://www.rfc-editor.org/rfc/rfc7675#section-5.1
 */
export type CheckPurpose = 'check' | 'consent' | 'probe';

export interface ConnectivityCheck {
  readonly pair: CandidatePair;
  readonly purpose: CheckPurpose;
  readonly usesCandidate: boolean;
  readonly role: IceRole;
  readonly transaction: StunTransaction;
  readonly bytes: Uint8Array;
  readonly priority: number;
  /** Cancelled: a response still counts, its absence does not. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.4 */
  isCancelled: boolean;
}

export type CheckOutcome =
  | { readonly type: 'success'; readonly check: ConnectivityCheck; readonly mapped: TransportAddress }
  | { readonly type: 'role-conflict'; readonly check: ConnectivityCheck }
  | { readonly type: 'failure'; readonly check: ConnectivityCheck };

/** Comprehension-required attributes that responses may have. */
const understood: ReadonlySet<number> = new Set([Attribute.mappedAddress, Attribute.username, Attribute.messageIntegrity, Attribute.errorCode,
  Attribute.unknownAttributes, Attribute.messageIntegritySha256, Attribute.xorMappedAddress, Attribute.realm, Attribute.nonce]);

/** Requests that wait for a response at one time, before cancelled ones are forgotten. */
const mostChecks = 256;

/** The requests of one ICE session that wait for a response. https://www.rfc-editor.org/rfc/rfc8445#section-7.2 */
export class ConnectivityChecks {
  readonly #context: IceContext;
  readonly #local: IceParameters;
  readonly #checks = new Map<string, ConnectivityCheck>();
  #username = '';
  #key: Uint8Array = new Uint8Array(0);

  constructor(context: IceContext, local: IceParameters) {
    this.#context = context;
    this.#local = local;
  }

  setRemote(remote: IceParameters): void {
    this.#username = `${remote.usernameFragment}:${this.#local.usernameFragment}`;
    this.#key = utf8Encode(remote.password);
  }

  get deadline(): number {
    let deadline = Infinity;
    for (const { transaction } of this.#checks.values()) deadline = Math.min(deadline, transaction.deadline);
    return deadline;
  }

  /** Forms and sends a request. https://www.rfc-editor.org/rfc/rfc8445#section-7.2.2, https://www.rfc-editor.org/rfc/rfc8445#section-7.2.4 */
  start(now: number, pair: CandidatePair, purpose: CheckPurpose, rto: number, usesCandidate = false): void {
    const { random, crypto, tieBreaker } = this.#context;
    const role = this.#context.role ?? 'controlled';
    const priority = peerReflexivePriority(pair.base.priority, pair.base.protocol);
    const transactionId = new Uint8Array(transactionIdBytes);
    random(transactionId);
    const writer = new StunWriter(MessageClass.request, Method.binding, transactionId)
      .text(Attribute.username, this.#username)
      .uint32(Attribute.priority, priority)
      .bytes(role === 'controlling' ? Attribute.iceControlling : Attribute.iceControlled, tieBreaker);
    if (usesCandidate) writer.flag(Attribute.useCandidate);
    writeDataTag(writer, this.#context.dataTagOf(pair.transportId));
    const bytes = writer.messageIntegrity(this.#key, crypto).fingerprint().finish();
    const transaction = pair.isReliable ? StunTransaction.reliable(now) : new StunTransaction(now, rto, purpose === 'check' ? requestCount : 1);
    if (this.#checks.size >= mostChecks) this.#dropCancelled();
    this.#checks.set(transactionKey(transactionId), { pair, purpose, usesCandidate, role, transaction, bytes, priority, isCancelled: false });
    if (purpose === 'consent') pair.statistics.consentRequestsSent++;
    else pair.statistics.requestsSent++;
    if (!pair.isReliable || pair.connection === 'open') this.#context.transmit(pair.transportId, pair.remote.address, bytes);
  }

  /** A TCP connection is there: what waited for it goes out. */
  handleConnected(pair: CandidatePair): void {
    for (const check of this.#checks.values()) {
      if (check.pair === pair) this.#context.transmit(pair.transportId, pair.remote.address, check.bytes);
    }
  }

  /** Whether a response belongs to this session. */
  owns(transactionId: Uint8Array): boolean {
    return this.#checks.has(transactionKey(transactionId));
  }

  /** Undefined where a response changes nothing. https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5 */
  handleResponse(now: number, transportId: number, source: TransportAddress, response: StunMessage): CheckOutcome | undefined {
    const { counters, crypto } = this.#context;
    const key = transactionKey(response.transactionId);
    const check = this.#checks.get(key)!;
    const { pair } = check;
    // Deviation: 400 and 401 need not be authenticated, and would fail the pair; anybody on the way can send them, so the request
    // goes on waiting for the peer.
    if (!response.integrityMatches(this.#key, crypto)) return void counters.unauthenticated++;
    // Deviation: section 7.2.5.2.1 has the pair fail. A response that took another way does not say that this one is closed.
    if (transportId !== pair.transportId || !sameAddress(source, pair.remote.address)) return void counters.wrongSource++;
    const isError = response.messageClass === MessageClass.error;
    const mapped = response.xorAddress(Attribute.xorMappedAddress);
    if (response.unknownAttributes(understood).length > 0 || (!isError && !mapped)) return void counters.unknownAttributes++;
    this.#checks.delete(key);
    pair.statistics.responsesReceived++;
    if (!isError) pair.remoteDataTag = readDataTag(response);
    if (isError) return { type: response.error?.code === ErrorCode.roleConflict ? 'role-conflict' : 'failure', check };
    pair.statistics.currentRoundTripTime = (now - check.transaction.sentAt) / 1000;
    pair.statistics.totalRoundTripTime += pair.statistics.currentRoundTripTime;
    return { type: 'success', check, mapped: mapped! };
  }

  /** Sends again what is due; returns the checks that have ended without a response. */
  handleTimeout(now: number): ConnectivityCheck[] {
    const failed: ConnectivityCheck[] = [];
    for (const [key, check] of this.#checks) {
      if (now < check.transaction.deadline) continue;
      if (check.transaction.expire(now) === 'send') {
        this.#context.transmit(check.pair.transportId, check.pair.remote.address, check.bytes);
      } else {
        this.#checks.delete(key);
        failed.push(check);
      }
    }
    return failed;
  }

  /** Cancels the pair's requests: nothing is sent again, and only a response counts. */
  cancel(pair: CandidatePair): void {
    for (const check of this.#checks.values()) {
      if (check.pair !== pair || check.isCancelled) continue;
      check.isCancelled = true;
      check.transaction.cancelSends();
    }
  }

  /** A peer that asks without end makes cancelled checks without end. */
  #dropCancelled(): void {
    for (const [key, check] of this.#checks) if (check.isCancelled) return void this.#checks.delete(key);
  }

  /** Forgets a pair that is gone. */
  remove(pair: CandidatePair): void {
    for (const [key, check] of this.#checks) if (check.pair === pair) this.#checks.delete(key);
  }
}
