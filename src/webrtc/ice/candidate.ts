/** RTCIceCandidateType. https://www.w3.org/TR/webrtc/#rtcicecandidatetype-enum */
export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';
export type CandidateProtocol = 'udp' | 'tcp';
/** https://www.rfc-editor.org/rfc/rfc6544#section-4.5 */
export type TcpType = 'active' | 'passive' | 'so';
/** How a client reaches its TURN server: RTCIceServerTransportProtocol. */
export type RelayProtocol = 'udp' | 'tcp' | 'tls';

/** What agents tell one another about a candidate. https://www.rfc-editor.org/rfc/rfc8839#section-5.1 */
export interface IceCandidate {
  readonly foundation: string;
  /** 1 for RTP, and for anything that is alone; 2 for RTCP on a port of its own. */
  readonly component: number;
  readonly protocol: CandidateProtocol;
  readonly priority: number;
  /** An IP address in canonical form, or a host name, as an mDNS candidate has. */
  readonly address: string;
  readonly port: number;
  readonly type: CandidateType;
  readonly tcpType: TcpType | null;
  readonly relatedAddress: string | null;
  readonly relatedPort: number | null;
  /** The `ufrag` extension. */
  readonly usernameFragment: string | null;
  /** Other extensions, in their order: `generation`, `network-cost`, … */
  readonly extensions: readonly (readonly [name: string, value: string])[];
}

/** A candidate of our own. */
export interface LocalCandidate extends IceCandidate {
  /**
   * The transport, by the number that whoever owns the sockets gave it, from which checks and data for this candidate are sent:
   * the candidate's *base*. A server-reflexive candidate has that of its host candidate, a relayed one that of the allocation.
   */
  readonly transportId: number;
  /** The STUN or TURN server that it was learnt from. */
  readonly url: string | null;
  readonly relayProtocol: RelayProtocol | null;
}
