import type { RTCSctpTransportState } from '../../generated/webrtc-types';
import { EventTargetObject } from '../../webidl/platform-object';
import { mostBufferedBytes } from './RTCDataChannel';
import type { RTCDtlsTransport } from './RTCDtlsTransport';

/** https://w3c.github.io/webrtc-pc/#dom-rtcsctptransport */
export class RTCSctpTransport extends EventTargetObject {
  /** [[Transport]] */
  transport: RTCDtlsTransport;
  /** [[SctpTransportState]] */
  _state: RTCSctpTransportState = 'connecting';
  /** [[MaxMessageSize]], bytes; null until a description has been negotiated. */
  _maxMessageSize: number | null = null;
  /** [[MaxChannels]] */
  _maxChannels: number | null = null;

  constructor(transport: RTCDtlsTransport) {
    super();
    this.transport = transport;
  }

  get state(): RTCSctpTransportState {
    return this._state;
  }

  get maxMessageSize(): number | null {
    return this._maxMessageSize;
  }

  get maxChannels(): number | null {
    return this._maxChannels;
  }
}

/** https://w3c.github.io/webrtc-pc/#dfn-update-the-data-max-message-size; 0 is without a limit. */
export function dataMaxMessageSize(remoteMaxMessageSize: number | null): number {
  // Steps 2 to 5
  const remote = remoteMaxMessageSize ?? 65_536;
  return remote === 0 ? mostBufferedBytes : Math.min(remote, mostBufferedBytes);
}

/** `a=max-message-size` of our descriptions, bytes. */
export const localMaxMessageSize = 262_144;
