import type { HostError } from '../../Host';
import type { PacketBatch } from '../../../webrtc/packet-batch';
import type { CertificateWithKey, DtlsEndpoint, DtlsEndpointState } from '../../../webrtc/transport/MediaHost';
import type { NativeDtlsConnection, NativeDtlsContext, NetAddon } from './native';

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
}

/** Connections of one certificate share what OpenSSL makes of it. */
export class DtlsFactory {
  readonly #addon: NetAddon;
  readonly #contexts = new Map<string, NativeDtlsContext>();

  constructor(addon: NetAddon) {
    this.#addon = addon;
  }

  open({ certificate, privateKey }: CertificateWithKey, isClient: boolean): DtlsEndpoint | HostError {
    const key = Buffer.from(certificate).toString('latin1');
    try {
      const context = this.#contexts.get(key) ?? new this.#addon.DtlsContext(certificate, privateKey);
      this.#contexts.delete(key);
      this.#contexts.set(key, context);
      if (this.#contexts.size > maxContexts) this.#contexts.delete(this.#contexts.keys().next().value!);
      return new NodeDtlsEndpoint(new this.#addon.DtlsConnection(context, isClient, handshakeMtu));
    } catch (error) {
      return { code: 'dtls', message: `DTLS can't be used: ${(error as Error).message}.` };
    }
  }
}

/** Of the certificates used last. */
const maxContexts = 16;
