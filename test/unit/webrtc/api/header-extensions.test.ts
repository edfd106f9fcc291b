import { RTCPeerConnection, RTCRtpSender, type RTCRtpTransceiver, type RTCRtpTransceiverDirection } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { negotiate } from './support';

const orientation = 'urn:3gpp:video-orientation';
const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';

function setDirection(transceiver: RTCRtpTransceiver, uri: string, direction: RTCRtpTransceiverDirection): void {
  transceiver.setHeaderExtensionsToNegotiate(transceiver.getHeaderExtensionsToNegotiate().map((extension) => (extension.uri === uri ? { uri, direction } : extension)));
}

const negotiated = (transceiver: RTCRtpTransceiver, uri: string) => transceiver.getNegotiatedHeaderExtensions().find((extension) => extension.uri === uri)!.direction;

// What the offerer and the answerer want, and what each has then.
const directions: [RTCRtpTransceiverDirection, RTCRtpTransceiverDirection, RTCRtpTransceiverDirection, RTCRtpTransceiverDirection][] = [
  ['sendrecv', 'sendrecv', 'sendrecv', 'sendrecv'],
  ['sendonly', 'sendrecv', 'sendonly', 'recvonly'],
  ['recvonly', 'recvonly', 'inactive', 'inactive'],
  ['sendrecv', 'sendonly', 'recvonly', 'sendonly'],
  ['stopped', 'sendrecv', 'stopped', 'stopped'],
  ['sendrecv', 'stopped', 'stopped', 'stopped'],
];

for (const [ours, theirs, first, second] of directions) {
  test(`an extension offered ${ours} and answered ${theirs}`, async () => {
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const offering = a.addTransceiver('video');
    setDirection(offering, orientation, ours);
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription!);
    const [answering] = b.getTransceivers();
    setDirection(answering, orientation, theirs);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription!);
    assert.equal([negotiated(offering, orientation), negotiated(answering, orientation)], [first, second]);
    assert.equal([negotiated(offering, mid), negotiated(answering, mid)], ['sendrecv', 'sendrecv']);
    a.close();
    b.close();
  });
}

test('capabilities name the direction that is the default', () => {
  assert.ok(RTCRtpSender.getCapabilities('audio')!.headerExtensions.every(({ direction }) => direction === 'sendrecv'));
});

test('a sender takes parameters back in whatever order their members are', async () => {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const { sender } = a.addTransceiver('audio');
  await negotiate(a, b);
  const parameters = sender.getParameters();
  parameters.encodings[0]!.adaptivePtime = true;
  await sender.setParameters(Object.fromEntries(Object.entries(parameters).reverse()) as unknown as typeof parameters);
  assert.is(sender.getParameters().encodings[0]!.adaptivePtime, true);
  a.close();
  b.close();
});

test.run();
