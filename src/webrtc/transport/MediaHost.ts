/**
 * What the media thread asks of whoever runs it: clock, sockets, cryptography. `src/host/node/net` implements it over Node and the
 * addon. Nothing here throws: what can fail returns or delivers a `HostError`. Callbacks come from tasks, never synchronously.
 */
import type { HostError } from '../../host/Host';
import type { PacketBatch } from '../packet-batch';
import type { RandomSource, StunCrypto } from '../stun/StunCrypto';
import type { TransportAddress } from '../stun/TransportAddress';

export interface MediaHost {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Calls `callback` once, `milliseconds` from now or a little later; the handle is for `clearTimeout`. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
  readonly random: RandomSource;
  readonly crypto: StunCrypto;
  /** `a=fingerprint`'s value, upper-case pairs with colons, by a hash function's name there; null for one that is not known. */
  fingerprint(algorithm: string, certificate: Uint8Array): string | null;
  /** The IP addresses that host candidates may have, best first. */
  localAddresses(): readonly string[];
  /** The port that all transports share, over UDP and over TCP; 0: each has one of its own. */
  readonly sharedPort: number;
  /** Host candidates are to be passive ones over TCP too. */
  readonly hasPassiveTcp: boolean;
  /** No longer datagrams are tried; 1200 bytes are always sent. */
  readonly maxDatagramBytes: number;
  /** Addresses of a host name, by the system's resolver or multicast DNS; none where it is not known. */
  resolve(name: string, done: (addresses: readonly string[]) => void): void;
  /**
   * Answers by multicast DNS for a new random name of the address, until `withdrawName`; null where host candidates show addresses.
   * https://datatracker.ietf.org/doc/html/draft-ietf-mmusic-mdns-ice-candidates#section-3.1.1
   */
  publishName(address: string): string | null;
  withdrawName(name: string): void;
  /** Memory that sockets of this host can write to. */
  makeReceivedBatch(packets: number, bytes: number): ReceivedBatch;
  /** Sockets that serve these addresses on one port each, as few as the system has; none at addresses that are not of this machine. */
  openUdp(addresses: readonly string[], port: number, readable: (socket: UdpPort) => void): readonly UdpPort[];
  openTcp(options: TcpOptions, events: TcpEvents): TcpConnection;
  /** One listener for all addresses; connections to others are not accepted. Port 0 lets the system choose. */
  listenTcp(
    addresses: readonly string[], port: number,
    accept: (connection: TcpConnection, local: string, remote: TransportAddress) => TcpEvents,
    done: (listener: TcpListener | HostError) => void,
  ): void;
  openDtls(certificate: CertificateWithKey, isClient: boolean): DtlsEndpoint | HostError;
}

/** DER both. */
export interface CertificateWithKey {
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** What a transport over UDP needs to send. */
export interface UdpSender {
  /** The socket's addresses; `local` below is an index into them. */
  readonly locals: readonly TransportAddress[];
  /** Sends packets [first, first + count). What the kernel has no room for is lost, as in any network; returns how many went. */
  send(batch: PacketBatch, first: number, count: number, local: number, destination: TransportAddress): number;
  /** The length of the shortest datagram that was too long for the path at the last `send`, 0 when there was none. */
  readonly refusedLength: number;
  /** One datagram. */
  sendBytes(bytes: Uint8Array, local: number, destination: TransportAddress): void;
}

/** A UDP socket; bound until closed. */
export interface UdpPort extends UdpSender {
  /** Takes datagrams that have arrived, as many as have room; to be called until nothing comes, when `readable` was. */
  receive(batch: ReceivedBatch): void;
  close(): void;
}

/** Datagrams, where they came from and where to. */
export interface ReceivedBatch extends PacketBatch {
  /** The same object for datagrams in a row from one address to one of ours. */
  source(index: number): TransportAddress;
  /** Which of the socket's addresses it came to; -1 for another one of this machine. */
  local(index: number): number;
}

export interface TcpOptions {
  /** The address to connect from; null leaves it to the system. */
  readonly localAddress: string | null;
  /** An IP address or a host name. */
  readonly host: string;
  readonly port: number;
  /** TLS, and the name that the peer's certificate has to have. */
  readonly tls: { readonly serverName: string } | null;
}

export interface TcpEvents {
  connected(local: TransportAddress, remote: TransportAddress): void;
  data(bytes: Uint8Array): void;
  /** Also when it could not be opened. Nothing comes after it. */
  closed(reason: string): void;
}

export interface TcpConnection {
  /** The bytes are the connection's from now on. */
  send(bytes: Uint8Array): void;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  close(): void;
}

export interface TcpListener {
  readonly port: number;
  close(): void;
}

export type DtlsEndpointState = 'new' | 'connecting' | 'connected' | 'closed' | 'failed';

/**
 * A DTLS connection over datagrams, no I/O inside. Its timers know only real time. Output that no call asked for (flights of the
 * handshake, alerts) is taken by `takeDatagrams` after each other call.
 */
export interface DtlsEndpoint {
  readonly state: DtlsEndpointState;
  /** Why it has failed. */
  readonly error: string;
  /** The description of the fatal alert that came, or was sent; null when there was none. RFC 5246, section 7.2. */
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;
  /** DER, once connected. */
  readonly peerCertificate: Uint8Array | null;
  /** The number of the SRTP protection profile (RFC 5764), 0 for none. */
  readonly srtpProfile: number;
  /** IANA's name, '' before there is one. */
  readonly cipherSuite: string;
  /** Milliseconds until `handleTimeout` is due, Infinity when there is no timer. */
  readonly timeout: number;
  start(): void;
  /** Takes datagrams; `data` then holds the records of application data in them, and nothing else. */
  receive(datagrams: PacketBatch, first: number, count: number, data: PacketBatch): void;
  /** Makes a datagram of each packet of data; `datagrams` then holds these, and nothing else: none unless connected. */
  send(data: PacketBatch, datagrams: PacketBatch): void;
  handleTimeout(): void;
  takeDatagrams(datagrams: PacketBatch): void;
  /** RFC 5705; null unless connected. */
  exportKeyingMaterial(label: string, length: number): Uint8Array | null;
  close(): void;
  /** Fails the connection once it is connected, and sends a fatal alert. */
  abort(alert: number): void;
}
