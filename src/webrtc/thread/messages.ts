/**
 * What passes between the control thread, where the API objects live and JSEP is decided, and the media thread, where ICE, DTLS
 * and SCTP run. Commands go down, events come up, each kind in order and in order with the data of data channels. Everything is
 * plain data. Numbers name things: whoever makes a connection, a transport or a channel chooses its number.
 */
import type { IceCandidate } from '../ice/candidate';

/** A certificate with its key, DER. */
export interface CertificateData {
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A hash function's name as in `a=fingerprint`, and the value as SDP writes it: upper-case hexadecimal pairs with colons. */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

/** Of a validated RTCIceServer. */
export interface IceServerData {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

export interface GatheringOptions {
  readonly iceServers: readonly IceServerData[];
  readonly policy: 'all' | 'relay';
}

export interface IceParametersData {
  readonly usernameFragment: string;
  readonly password: string;
  readonly lite: boolean;
}

/** How a data channel behaves. https://www.rfc-editor.org/rfc/rfc8832#section-5.1 */
export interface ChannelOptions {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  /** Milliseconds, or null. */
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly negotiated: boolean;
  /** RFC 8831's priority: 128 below normal, 256 normal, 512 high, 1024 extra high. */
  readonly priority: number;
}

// ---- control → media ----

/** A transport is an ICE transport with the DTLS transport over it; data channels add an association. */
export type Command =
  | { kind: 'open transport'; transport: number; connection: number; /** Null: ICE alone. */ certificate: CertificateData | null }
  /**
   * Local credentials, and begin gathering for them. Once more with others: an ICE restart (RFC 8445, section 9).
   */
  | { kind: 'gather'; transport: number; parameters: IceParametersData; options: GatheringOptions }
  /** Back to the credentials before, where the peer has not restarted yet. */
  | { kind: 'cancel restart'; transport: number }
  | { kind: 'remote parameters'; transport: number; parameters: IceParametersData }
  | { kind: 'remote candidate'; transport: number; candidate: IceCandidate }
  | { kind: 'end of candidates'; transport: number; usernameFragment: string }
  /** Begins connectivity checks when first given. */
  | { kind: 'ice role'; transport: number; controlling: boolean }
  /** Begins the handshake as soon as there is a path. Fingerprints: at least one has to match. */
  | { kind: 'start dtls'; transport: number; client: boolean; fingerprints: readonly Fingerprint[] }
  | { kind: 'start sctp'; transport: number; localPort: number; remotePort: number; remoteMaxMessageSize: number }
  /** `id`: the stream, chosen by the control thread. Opened as soon as the association is. */
  | { kind: 'open channel'; transport: number; channel: number; id: number; options: ChannelOptions }
  /** Resets the stream once everything sent has been delivered. */
  | { kind: 'close channel'; channel: number }
  | { kind: 'get stats'; connection: number; request: number }
  | { kind: 'close transport'; transport: number }
  | { kind: 'close connection'; connection: number };

// ---- media → control ----

/** RTCIceCandidate's fields, of a candidate of our own. */
export interface GatheredCandidate extends IceCandidate {
  readonly url: string | null;
  readonly relayProtocol: 'udp' | 'tcp' | 'tls' | null;
}

export type IceTransportState = 'new' | 'checking' | 'connected' | 'completed' | 'disconnected' | 'failed' | 'closed';
export type DtlsTransportState = 'new' | 'connecting' | 'connected' | 'closed' | 'failed';

/** What RTCError tells of a DTLS failure. https://www.w3.org/TR/webrtc/#rtcerrordetailtype-enum */
export interface DtlsFailure {
  readonly errorDetail: 'dtls-failure' | 'fingerprint-failure';
  readonly message: string;
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;
}

export interface SctpFailure {
  readonly errorDetail: 'sctp-failure' | 'data-channel-failure';
  readonly message: string;
  readonly sctpCauseCode: number | null;
}

/** Members of RTCStats dictionaries by id, as getStats() gives them, without those the control thread adds. */
export interface StatsRecord {
  readonly id: string;
  readonly type: string;
  /** Milliseconds on the media thread's clock; since 1970 in a report. */
  readonly timestamp: number;
  readonly [member: string]: unknown;
}

/** The id of a transport's record. */
export function transportStatsId(transport: number): string {
  return `T${transport}`;
}

export type MediaEvent =
  | { kind: 'candidate'; transport: number; candidate: GatheredCandidate; usernameFragment: string }
  | { kind: 'gathering'; transport: number; state: 'new' | 'gathering' | 'complete' }
  | {
      kind: 'candidate error'; transport: number;
      /** Of the local socket, null where it must not be told. */
      address: string | null; port: number | null;
      url: string; errorCode: number; errorText: string;
    }
  | { kind: 'ice state'; transport: number; state: IceTransportState }
  | { kind: 'ice role changed'; transport: number; controlling: boolean }
  | { kind: 'selected pair'; transport: number; local: GatheredCandidate; remote: IceCandidate }
  | { kind: 'dtls state'; transport: number; state: DtlsTransportState; remoteCertificates: readonly Uint8Array[]; failure: DtlsFailure | null }
  | { kind: 'sctp state'; transport: number; state: 'connected' | 'closed'; maxChannels: number; failure: SctpFailure | null }
  /** The peer opened a channel; the media thread gives it a number, below zero. */
  | { kind: 'incoming channel'; transport: number; channel: number; id: number; options: ChannelOptions }
  | { kind: 'channel open'; channel: number }
  /** The peer closes: what it sent before has been delivered. */
  | { kind: 'channel closing'; channel: number }
  | { kind: 'channel closed'; channel: number; failure: SctpFailure | null }
  /** `bytes` of a channel's messages have been handed to the association since the last such event. */
  | { kind: 'channel sent'; channel: number; bytes: number }
  | { kind: 'stats'; request: number; records: readonly StatsRecord[] }
  /** The media thread has ended by itself. */
  | { kind: 'lost'; message: string };

/** Answers 'close connection': its peers have been told. */
export interface ConnectionClosed {
  readonly kind: 'connection closed';
  readonly connection: number;
}

/** The control thread's side of the media thread of its environment. Nothing here throws. */
export interface MediaThread {
  /** Sends a command. */
  command(command: Command): void;
  /** Copies a message of a channel; it is sent as soon as the association lets it. */
  send(channel: number, bytes: Uint8Array, binary: boolean): void;
  /** Asks for the events of a connection's transports and channels: called from tasks. */
  listen(connection: number, listener: MediaListener): void;
  unlisten(connection: number): void;
  /** While true for any connection, and until the peers of closed ones have been told, the process does not exit by itself. */
  keepAlive(connection: number, hold: boolean): void;
}

export interface MediaListener {
  event(event: MediaEvent): void;
  /** A whole message. `bytes` is the listener's, in memory of the realm. */
  message(channel: number, bytes: Uint8Array<ArrayBuffer>, binary: boolean): void;
}
