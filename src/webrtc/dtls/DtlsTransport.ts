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

/** The alert for a peer that is not who the description says. https://www.rfc-editor.org/rfc/rfc8122#section-6.2 */
const badCertificate = 42;

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
  /** The peer has one of the fingerprints. */
  #isAuthenticated = false;
  /** Datagrams that came when there was nothing to give them to, or too many before the descriptions. */
  readonly statistics = { droppedDatagrams: 0 };
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
    return this.#isPeerKnown ? this.#endpoint!.peerCertificate : null;
  }

  get #isPeerKnown(): boolean {
    return this.#isAuthenticated && this.#state !== 'failed';
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

  /** The descriptions are known, with the fingerprints of which one has to be that of the peer's certificate. */
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
      const kept = Math.min(count, maxEarlyDatagrams - this.#early.length);
      for (let i = first; i < first + kept; i++) this.#early.push(datagrams.packet(i).slice());
      this.statistics.droppedDatagrams += count - kept;
      return;
    }
    if (this.#state !== 'connecting' && this.#state !== 'connected') {
      this.statistics.droppedDatagrams += count;
      return;
    }
    this.#endpoint!.receive(datagrams, first, count, data);
    this.#settle();
    // Data of a peer that turns out to be another, or before it has been looked at, is nobody's.
    if (!this.#isPeerKnown) data.clear();
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
    if (endpoint.state === 'failed') {
      this.#fail('dtls-failure', endpoint.error);
      return;
    }
    // What ends a connection may come with the end of its handshake: who the peer is comes before either.
    if (!this.#isAuthenticated && (endpoint.state === 'connected' || endpoint.state === 'closed')) {
      const certificate = endpoint.peerCertificate;
      this.#isAuthenticated = certificate !== null && this.#isPeer(certificate);
      if (!this.#isAuthenticated && (endpoint.state === 'connected' || certificate !== null)) {
        endpoint.abort(badCertificate);
        this.#fail('fingerprint-failure', "The peer's certificate has none of the fingerprints in its description.");
        return;
      }
    }
    if (endpoint.state === 'connected' || endpoint.state === 'closed') this.#state = endpoint.state;
  }

  /** https://www.rfc-editor.org/rfc/rfc8122#section-5: of all hash functions offered, those with the longest values count. */
  #isPeer(certificate: Uint8Array): boolean {
    const known = this.#fingerprints.flatMap(({ algorithm, value }) => {
      const expected = this.#options.fingerprint(algorithm, certificate);
      return expected === null ? [] : [{ expected, value: value.toUpperCase() }];
    });
    const longest = Math.max(...known.map(({ expected }) => expected.length));
    return known.some(({ expected, value }) => expected.length === longest && expected === value);
  }

  #fail(errorDetail: DtlsFailure['errorDetail'], message: string): void {
    this.#state = 'failed';
    const { receivedAlert = null, sentAlert = null } = this.#endpoint ?? {};
    this.#failure = { errorDetail, message, receivedAlert, sentAlert };
    this.#early.length = 0;
  }
}
