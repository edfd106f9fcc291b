import type {
  RTCIceCandidateInit, RTCIceComponent, RTCIceGathererState, RTCIceGatherOptions, RTCIceParameters, RTCIceRole, RTCIceTransportState,
} from '../../generated/webrtc-types';
import { EventTargetObject } from '../../webidl/platform-object';
import { serialiseCandidateAttribute } from '../ice/candidate-attribute';
import type { IceCandidate } from '../ice/candidate';
import type { GatheredCandidate, IceParametersData } from '../thread/messages';
import { RTCIceCandidate } from './RTCIceCandidate';
import { RTCIceCandidatePair } from './RTCIceCandidatePair';
import { StandaloneIceTransport } from './StandaloneIceTransport';

/**
 * https://w3c.github.io/webrtc-pc/#dom-rtcicetransport: what happens to it is decided by its RTCPeerConnection, or by script where script
 * has made it: https://w3c.github.io/webrtc-ice/#rtcicetransport
 */
export class RTCIceTransport extends EventTargetObject {
  /** [[IceRole]]; null in a transport of script's that has not been started. */
  _role: RTCIceRole | null;
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
  /** Null in a transport of a connection. */
  readonly #standalone: StandaloneIceTransport | null;

  /** https://w3c.github.io/webrtc-ice/#dom-rtcicetransport-constructor; `isOfConnection` is never script's. */
  constructor(isOfConnection = false) {
    super();
    this._role = isOfConnection ? 'unknown' : null;
    this.#standalone = isOfConnection ? null : new StandaloneIceTransport(this);
  }

  get role(): RTCIceRole | null {
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

  // ---- transports that script has made: https://w3c.github.io/webrtc-ice/#rtcicetransport ----

  gather(options: RTCIceGatherOptions): void {
    this.#own('gather').gather(options);
  }

  start(remoteParameters: RTCIceParameters, role: RTCIceRole): void {
    this.#own('start').start(remoteParameters, role);
  }

  stop(): void {
    this.#own('stop').stop();
  }

  addRemoteCandidate(candidate: RTCIceCandidate | RTCIceCandidateInit): void {
    const own = this.#own('addRemoteCandidate');
    own.addRemoteCandidate(candidate instanceof RTCIceCandidate ? candidate : new RTCIceCandidate({ ...candidate, sdpMid: candidate.sdpMid ?? '' }));
  }

  #own(operation: string): StandaloneIceTransport {
    if (this.#standalone !== null) return this.#standalone;
    throw new DOMException(`Failed to execute '${operation}' on 'RTCIceTransport': the transport is that of an RTCPeerConnection.`, 'InvalidStateError');
  }

  // ---- what has become of it ----

  /** https://w3c.github.io/webrtc-pc/#dom-rtcicetransport-onselectedcandidatepairchange */
  _select(local: GatheredCandidate, remote: IceCandidate, sdpMid: string | null, sdpMLineIndex: number | null): void {
    const { url, relayProtocol } = local;
    const where = { sdpMid, sdpMLineIndex: sdpMLineIndex ?? (sdpMid === null ? 0 : null) };
    const ours = objectOf(this._localCandidates, local) ?? new RTCIceCandidate({
      ...where, candidate: serialiseCandidateAttribute(local), usernameFragment: this._localParameters?.usernameFragment ?? null, url, relayProtocol,
    });
    const theirs = objectOf(this._remoteCandidates, remote) ?? new RTCIceCandidate({
      ...where, candidate: serialiseCandidateAttribute(remote), usernameFragment: this._remoteParameters?.usernameFragment ?? null,
    });
    this._selectedCandidatePair = new RTCIceCandidatePair(ours, theirs);
    this.fire('selectedcandidatepairchange');
  }

  /** Nothing changes any more. */
  _close(): void {
    this._state = 'closed';
    this._selectedCandidatePair = null;
  }
}

/**
 * The object that script knows a candidate by. One that a check has shown, and that was signalled while the news of it was on its way, is
 * the signalled one. https://www.rfc-editor.org/rfc/rfc8445#section-7.3.1.3
 */
export function objectOf<Known extends Pick<RTCIceCandidate, '_parsed'>>(
  candidates: readonly Known[], { address, port, protocol, type, tcpType }: IceCandidate,
): Known | undefined {
  return candidates.find(({ _parsed: parsed }) => parsed !== null && parsed.address === address && parsed.port === port
    && parsed.protocol === protocol && (parsed.type === type || type === 'prflx') && parsed.tcpType === tcpType);
}

function toDictionary(parameters: IceParametersData | null): RTCIceParameters | null {
  if (parameters === null) return null;
  const { usernameFragment, password, lite } = parameters;
  return { usernameFragment, password, ...(lite && { iceLite: true }) };
}
