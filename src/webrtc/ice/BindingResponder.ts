import { Attribute, ErrorCode, MessageClass, Method } from '../stun/constants';
import type { StunMessage } from '../stun/StunMessage';
import { StunWriter } from '../stun/StunWriter';
import type { TransportAddress } from '../stun/TransportAddress';
import { utf8Encode } from '../../text/utf8';
import { readDataTag, writeDataTag } from './data-tag';
import type { IceContext } from './IceContext';
import type { IceParameters } from './ice-parameters';

/** Comprehension-required attributes that checks may have. */
const understood: ReadonlySet<number> = new Set([Attribute.username, Attribute.messageIntegrity, Attribute.messageIntegritySha256,
  Attribute.priority, Attribute.useCandidate, Attribute.mappedAddress, Attribute.errorCode, Attribute.unknownAttributes, Attribute.realm,
  Attribute.nonce, Attribute.xorMappedAddress]);

/** Error responses in a second; what asks for more is a flood, and gets none. */
const errorsPerSecond = 10;

/** A session that requests may be meant for. */
export interface RequestTarget {
  readonly localParameters: IceParameters;
}

export interface AcceptedRequest<Target> {
  readonly session: Target;
  /** The peer's user name fragment, as it says. */
  readonly remoteFragment: string;
  readonly priority: number;
  readonly usesCandidate: boolean;
  readonly dataTag: number;
}

/** The server's half of connectivity checks: who asks, and what they are told. https://www.rfc-editor.org/rfc/rfc8445#section-7.3 */
export class BindingResponder {
  readonly #context: IceContext;
  /** Passwords as keys, by user name fragment. */
  readonly #keys = new Map<string, Uint8Array>();
  #errorBudget = errorsPerSecond;
  #budgetAt = -Infinity;

  constructor(context: IceContext) {
    this.#context = context;
  }

  /** Answers a request; tells what was asked where the answer is a success. */
  handle<Target extends RequestTarget>(
    now: number, transportId: number, source: TransportAddress, request: StunMessage, sessions: readonly Target[],
  ): AcceptedRequest<Target> | undefined {
    const { counters } = this.#context;
    const username = request.text(Attribute.username);
    if (username === undefined || !request.has(Attribute.messageIntegrity)) {
      counters.unauthenticated++;
      return this.#refuse(now, transportId, source, request, ErrorCode.badRequest, 'Bad Request');
    }
    const session = findSession(username, sessions);
    if (!session) {
      counters.unknownUser++;
      return this.#refuse(now, transportId, source, request, ErrorCode.unauthenticated, 'Unauthenticated');
    }
    const key = this.#keyOf(session.localParameters);
    if (!request.integrityMatches(key, this.#context.crypto)) {
      counters.unauthenticated++;
      return this.#refuse(now, transportId, source, request, ErrorCode.unauthenticated, 'Unauthenticated');
    }
    const unknown = request.unknownAttributes(understood);
    if (unknown.length > 0) {
      counters.unknownAttributes++;
      return this.#refuse(now, transportId, source, request, ErrorCode.unknownAttribute, 'Unknown Attribute', key, unknown);
    }
    if (!this.#settleRoles(request)) return this.#refuse(now, transportId, source, request, ErrorCode.roleConflict, 'Role Conflict', key);
    this.#succeed(transportId, source, request, key);
    return {
      session,
      remoteFragment: username.slice(username.indexOf(':') + 1),
      priority: request.uint32(Attribute.priority) ?? 0,
      usesCandidate: request.has(Attribute.useCandidate),
      dataTag: readDataTag(request),
    };
  }

  /** Whether a request is signed with the password of one of the sessions. */
  recognises(request: StunMessage, sessions: readonly RequestTarget[]): boolean {
    const session = findSession(request.text(Attribute.username) ?? '', sessions);
    return session !== undefined && request.integrityMatches(this.#keyOf(session.localParameters), this.#context.crypto);
  }

  /** False where the peer has to switch. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.1 */
  #settleRoles(request: StunMessage): boolean {
    const { role, tieBreaker, counters, isLite } = this.#context;
    const attribute = role === 'controlling' ? Attribute.iceControlling : Attribute.iceControlled;
    const theirs = role === null || isLite ? undefined : request.value(attribute);
    if (theirs?.length !== 8) return true;
    counters.roleConflicts++;
    const isLarger = compareBytes(tieBreaker, theirs) >= 0;
    if (isLarger === (role === 'controlling')) return false;
    this.#context.switchRole();
    return true;
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-6.3.1.1 */
  #succeed(transportId: number, source: TransportAddress, request: StunMessage, key: Uint8Array): void {
    const response = new StunWriter(MessageClass.success, Method.binding, request.transactionId)
      .xorAddress(Attribute.xorMappedAddress, source);
    writeDataTag(response, this.#context.dataTagOf(transportId));
    this.#context.transmit(transportId, source, response.messageIntegrity(key, this.#context.crypto).fingerprint().finish());
  }

  #refuse(
    now: number, transportId: number, source: TransportAddress, request: StunMessage, code: number, reason: string,
    key?: Uint8Array, unknown: readonly number[] = [],
  ): undefined {
    // A role conflict comes from an authenticated peer, who must hear of it.
    if (code !== ErrorCode.roleConflict && !this.#takeFromBudget(now)) return void this.#context.counters.errorsSuppressed++;
    const response = new StunWriter(MessageClass.error, Method.binding, request.transactionId).errorCode(code, reason);
    if (unknown.length > 0) response.unknownAttributes(unknown);
    if (key) response.messageIntegrity(key, this.#context.crypto);
    this.#context.transmit(transportId, source, response.fingerprint().finish());
    return undefined;
  }

  #takeFromBudget(now: number): boolean {
    if (now - this.#budgetAt >= 1000) {
      this.#budgetAt = now;
      this.#errorBudget = errorsPerSecond;
    }
    return this.#errorBudget-- > 0;
  }

  #keyOf({ usernameFragment, password }: IceParameters): Uint8Array {
    let key = this.#keys.get(usernameFragment);
    if (!key) {
      // The current session's and the previous one's.
      if (this.#keys.size >= 2) this.#keys.clear();
      key = utf8Encode(password);
      this.#keys.set(usernameFragment, key);
    }
    return key;
  }
}

/** Whose a request is: the first part of its user name. https://www.rfc-editor.org/rfc/rfc8445#section-7.2.2 */
export function requestedFragment(username: string): string {
  return username.slice(0, Math.max(username.indexOf(':'), 0));
}

function findSession<Target extends RequestTarget>(username: string, sessions: readonly Target[]): Target | undefined {
  const fragment = requestedFragment(username);
  return sessions.find(({ localParameters }) => localParameters.usernameFragment === fragment);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index] - b[index];
  return 0;
}
