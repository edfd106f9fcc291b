import { Attribute, ErrorCode, MessageClass, type Method, serverUnreachable, transactionIdBytes } from '../stun/constants';
import type { LongTermCredentials } from '../stun/LongTermCredentials';
import type { RandomSource } from '../stun/StunCrypto';
import { type StunError, type StunMessage, transactionKey } from '../stun/StunMessage';
import { StunTransaction } from '../stun/StunTransaction';
import { StunWriter } from '../stun/StunWriter';

/** A request of a TURN client. It is formed anew when the server wants other credentials. */
export interface TurnRequest {
  readonly method: Method;
  /** Writes its attributes. */
  readonly write: (writer: StunWriter) => void;
  readonly succeeded: (now: number, response: StunMessage) => void;
  /** The server refused, or did not answer (`response` is undefined and `error` has the code 701). */
  readonly failed: (now: number, error: StunError, response: StunMessage | undefined) => void;
}

interface Pending {
  readonly request: TurnRequest;
  readonly transaction: StunTransaction;
  readonly bytes: Uint8Array;
  /** It carried credentials, so its response must too. */
  readonly isSigned: boolean;
  sawForgery: boolean;
}

const understood: ReadonlySet<number> = new Set([Attribute.mappedAddress, Attribute.username, Attribute.messageIntegrity, Attribute.errorCode,
  Attribute.unknownAttributes, Attribute.channelNumber, Attribute.lifetime, Attribute.xorPeerAddress, Attribute.realm, Attribute.nonce,
  Attribute.xorRelayedAddress, Attribute.messageIntegritySha256, Attribute.passwordAlgorithm, Attribute.xorMappedAddress]);

/** Requests of one client under way, with their retransmissions and their credentials. https://www.rfc-editor.org/rfc/rfc8656#section-5 */
export class TurnRequests {
  /** Responses dropped: to no request, or not from who knows the password. */
  unmatched = 0;
  unauthenticated = 0;
  readonly #random: RandomSource;
  readonly #credentials: LongTermCredentials;
  readonly #isReliable: boolean;
  readonly #rto: number | undefined;
  readonly #transmit: (bytes: Uint8Array) => void;
  readonly #pending = new Map<string, Pending>();

  constructor(random: RandomSource, credentials: LongTermCredentials, isReliable: boolean, rto: number | undefined, transmit: (bytes: Uint8Array) => void) {
    this.#random = random;
    this.#credentials = credentials;
    this.#isReliable = isReliable;
    this.#rto = rto;
    this.#transmit = transmit;
  }

  get deadline(): number {
    let deadline = Infinity;
    for (const { transaction } of this.#pending.values()) deadline = Math.min(deadline, transaction.deadline);
    return deadline;
  }

  start(now: number, request: TurnRequest, sends?: number): void {
    const transactionId = new Uint8Array(transactionIdBytes);
    this.#random(transactionId);
    const writer = new StunWriter(MessageClass.request, request.method, transactionId);
    request.write(writer);
    const bytes = this.#credentials.sign(writer).fingerprint().finish();
    const transaction = this.#isReliable ? StunTransaction.reliable(now) : new StunTransaction(now, this.#rto, sends);
    this.#pending.set(transactionKey(transactionId), { request, transaction, bytes, isSigned: this.#credentials.areChallenged, sawForgery: false });
    this.#transmit(bytes);
  }

  handleResponse(now: number, response: StunMessage): void {
    const key = transactionKey(response.transactionId);
    const pending = this.#pending.get(key);
    if (!pending || pending.request.method !== response.method) return void this.unmatched++;
    const error = response.messageClass === MessageClass.error ? response.error ?? { code: ErrorCode.serverError, reason: '' } : undefined;
    const isChallenge = error?.code === ErrorCode.unauthenticated || error?.code === ErrorCode.staleNonce;
    // https://www.rfc-editor.org/rfc/rfc8489#section-9.2.5
    if (pending.isSigned && !isChallenge && !this.#credentials.verifies(response)) {
      this.unauthenticated++;
      pending.sawForgery = true;
      return;
    }
    this.#pending.delete(key);
    if (isChallenge && this.#credentials.challenge(response, error.code)) return this.start(now, pending.request);
    if (error) return pending.request.failed(now, error, response);
    if (response.unknownAttributes(understood).length > 0) {
      return pending.request.failed(now, { code: ErrorCode.serverError, reason: 'The response has attributes that are not understood' }, response);
    }
    if (pending.isSigned) this.#credentials.accepted();
    pending.request.succeeded(now, response);
  }

  handleTimeout(now: number): void {
    for (const [key, pending] of [...this.#pending]) {
      if (now < pending.transaction.deadline) continue;
      if (pending.transaction.expire(now) === 'send') {
        this.#transmit(pending.bytes);
        continue;
      }
      this.#pending.delete(key);
      const reason = pending.sawForgery ? 'Every response of the TURN server was forged' : 'TURN server did not answer';
      pending.request.failed(now, { code: serverUnreachable, reason }, undefined);
    }
  }

  clear(): void {
    this.#pending.clear();
  }
}
