import { addressFamily } from '../stun/TransportAddress';
import type { CandidateProtocol, CandidateType, RelayProtocol, TcpType } from './candidate';

/**
 * Type preferences over UDP and over TCP: of two ways to the same peer, UDP is the better one.
 * https://www.rfc-editor.org/rfc/rfc8445#section-5.1.2.2, https://www.rfc-editor.org/rfc/rfc6544#section-4.2
 */
const typePreferences: Record<CandidateProtocol, Record<CandidateType, number>> = {
  udp: { host: 126, prflx: 110, srflx: 100, relay: 2 },
  tcp: { host: 90, prflx: 80, srflx: 70, relay: 1 },
};

/** A relay costs least over UDP, most through TLS. */
const relayPreferences: Record<RelayProtocol, number> = { udp: 2, tcp: 1, tls: 0 };

/** https://www.rfc-editor.org/rfc/rfc6544#section-4.2 */
const hostDirectionPreferences: Record<TcpType, number> = { active: 6, passive: 4, so: 2 };
const otherDirectionPreferences: Record<TcpType, number> = { so: 6, active: 4, passive: 2 };

export interface PriorityInputs {
  readonly type: CandidateType;
  readonly protocol: CandidateProtocol;
  readonly tcpType?: TcpType | null;
  readonly relayProtocol?: RelayProtocol | null;
  /** 0 to 65535, different for each address of the host; of TCP candidates only the low 13 bits count. */
  readonly localPreference: number;
  readonly component: number;
}

/** https://www.rfc-editor.org/rfc/rfc8445#section-5.1.2.1 */
export function candidatePriority({ type, protocol, tcpType, relayProtocol, localPreference, component }: PriorityInputs): number {
  const typePreference = type === 'relay' && relayProtocol ? relayPreferences[relayProtocol] : typePreferences[protocol][type];
  const directions = type === 'host' ? hostDirectionPreferences : otherDirectionPreferences;
  const local = tcpType ? directions[tcpType] * 2 ** 13 + (localPreference & 0x1fff) : localPreference;
  return typePreference * 2 ** 24 + local * 2 ** 8 + (256 - component);
}

/** The PRIORITY of a check: what the candidate that it may discover would have. https://www.rfc-editor.org/rfc/rfc8445#section-7.1.1 */
export function peerReflexivePriority(priority: number, protocol: CandidateProtocol): number {
  return typePreferences[protocol].prflx * 2 ** 24 + (priority % 2 ** 24);
}

/**
 * The order of candidate pairs, the best first: by the lower of their two priorities, then by the higher, then by whose the
 * higher is. `priority` itself has 64 bits, more than a number holds.
 * https://www.rfc-editor.org/rfc/rfc8445#section-6.1.2.3
 */
export function comparePairPriorities(a: PairPriority, b: PairPriority): number {
  return b.low - a.low || b.high - a.high;
}

export interface PairPriority {
  /** MIN(G,D), the upper half of the priority. */
  readonly low: number;
  /** 2×MAX(G,D) + (G>D?1:0), the lower half. */
  readonly high: number;
}

export function pairPriority(controlling: number, controlled: number): PairPriority {
  return {
    low: Math.min(controlling, controlled),
    high: 2 * Math.max(controlling, controlled) + (controlling > controlled ? 1 : 0),
  };
}

/**
 * Local preferences for a host's addresses, given in the order the host prefers them (RFC 6724): IPv4 addresses stand among the IPv6
 * ones, so that a broken family costs few checks. https://www.rfc-editor.org/rfc/rfc8421#section-4
 */
export function localPreferences(addresses: readonly string[]): Map<string, number> {
  const ipv6 = addresses.filter((address) => addressFamily(address) === 6);
  const ipv4 = addresses.filter((address) => addressFamily(address) === 4);
  const run = ipv4.length === 0 ? ipv6.length : Math.floor((ipv4.length + ipv6.length) / ipv4.length);
  const order: string[] = [];
  while (ipv6.length + ipv4.length > 0) order.push(...ipv6.splice(0, Math.max(run, 1)), ...ipv4.splice(0, 1));
  return new Map(order.map((address, index) => [address, 65_535 - index]));
}

/**
 * Candidates have the same foundation when they have the same type, base address, protocol, and server.
 * https://www.rfc-editor.org/rfc/rfc8445#section-5.1.1.3
 */
export class Foundations {
  readonly #known = new Map<string, string>();

  of(type: CandidateType, baseAddress: string, protocol: CandidateProtocol, server: string | null, relayProtocol: RelayProtocol | null = null): string {
    const key = `${type} ${baseAddress} ${protocol} ${server ?? ''} ${relayProtocol ?? ''}`;
    const known = this.#known.get(key) ?? String(this.#known.size + 1);
    this.#known.set(key, known);
    return known;
  }
}
