import { type HostError, isHostError } from '../../host/Host';
import type { HostTransport } from '../ice/CandidateGatherer';
import { localPreferences } from '../ice/priority';
import type { MediaHost, TcpListener, UdpPort, UdpSender } from './MediaHost';
import type { PortUser, SharedPort } from './SharedPort';
import { TcpAcceptor } from './TcpAcceptor';

/** A transport of the host, with the socket it sends over where it is one of UDP, and which of that one's addresses it has. */
export interface LocalTransport extends HostTransport {
  readonly port: UdpSender | null;
  readonly local: number;
}

/** The ICE transport that has the sockets. */
export interface SocketUser extends PortUser {
  readable(port: UdpPort): void;
  nextTransportId(): number;
}

/**
 * The transports that an ICE transport has of its host: UDP sockets, places that TCP connections start from, and a TCP listener. Sockets are its
 * own, or those of a port that it shares; TURN servers over UDP are asked from its own.
 */
export class HostTransports {
  /** Transports for TCP connections that come are still to be given. */
  isPending = false;
  readonly #host: MediaHost;
  readonly #user: SocketUser;
  readonly #shared: SharedPort | null;
  #addresses: readonly string[] = [];
  #preferences: ReadonlyMap<string, number> = new Map();
  readonly #transports = new Map<number, LocalTransport>();
  /** Sockets, with the transport of each of their addresses. */
  readonly #ports = new Map<UdpSender, readonly number[]>();
  /** Those that are not shared. */
  readonly #own: UdpPort[] = [];
  #acceptor: TcpAcceptor | null = null;
  #isOpen = false;
  #isListening = false;

  constructor(host: MediaHost, user: SocketUser, shared: SharedPort | null) {
    this.#host = host;
    this.#user = user;
    this.#shared = shared;
  }

  get all(): readonly LocalTransport[] {
    return [...this.#transports.values()];
  }

  get(transportId: number): LocalTransport | undefined {
    return this.#transports.get(transportId);
  }

  /** The transport of one of a socket's addresses; undefined where that is no candidate. */
  idOf(port: UdpSender, local: number): number | undefined {
    return this.#ports.get(port)?.[local];
  }

  passiveAt(address: string): LocalTransport | undefined {
    return this.all.find((transport) => transport.tcpType === 'passive' && transport.address.address === address);
  }

  /** What peers are to put before data to a transport; 0: nothing. */
  dataTagOf(transportId: number): number {
    return this.isShared(transportId) ? this.#shared!.tagOf(this.#user) : 0;
  }

  isShared(transportId: number): boolean {
    return this.#transports.get(transportId)?.serves === 'peers';
  }

  /** Once: a transport over UDP for each address of the host, and a place that TCP connections start from. Gives why there is none over UDP. */
  open(): HostError | null {
    if (this.#isOpen) return null;
    this.#isOpen = true;
    this.#addresses = this.#host.localAddresses();
    this.#preferences = localPreferences(this.#addresses);
    const ports = this.#shared ? this.#shared.join(this.#user) : this.#openOwn(this.#addresses);
    if (!isHostError(ports)) this.#addUdp(ports, this.#shared ? 'peers' : undefined);
    const served = isHostError(ports) ? this.#addresses : this.#addresses.filter((address) => this.all.some((transport) => transport.address.address === address));
    for (const address of served) this.#addTcp('active', address, 0);
    return isHostError(ports) ? ports : null;
  }

  /** Transports for TURN servers over UDP, where the others are shared: for each address that has none yet. Gives those that are new. */
  openForRelays(): readonly LocalTransport[] {
    if (!this.#shared) return [];
    const served = new Set(this.all.flatMap(({ serves, address }) => (serves === 'relays' ? [address.address] : [])));
    const addresses = this.#addresses.filter((address) => !served.has(address));
    return addresses.length > 0 ? this.#addUdp(this.#openOwn(addresses), 'relays') : [];
  }

  /** A transport for relays is not needed any more. Its socket closes with the last of its transports. */
  release(transportId: number): void {
    this.#transports.delete(transportId);
    const index = this.#own.findIndex((port) => this.#ports.get(port)!.includes(transportId));
    const port = this.#own[index];
    if (!port || this.#ports.get(port)!.some((id) => this.#transports.has(id))) return;
    this.#own.splice(index, 1);
    this.#ports.delete(port);
    port.close();
  }

  /** An ICE session has begun, or was taken back. */
  renew(): void {
    this.#shared?.renew(this.#user);
  }

  /** Listens for TCP connections, once, and gives a transport for each address. */
  listen(done: (transports: readonly LocalTransport[] | HostError) => void): void {
    const addresses = this.all.flatMap(({ tcpType, address }) => (tcpType === 'active' ? [address.address] : []));
    if (this.#isListening || addresses.length === 0) return;
    this.#isListening = true;
    this.isPending = true;
    const listening = (result: TcpListener | HostError) => {
      this.isPending = false;
      done(isHostError(result) ? result : addresses.map((address) => this.#addTcp('passive', address, result.port)));
    };
    if (this.#shared) return this.#shared.listen(this.#user, listening);
    this.#acceptor = new TcpAcceptor(this.#host, () => this.#user);
    this.#acceptor.listen(addresses, 0, listening);
  }

  close(): void {
    for (const port of this.#own) port.close();
    this.#acceptor?.close();
    this.#shared?.leave(this.#user);
    this.#own.length = 0;
    this.#ports.clear();
    this.#transports.clear();
  }

  #openOwn(addresses: readonly string[]): readonly UdpPort[] {
    const ports = this.#host.openUdp(addresses, 0, (port) => this.#user.readable(port));
    this.#own.push(...ports);
    return ports;
  }

  #addUdp(ports: readonly UdpSender[], serves: 'peers' | 'relays' | undefined): readonly LocalTransport[] {
    const added: LocalTransport[] = [];
    for (const port of ports) {
      const ids = port.locals.map(() => this.#user.nextTransportId());
      this.#ports.set(port, ids);
      for (const [local, address] of port.locals.entries()) {
        // An address that has just come is no candidate.
        const localPreference = this.#preferences.get(address.address);
        if (localPreference === undefined) continue;
        added.push(this.#add({ transportId: ids[local]!, address, protocol: 'udp', tcpType: null, localPreference, ...(serves && { serves }), port, local }));
      }
    }
    return added;
  }

  #addTcp(tcpType: 'active' | 'passive', address: string, port: number): LocalTransport {
    const transportId = this.#user.nextTransportId();
    return this.#add({ transportId, address: { address, port }, protocol: 'tcp', tcpType, localPreference: this.#preferences.get(address)!, port: null, local: 0 });
  }

  #add(transport: LocalTransport): LocalTransport {
    this.#transports.set(transport.transportId, transport);
    return transport;
  }
}
