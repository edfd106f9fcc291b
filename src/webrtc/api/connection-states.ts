import type { RTCIceConnectionState, RTCIceGatheringState, RTCPeerConnectionState } from '../../generated/webrtc-types';
import type { TransportController } from './TransportController';

/** https://w3c.github.io/webrtc-pc/#rtcicegatheringstate-enum, of the transports that are used; `before` is what it was. */
export function deriveIceGatheringState(used: readonly TransportController[], before: RTCIceGatheringState): RTCIceGatheringState {
  const states = used.map(({ iceTransport }) => iceTransport._gatheringState);
  if (states.includes('gathering')) return 'gathering';
  // Transports begin together: one that ends before another has answered leaves the connection gathering.
  if (before === 'gathering' && used.some(({ isGatheringAwaited }) => isGatheringAwaited)) return 'gathering';
  return states.length > 0 && states.every((state) => state === 'complete') ? 'complete' : 'new';
}

/** https://w3c.github.io/webrtc-pc/#rtciceconnectionstate-enum, of a connection that is not closed. */
export function deriveIceConnectionState(used: readonly TransportController[]): RTCIceConnectionState {
  const states = used.map(({ iceTransport }) => iceTransport._state);
  const every = (...allowed: RTCIceConnectionState[]) => states.every((state) => allowed.includes(state));
  if (states.includes('failed')) return 'failed';
  if (states.includes('disconnected')) return 'disconnected';
  if (every('new', 'closed')) return 'new';
  if (states.includes('new') || states.includes('checking')) return 'checking';
  return every('completed', 'closed') ? 'completed' : 'connected';
}

/** https://w3c.github.io/webrtc-pc/#rtcpeerconnectionstate-enum, of a connection that is not closed. */
export function deriveConnectionState(used: readonly TransportController[], ice: RTCIceConnectionState): RTCPeerConnectionState {
  const dtls = used.map(({ dtlsTransport }) => dtlsTransport._state);
  if (ice === 'failed' || dtls.includes('failed')) return 'failed';
  if (ice === 'disconnected') return 'disconnected';
  if ((ice === 'new' || ice === 'closed') && dtls.every((state) => state === 'new' || state === 'closed')) return 'new';
  if (ice === 'checking' || dtls.includes('connecting') || dtls.includes('new')) return 'connecting';
  return 'connected';
}
