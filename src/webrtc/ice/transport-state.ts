import type { IceTransportState } from './IceContext';
import type { IceSession } from './IceSession';

/**
 * An RTCIceTransport's state, from what its ICE session, and the session before a restart, have come to.
 * https://www.w3.org/TR/webrtc/#rtcicetransportstate
 */
export function transportState(now: number, session: IceSession, previous: IceSession | null): IceTransportState {
  if (session.selected) return session.isSilent(now) ? 'disconnected' : isFinished(now, session) ? 'completed' : 'connected';
  // A restart takes a transport from completed back to connected at once. From disconnected and failed it comes to checking, when
  // there is something to check.
  if (previous && !session.isChecking) {
    const before = transportState(now, previous, null);
    return before === 'completed' ? 'connected' : before;
  }
  if (previous?.selected && !previous.isSilent(now)) return 'connected';
  if (session.hasFailed) return 'failed';
  if (!session.isChecking) return 'new';
  if (session.hasPendingPairs) return 'checking';
  if (session.wasConnected) return 'disconnected';
  // All was in vain so far; more candidates may come, or, while the PAC timer runs, the peer's checks.
  return session.checklist.pairs.length === 0 || session.hasAllCandidates(now) ? 'checking' : 'disconnected';
}

/** Nothing better will be found: ICE has concluded, on a pair that both sides agree on. */
function isFinished(now: number, session: IceSession): boolean {
  return session.selected!.isNominated && session.hasAllCandidates(now) && !session.hasPendingPairs;
}
