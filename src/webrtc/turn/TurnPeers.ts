import { Attribute, Method, serverUnreachable } from '../stun/constants';
import type { StunError } from '../stun/StunMessage';
import { formatTransportAddress, type TransportAddress } from '../stun/TransportAddress';
import { leastChannel, mostChannel } from './channel-data';
import type { TurnRequests } from './TurnRequests';

/** https://www.rfc-editor.org/rfc/rfc8656#section-9 */
const permissionMilliseconds = 300_000;
/** https://www.rfc-editor.org/rfc/rfc8656#section-12 */
const channelMilliseconds = 600_000;
/** Both are renewed so long before they end. */
const marginMilliseconds = 60_000;
/** Peers that the relay may be used towards at one time. */
const mostPeers = 256;
/** Datagrams that wait for a permission, for each peer. */
const mostQueued = 8;

export interface TurnPeer {
  readonly address: TransportAddress;
  /** The channel bound to it, 0 while there is none. */
  channel: number;
  /** The server may refuse a channel and still relay. */
  channelState: 'none' | 'requested' | 'bound' | 'refused';
  readonly queued: Uint8Array[];
}

interface Permission {
  state: 'requested' | 'granted' | 'refused';
  readonly peers: Set<TurnPeer>;
}

export interface TurnPeersOutput {
  permitted(address: string, peers: Iterable<TurnPeer>): void;
  refused(address: string, error: StunError): void;
}

/** Whom an allocation relays to: permissions, by address, and channels, by address and port. */
export class TurnPeers {
  readonly #requests: TurnRequests;
  readonly #output: TurnPeersOutput;
  readonly #permissions = new Map<string, Permission>();
  readonly #peers = new Map<string, TurnPeer>();
  readonly #byChannel = new Map<number, TurnPeer>();
  #nextChannel = leastChannel;
  #renewPermissionsAt = Infinity;
  #renewChannelsAt = Infinity;

  constructor(requests: TurnRequests, output: TurnPeersOutput) {
    this.#requests = requests;
    this.#output = output;
  }

  get deadline(): number {
    return Math.min(this.#renewPermissionsAt, this.#renewChannelsAt);
  }

  /** The peer at an address, known from now on; undefined when the server has refused it, or there are too many. */
  get(now: number, address: TransportAddress): TurnPeer | undefined {
    const key = formatTransportAddress(address);
    const known = this.#peers.get(key);
    if (known) return known;
    const isNew = !this.#permissions.has(address.address);
    const isFull = this.#peers.size >= mostPeers || (isNew && this.#permissions.size >= mostPeers);
    if (isFull || this.#permissions.get(address.address)?.state === 'refused') return undefined;
    const peer: TurnPeer = { address: { ...address }, channel: 0, channelState: 'none', queued: [] };
    this.#peers.set(key, peer);
    this.#permit(now, peer);
    return peer;
  }

  isPermitted(address: string): boolean {
    return this.#permissions.get(address)?.state === 'granted';
  }

  find(address: TransportAddress): TurnPeer | undefined {
    return this.#peers.get(formatTransportAddress(address));
  }

  ofChannel(channel: number): TurnPeer | undefined {
    return this.#byChannel.get(channel);
  }

  /** Keeps a datagram until the peer is permitted. */
  queue(peer: TurnPeer, bytes: Uint8Array): boolean {
    if (peer.queued.length >= mostQueued) return false;
    peer.queued.push(bytes.slice());
    return true;
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-12.1 */
  bind(now: number, peer: TurnPeer): void {
    if (peer.channelState !== 'none' || this.#nextChannel > mostChannel) return;
    peer.channelState = 'requested';
    peer.channel = this.#nextChannel++;
    this.#requestBinding(now, peer);
  }

  handleTimeout(now: number): void {
    if (now >= this.#renewPermissionsAt) {
      this.#renewPermissionsAt = now + permissionMilliseconds - marginMilliseconds;
      this.#requestPermissions(now, [...this.#permissions.keys()].filter((address) => this.isPermitted(address)));
    }
    if (now >= this.#renewChannelsAt) {
      this.#renewChannelsAt = now + channelMilliseconds - marginMilliseconds;
      for (const peer of this.#byChannel.values()) this.#requestBinding(now, peer);
    }
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-10.1 */
  #permit(now: number, peer: TurnPeer): void {
    const { address } = peer.address;
    const known = this.#permissions.get(address);
    if (known) return void known.peers.add(peer);
    this.#permissions.set(address, { state: 'requested', peers: new Set([peer]) });
    this.#requestPermissions(now, [address]);
  }

  #requestPermissions(now: number, addresses: readonly string[]): void {
    if (addresses.length === 0) return;
    this.#requests.start(now, {
      method: Method.createPermission,
      write: (writer) => addresses.forEach((address) => writer.xorAddress(Attribute.xorPeerAddress, { address, port: 0 })),
      succeeded: (at) => addresses.forEach((address) => this.#grant(at, address)),
      // One address that is refused takes the others of its request with it.
      failed: (at, error) => (addresses.length > 1
        ? addresses.forEach((address) => this.#requestPermissions(at, [address]))
        : this.#notPermitted(at, addresses[0], error)),
    });
  }

  #notPermitted(now: number, address: string, error: StunError): void {
    if (error.code !== serverUnreachable) this.#refuse(address, error);
    else if (this.isPermitted(address)) this.#requestPermissions(now, [address]);
    else this.#forget(address);
  }

  #grant(now: number, address: string): void {
    const permission = this.#permissions.get(address);
    if (!permission) return;
    if (this.#renewPermissionsAt === Infinity) this.#renewPermissionsAt = now + permissionMilliseconds - marginMilliseconds;
    if (permission.state === 'granted') return;
    permission.state = 'granted';
    this.#output.permitted(address, permission.peers);
  }

  #refuse(address: string, error: StunError): void {
    this.#forget(address);
    this.#permissions.set(address, { state: 'refused', peers: new Set() });
    this.#output.refused(address, error);
  }

  #forget(address: string): void {
    for (const peer of this.#permissions.get(address)?.peers ?? []) {
      this.#peers.delete(formatTransportAddress(peer.address));
      this.#byChannel.delete(peer.channel);
    }
    this.#permissions.delete(address);
  }

  #requestBinding(now: number, peer: TurnPeer): void {
    const { channel } = peer;
    this.#requests.start(now, {
      method: Method.channelBind,
      write: (writer) => writer.uint32(Attribute.channelNumber, channel * 2 ** 16).xorAddress(Attribute.xorPeerAddress, peer.address),
      succeeded: (at) => {
        peer.channelState = 'bound';
        this.#byChannel.set(channel, peer);
        this.#grant(at, peer.address.address);
        if (this.#renewChannelsAt === Infinity) this.#renewChannelsAt = at + channelMilliseconds - marginMilliseconds;
      },
      failed: (at, error) => {
        if (this.find(peer.address) !== peer) return;
        if (error.code === serverUnreachable) return this.#requestBinding(at, peer);
        // Indications go on.
        peer.channelState = 'refused';
        this.#byChannel.delete(channel);
      },
    });
  }
}
