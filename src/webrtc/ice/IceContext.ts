import type { RandomSource, StunCrypto } from '../stun/StunCrypto';
import type { TransportAddress } from '../stun/TransportAddress';
import type { CandidatePair } from './CandidatePair';
import { IcePacer } from './IcePacer';

/** RTCIceTransportState. https://www.w3.org/TR/webrtc/#rtcicetransportstate */
export type IceTransportState = 'new' | 'checking' | 'connected' | 'completed' | 'disconnected' | 'failed' | 'closed';
export type IceRole = 'controlling' | 'controlled';

/** A datagram (or, over TCP, a frame without its header) to send from a transport. */
export interface IceTransmit {
  readonly transportId: number;
  readonly remote: TransportAddress;
  readonly bytes: Uint8Array;
}

export type IceEvent =
  | { readonly type: 'state'; readonly state: IceTransportState }
  /** Data goes over this pair from now on; over none when null. */
  | { readonly type: 'selected-pair'; readonly pair: CandidatePair | null }
  /** A role conflict was settled. */
  | { readonly type: 'role'; readonly role: IceRole }
  /** A remote candidate has a host name: find its address and call `resolveRemoteAddress`. */
  | { readonly type: 'resolve'; readonly name: string }
  /** Open a TCP connection and call `handleConnection`. */
  | { readonly type: 'connect'; readonly transportId: number; readonly remote: TransportAddress }
  /** A TCP connection is not needed any more. */
  | { readonly type: 'disconnect'; readonly transportId: number; readonly remote: TransportAddress };

/** What was dropped, and what came of the peer's mistakes. */
export class IceCounters {
  /** Not a STUN message, or one with a wrong FINGERPRINT. */
  malformed = 0;
  /** Requests and responses whose integrity is missing or wrong. */
  unauthenticated = 0;
  /** Requests for a user name fragment that is not ours. */
  unknownUser = 0;
  /** Requests on a transport that has no candidate. */
  unknownTransport = 0;
  /** Requests with attributes that are not understood. */
  unknownAttributes = 0;
  /** Responses to no request of ours: late, repeated, or forged. */
  unmatchedResponses = 0;
  /** Responses from another address than the request went to. */
  wrongSource = 0;
  /** Peer-reflexive candidates beyond the limit. */
  peerReflexiveDropped = 0;
  /** Pairs beyond the limit. */
  pairsDropped = 0;
  /** Signalled candidates beyond the limit. */
  candidatesDropped = 0;
  roleConflicts = 0;
  /** Error responses not sent because there were too many. */
  errorsSuppressed = 0;
  /** Data from an address that belongs to no pair. */
  dataDropped = 0;
}

export interface IceLimits {
  /** Pairs of a checklist. */
  readonly pairs: number;
  /** Candidates learnt from requests, of one session. */
  readonly peerReflexive: number;
  /** Candidates signalled by the peer, of one session. */
  readonly remoteCandidates: number;
}

export interface IceContextOptions {
  readonly random: RandomSource;
  readonly crypto: StunCrypto;
  /** Be a lite agent: answer checks, send none. https://www.rfc-editor.org/rfc/rfc8445#section-2.5 */
  readonly isLite?: boolean;
  /** Shared by agents that together must not start checks faster than one does. */
  readonly pacer?: IcePacer;
  readonly limits?: Partial<IceLimits>;
  /** What peers that share a port are to put before data to a transport that shares one; 0: nothing. */
  readonly dataTagOf?: (transportId: number) => number;
}

/** Candidates that a peer may name for one session. */
export const mostRemoteCandidates = 100;

const defaultLimits: IceLimits = { pairs: 100, peerReflexive: 20, remoteCandidates: mostRemoteCandidates };

/** What the parts of an agent share: options, role, counters, and the output that has not been taken yet. */
export class IceContext {
  readonly random: RandomSource;
  readonly crypto: StunCrypto;
  readonly isLite: boolean;
  readonly pacer: IcePacer;
  readonly limits: IceLimits;
  readonly dataTagOf: (transportId: number) => number;
  readonly counters = new IceCounters();
  /** Unknown until the first session starts. */
  role: IceRole | null = null;
  /** https://www.rfc-editor.org/rfc/rfc8445#section-7.1.3 */
  readonly tieBreaker = new Uint8Array(8);
  readonly transmits: IceTransmit[] = [];
  readonly events: IceEvent[] = [];
  #ids = 0;

  constructor({ random, crypto, isLite = false, pacer = new IcePacer(), limits, dataTagOf = () => 0 }: IceContextOptions) {
    this.random = random;
    this.crypto = crypto;
    this.isLite = isLite;
    this.pacer = pacer;
    this.dataTagOf = dataTagOf;
    this.limits = { ...defaultLimits, ...limits };
    random(this.tieBreaker);
  }

  /** A number that no other pair, and no other foundation, has. */
  nextId(): number {
    return ++this.#ids;
  }

  transmit(transportId: number, remote: TransportAddress, bytes: Uint8Array): void {
    this.transmits.push({ transportId, remote, bytes });
  }

  emit(event: IceEvent): void {
    this.events.push(event);
  }

  /** A role conflict ends in our disfavour. Priorities have to be computed again. */
  switchRole(): void {
    this.role = this.role === 'controlling' ? 'controlled' : 'controlling';
    this.emit({ type: 'role', role: this.role });
  }
}

/** A random time between `least` and `most` milliseconds. */
export function randomInterval(random: RandomSource, least: number, most: number): number {
  const bytes = new Uint8Array(2);
  random(bytes);
  return least + ((bytes[0] << 8 | bytes[1]) / 0xffff) * (most - least);
}
