import { Attribute, MessageClass, Method } from '../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../src/webrtc/stun/StunWriter';
import { addressFamily, formatTransportAddress, sameAddress, type TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import { utf8Encode } from '../../../src/text/utf8';
import { toHex } from '../../support/hex';
import { stunCrypto } from '../../support/stun-crypto';
import type { VirtualNetwork, VirtualSocket } from './VirtualNetwork';

export interface TurnServerOptions {
  readonly username?: string;
  readonly password?: string;
  /** Milliseconds that a nonce is good for. */
  readonly nonceLifetime?: number;
  /** Seconds, whatever a client asks for. */
  readonly lifetime?: number;
  /** Error code for every Allocate request with good credentials. */
  readonly refuseAllocate?: number;
  readonly alternate?: TransportAddress;
  /** Addresses that permission is refused for. */
  readonly forbidden?: readonly string[];
  readonly refuseChannels?: boolean;
  readonly knowsDontFragment?: boolean;
  readonly relayAddresses?: readonly string[];
}

interface Allocation {
  readonly client: TransportAddress;
  readonly relays: readonly VirtualSocket[];
  readonly permissions: Map<string, number>;
  readonly channels: Map<number, { readonly peer: TransportAddress; expiresAt: number }>;
  expiresAt: number;
  /** The response to the request that made it, for its retransmissions. */
  readonly response: { readonly transactionId: string; bytes: Uint8Array };
}

const realm = 'example.org';

/** A STUN and TURN server that is as strict as RFC 8656, small, and on a virtual network. */
export class TurnServer {
  readonly socket: VirtualSocket;
  readonly allocations = new Map<string, Allocation>();
  /** Requests by method, those without or with wrong credentials included. */
  readonly requests = new Map<number, number>();
  options: TurnServerOptions;
  readonly #network: VirtualNetwork;
  readonly #key: Uint8Array;

  constructor(network: VirtualNetwork, address: string, options: TurnServerOptions = {}) {
    this.#network = network;
    this.options = options;
    this.#key = stunCrypto.md5(utf8Encode(`${options.username ?? 'user'}:${realm}:${options.password ?? 'pass'}`));
    this.socket = network.bind(address, null, 3478);
    this.socket.receive = (source, bytes) => this.#receive(source, bytes);
  }

  get address(): TransportAddress {
    return this.socket.local;
  }

  get #now(): number {
    return this.#network.queue.now;
  }

  #receive(client: TransportAddress, bytes: Uint8Array): void {
    if (bytes[0] >= 0x40) return this.#relayChannelData(client, bytes);
    const message = StunMessage.decode(bytes);
    if (!message) return;
    if (message.messageClass === MessageClass.indication) return this.#relayIndication(client, message);
    if (message.messageClass !== MessageClass.request) return;
    this.requests.set(message.method, (this.requests.get(message.method) ?? 0) + 1);
    if (message.method === Method.binding) {
      this.socket.send(client, this.#response(message).xorAddress(Attribute.xorMappedAddress, client).fingerprint().finish());
      return;
    }
    const response = this.#challenge(client, message) ?? this.#handle(client, message);
    this.socket.send(client, response);
  }

  #response(request: StunMessage): StunWriter {
    return new StunWriter(MessageClass.success, request.method, request.transactionId);
  }

  #error(request: StunMessage, code: number, isSigned = true): Uint8Array {
    const writer = new StunWriter(MessageClass.error, request.method, request.transactionId).errorCode(code, `error ${code}`);
    if (!isSigned) writer.text(Attribute.realm, realm).text(Attribute.nonce, this.#nonce(this.#now));
    return (isSigned ? writer.messageIntegrity(this.#key, stunCrypto) : writer).finish();
  }

  #seal(writer: StunWriter): Uint8Array {
    return writer.messageIntegrity(this.#key, stunCrypto).fingerprint().finish();
  }

  #nonce(now: number): string {
    return `nonce${Math.floor(now / (this.options.nonceLifetime ?? 3_600_000))}`;
  }

  #challenge(client: TransportAddress, request: StunMessage): Uint8Array | undefined {
    if (!request.has(Attribute.messageIntegrity)) return this.#error(request, 401, false);
    if (!request.integrityMatches(this.#key, stunCrypto)) return this.#error(request, 401, false);
    if (request.text(Attribute.nonce) !== this.#nonce(this.#now)) return this.#error(request, 438, false);
    return undefined;
  }

  #handle(client: TransportAddress, request: StunMessage): Uint8Array {
    const allocation = this.#allocationOf(client);
    if (request.method === Method.allocate) return this.#allocate(client, request, allocation);
    if (!allocation) return this.#error(request, 437);
    if (request.method === Method.refresh) return this.#refresh(request, allocation);
    if (request.method === Method.createPermission) return this.#createPermission(request, allocation);
    if (request.method === Method.channelBind) return this.#channelBind(request, allocation);
    return this.#error(request, 400);
  }

  #allocationOf(client: TransportAddress): Allocation | undefined {
    const allocation = this.allocations.get(formatTransportAddress(client));
    if (!allocation || allocation.expiresAt > this.#now) return allocation;
    this.#release(allocation);
    return undefined;
  }

  #release(allocation: Allocation): void {
    for (const relay of allocation.relays) relay.close();
    this.allocations.delete(formatTransportAddress(allocation.client));
  }

  #allocate(client: TransportAddress, request: StunMessage, existing: Allocation | undefined): Uint8Array {
    const { refuseAllocate, alternate, knowsDontFragment, relayAddresses = [this.socket.local.address] } = this.options;
    const transactionId = toHex(request.transactionId);
    if (existing) return existing.response.transactionId === transactionId ? existing.response.bytes : this.#error(request, 437);
    if (alternate) {
      const value = Uint8Array.of(0, 1, alternate.port >> 8, alternate.port & 0xff, ...alternate.address.split('.').map(Number));
      return this.#seal(new StunWriter(MessageClass.error, Method.allocate, request.transactionId).errorCode(300, '').bytes(Attribute.alternateServer, value));
    }
    if (refuseAllocate) return this.#error(request, refuseAllocate);
    if (request.has(Attribute.dontFragment) && !knowsDontFragment) return this.#error(request, 420);
    const families = request.has(Attribute.requestedAddressFamily) ? [6] : request.has(Attribute.additionalAddressFamily) ? [4, 6] : [4];
    const relays = relayAddresses.filter((address) => families.includes(addressFamily(address))).map((address) => this.#network.bind(address));
    if (relays.length === 0) return this.#error(request, 440);
    const writer = this.#response(request);
    for (const relay of relays) writer.xorAddress(Attribute.xorRelayedAddress, relay.local);
    if (relays.length < families.length) writer.bytes(Attribute.addressErrorCode, Uint8Array.of(2, 0, 4, 40));
    const lifetime = this.options.lifetime ?? request.uint32(Attribute.lifetime) ?? 600;
    const bytes = this.#seal(writer.xorAddress(Attribute.xorMappedAddress, client).uint32(Attribute.lifetime, lifetime));
    const allocation: Allocation = {
      client, relays, permissions: new Map(), channels: new Map(), expiresAt: this.#now + 1000 * lifetime, response: { transactionId, bytes },
    };
    for (const relay of relays) relay.receive = (peer, data) => this.#relayIn(allocation, peer, data);
    this.allocations.set(formatTransportAddress(client), allocation);
    return bytes;
  }

  #refresh(request: StunMessage, allocation: Allocation): Uint8Array {
    const asked = request.uint32(Attribute.lifetime) ?? 600;
    const lifetime = asked === 0 ? 0 : this.options.lifetime ?? asked;
    allocation.expiresAt = this.#now + 1000 * lifetime;
    if (lifetime === 0) this.#release(allocation);
    return this.#seal(this.#response(request).uint32(Attribute.lifetime, lifetime));
  }

  #createPermission(request: StunMessage, allocation: Allocation): Uint8Array {
    const peers = request.xorAddresses(Attribute.xorPeerAddress);
    if (peers.length === 0) return this.#error(request, 400);
    if (peers.some(({ address }) => this.options.forbidden?.includes(address))) return this.#error(request, 403);
    if (peers.some((peer) => !this.#relayTo(allocation, peer))) return this.#error(request, 443);
    for (const { address } of peers) allocation.permissions.set(address, this.#now + 300_000);
    return this.#seal(this.#response(request));
  }

  #channelBind(request: StunMessage, allocation: Allocation): Uint8Array {
    const peer = request.xorAddress(Attribute.xorPeerAddress);
    const channel = Math.floor((request.uint32(Attribute.channelNumber) ?? 0) / 2 ** 16);
    const bound = allocation.channels.get(channel);
    const isOther = bound && formatTransportAddress(bound.peer) !== formatTransportAddress(peer!);
    if (!peer || channel < 0x4000 || channel > 0x4fff || isOther || this.options.refuseChannels) return this.#error(request, 400);
    if (this.options.forbidden?.includes(peer.address)) return this.#error(request, 403);
    allocation.channels.set(channel, { peer, expiresAt: this.#now + 600_000 });
    allocation.permissions.set(peer.address, this.#now + 300_000);
    return this.#seal(this.#response(request));
  }

  #relayTo(allocation: Allocation, peer: TransportAddress): VirtualSocket | undefined {
    return allocation.relays.find(({ local }) => addressFamily(local.address) === addressFamily(peer.address));
  }

  #isPermitted(allocation: Allocation, { address }: TransportAddress): boolean {
    return (allocation.permissions.get(address) ?? 0) > this.#now;
  }

  #relayIndication(client: TransportAddress, message: StunMessage): void {
    const allocation = this.#allocationOf(client);
    const peer = message.xorAddress(Attribute.xorPeerAddress);
    const data = message.value(Attribute.data);
    if (message.method !== Method.send || !allocation || !peer || !data || !this.#isPermitted(allocation, peer)) return;
    this.#relayOut(allocation, peer, data.slice());
  }

  /** From one relay of this server to another, nothing leaves it. */
  #relayOut(allocation: Allocation, peer: TransportAddress, data: Uint8Array): void {
    const relay = this.#relayTo(allocation, peer);
    const own = [...this.allocations.values()].flatMap(({ relays }) => relays).find(({ local }) => sameAddress(local, peer));
    if (relay && own) own.receive(relay.local, data);
    else relay?.send(peer, data);
  }

  #relayChannelData(client: TransportAddress, bytes: Uint8Array): void {
    const allocation = this.#allocationOf(client);
    const bound = allocation?.channels.get((bytes[0] << 8) | bytes[1]);
    if (!allocation || !bound || bound.expiresAt <= this.#now || !this.#isPermitted(allocation, bound.peer)) return;
    this.#relayOut(allocation, bound.peer, bytes.slice(4, 4 + ((bytes[2] << 8) | bytes[3])));
  }

  #relayIn(allocation: Allocation, peer: TransportAddress, data: Uint8Array): void {
    if (allocation.expiresAt <= this.#now || !this.#isPermitted(allocation, peer)) return;
    for (const [channel, bound] of allocation.channels) {
      if (formatTransportAddress(bound.peer) !== formatTransportAddress(peer) || bound.expiresAt <= this.#now) continue;
      this.socket.send(allocation.client, Uint8Array.of(channel >> 8, channel & 0xff, data.length >> 8, data.length & 0xff, ...data));
      return;
    }
    const indication = new StunWriter(MessageClass.indication, Method.data, this.#transactionId());
    this.socket.send(allocation.client, indication.xorAddress(Attribute.xorPeerAddress, peer).bytes(Attribute.data, data).finish());
  }

  #transactionId(): Uint8Array {
    const bytes = new Uint8Array(12);
    this.#network.random.fill(bytes);
    return bytes;
  }
}
