/** What the addon offers for the network: native/addon/UdpSocket.h and native/addon/DtlsConnection.h. */

/** A batch is three arguments: its bytes, and where each packet begins in them and how long it is. */
export interface NativeUdpSocket {
  readonly port: number;
  /** Those of the addresses it was made with that are of this machine, with commas between them. */
  readonly addresses: string;
  /** Datagrams that could not be sent. */
  readonly sendErrors: number;
  /** The length of the shortest datagram that was too long for the path at the last `send`, 0 when there was none. */
  readonly refusedLength: number;
  /** Takes what has arrived, with the addresses it came from and to, seven words each; returns the number of packets. */
  receive(bytes: Uint8Array, offsets: Int32Array, lengths: Int32Array, addresses: Int32Array): number;
  /** Returns the number of packets taken: fewer than `count` when the kernel's buffer is full. */
  send(bytes: Uint8Array, offsets: Int32Array, lengths: Int32Array, first: number, count: number, destination: Int32Array, mayFragment: boolean): number;
  close(): void;
}

export const DtlsState = Object.freeze({ New: 0, Connecting: 1, Connected: 2, Closed: 3, Failed: 4 } as const);
export type DtlsState = (typeof DtlsState)[keyof typeof DtlsState];

export interface NativeDtlsConnection {
  readonly state: DtlsState;
  /** Why it has failed. */
  readonly error: string;
  /** The fatal alert that came, or was sent. */
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;
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
    datagrams: Uint8Array, datagramOffsets: Int32Array, datagramLengths: Int32Array, first: number, count: number,
    data: Uint8Array, dataOffsets: Int32Array, dataLengths: Int32Array,
  ): number;
  /** Makes a datagram of each packet of data; returns their number, 0 unless connected. */
  send(
    data: Uint8Array, dataOffsets: Int32Array, dataLengths: Int32Array, first: number, count: number,
    datagrams: Uint8Array, datagramOffsets: Int32Array, datagramLengths: Int32Array,
  ): number;
  handleTimeout(): void;
  /** Moves the handshake's and the alerts' datagrams so far into a batch; returns their number. */
  takeDatagrams(bytes: Uint8Array, offsets: Int32Array, lengths: Int32Array): number;
  exportKeyingMaterial(label: string, length: number): ArrayBuffer | null;
  close(): void;
  /** Fails, and sends a fatal alert. */
  abort(alert: number): void;
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

export interface NetAddon {
  readonly Doorbell: new (rung: () => void) => NativeDoorbell;
  readonly DoorbellButton: new (doorbell: number) => NativeDoorbellButton;
  readonly UdpSocket: new (addresses: string, port: number, readable: () => void) => NativeUdpSocket;
  /** DER both. Throws where OpenSSL is missing or refuses them. */
  readonly DtlsConnection: new (certificate: Uint8Array, privateKey: Uint8Array, isClient: boolean, mtu: number) => NativeDtlsConnection;
  /** Bits, 0 for ECDSA over P-256; seconds since 1970. DER both; null and the reason where OpenSSL is missing or refuses. */
  generateCertificate(
    rsaModulusLength: number, notBefore: number, notAfter: number,
    done: (certificate: Uint8Array | null, privateKey: Uint8Array | null, error: string) => void,
  ): void;
  /** RFC 2104 with SHA-1 or SHA-256: bytes written to `code`, which has 32 at least; 0 where OpenSSL is missing. */
  hmac(isSha256: boolean, key: Uint8Array, data: Uint8Array, code: Uint8Array): number;
}
