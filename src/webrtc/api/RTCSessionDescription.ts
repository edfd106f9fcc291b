import type { RTCSdpType, RTCSessionDescriptionInit } from '../../generated/webrtc-types';
import { PlatformObject } from '../../webidl/platform-object';

/** https://w3c.github.io/webrtc-pc/#dom-rtcsessiondescription */
export class RTCSessionDescription extends PlatformObject {
  readonly type: RTCSdpType;
  readonly sdp: string;

  constructor({ type, sdp }: RTCSessionDescriptionInit) {
    super();
    this.type = type;
    this.sdp = sdp;
  }
}
