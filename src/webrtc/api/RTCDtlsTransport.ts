import type { RTCDtlsTransportState } from '../../generated/webrtc-types';
import { EventTargetObject } from '../../webidl/platform-object';
import type { RTCIceTransport } from './RTCIceTransport';

/** https://w3c.github.io/webrtc-pc/#dom-rtcdtlstransport */
export class RTCDtlsTransport extends EventTargetObject {
  /** [[IceTransport]] */
  readonly iceTransport: RTCIceTransport;
  /** [[DtlsTransportState]] */
  _state: RTCDtlsTransportState = 'new';
  /** [[RemoteCertificates]], DER */
  _remoteCertificates: readonly Uint8Array[] = [];

  constructor(iceTransport: RTCIceTransport) {
    super();
    this.iceTransport = iceTransport;
  }

  get state(): RTCDtlsTransportState {
    return this._state;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcdtlstransport-getremotecertificates */
  getRemoteCertificates(): ArrayBuffer[] {
    return this._remoteCertificates.map((certificate) => Uint8Array.from(certificate).buffer);
  }
}
