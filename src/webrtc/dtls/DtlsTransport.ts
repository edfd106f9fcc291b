import { isHostError, type HostError } from '../../host/Host';
import { PacketBatch } from '../packet-batch';
import type { DtlsFailure, DtlsTransportState, Fingerprint } from '../thread/messages';
import type { DtlsEndpoint } from '../transport/MediaHost';

export interface DtlsTransportOptions {
  /** The connection itself; OpenSSL's, or a test's stand-in. */
  open(isClient: boolean): DtlsEndpoint | HostError;
  /** `a=fingerprint`'s value for a DER certificate; null for a hash function that is not known. */
  fingerprint(algorithm: string, certificate: Uint8Array): string | null;
}

/** Datagrams of a peer that was faster than the description which says who it is. */
const maxEarlyDatagrams = 32;

/**
 * The DTLS transport of a connection: whose handshake it is, when it begins, and whether the peer is who the description says. Data
 * is given and taken only after that. https://www.w3.org/TR/webrtc/#rtcdtlstransport-interface,
 * https://www.rfc-editor.org/rfc/rfc8842#section-5
 */
export class DtlsTransport {
  #state: DtlsTransportState = 'new';
  #failure: DtlsFailure | null = null;
  #endpoint: DtlsEndpoint | null = null;
  #isClient = false;
  #fingerprints: readonly Fingerprint[] = [];
  #hasPath = false;
  readonly #early: Uint8Array[] = [];
  readonly #options: DtlsTransportOptions;

  constructor(options: DtlsTransportOptions) {
    this.#options = options;
  }

  get state(): DtlsTransportState {
    return this.#state;
  }

  get failure(): DtlsFailure | null {
    return this.#failure;
  }

  get isClient(): boolean {
    return this.#isClient;
  }

  /** DER, once connected. */
  get remoteCertificate(): Uint8Array | null {
    return this.#state === 'connected' || this.#state === 'closed' ? (this.#endpoint?.peerCertificate ?? null) : null;
  }

  get cipherSuite(): string {
    return this.#endpoint?.cipherSuite ?? '';
  }

  get srtpProfile(): number {
    return this.#state === 'connected' ? this.#endpoint!.srtpProfile : 0;
  }

  exportKeyingMaterial(label: string, length: number): Uint8Array | null {
    return this.#state === 'connected' ? this.#endpoint!.exportKeyingMaterial(label, length) : null;
  }

  /** Milliseconds until `handleTimeout` is due: only the handshake has a timer. */
  get timeout(): number {
    return this.#state === 'connecting' ? this.#endpoint!.timeout : Infinity;
  }

  /** The descriptions are known. At least one of the fingerprints has to be that of the peer's certificate. */
  start(isClient: boolean, fingerprints: readonly Fingerprint[]): void {
    this.#fingerprints = fingerprints;
    if (this.#endpoint !== null || this.#state !== 'new') return;
    this.#isClient = isClient;
    const endpoint = this.#options.open(isClient);
    if (isHostError(endpoint)) {
      this.#fail('dtls-failure', endpoint.message);
      return;
    }
    this.#endpoint = endpoint;
    if (this.#hasPath) this.#begin();
  }

  /** There is a path to the peer. */
  pathReady(): void {
    if (this.#hasPath) return;
    this.#hasPath = true;
    this.#begin();
  }

  #begin(): void {
    if (this.#endpoint === null || this.#state !== 'new') return;
    this.#state = 'connecting';
    this.#endpoint.start();
    const datagrams = this.#early.splice(0);
    if (datagrams.length === 0) return;
    const batch = new PacketBatch(datagrams.length, datagrams.reduce((sum, { length }) => sum + ((length + 3) & ~3), 0));
    for (const datagram of datagrams) batch.append(datagram);
    // Data can't be among them: the handshake has not been answered.
    this.receive(batch, 0, batch.count, new PacketBatch(batch.count, batch.bytes.length));
  }

  /** Takes datagrams of the peer; `data` then holds the application data in them, and nothing else. */
  receive(datagrams: PacketBatch, first: number, count: number, data: PacketBatch): void {
    data.clear();
    if (this.#state === 'new') {
      for (let i = first; i < first + count && this.#early.length < maxEarlyDatagrams; i++) this.#early.push(datagrams.packet(i).slice());
      return;
    }
    if (this.#state !== 'connecting' && this.#state !== 'connected') return;
    this.#endpoint!.receive(datagrams, first, count, data);
    this.#settle();
    // Data of a peer that turns out to be another, or before it has been looked at, is nobody's.
    if (this.state !== 'connected' && this.state !== 'closed') data.clear();
  }

  /** Makes a datagram of each packet; `datagrams` then holds these, and nothing else. */
  send(data: PacketBatch, datagrams: PacketBatch): void {
    datagrams.clear();
    if (this.#state !== 'connected') return;
    this.#endpoint!.send(data, datagrams);
    this.#settle();
  }

  handleTimeout(): void {
    this.#endpoint?.handleTimeout();
    this.#settle();
  }

  /** What the handshake has to say; to be sent after each call of any other method. */
  takeDatagrams(datagrams: PacketBatch): void {
    datagrams.clear();
    this.#endpoint?.takeDatagrams(datagrams);
  }

  /** Tells the peer, in a datagram that is still to be taken. */
  close(): void {
    if (this.#state === 'closed' || this.#state === 'failed') return;
    this.#endpoint?.close();
    this.#state = 'closed';
    this.#early.length = 0;
  }

  /** Follows the state of the connection. */
  #settle(): void {
    const endpoint = this.#endpoint!;
    if (this.#state === 'failed' || this.#state === 'closed') return;
    if (endpoint.state === 'failed') this.#fail('dtls-failure', endpoint.error);
    if (endpoint.state === 'closed') this.#state = 'closed';
    if (endpoint.state !== 'connected' || this.#state !== 'connecting') return;
    if (this.#isPeer(endpoint.peerCertificate)) {
      this.#state = 'connected';
    } else {
      endpoint.close();
      this.#fail('fingerprint-failure', "The peer's certificate has none of the fingerprints in its description.");
    }
  }

  #isPeer(certificate: Uint8Array | null): boolean {
    if (certificate === null) return false;
    return this.#fingerprints.some(({ algorithm, value }) => this.#options.fingerprint(algorithm, certificate) === value.toUpperCase());
  }

  #fail(errorDetail: DtlsFailure['errorDetail'], message: string): void {
    this.#state = 'failed';
    this.#failure = { errorDetail, message, receivedAlert: null, sentAlert: null };
    this.#early.length = 0;
  }
}
