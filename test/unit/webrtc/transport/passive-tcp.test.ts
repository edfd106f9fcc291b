import { connect as connectTcp, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { IceCandidate } from '../../../../src/webrtc/ice/candidate';
import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import { candidatesOf, fill, host, IceEnd, until } from './support';

const listening = { ...host, hasPassiveTcp: true };
const isTcp = ({ protocol }: IceCandidate) => protocol === 'tcp';

function gatheringOf(end: IceEnd): string[] {
  return end.events.flatMap((event) => (event.kind === 'gathering' ? [event.state] : []));
}

async function connected(): Promise<[IceEnd, IceEnd]> {
  const ends: [IceEnd, IceEnd] = [new IceEnd({ host: listening, isTold: isTcp }), new IceEnd({ isTold: isTcp })];
  ends[0].start(ends[1], true);
  ends[1].start(ends[0], false);
  await until(() => ends.every(({ ice }) => ice.agent!.state === 'completed'));
  return ends;
}

test('a passive candidate is told before gathering is complete, and only where it is wanted', async () => {
  const [server, client] = await connected();
  assert.equal(candidatesOf(server).map(({ protocol, tcpType }) => [protocol, tcpType]), [['udp', null], ['tcp', 'active'], ['tcp', 'passive']]);
  assert.equal(candidatesOf(client).map(({ tcpType }) => tcpType), [null, 'active']);
  assert.equal(gatheringOf(server), ['gathering', 'complete']);
  // https://www.rfc-editor.org/rfc/rfc6544#section-4.2
  const [udp, active, passive] = candidatesOf(server).map(({ priority }) => priority);
  assert.ok(udp! > active! && active! > passive!);
  assert.is(passive, 90 * 2 ** 24 + (4 * 2 ** 13 + 8191) * 2 ** 8 + 255);
  for (const end of [server, client]) end.close();
});

test('without UDP data goes both ways over a connection to the passive candidate', async () => {
  const [server, client] = await connected();
  const batch = new PacketBatch(8, 1000);
  client.send(fill(batch, 'one', 'two'));
  server.send(fill(batch, 'three'));
  await until(() => server.records.length === 2 && client.records.length === 1);
  assert.equal([server.records, client.records], [['one', 'two'], ['three']]);
  const { local, remote } = server.ice.agent!.selectedPair!;
  assert.equal([local.tcpType, remote.candidate.type], ['passive', 'prflx']);
  for (const end of [server, client]) end.close();
});

test('a restart of both goes on over the same connection', async () => {
  const [server, client] = await connected();
  const { remote } = server.ice.agent!.selectedPair!;
  const renewed = [server, client].map(({ parameters }) => ({ ...parameters, usernameFragment: `${parameters.usernameFragment}again` }));
  [server, client].forEach((end, index) => end.ice.gather(renewed[index]!, { iceServers: [], policy: 'all' }));
  [server, client].forEach((end, index) => end.ice.setRemoteParameters(renewed[1 - index]!));
  [server, client].forEach((end) => end.settle());
  const isRenewed = ({ ice }: IceEnd) => ice.agent!.state === 'completed' && ice.agent!.pairs.includes(ice.agent!.selectedPair!);
  await until(() => [server, client].every(isRenewed));
  assert.equal(server.ice.agent!.selectedPair!.remote.address, remote.address);
  // The session before is kept for three seconds; its end is not that of the connection.
  server.ice.handleTimeout(host.now() + 3500);
  server.settle();
  client.send(fill(new PacketBatch(1, 100), 'on'));
  await until(() => server.records.length === 1);
  for (const end of [server, client]) end.close();
});

test('the pair of a connection that ends is gone, and the peer may come back any number of times', async () => {
  const [server, client] = await connected();
  for (let turn = 0; turn < 25; turn++) {
    const { transportId, remote } = client.ice.agent!.selectedPair!;
    const before = server.ice.agent!.selectedPair!;
    client.ice.agent!.removeTransport(host.now(), transportId);
    client.settle();
    await until(() => server.ice.agent!.selectedPair !== before);
    assert.equal(server.ice.agent!.pairs.length, 0);
    assert.ok(server.ice.agent!.remoteCandidates.every(({ candidate }) => candidate.type !== 'prflx'));
    client.ice.agent!.addLocalCandidate(host.now(), { ...candidatesOf(client)[1]!, transportId, url: null, relayProtocol: null });
    assert.equal(remote.candidate.tcpType, 'passive');
    client.settle();
    await until(() => server.ice.agent!.selectedPair !== null && client.ice.agent!.selectedPair !== null);
  }
  for (const end of [server, client]) end.close();
});

test('strangers are closed, and closing ends what waits', async () => {
  const [server, client] = await connected();
  const { port } = candidatesOf(server)[2]!;
  const stranger = (bytes?: Uint8Array) => {
    const socket: Socket = connectTcp(port, '127.0.0.1').on('error', () => {});
    if (bytes) socket.write(bytes);
    return new Promise<void>((resolve) => socket.on('close', resolve));
  };
  const silent = stranger();
  await stranger(new Uint8Array(100).fill(1));
  for (const end of [server, client]) end.close();
  await silent;
});

test.run();
