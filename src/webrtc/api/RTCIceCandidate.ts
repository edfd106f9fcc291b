import type {
  RTCIceCandidateInit, RTCIceCandidateType, RTCIceComponent, RTCIceProtocol, RTCIceServerTransportProtocol, RTCIceTcpCandidateType, RTCLocalIceCandidateInit,
} from '../../generated/webrtc-types';
import { PlatformObject } from '../../webidl/platform-object';
import { isCandidateFault, parseCandidateAttribute } from '../ice/candidate-attribute';
import type { IceCandidate } from '../ice/candidate';

/** https://w3c.github.io/webrtc-pc/#dom-rtcicecandidate */
export class RTCIceCandidate extends PlatformObject {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
  readonly relayProtocol: RTCIceServerTransportProtocol | null;
  readonly url: string | null;
  /** What `candidate` says; null where it is empty or no candidate-attribute. */
  readonly _parsed: IceCandidate | null;

  /** https://w3c.github.io/webrtc-pc/#dom-rtcicecandidate-constructor */
  constructor({ candidate = '', sdpMid = null, sdpMLineIndex = null, usernameFragment = null, relayProtocol = null, url = null }: Partial<RTCLocalIceCandidateInit>) {
    // Step 1
    if (sdpMid === null && sdpMLineIndex === null) {
      throw new TypeError("Failed to construct 'RTCIceCandidate': sdpMid and sdpMLineIndex are both null.");
    }
    // Step 2
    super();
    this.candidate = candidate;
    this.sdpMid = sdpMid;
    this.sdpMLineIndex = sdpMLineIndex;
    this.usernameFragment = usernameFragment;
    this.relayProtocol = relayProtocol;
    this.url = url;
    // Steps 3 to 7
    const parsed = candidate === '' ? null : parseCandidateAttribute(candidate);
    this._parsed = parsed === null || isCandidateFault(parsed) ? null : parsed;
  }

  get foundation(): string | null {
    return this._parsed?.foundation ?? null;
  }

  get component(): RTCIceComponent | null {
    if (this._parsed === null) return null;
    return this._parsed.component === 1 ? 'rtp' : this._parsed.component === 2 ? 'rtcp' : null;
  }

  get priority(): number | null {
    return this._parsed?.priority ?? null;
  }

  get address(): string | null {
    return this._parsed?.address ?? null;
  }

  get protocol(): RTCIceProtocol | null {
    return this._parsed?.protocol ?? null;
  }

  get port(): number | null {
    return this._parsed?.port ?? null;
  }

  get type(): RTCIceCandidateType | null {
    return this._parsed?.type ?? null;
  }

  get tcpType(): RTCIceTcpCandidateType | null {
    return this._parsed?.tcpType ?? null;
  }

  get relatedAddress(): string | null {
    return this._parsed?.relatedAddress ?? null;
  }

  get relatedPort(): number | null {
    return this._parsed?.relatedPort ?? null;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcicecandidate-tojson */
  toJSON(): RTCIceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this;
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  }
}
