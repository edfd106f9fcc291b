import type { LocalCandidate } from '../../../src/webrtc/ice/candidate';
import { CandidateGatherer, type GathererOptions, type GathererEvent, type HostTransport } from '../../../src/webrtc/ice/CandidateGatherer';
import { IceAgent, type IceAgentOptions } from '../../../src/webrtc/ice/IceAgent';
import { DatagramKind } from '../../../src/webrtc/ice/demultiplex';
import type { IceEvent } from '../../../src/webrtc/ice/IceContext';
import { candidatePriority, localPreferences } from '../../../src/webrtc/ice/priority';
import type { TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import { TurnInput } from '../../../src/webrtc/turn/TurnClient';
import { stunCrypto } from '../../support/stun-crypto';
import type { VirtualTcp } from './VirtualTcp';
import type { Nat, VirtualNetwork, VirtualSocket } from './VirtualNetwork';

/** An agent with sockets of a virtual network: what the media thread is to one with sockets of the system. */
export class IcePeer {
  readonly network: VirtualNetwork;
  readonly agent: IceAgent;
  gatherer: CandidateGatherer | null = null;
  readonly gathererEvents: GathererEvent[] = [];
  readonly sockets = new Map<number, VirtualSocket>();
  readonly events: IceEvent[] = [];
  tcp: VirtualTcp | null = null;
  /** Data that arrived. */
  readonly received: Uint8Array[] = [];
  onEvent: (event: IceEvent) => void = () => {};
  onLocalCandidate: (candidate: LocalCandidate) => void = () => {};
  onGathered: () => void = () => {};
  #wakeAt = Infinity;
  #transportIds = 0;

  constructor(network: VirtualNetwork, options: Partial<IceAgentOptions> = {}) {
    this.network = network;
    this.agent = new IceAgent({ random: network.random.fill, crypto: stunCrypto, ...options });
  }

  get now(): number {
    return this.network.queue.now;
  }

  bind(address: string, nat: Nat | null = null, port?: number): number {
    const transportId = ++this.#transportIds;
    const socket = this.network.bind(address, nat, port);
    socket.receive = (source, bytes) => this.receive(transportId, source, bytes);
    this.sockets.set(transportId, socket);
    return transportId;
  }

  addHost(address: string, nat: Nat | null = null, localPreference = 65_535): number {
    const transportId = this.bind(address, nat);
    const { local } = this.sockets.get(transportId)!;
    this.addLocalCandidate(hostCandidate(transportId, local, localPreference));
    return transportId;
  }

  /** A TCP candidate: a passive one listens, an active one has no port. */
  addTcp(tcp: VirtualTcp, address: string, tcpType: 'active' | 'passive', port = 9): number {
    this.tcp = tcp;
    const transportId = ++this.#transportIds;
    if (tcpType === 'passive') tcp.listen(this, transportId, { address, port });
    const priority = candidatePriority({ type: 'host', protocol: 'tcp', tcpType, localPreference: 8191, component: 1 });
    this.addLocalCandidate({ ...hostCandidate(transportId, { address, port }), foundation: `t${tcpType}`, protocol: 'tcp', tcpType, priority });
    return transportId;
  }

  /** Sockets bound to these addresses, to gather over. */
  bindAll(addresses: readonly string[], nat: Nat | null, serves?: HostTransport['serves']): HostTransport[] {
    const preferences = localPreferences(addresses);
    return addresses.map((address) => {
      const transportId = this.bind(address, nat);
      const { local } = this.sockets.get(transportId)!;
      return { transportId, address: local, protocol: 'udp', tcpType: null, localPreference: preferences.get(address)!, ...(serves && { serves }) };
    });
  }

  /** Gathers over sockets bound to these addresses; as if the port were shared with other agents, relays have sockets beside them. */
  gather(addresses: readonly string[], nat: Nat | null, options: Partial<GathererOptions> & { isShared?: boolean }): void {
    const transports = options.isShared ? [...this.bindAll(addresses, nat, 'peers'), ...this.bindAll(addresses, nat, 'relays')] : this.bindAll(addresses, nat);
    this.gatherer = new CandidateGatherer({
      random: this.network.random.fill, crypto: stunCrypto, servers: [], nextTransportId: () => ++this.#transportIds, ...options,
    });
    this.gatherer.start(this.now, transports);
    this.drain();
  }

  addLocalCandidate(candidate: LocalCandidate): void {
    this.agent.addLocalCandidate(this.now, candidate);
    this.onLocalCandidate(candidate);
    this.drain();
  }

  receive(transportId: number, source: TransportAddress, bytes: Uint8Array): void {
    const { gatherer } = this;
    const input = gatherer?.handleDatagram(this.now, transportId, source, bytes) ?? TurnInput.foreign;
    if (input === TurnInput.data) {
      const { received } = gatherer!;
      this.#receive(received.transportId, received.peer, received.bytes.slice(received.start, received.end));
    } else if (input === TurnInput.foreign) {
      this.#receive(transportId, source, bytes);
    }
    this.drain();
  }

  #receive(transportId: number, source: TransportAddress, bytes: Uint8Array): void {
    if (this.agent.handleDatagram(this.now, transportId, source, bytes) === DatagramKind.dtls) this.received.push(bytes);
  }

  /** Sends data, if there is a pair to send it on. */
  sendData(text: string): boolean {
    const pair = this.agent.selectedPair;
    if (!pair) return false;
    const bytes = Uint8Array.from([22, ...text].map((character) => (typeof character === 'number' ? character : character.charCodeAt(0))));
    this.transmit(pair.transportId, pair.remote.address, bytes);
    this.agent.countSent(this.now, 1, bytes.length);
    return true;
  }

  transmit(transportId: number, remote: TransportAddress, bytes: Uint8Array): void {
    const socket = this.sockets.get(transportId);
    if (socket) socket.send(remote, bytes);
    else if (this.tcp?.send(this, transportId, remote, bytes)) return;
    else this.gatherer?.send(this.now, transportId, remote, bytes);
  }

  drain(): void {
    for (let transmit = this.agent.nextTransmit(); transmit; transmit = this.agent.nextTransmit()) {
      this.transmit(transmit.transportId, transmit.remote, transmit.bytes);
    }
    for (let event = this.agent.nextEvent(); event; event = this.agent.nextEvent()) {
      this.events.push(event);
      this.onEvent(event);
      if (event.type === 'connect') {
        const { address } = this.agent.localCandidates.find(({ transportId }) => transportId === event.transportId)!;
        this.tcp!.connect(this, event.transportId, address, event.remote);
      }
      if (event.type === 'disconnect' && !this.agent.usesConnection(event.transportId, event.remote)) this.tcp?.close(this, event.transportId, event.remote);
      if (event.type === 'selected-pair' && event.pair) this.gatherer?.bindChannel(this.now, event.pair.transportId, event.pair.remote.address);
    }
    this.#drainGatherer();
    this.#wake(Math.min(this.agent.timeout, this.gatherer?.timeout ?? Infinity));
  }

  #drainGatherer(): void {
    const { gatherer } = this;
    if (!gatherer) return;
    for (let transmit = gatherer.nextTransmit(); transmit; transmit = gatherer.nextTransmit()) {
      this.sockets.get(transmit.transportId)?.send(transmit.remote, transmit.bytes);
    }
    for (let event = gatherer.nextEvent(); event; event = gatherer.nextEvent()) {
      this.gathererEvents.push(event);
      if (event.type === 'candidate') this.addLocalCandidate(event.candidate);
      else if (event.type === 'transport-lost') this.agent.removeTransport(this.now, event.transportId);
      else if (event.type === 'transport-unused') this.#closeSocket(event.transportId);
      else if (event.type === 'state') this.agent.setGatheringState(this.now, event.state);
      if (event.type === 'state' && event.state === 'complete') this.onGathered();
    }
  }

  #closeSocket(transportId: number): void {
    this.sockets.get(transportId)!.close();
    this.sockets.delete(transportId);
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt || at === Infinity) return;
    this.#wakeAt = at;
    this.network.queue.schedule(at, () => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = Infinity;
      this.#handleTimeout();
    });
  }

  #handleTimeout(): void {
    if (this.gatherer && this.now >= this.gatherer.timeout) {
      this.gatherer.handleTimeout(this.now);
      if (this.gatherer.timeout <= this.now) throw new Error('the gatherer wants to be woken again at once');
    }
    if (this.now >= this.agent.timeout) {
      this.agent.handleTimeout(this.now);
      if (this.agent.timeout <= this.now) throw new Error('the agent wants to be woken again at once');
    }
    this.drain();
  }
}

export function hostCandidate(transportId: number, { address, port }: TransportAddress, localPreference = 65_535): LocalCandidate {
  return {
    foundation: `h${address}`, component: 1, protocol: 'udp', priority: candidatePriority({ type: 'host', protocol: 'udp', localPreference, component: 1 }),
    address, port, type: 'host', tcpType: null, relatedAddress: null, relatedPort: null, usernameFragment: null, extensions: [],
    transportId, url: null, relayProtocol: null,
  };
}

/** What the two tell one another, after so many milliseconds: parameters, candidates, and that there will be no more of them. */
export function signal(caller: IcePeer, callee: IcePeer, delay = 0, roles: readonly ['controlling' | 'controlled', 'controlling' | 'controlled'] = ['controlling', 'controlled']): void {
  const { queue } = caller.network;
  const pairs = [[caller, callee, roles[1]], [callee, caller, roles[0]]] as const;
  for (const [from, to, role] of pairs) {
    const parameters = from.agent.localParameters;
    const candidates = [...from.agent.localCandidates];
    const start = from === caller ? queue.now + delay : queue.now + 2 * delay;
    queue.schedule(start, () => {
      to.agent.start(to.now, parameters, role);
      for (const candidate of candidates) to.agent.addRemoteCandidate(to.now, candidate);
      to.drain();
    });
    from.onLocalCandidate = (candidate) => queue.schedule(Math.max(queue.now + delay, start), () => {
      to.agent.addRemoteCandidate(to.now, candidate);
      to.drain();
    });
    const gathered = () => queue.schedule(Math.max(queue.now + delay, start), () => {
      to.agent.endOfRemoteCandidates(to.now);
      to.drain();
    });
    from.onGathered = gathered;
    if (from.agent.gatheringState === 'complete') gathered();
  }
}

/** Both have gathered all their candidates, and say so. */
export function endCandidates(caller: IcePeer, callee: IcePeer): void {
  for (const [from, to] of [[caller, callee], [callee, caller]]) {
    from.agent.setGatheringState(from.now, 'complete');
    to.agent.endOfRemoteCandidates(to.now);
  }
  caller.drain();
  callee.drain();
}
