import { RTCPeerConnection, type RTCDataChannel, type RTCPeerConnectionIceEvent } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

process.env['MEDIANT_ICE_ADDRESSES'] = '127.0.0.1';

const event = (target: EventTarget, type: string) => new Promise<any>((resolve) => target.addEventListener(type, resolve, { once: true }));

function trickle(from: RTCPeerConnection, to: RTCPeerConnection): void {
  from.addEventListener('icecandidate', ({ candidate }: RTCPeerConnectionIceEvent) => {
    if (to.signalingState !== 'closed') void to.addIceCandidate(candidate ?? undefined);
  });
}

function pair(): [RTCPeerConnection, RTCPeerConnection] {
  const a = new RTCPeerConnection();
  const b = new RTCPeerConnection();
  trickle(a, b);
  trickle(b, a);
  return [a, b];
}

async function negotiate(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<void> {
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription!);
  await answerer.setLocalDescription();
  await offerer.setRemoteDescription(answerer.localDescription!);
}

test('a data channel carries messages both ways', async () => {
  const [a, b] = pair();
  const channel = a.createDataChannel('label', { protocol: 'protocol' });
  const announced = event(b, 'datachannel');
  const opened = event(channel, 'open');
  await negotiate(a, b);
  const { channel: remote } = (await announced) as { channel: RTCDataChannel };
  await opened;
  assert.is(remote.label, 'label');
  assert.is(remote.protocol, 'protocol');
  assert.is(remote.id, channel.id);
  const received = event(remote, 'message');
  channel.send('grüße');
  assert.is((await received).data, 'grüße');
  const answered = event(channel, 'message');
  remote.send(Uint8Array.of(1, 2, 3));
  assert.equal(new Uint8Array((await answered).data), Uint8Array.of(1, 2, 3));
  assert.is(a.connectionState, 'connected');
  assert.is(a.sctp!.transport.iceTransport.getSelectedCandidatePair()!.remote.address, '127.0.0.1');
  const closed = event(remote, 'close');
  channel.close();
  await closed;
  a.close();
  b.close();
});

test('an ICE restart keeps the channel', async () => {
  const [a, b] = pair();
  const channel = a.createDataChannel('');
  const announced = event(b, 'datachannel');
  const opened = event(channel, 'open'); // the answer to the association's cookie comes after the channel's first message
  await negotiate(a, b);
  const { channel: remote } = await announced;
  await opened;
  const before = /ice-ufrag:(.*)/.exec(a.localDescription!.sdp)![1];
  const needed = event(a, 'negotiationneeded');
  a.restartIce();
  await needed;
  await negotiate(a, b);
  assert.is.not(/ice-ufrag:(.*)/.exec(a.localDescription!.sdp)![1], before);
  const received = event(remote, 'message');
  channel.send('still here');
  assert.is((await received).data, 'still here');
  a.close();
  b.close();
});

test('transceivers are negotiated, and tracks announced', async () => {
  const [a, b] = pair();
  a.addTransceiver('audio');
  a.addTransceiver('video', { direction: 'recvonly' });
  const tracks: string[] = [];
  b.addEventListener('track', ({ track }) => tracks.push(track.kind));
  await negotiate(a, b);
  assert.equal(tracks, ['audio']);
  assert.equal(a.getTransceivers().map(({ mid, currentDirection }) => [mid, currentDirection]), [['0', 'sendonly'], ['1', 'inactive']]);
  assert.equal(b.getTransceivers().map(({ currentDirection }) => currentDirection), ['recvonly', 'inactive']);
  a.close();
  b.close();
});

test.run();
