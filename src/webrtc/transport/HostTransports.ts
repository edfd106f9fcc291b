import { type HostError, isHostError } from '../../host/Host';
import type { HostTransport } from '../ice/CandidateGatherer';
import { localPreferences } from '../ice/priority';
import type { MediaHost, ReceivedBatch, UdpPort } from './MediaHost';
import { TcpAcceptor, type TcpUser } from './TcpAcceptor';

/** A transport of the host, with its socket where it is one of UDP, and which of that one's addresses it has. */
export interface LocalTransport extends HostTransport {
  readonly port: UdpPort | null;
  readonly local: number;
}

/** The ICE transport that has the sockets. */
export interface SocketUser extends TcpUser {
  readable(port: UdpPort): void;
  nextTransportId(): number;
}

/** The transports that an ICE transport has of its host: UDP sockets, places that TCP connections start from, and a TCP listener. */
export class HostTransports {
  /** Transports for TCP connections that come are still to be given. */
  isPending = false;
  readonly #host: MediaHost;
  readonly #user: SocketUser;
  readonly #transports = new Map<number, LocalTransport>();
  /** Sockets, with the transport of each of their addresses. */
  readonly #ports = new Map<UdpPort, number[]>();
  #acceptor: TcpAcceptor | null = null;

  constructor(host: MediaHost, user: SocketUser) {
    this.#host = host;
    this.#user = user;
  }

  get all(): readonly LocalTransport[] {
    return [...this.#transports.values()];
  }

  get(transportId: number): LocalTransport | undefined {
    return this.#transports.get(transportId);
  }

  /** The transport that a datagram came to; undefined where its address is no candidate. */
  idOf(port: UdpPort, batch: ReceivedBatch, index: number): number | undefined {
    return this.#ports.get(port)?.[batch.local(index)];
  }

  passiveAt(address: string): LocalTransport | undefined {
    return this.all.find((transport) => transport.tcpType === 'passive' && transport.address.address === address);
  }

  /** A transport over UDP for each address of the host, and a place that TCP connections start from. */
  open(): void {
    const addresses = this.#host.localAddresses();
    const preferences = localPreferences(addresses);
    const ports = this.#host.openUdp(addresses, 0, (port) => this.#user.readable(port));
    for (const port of ports) this.#ports.set(port, port.locals.map(() => this.#user.nextTransportId()));
    for (const address of addresses) {
      const localPreference = preferences.get(address)!;
      for (const [port, ids] of this.#ports) {
        const local = port.locals.findIndex((served) => served.address === address);
        // An address that has just gone away is no candidate.
        if (local < 0) continue;
        this.#add({ transportId: ids[local]!, address: port.locals[local]!, protocol: 'udp', tcpType: null, localPreference, port, local });
        this.#addTcp('active', address, 0, localPreference);
      }
    }
  }

  /** Listens for TCP connections, once, and gives a transport for each address. */
  listen(done: (transports: readonly LocalTransport[] | HostError) => void): void {
    if (this.#acceptor) return;
    this.#acceptor = new TcpAcceptor(this.#host, () => this.#user);
    const active = this.all.filter(({ tcpType }) => tcpType === 'active');
    if (active.length === 0) return;
    this.isPending = true;
    this.#acceptor.listen(active.map(({ address }) => address.address), 0, (result) => {
      this.isPending = false;
      if (isHostError(result)) done(result);
      else done(active.map(({ address, localPreference }) => this.#addTcp('passive', address.address, result.port, localPreference)));
    });
  }

  close(): void {
    for (const port of this.#ports.keys()) port.close();
    this.#acceptor?.close();
    this.#ports.clear();
    this.#transports.clear();
  }

  #addTcp(tcpType: 'active' | 'passive', address: string, port: number, localPreference: number): LocalTransport {
    const transportId = this.#user.nextTransportId();
    return this.#add({ transportId, address: { address, port }, protocol: 'tcp', tcpType, localPreference, port: null, local: 0 });
  }

  #add(transport: LocalTransport): LocalTransport {
    this.#transports.set(transport.transportId, transport);
    return transport;
  }
}
