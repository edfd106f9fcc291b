import { addressFamily, isLinkLocal, type TransportAddress } from '../stun/TransportAddress';
import type { IceCandidate, LocalCandidate } from './candidate';
import type { PairPriority } from './priority';

/** https://www.rfc-editor.org/rfc/rfc8445#section-6.1.2.6, in the words of RTCStatsIceCandidatePairState */
export type PairState = 'frozen' | 'waiting' | 'in-progress' | 'succeeded' | 'failed';

export interface RemoteCandidate {
  /** As the peer signalled it; a peer-reflexive one until then. */
  candidate: IceCandidate;
  /** Where it is: the candidate's address, or what its name was resolved to. */
  readonly address: TransportAddress;
}

/** Where datagrams of a pair go, as a key of maps. */
export function pairKey(transportId: number, { address, port }: TransportAddress): string {
  return `${transportId} ${address} ${port}`;
}

/** How far a TCP pair's connection is. */
export type ConnectionState = 'none' | 'connecting' | 'open';

/** What RTCIceCandidatePairStats counts; times in milliseconds on the agent's clock, round trips in seconds. */
export class PairStatistics {
  packetsSent = 0;
  packetsReceived = 0;
  bytesSent = 0;
  bytesReceived = 0;
  lastPacketSentAt = -Infinity;
  lastPacketReceivedAt = -Infinity;
  totalRoundTripTime = 0;
  currentRoundTripTime: number | undefined;
  /** Without retransmissions, consent checks apart. */
  requestsSent = 0;
  requestsReceived = 0;
  responsesSent = 0;
  responsesReceived = 0;
  consentRequestsSent = 0;
  packetsDiscardedOnSend = 0;
  bytesDiscardedOnSend = 0;
}

/** https://www.rfc-editor.org/rfc/rfc8445#section-6.1.2.2 */
export class CandidatePair {
  readonly id: number;
  /** The candidate that checks are sent from. */
  readonly base: LocalCandidate;
  /** The candidate that the peer sees: the base, until a check shows a reflexive address in front of it. */
  local: LocalCandidate;
  /** The transport that the pair's datagrams leave from and arrive at. */
  readonly transportId: number;
  readonly remote: RemoteCandidate;
  readonly key: string;
  state: PairState = 'frozen';
  priority: PairPriority;
  /** On the *valid list*: data may be sent. https://www.rfc-editor.org/rfc/rfc8445#section-7.2.5.3.2 */
  isValid = false;
  /** The *nominated flag*. */
  isNominated = false;
  nominatedAt = -Infinity;
  /** The controlling peer has asked for it; the flag is set once our own check succeeds. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.5 */
  nominateOnSuccess = false;
  /** When consent to send ends, unless it is renewed. https://www.rfc-editor.org/rfc/rfc7675#section-5.1 */
  consentExpiresAt = Infinity;
  /** When consent is asked for the next time. */
  nextConsentAt = Infinity;
  /** When the first request was sent of those that no response has come for; Infinity when the last was answered. */
  unansweredSince = Infinity;
  lastResponseAt = -Infinity;
  /** When anything at all came from the peer on this pair. */
  lastReceivedAt = -Infinity;
  connection: ConnectionState = 'none';
  /** What the peer wants before data where both sides share a port; 0: nothing. */
  remoteDataTag = 0;
  readonly statistics = new PairStatistics();

  constructor(id: number, base: LocalCandidate, remote: RemoteCandidate, priority: PairPriority) {
    this.id = id;
    this.base = base;
    this.local = base;
    this.transportId = base.transportId;
    this.remote = remote;
    this.key = pairKey(base.transportId, remote.address);
    this.priority = priority;
  }

  /** Pairs of one foundation will probably work, or not, together. */
  get foundation(): string {
    return `${this.base.foundation} ${this.remote.candidate.foundation}`;
  }

  get isReliable(): boolean {
    return this.base.protocol === 'tcp';
  }

  get isRelayed(): boolean {
    return this.base.type === 'relay' || this.remote.candidate.type === 'relay';
  }

  /** Whether it has still to be checked. */
  get isPending(): boolean {
    return this.state === 'frozen' || this.state === 'waiting' || this.state === 'in-progress';
  }
}

const tcpCounterparts = { active: 'passive', passive: 'active', so: 'so' } as const;

/**
 * Whether two candidates make a pair that is worth a check of ours.
 * https://www.rfc-editor.org/rfc/rfc8445#section-6.1.2.2, https://www.rfc-editor.org/rfc/rfc6544#section-6.2
 */
export function arePairable(local: LocalCandidate, remote: RemoteCandidate): boolean {
  const { candidate, address } = remote;
  if (local.component !== candidate.component || local.protocol !== candidate.protocol) return false;
  if (addressFamily(local.address) !== addressFamily(address.address)) return false;
  if (addressFamily(local.address) === 6 && isLinkLocal(local.address) !== isLinkLocal(address.address)) return false;
  if (local.protocol === 'udp') return true;
  // A passive candidate waits for the peer's connection.
  if (local.tcpType === null || local.tcpType === 'passive') return false;
  return candidate.tcpType === tcpCounterparts[local.tcpType];
}
