import type { LocalCandidate } from '../ice/candidate';
import { addressFamily } from '../stun/TransportAddress';
import type { GatheredCandidate } from '../thread/messages';
import type { MediaHost } from './MediaHost';

/**
 * The mDNS names that stand for a transport's own addresses in all that script is told, where the host publishes names.
 * https://datatracker.ietf.org/doc/html/draft-ietf-mmusic-mdns-ice-candidates#section-3.1
 */
export class PublishedNames {
  readonly #host: Pick<MediaHost, 'publishName' | 'withdrawName'>;
  readonly #names = new Map<string, string>();

  constructor(host: Pick<MediaHost, 'publishName' | 'withdrawName'>) {
    this.#host = host;
  }

  publish(address: string): void {
    if (this.#names.has(address)) return;
    const name = this.#host.publishName(address);
    if (name !== null) this.#names.set(address, name);
  }

  hides(address: string): boolean {
    return this.#names.has(address);
  }

  /** A candidate as script is told of it. Section 3.1.2.3: a hidden address is no related address either. */
  told({ transportId: _transportId, ...candidate }: LocalCandidate): GatheredCandidate {
    const { address, relatedAddress } = candidate;
    const name = this.#names.get(address);
    if (name === undefined && (relatedAddress === null || !this.hides(relatedAddress))) return candidate;
    const unknown = addressFamily(address) === 6 ? '::' : '0.0.0.0';
    return {
      ...candidate, address: name ?? address,
      ...(relatedAddress !== null && { relatedAddress: unknown, relatedPort: 0 }),
    };
  }

  withdraw(): void {
    for (const name of this.#names.values()) this.#host.withdrawName(name);
    this.#names.clear();
  }
}
