import type { HostError } from '../../Host';
import type { PacketBatch } from '../../../webrtc/packet-batch';
import type { CertificateWithKey, DtlsEndpoint, DtlsEndpointState } from '../../../webrtc/transport/MediaHost';
import type { NativeDtlsConnection, NetAddon } from './native';

/** Bytes of the handshake's datagrams: what every path carries, as browsers have it. */
const handshakeMtu = 1200;

const states: readonly DtlsEndpointState[] = ['new', 'connecting', 'connected', 'closed', 'failed'];

class NodeDtlsEndpoint implements DtlsEndpoint {
  readonly #connection: NativeDtlsConnection;

  constructor(connection: NativeDtlsConnection) {
    this.#connection = connection;
  }

  get state(): DtlsEndpointState {
    return states[this.#connection.state]!;
  }

  get error(): string {
    return this.#connection.error;
  }

  get receivedAlert(): number | null {
    return this.#connection.receivedAlert;
  }

  get sentAlert(): number | null {
    return this.#connection.sentAlert;
  }

  get peerCertificate(): Uint8Array | null {
    return this.#connection.peerCertificate;
  }

  get srtpProfile(): number {
    return this.#connection.srtpProfile;
  }

  get cipherSuite(): string {
    return this.#connection.cipherSuite;
  }

  get timeout(): number {
    return this.#connection.timeout;
  }

  start(): void {
    this.#connection.start();
  }

  receive(datagrams: PacketBatch, first: number, count: number, data: PacketBatch): void {
    data.count = this.#connection.receive(
      datagrams.bytes, datagrams.offsets, datagrams.lengths, first, count, data.bytes, data.offsets, data.lengths,
    );
  }

  send(data: PacketBatch, datagrams: PacketBatch): void {
    datagrams.count = this.#connection.send(
      data.bytes, data.offsets, data.lengths, 0, data.count, datagrams.bytes, datagrams.offsets, datagrams.lengths,
    );
    datagrams.allFlags = data.allFlags;
    if (data.allFlags !== 0) datagrams.flags.set(data.flags.subarray(0, datagrams.count));
  }

  handleTimeout(): void {
    this.#connection.handleTimeout();
  }

  takeDatagrams(datagrams: PacketBatch): void {
    datagrams.count = this.#connection.takeDatagrams(datagrams.bytes, datagrams.offsets, datagrams.lengths);
  }

  exportKeyingMaterial(label: string, length: number): Uint8Array | null {
    const material = this.#connection.exportKeyingMaterial(label, length);
    return material && new Uint8Array(material);
  }

  close(): void {
    this.#connection.close();
  }

  abort(alert: number): void {
    this.#connection.abort(alert);
  }
}

export function openDtls(addon: NetAddon, { certificate, privateKey }: CertificateWithKey, isClient: boolean): DtlsEndpoint | HostError {
  try {
    return new NodeDtlsEndpoint(new addon.DtlsConnection(certificate, privateKey, isClient, handshakeMtu));
  } catch (error) {
    return { code: 'dtls', message: `DTLS can't be used: ${(error as Error).message}.` };
  }
}
