import { formatTransportAddress, type TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import { EventQueue } from './EventQueue';
import { SeededRandom } from './SeededRandom';

/** What happens to datagrams on the way. */
export interface Conditions {
  /** Probability that one is lost, on each way. */
  readonly loss?: number;
  readonly duplication?: number;
  /** Milliseconds on each way. */
  readonly delay?: number;
  /** Up to so many milliseconds more, for each datagram anew: they overtake one another. */
  readonly jitter?: number;
  /** Times during which nothing arrives. */
  readonly outages?: readonly (readonly [from: number, to: number])[];
  /** Bytes of the largest datagram that gets through whole. What may be fragmented gets through anyway. */
  readonly mtu?: number;
  /** Bytes a second, and bytes that may wait for their turn; more are dropped. */
  readonly bandwidth?: number;
  readonly queueBytes?: number;
}

export type NatKind = 'full-cone' | 'restricted' | 'port-restricted' | 'symmetric';

/** Whether a NAT's mapping depends on the destination, and what it lets in. https://www.rfc-editor.org/rfc/rfc4787 */
const natKinds: Record<NatKind, { readonly isSymmetric: boolean; readonly filter: (peer: TransportAddress) => string }> = {
  'full-cone': { isSymmetric: false, filter: () => '' },
  'restricted': { isSymmetric: false, filter: ({ address }) => address },
  'port-restricted': { isSymmetric: false, filter: formatTransportAddress },
  'symmetric': { isSymmetric: true, filter: formatTransportAddress },
};

interface Mapping {
  readonly inside: TransportAddress;
  readonly outside: TransportAddress;
  readonly allowed: Set<string>;
  usedAt: number;
}

/** How long a NAT remembers a mapping that nothing goes out through. */
const mappingMilliseconds = 30_000;

/** A network whose addresses are of use only inside, behind a box that translates. */
export class Nat {
  readonly #network: VirtualNetwork;
  readonly #kind: NatKind;
  readonly #publicAddress: string;
  readonly #mappings = new Map<string, Mapping>();
  readonly #byPort = new Map<number, Mapping>();
  #nextPort: number;

  constructor(network: VirtualNetwork, kind: NatKind, publicAddress: string) {
    this.#network = network;
    this.#kind = kind;
    this.#publicAddress = publicAddress;
    this.#nextPort = 20_000 + network.random.below(20_000);
    network.natsByAddress.set(publicAddress, this);
  }

  translateOut(inside: TransportAddress, destination: TransportAddress): TransportAddress {
    const { isSymmetric, filter } = natKinds[this.#kind];
    const key = formatTransportAddress(inside) + (isSymmetric ? formatTransportAddress(destination) : '');
    let mapping = this.#mappings.get(key);
    if (!mapping || this.#network.queue.now - mapping.usedAt > mappingMilliseconds) {
      if (mapping) this.#byPort.delete(mapping.outside.port);
      mapping = { inside, outside: { address: this.#publicAddress, port: this.#nextPort++ }, allowed: new Set(), usedAt: 0 };
      this.#mappings.set(key, mapping);
      this.#byPort.set(mapping.outside.port, mapping);
    }
    mapping.usedAt = this.#network.queue.now;
    mapping.allowed.add(filter(destination));
    return mapping.outside;
  }

  /** Where a datagram from outside goes inside, if it may. */
  translateIn(source: TransportAddress, port: number): TransportAddress | undefined {
    const mapping = this.#byPort.get(port);
    if (!mapping || this.#network.queue.now - mapping.usedAt > mappingMilliseconds) return undefined;
    return mapping.allowed.has(natKinds[this.#kind].filter(source)) ? mapping.inside : undefined;
  }

  /** Forgets everything, as after a restart. */
  reset(): void {
    this.#mappings.clear();
    this.#byPort.clear();
  }
}

export class VirtualSocket {
  readonly local: TransportAddress;
  readonly nat: Nat | null;
  receive: (source: TransportAddress, bytes: Uint8Array) => void = () => {};
  /** Taken away: the interface is gone. */
  isClosed = false;
  readonly #network: VirtualNetwork;

  constructor(network: VirtualNetwork, local: TransportAddress, nat: Nat | null) {
    this.#network = network;
    this.local = local;
    this.nat = nat;
  }

  /** `mayFragment`: a datagram larger than the path's MTU is fragmented, not dropped. */
  send(destination: TransportAddress, bytes: Uint8Array, mayFragment = false): void {
    if (!this.isClosed) this.#network.carry(this, destination, bytes, mayFragment);
  }

  close(): void {
    this.isClosed = true;
    this.#network.unbind(this);
  }
}

/** Datagrams between sockets with addresses, through NATs, over links that lose, delay, repeat and reorder them. Same seed, same course. */
export class VirtualNetwork {
  readonly queue = new EventQueue();
  readonly random: SeededRandom;
  readonly natsByAddress = new Map<string, Nat>();
  conditions: Conditions;
  /** Sees each datagram as it is sent; false drops it. */
  inspect: (source: TransportAddress, destination: TransportAddress, bytes: Uint8Array) => boolean = () => true;
  sentDatagrams = 0;
  /** Of the way from one address, by what was said of it; else `conditions` hold. */
  readonly #oneWay = new Map<string, Conditions>();
  /** When the last byte that waits on a way from an address will have left. */
  readonly #busyUntil = new Map<string, number>();
  readonly #sockets = new Map<string, VirtualSocket>();
  readonly #natNumbers = new Map<Nat | null, number>([[null, 0]]);
  #nextPort = 40_000;

  constructor(seed: number, conditions: Conditions = {}) {
    this.random = new SeededRandom(seed);
    this.conditions = conditions;
  }

  /** Conditions of everything sent from `address`, so that the two ways differ. */
  setConditionsFrom(address: string, conditions: Conditions): void {
    this.#oneWay.set(address, conditions);
  }

  conditionsFrom(address: string): Conditions {
    return this.#oneWay.get(address) ?? this.conditions;
  }

  bind(address: string, nat: Nat | null = null, port = this.#nextPort++): VirtualSocket {
    if (nat && !this.#natNumbers.has(nat)) this.#natNumbers.set(nat, this.#natNumbers.size);
    const socket = new VirtualSocket(this, { address, port }, nat);
    this.#sockets.set(this.#keyOf(socket.local, nat), socket);
    return socket;
  }

  unbind(socket: VirtualSocket): void {
    this.#sockets.delete(this.#keyOf(socket.local, socket.nat));
  }

  carry(from: VirtualSocket, destination: TransportAddress, bytes: Uint8Array, mayFragment: boolean): void {
    this.sentDatagrams++;
    const conditions = this.conditionsFrom(from.local.address);
    const { loss = 0, duplication = 0, delay = 10, jitter = 0, mtu = Infinity } = conditions;
    // A NAT's mapping is made when the datagram passes, whatever becomes of it behind.
    const isNeighbour = this.#sockets.has(this.#keyOf(destination, from.nat));
    const source = isNeighbour || !from.nat ? from.local : from.nat.translateOut(from.local, destination);
    const realm = isNeighbour ? from.nat : null;
    if (!this.inspect(source, destination, bytes)) return;
    if (bytes.length > mtu && !mayFragment) return;
    const leaves = this.#leaves(from.local.address, conditions, bytes.length);
    if (leaves === Infinity) return;
    const copies = this.random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.random.chance(loss)) continue;
      const carried = bytes.slice();
      const at = leaves + delay + this.random.fraction() * jitter;
      this.queue.schedule(at, () => this.#deliver(source, destination, realm, carried, from));
    }
  }

  /** When the link has sent the datagram; Infinity where its queue is full. */
  #leaves(address: string, { bandwidth, queueBytes = Infinity }: Conditions, length: number): number {
    const { now } = this.queue;
    if (bandwidth === undefined) return now;
    const idleAt = Math.max(this.#busyUntil.get(address) ?? 0, now);
    if (((idleAt - now) / 1000) * bandwidth + length > queueBytes) return Infinity;
    const leaves = idleAt + (length / bandwidth) * 1000;
    this.#busyUntil.set(address, leaves);
    return leaves;
  }

  #deliver(source: TransportAddress, destination: TransportAddress, realm: Nat | null, bytes: Uint8Array, from: VirtualSocket): void {
    const { now } = this.queue;
    const { outages } = this.conditionsFrom(from.local.address);
    if (outages?.some(([start, end]) => now >= start && now < end)) return;
    const nat = realm ? undefined : this.natsByAddress.get(destination.address);
    const inside = nat ? nat.translateIn(source, destination.port) : destination;
    const socket = inside && this.#sockets.get(this.#keyOf(inside, nat ?? realm));
    socket?.receive(source, bytes);
  }

  #keyOf(address: TransportAddress, nat: Nat | null): string {
    return `${this.#natNumbers.get(nat) ?? -1} ${formatTransportAddress(address)}`;
  }
}
