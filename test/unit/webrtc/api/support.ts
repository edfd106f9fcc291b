import { RTCPeerConnection, type RTCConfiguration, type RTCDataChannel, type RTCPeerConnectionIceEvent } from 'mediant/webrtc';

process.env['MEDIANT_ICE_ADDRESSES'] ??= '127.0.0.1';

export const event = (target: EventTarget, type: string) => new Promise<any>((resolve) => target.addEventListener(type, resolve, { once: true }));

function trickle(from: RTCPeerConnection, to: RTCPeerConnection): void {
  from.addEventListener('icecandidate', ({ candidate }: RTCPeerConnectionIceEvent) => {
    if (to.signalingState !== 'closed') void to.addIceCandidate(candidate ?? undefined);
  });
}

export function pair(configuration?: RTCConfiguration): [RTCPeerConnection, RTCPeerConnection] {
  const a = new RTCPeerConnection(configuration);
  const b = new RTCPeerConnection();
  trickle(a, b);
  trickle(b, a);
  return [a, b];
}

export async function negotiate(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<void> {
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription!);
  await answerer.setLocalDescription();
  await offerer.setRemoteDescription(answerer.localDescription!);
}

export interface ConnectedPair {
  /** Offered. */
  readonly a: RTCPeerConnection;
  readonly b: RTCPeerConnection;
  /** The channel that `a` made, open, and `b`'s end of it. */
  readonly channel: RTCDataChannel;
  readonly remote: RTCDataChannel;
}

export async function connectedPair(): Promise<ConnectedPair> {
  const [a, b] = pair();
  const channel = a.createDataChannel('label');
  const announced = event(b, 'datachannel');
  const opened = event(channel, 'open');
  await negotiate(a, b);
  const { channel: remote } = (await announced) as { channel: RTCDataChannel };
  await opened;
  return { a, b, channel, remote };
}
