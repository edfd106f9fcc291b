import { isHostError, type HostError } from '../../Host';
import { PacketBatch, packetFlags } from '../../../webrtc/packet-batch';
import type { TransportAddress } from '../../../webrtc/stun/TransportAddress';
import type { ReceivedBatch, UdpPort } from '../../../webrtc/transport/MediaHost';
import { AddressReader, addressWords, encodeAddress, localOf, setLocal } from './addresses';
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

  local(index: number): number {
    return localOf(this.addresses, index);
  }
}

export class NodeUdpPort implements UdpPort {
  readonly locals: readonly TransportAddress[];
  refusedLength = 0;
  readonly #socket: NativeUdpSocket;
  readonly #destinations = new Map<string, Int32Array>();
  #lastDestination: TransportAddress | null = null;
  #lastWords: Int32Array | null = null;
  static readonly #offsets = new Int32Array(1);
  static readonly #lengths = new Int32Array(1);

  constructor(socket: NativeUdpSocket) {
    const { addresses, port } = socket;
    this.#socket = socket;
    this.locals = addresses.split(',').map((address) => ({ address, port }));
  }

  receive(batch: ReceivedBatch): void {
    const { bytes, offsets, lengths, addresses } = batch as NodeReceivedBatch;
    batch.count = this.#socket.receive(bytes, offsets, lengths, addresses);
  }

  send(batch: PacketBatch, first: number, count: number, local: number, destination: TransportAddress): number {
    const words = setLocal(this.#encode(destination), local);
    const { bytes, offsets, lengths, flags } = batch;
    if ((batch.allFlags & packetFlags.mayFragment) === 0) {
      const sent = this.#socket.send(bytes, offsets, lengths, first, count, words, false);
      this.refusedLength = this.#socket.refusedLength;
      return sent;
    }
    this.refusedLength = 0;
    let sent = 0;
    while (sent < count && this.#socket.send(bytes, offsets, lengths, first + sent, 1, words, (flags[first + sent]! & packetFlags.mayFragment) !== 0) > 0) {
      this.refusedLength ||= this.#socket.refusedLength;
      sent++;
    }
    return sent;
  }

  sendBytes(bytes: Uint8Array, local: number, destination: TransportAddress): void {
    NodeUdpPort.#lengths[0] = bytes.length;
    this.#socket.send(bytes, NodeUdpPort.#offsets, NodeUdpPort.#lengths, 0, 1, setLocal(this.#encode(destination), local), false);
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

/** One socket for all addresses, else, where the system has none such, one for each; none without an address of this machine. */
export function openUdp(addon: NetAddon, addresses: readonly string[], port: number, readable: (socket: UdpPort) => void): readonly UdpPort[] {
  const shared = openSocket(addon, addresses, port, readable);
  if (!isHostError(shared)) return [shared];
  return addresses.length === 1 ? [] : addresses.flatMap((address) => openUdp(addon, [address], port, readable));
}

function openSocket(addon: NetAddon, addresses: readonly string[], port: number, readable: (socket: UdpPort) => void): UdpPort | HostError {
  try {
    const socket: UdpPort = new NodeUdpPort(new addon.UdpSocket(addresses.join(), port, () => readable(socket)));
    return socket;
  } catch (error) {
    return { code: 'socket', message: `No UDP socket at ${addresses.join(', ')}: ${(error as Error).message}.` };
  }
}
