import { RTCIceTransport, RTCPeerConnection } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { event } from './support';

function trickle(from: RTCIceTransport, to: RTCIceTransport): void {
  from.onicecandidate = ({ candidate }) => {
    if (candidate !== null && to.state !== 'closed') to.addRemoteCandidate(candidate.toJSON());
  };
}

function nameOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    return (error as DOMException).name;
  }
  return '';
}

test('two transports connect by candidates as dictionaries, and the controlled one learns who the other is', async () => {
  const [a, b] = [new RTCIceTransport(), new RTCIceTransport()];
  trickle(a, b);
  trickle(b, a);
  for (const transport of [a, b]) transport.gather({});
  a.start(b.getLocalParameters()!, 'controlling');
  b.start(a.getLocalParameters()!);
  await Promise.all([a, b].map((transport) => event(transport, 'selectedcandidatepairchange')));
  assert.equal([a.role, b.role], ['controlling', 'controlled']);
  const { local, remote } = a.getSelectedCandidatePair()!;
  assert.ok(a.getLocalCandidates().includes(local));
  assert.ok(a.getRemoteCandidates().includes(remote));
  a.stop();
  b.stop();
  assert.is(a.getSelectedCandidatePair(), null);
});

test('what is refused', () => {
  const [usernameFragment, password] = ['u'.repeat(4), 'p'.repeat(22)];
  const refusals: [string, (transport: RTCIceTransport) => void][] = [
    ['InvalidAccessError', (transport) => transport.gather({ iceServers: [{ urls: 'turn:example.net' }] })],
    ['SyntaxError', (transport) => transport.gather({ iceServers: [{ urls: 'http:example.net' }] })],
    ['TypeError', (transport) => transport.start({ usernameFragment })],
    ['TypeError', (transport) => transport.start({ usernameFragment, password }, 'unknown')],
    ['SyntaxError', (transport) => transport.start({ usernameFragment: 'a b c', password })],
    ['SyntaxError', (transport) => transport.start({ usernameFragment, password: 'short' })],
    ['OperationError', (transport) => transport.addRemoteCandidate({ candidate: 'candidate:nonsense' })],
  ];
  for (const [name, action] of refusals) {
    const transport = new RTCIceTransport();
    assert.is(nameOf(() => action(transport)), name, String(action));
    transport.stop();
    assert.is(transport.state, 'closed');
  }
});

test('a transport of a connection is that connection\'s', async () => {
  const connection = new RTCPeerConnection();
  connection.createDataChannel('');
  await connection.setLocalDescription();
  const { iceTransport } = connection.sctp!.transport;
  assert.is(nameOf(() => iceTransport.gather({})), 'InvalidStateError');
  assert.is(nameOf(() => iceTransport.stop()), 'InvalidStateError');
  connection.close();
});

test.run();
