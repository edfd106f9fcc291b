import type { IceCandidate, LocalCandidate } from '../ice/candidate';
import type { CandidatePair, RemoteCandidate } from '../ice/CandidatePair';
import type { IceAgent } from '../ice/IceAgent';
import type { StatsRecord } from '../thread/messages';
import type { PublishedNames } from '../transport/PublishedNames';

/**
 * Candidates and pairs of a transport as getStats() tells of them. Media thread; times are the agent's, milliseconds.
 * https://w3c.github.io/webrtc-stats/#icecandidate-dict*, https://w3c.github.io/webrtc-stats/#candidatepair-dict*
 */
export class IceStats {
  readonly #transportId: string;
  readonly #names: PublishedNames;
  /** A candidate has the same id in every report. */
  readonly #ids = new WeakMap<object, string>();
  #lastId = 0;

  constructor(transportId: string, names: PublishedNames) {
    this.#transportId = transportId;
    this.#names = names;
  }

  pairId(pair: CandidatePair): string {
    return `CP${this.#transportId}-${pair.id}`;
  }

  records(agent: IceAgent, timestamp: number): StatsRecord[] {
    const { selectedPair, localParameters, remoteParameters } = agent;
    // While a restart is under way, data goes over a pair of the session before.
    const pairs = selectedPair !== null && !agent.pairs.includes(selectedPair) ? [...agent.pairs, selectedPair] : agent.pairs;
    const local = new Set([...agent.localCandidates, ...pairs.map((pair) => pair.local)]);
    const remote = new Set([...agent.remoteCandidates, ...pairs.map((pair) => pair.remote)]);
    return [
      ...[...local].map((candidate) => this.#local(candidate, localParameters.usernameFragment, timestamp)),
      ...[...remote].map((candidate) => this.#remote(candidate, remoteParameters?.usernameFragment ?? null, timestamp)),
      ...pairs.map((pair) => this.#pair(pair, timestamp)),
    ];
  }

  #idOf(candidate: object): string {
    let id = this.#ids.get(candidate);
    if (id === undefined) this.#ids.set(candidate, (id = `I${this.#transportId}-${++this.#lastId}`));
    return id;
  }

  #local(candidate: LocalCandidate, usernameFragment: string, timestamp: number): StatsRecord {
    const told = this.#names.told(candidate);
    const { url, relayProtocol, address } = told;
    return {
      id: this.#idOf(candidate), timestamp, type: 'local-candidate', transportId: this.#transportId, address,
      ...described(told, usernameFragment),
      ...(url !== null && { url }),
      ...(relayProtocol !== null && { relayProtocol }),
    };
  }

  #remote(remote: RemoteCandidate, usernameFragment: string | null, timestamp: number): StatsRecord {
    const { candidate } = remote;
    return {
      id: this.#idOf(remote), timestamp, type: 'remote-candidate', transportId: this.#transportId,
      // What only checks have shown is not told: script has to know it already. https://w3c.github.io/webrtc-stats/#dom-rtcicecandidatestats-address
      address: candidate.type === 'prflx' ? null : candidate.address,
      ...described(candidate, candidate.usernameFragment ?? usernameFragment),
    };
  }

  #pair(pair: CandidatePair, timestamp: number): StatsRecord {
    const { lastPacketSentAt, lastPacketReceivedAt, currentRoundTripTime, ...counters } = pair.statistics;
    return {
      id: this.pairId(pair), timestamp, type: 'candidate-pair', transportId: this.#transportId,
      localCandidateId: this.#idOf(pair.local), remoteCandidateId: this.#idOf(pair.remote),
      state: pair.state, nominated: pair.isNominated,
      ...counters,
      ...(lastPacketSentAt !== -Infinity && { lastPacketSentTimestamp: lastPacketSentAt }),
      ...(lastPacketReceivedAt !== -Infinity && { lastPacketReceivedTimestamp: lastPacketReceivedAt }),
      ...(currentRoundTripTime !== undefined && { currentRoundTripTime }),
    };
  }
}

/** What candidates of both sides have. */
function described(candidate: IceCandidate, usernameFragment: string | null) {
  const { port, protocol, type: candidateType, priority, foundation, relatedAddress, relatedPort, tcpType } = candidate;
  return {
    port, protocol, candidateType, priority, foundation,
    ...(relatedAddress !== null && { relatedAddress }),
    ...(relatedPort !== null && { relatedPort }),
    ...(usernameFragment !== null && { usernameFragment }),
    ...(tcpType !== null && { tcpType }),
  };
}
