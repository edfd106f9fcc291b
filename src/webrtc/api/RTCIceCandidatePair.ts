import { PlatformObject } from '../../webidl/platform-object';
import type { RTCIceCandidate } from './RTCIceCandidate';

/** https://w3c.github.io/webrtc-pc/#dom-rtcicecandidatepair */
export class RTCIceCandidatePair extends PlatformObject {
  constructor(readonly local: RTCIceCandidate, readonly remote: RTCIceCandidate) {
    super();
  }
}
