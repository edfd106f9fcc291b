import type { HostError } from '../../Host';
import { PacketBatch } from '../../../webrtc/packet-batch';
import type { TransportAddress } from '../../../webrtc/stun/TransportAddress';
import type { ReceivedBatch, UdpPort } from '../../../webrtc/transport/MediaHost';
import { AddressReader, addressWords, encodeAddress } from './addresses';
import type { NativeUdpSocket, NetAddon } from './native';

/** A batch that takes datagrams from a socket. One serves all sockets of a thread. */
export class NodeReceivedBatch extends PacketBatch implements ReceivedBatch {
  readonly addresses: Int32Array;
  readonly #reader = new AddressReader();

  constructor(packets: number, memory: number) {
    super(packets, memory);
    this.addresses = new Int32Array(packets * addressWords);
  }

  source(index: number): TransportAddress {
    return this.#reader.read(this.addresses, index);
  }
}

export class NodeUdpPort implements UdpPort {
  readonly local: TransportAddress;
  readonly #socket: NativeUdpSocket;
  readonly #destinations = new Map<string, Int32Array>();
  #lastDestination: TransportAddress | null = null;
  #lastWords: Int32Array | null = null;
  static readonly #offsets = new Int32Array(1);
  static readonly #lengths = new Int32Array(1);

  constructor(socket: NativeUdpSocket, address: string) {
    this.#socket = socket;
    this.local = { address, port: socket.port };
  }

  receive(batch: ReceivedBatch): void {
    const { bytes, offsets, lengths, addresses } = batch as NodeReceivedBatch;
    batch.count = this.#socket.receive(bytes, offsets, lengths, addresses);
  }

  send(batch: PacketBatch, first: number, count: number, destination: TransportAddress): number {
    return this.#socket.send(batch.bytes, batch.offsets, batch.lengths, first, count, this.#encode(destination));
  }

  sendBytes(bytes: Uint8Array, destination: TransportAddress): void {
    NodeUdpPort.#lengths[0] = bytes.length;
    this.#socket.send(bytes, NodeUdpPort.#offsets, NodeUdpPort.#lengths, 0, 1, this.#encode(destination));
  }

  #encode(destination: TransportAddress): Int32Array {
    if (destination === this.#lastDestination) return this.#lastWords!;
    const key = `${destination.port} ${destination.address}`;
    let words = this.#destinations.get(key);
    if (!words) {
      // Addresses of checks come and go; a peer that names thousands makes them be encoded again.
      if (this.#destinations.size >= maxDestinations) this.#destinations.clear();
      this.#destinations.set(key, (words = encodeAddress(destination)));
    }
    this.#lastDestination = destination;
    this.#lastWords = words;
    return words;
  }

  close(): void {
    this.#socket.close();
  }
}

const maxDestinations = 256;

export function openUdp(addon: NetAddon, address: string, port: number, readable: () => void): UdpPort | HostError {
  try {
    return new NodeUdpPort(new addon.UdpSocket(address, port, readable), address);
  } catch (error) {
    return { code: 'socket', message: `No UDP socket at ${address}: ${(error as Error).message}.` };
  }
}
