import type { RTCIceComponent, RTCIceGathererState, RTCIceParameters, RTCIceRole, RTCIceTransportState } from '../../generated/webrtc-types';
import { EventTargetObject } from '../../webidl/platform-object';
import type { IceParametersData } from '../thread/messages';
import type { RTCIceCandidate } from './RTCIceCandidate';
import type { RTCIceCandidatePair } from './RTCIceCandidatePair';

/** https://w3c.github.io/webrtc-pc/#dom-rtcicetransport. What happens to it is decided by its RTCPeerConnection. */
export class RTCIceTransport extends EventTargetObject {
  /** [[IceRole]] */
  _role: RTCIceRole = 'unknown';
  /** [[IceTransportState]] */
  _state: RTCIceTransportState = 'new';
  /** [[IceGathererState]] */
  _gatheringState: RTCIceGathererState = 'new';
  /** [[SelectedCandidatePair]] */
  _selectedCandidatePair: RTCIceCandidatePair | null = null;
  _localCandidates: RTCIceCandidate[] = [];
  _remoteCandidates: RTCIceCandidate[] = [];
  _localParameters: IceParametersData | null = null;
  _remoteParameters: IceParametersData | null = null;
  readonly component: RTCIceComponent = 'rtp';

  get role(): RTCIceRole {
    return this._role;
  }

  get state(): RTCIceTransportState {
    return this._state;
  }

  get gatheringState(): RTCIceGathererState {
    return this._gatheringState;
  }

  getLocalCandidates(): RTCIceCandidate[] {
    return [...this._localCandidates];
  }

  getRemoteCandidates(): RTCIceCandidate[] {
    return [...this._remoteCandidates];
  }

  getSelectedCandidatePair(): RTCIceCandidatePair | null {
    return this._selectedCandidatePair;
  }

  getLocalParameters(): RTCIceParameters | null {
    return toDictionary(this._localParameters);
  }

  getRemoteParameters(): RTCIceParameters | null {
    return toDictionary(this._remoteParameters);
  }

  /** Nothing changes any more. */
  _close(): void {
    this._state = 'closed';
    this._selectedCandidatePair = null;
  }
}

function toDictionary(parameters: IceParametersData | null): RTCIceParameters | null {
  return parameters && { usernameFragment: parameters.usernameFragment, password: parameters.password };
}

