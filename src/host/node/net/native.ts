/** What the addon offers for the network: native/addon/UdpSocket.h and native/addon/DtlsConnection.h. */

/** A batch is two arguments: `bytes`, and `table` with rows as `PacketBatch` has them. */
export interface NativeUdpSocket {
  readonly port: number;
  /** Datagrams that could not be sent. */
  readonly sendErrors: number;
  /** Takes what has arrived; returns the number of rows. */
  receive(bytes: Uint8Array, table: Int32Array): number;
  /** Returns the number of rows taken: fewer when the kernel's buffer is full. */
  send(bytes: Uint8Array, table: Int32Array, first: number, count: number): number;
  close(): void;
}

export const DtlsState = Object.freeze({ New: 0, Connecting: 1, Connected: 2, Closed: 3, Failed: 4 } as const);
export type DtlsState = (typeof DtlsState)[keyof typeof DtlsState];

declare const contextBrand: unique symbol;
export interface NativeDtlsContext {
  readonly [contextBrand]: never;
}

export interface NativeDtlsConnection {
  readonly state: DtlsState;
  /** Why it has failed. */
  readonly error: string;
  /** DER. */
  readonly peerCertificate: Uint8Array | null;
  /** RFC 5764, 0 for none. */
  readonly srtpProfile: number;
  /** IANA's name. */
  readonly cipherSuite: string;
  /** Milliseconds until `handleTimeout()` is due, Infinity when there is no timer. */
  readonly timeout: number;
  start(): void;
  /** Takes datagrams, gives the records of data in them; returns the number of records. */
  receive(
    datagramBytes: Uint8Array, datagramTable: Int32Array, first: number, count: number,
    dataBytes: Uint8Array, dataTable: Int32Array,
  ): number;
  /** Makes a datagram of each row of data; returns their number, 0 unless connected. */
  send(
    dataBytes: Uint8Array, dataTable: Int32Array, first: number, count: number,
    datagramBytes: Uint8Array, datagramTable: Int32Array,
  ): number;
  handleTimeout(): void;
  /** Moves the handshake's and the alerts' datagrams so far into a batch; returns their number. */
  takeDatagrams(bytes: Uint8Array, table: Int32Array): number;
  exportKeyingMaterial(label: string, length: number): ArrayBuffer | null;
  close(): void;
}

/** Wakes the thread that made it. */
export interface NativeDoorbell {
  /** By which a button finds it, in any thread of the process. */
  readonly number: number;
  /** While true the process does not exit by itself. */
  hold(hold: boolean): void;
  close(): void;
}

export interface NativeDoorbellButton {
  /** However often: one call of `rung` each time the thread is free. Nothing when the doorbell is gone. */
  press(): void;
}

export interface NativeCertificateRequest {
  /** Bits; 0 for ECDSA over P-256. */
  readonly rsaModulusLength: number;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface NetAddon {
  readonly Doorbell: new (rung: () => void) => NativeDoorbell;
  readonly DoorbellButton: new (doorbell: number) => NativeDoorbellButton;
  readonly UdpSocket: new (address: string, port: number, readable: () => void) => NativeUdpSocket;
  readonly DtlsContext: new (certificate: Uint8Array, privateKey: Uint8Array) => NativeDtlsContext;
  readonly DtlsConnection: new (context: NativeDtlsContext, isClient: boolean, mtu: number) => NativeDtlsConnection;
  /** DER both; null and the reason where OpenSSL is missing or refuses. */
  generateCertificate(
    request: NativeCertificateRequest,
    done: (certificate: Uint8Array | null, privateKey: Uint8Array | null, error: string) => void,
  ): void;
}
