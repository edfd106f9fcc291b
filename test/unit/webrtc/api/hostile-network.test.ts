import { createSocket } from 'node:dgram';
import type { RTCPeerConnection } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SeededRandom } from '../../../virtual/support/SeededRandom';
import { connectedPair, event, pair } from './support';

/** A description whose fingerprints are another's. */
function withAnotherFingerprint<Type extends string>({ type, sdp }: { readonly type: Type; readonly sdp: string }) {
  return { type, sdp: sdp.replace(/(a=fingerprint:sha-256) \S+/g, `$1 ${Array(32).fill('AA').join(':')}`) };
}

for (const victim of ['offerer', 'answerer'] as const) {
  test(`a peer with another certificate than its description says: the ${victim} fails, and no channel opens`, async () => {
    const [a, b] = pair();
    const channel = a.createDataChannel('label', { negotiated: true, id: 0 });
    const theirs = b.createDataChannel('label', { negotiated: true, id: 0 });
    const heard: string[] = [];
    for (const each of [channel, theirs]) for (const type of ['open', 'message']) each.addEventListener(type, () => heard.push(type));
    const side = victim === 'offerer' ? a : b;
    await a.setLocalDescription();
    await b.setRemoteDescription(victim === 'answerer' ? withAnotherFingerprint(a.localDescription!) : a.localDescription!);
    await b.setLocalDescription();
    await a.setRemoteDescription(victim === 'offerer' ? withAnotherFingerprint(b.localDescription!) : b.localDescription!);
    const transport = side.sctp!.transport;
    const failed = event(side, 'connectionstatechange');
    const { error } = await event(transport, 'error');
    assert.equal([error.name, error.errorDetail, error.sentAlert], ['OperationError', 'fingerprint-failure', 42]);
    await failed;
    while (side.connectionState !== 'failed') await event(side, 'connectionstatechange');
    assert.is(transport.state, 'failed');
    assert.equal(transport.getRemoteCertificates(), []);
    assert.equal(heard.filter((type) => type === 'message'), []);
    assert.is((victim === 'offerer' ? channel : theirs).readyState === 'open', false);
    a.close();
    b.close();
  });
}

/** The UDP port of a candidate in a description. */
function portOf({ localDescription }: RTCPeerConnection): number {
  return Number(/a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+)/i.exec(localDescription!.sdp)![1]);
}

test('a stranger on the network floods the sockets of a connection: it goes on, and believes nothing', async () => {
  const { a, b, channel, remote } = await connectedPair();
  const stranger = createSocket('udp4');
  await new Promise<void>((resolve) => stranger.bind(0, '127.0.0.1', resolve));
  let answers = 0;
  stranger.on('message', () => { answers++; });
  const random = new SeededRandom(3);
  const ports = [portOf(a), portOf(b)];
  const binding = Uint8Array.of(0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const received: string[] = [];
  remote.addEventListener('message', ({ data }) => received.push(data as string));
  for (let round = 0; round < 20; round++) {
    for (let count = 0; count < 100; count++) {
      const bytes = new Uint8Array(20 + random.below(200));
      random.fill(bytes);
      bytes[0] = random.pick([0, 1, 20, 21, 22, 23, 63, 64, 128, 192]);
      stranger.send(random.chance(0.3) ? binding : bytes, random.pick(ports), '127.0.0.1');
    }
    const arrived = event(remote, 'message');
    channel.send(`message ${round}`);
    await arrived;
  }
  assert.equal(received, Array.from({ length: 20 }, (_, round) => `message ${round}`));
  assert.equal([a.connectionState, b.connectionState], ['connected', 'connected']);
  // Ten refusals a second and socket, while it lasted.
  assert.ok(answers < 600, `${answers} answers`);
  for (const connection of [a, b]) {
    const stats = [...(await connection.getStats()).values()] as { type: string; port?: number; candidateType?: string }[];
    assert.not.ok(stats.some(({ type, port }) => type === 'remote-candidate' && port === stranger.address().port));
  }
  stranger.close();
  a.close();
  b.close();
});

test.run();
