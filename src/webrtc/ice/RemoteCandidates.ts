import { sameAddress, type TransportAddress } from '../stun/TransportAddress';
import type { IceCandidate, LocalCandidate } from './candidate';
import type { RemoteCandidate } from './CandidatePair';
import type { IceContext } from './IceContext';

/** Names of candidates that are being resolved. */
const mostNames = 32;

/** The peer's candidates in one session: those that it has signalled, those whose names are being resolved, and peer-reflexive ones. */
export class RemoteCandidates {
  readonly all: RemoteCandidate[] = [];
  readonly #context: IceContext;
  readonly #unresolved = new Map<string, IceCandidate[]>();
  #peerReflexiveCount = 0;

  constructor(context: IceContext) {
    this.#context = context;
  }

  /** Names are being resolved. */
  get isResolving(): boolean {
    return this.#unresolved.size > 0;
  }

  /** Asks for the address of a candidate that has a name. */
  resolve(candidate: IceCandidate): void {
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

  /** Those that have waited for the address of a name. */
  takeResolved(name: string): readonly IceCandidate[] {
    const candidates = this.#unresolved.get(name) ?? [];
    this.#unresolved.delete(name);
    return candidates;
  }

  /** What a signalled candidate, at this address, is the same as. */
  find({ protocol, port, type }: IceCandidate, address: string): RemoteCandidate | undefined {
    return this.all.find((remote) => remote.candidate.protocol === protocol && sameAddress(remote.address, { address, port }) &&
      (protocol === 'udp' || remote.candidate.type === type));
  }

  /** Undefined where there are too many. */
  add(candidate: IceCandidate, address: string): RemoteCandidate | undefined {
    if (this.all.length - this.#peerReflexiveCount >= this.#context.limits.remoteCandidates) {
      this.#context.counters.candidatesDropped++;
      return undefined;
    }
    const remote: RemoteCandidate = { candidate, address: { address, port: candidate.port } };
    this.all.push(remote);
    return remote;
  }

  /** Whether a peer-reflexive candidate turns out to be this one that the peer signals, with a priority and foundation of its own. */
  replacePeerReflexive(remote: RemoteCandidate, candidate: IceCandidate): boolean {
    if (remote.candidate.type !== 'prflx') return false;
    remote.candidate = candidate;
    this.#peerReflexiveCount--;
    return true;
  }

  /**
   * The candidate that a request to a local one has come from, which is peer-reflexive where it is not known. Undefined where there are too many.
   * https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.3
   */
  learn(local: LocalCandidate, source: TransportAddress, priority: number, usernameFragment: string): RemoteCandidate | undefined {
    const { component, protocol } = local;
    const known = this.all.find((remote) => remote.candidate.protocol === protocol && sameAddress(remote.address, source));
    if (known) return known;
    if (this.#peerReflexiveCount >= this.#context.limits.peerReflexive) {
      this.#context.counters.peerReflexiveDropped++;
      return undefined;
    }
    const candidate: IceCandidate = {
      foundation: `prflx${this.#context.nextId()}`, component, protocol, priority, address: source.address, port: source.port,
      type: 'prflx', tcpType: null, relatedAddress: null, relatedPort: null, usernameFragment, extensions: [],
    };
    const remote: RemoteCandidate = { candidate, address: source };
    this.all.push(remote);
    this.#peerReflexiveCount++;
    return remote;
  }

  /** No pair has it any more: a peer-reflexive one is gone then. */
  release(remote: RemoteCandidate): void {
    const index = remote.candidate.type === 'prflx' ? this.all.indexOf(remote) : -1;
    if (index < 0) return;
    this.all.splice(index, 1);
    this.#peerReflexiveCount--;
  }
}
