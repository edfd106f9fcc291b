import { PacketBatch, packetFlags } from '../../../src/webrtc/packet-batch';
import type { SctpEvent } from '../../../src/webrtc/sctp/events';
import type { SctpAssociationOptions } from '../../../src/webrtc/sctp/options';
import { SctpAssociation } from '../../../src/webrtc/sctp/SctpAssociation';
import type { TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import type { VirtualNetwork, VirtualSocket } from './VirtualNetwork';

/** An association with a socket of a virtual network, without DTLS between them. */
export class SctpPeer {
  readonly association: SctpAssociation;
  readonly socket: VirtualSocket;
  remote!: TransportAddress;
  /** Takes events; a message holds only until it returns. */
  onEvent: (event: SctpEvent) => void = () => {};
  /** False: the application does not take what arrives. */
  isReading = true;
  largestPacket = 0;
  /** True: what is too long for the path is refused when it is sent, as where the first link is the narrow one. */
  isToldOfMtu = false;
  readonly #network: VirtualNetwork;
  readonly #incoming = new PacketBatch(1, 65536);
  readonly #outgoing = new PacketBatch(32, 1 << 17);
  #wakeAt = Infinity;
  #lastWake = -1;
  #wakesAtOnce = 0;

  constructor(network: VirtualNetwork, address: string, options: Partial<SctpAssociationOptions> = {}) {
    this.#network = network;
    this.association = new SctpAssociation({ randomBytes: network.random.fill, remoteMaxMessageBytes: 256 * 1024, ...options });
    this.socket = network.bind(address);
    this.socket.receive = (source, bytes) => this.receive(bytes);
  }

  get now(): number {
    return this.#network.queue.now;
  }

  connect(): void {
    this.association.connect(this.now);
    this.drain();
  }

  send(streamId: number, bytes: Uint8Array, options = {}, ppid = 53): string {
    const result = this.association.send(this.now, streamId, ppid, bytes, options);
    this.drain();
    return result;
  }

  receive(bytes: Uint8Array): void {
    this.#incoming.clear();
    this.#incoming.append(bytes);
    this.association.handlePackets(this.now, this.#incoming);
    this.drain();
  }

  /** Takes the events, then sends the packets, then asks to be woken. */
  drain(): void {
    const { association } = this;
    if (this.isReading) {
      for (let event = association.nextEvent(); event; event = association.nextEvent()) this.onEvent(event);
    }
    while (association.transmit(this.now, this.#outgoing) > 0) this.#sendBatch();
    this.#wake(association.timeout);
  }

  #sendBatch(): void {
    const batch = this.#outgoing;
    for (let index = 0; index < batch.count; index++) {
      const length = batch.lengths[index];
      const mayFragment = (batch.flags[index] & packetFlags.mayFragment) !== 0;
      this.largestPacket = Math.max(this.largestPacket, length);
      this.socket.send(this.remote, batch.packet(index), mayFragment);
      const { mtu = Infinity } = this.#network.conditionsFrom(this.socket.local.address);
      if (this.isToldOfMtu && length > mtu && !mayFragment) this.association.packetTooBig(this.now, length - 4);
    }
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt || at === Infinity) return;
    this.#wakeAt = at;
    this.#network.queue.schedule(at, () => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = Infinity;
      this.#wakesAtOnce = this.#lastWake === this.now ? this.#wakesAtOnce + 1 : 0;
      this.#lastWake = this.now;
      if (this.#wakesAtOnce > mostWakesAtOnce) throw new Error('the association wants to be woken again and again');
      if (this.now >= this.association.timeout) this.association.handleTimeout(this.now);
      this.drain();
    });
  }
}

const mostWakesAtOnce = 20;

/** Two peers that know each other's address; neither has begun. */
export function sctpPair(network: VirtualNetwork, options: Partial<SctpAssociationOptions> = {}, remoteOptions = options): [SctpPeer, SctpPeer] {
  const caller = new SctpPeer(network, '10.0.0.1', options);
  const callee = new SctpPeer(network, '10.0.0.2', remoteOptions);
  caller.remote = callee.socket.local;
  callee.remote = caller.socket.local;
  return [caller, callee];
}
