import { createSocket } from 'node:dgram';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import { Attribute, ErrorCode, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import { stunCrypto, systemRandom } from '../../../support/stun-crypto';
import { candidatesOf, fill, freePort, host, IceEnd, MediaThread, until } from './support';

type Pair = readonly [IceEnd, IceEnd];

async function connected(pairs: readonly Pair[]): Promise<void> {
  for (const [a, b] of pairs) {
    a.start(b, true);
    b.start(a, false);
  }
  await until(() => pairs.flat().every(({ ice }) => ice.agent!.state === 'completed' && ice.agent!.selectedPair!.base.protocol === 'udp'));
}

/** Each end gets what its own peer has sent, and nothing else. */
async function exchange(pairs: readonly Pair[]): Promise<void> {
  const batch = new PacketBatch(64, 10_000);
  for (const end of pairs.flat()) {
    end.records.length = 0;
    end.send(fill(batch, `from ${end.number}`, `again from ${end.number}`, `and from ${end.number}, of another length`));
  }
  await until(() => pairs.flat().every(({ records }) => records.length >= 3));
  for (const end of pairs.flat()) {
    const { number } = end.peer!;
    assert.equal(end.records, [`from ${number}`, `again from ${number}`, `and from ${number}, of another length`]);
  }
}

function close(pairs: readonly Pair[]): void {
  for (const end of pairs.flat()) end.close();
}

test('20 connections between ends of one thread take one socket, which the last one closes', async () => {
  const thread = new MediaThread();
  for (let turn = 0; turn < 2; turn++) {
    const pairs = Array.from({ length: 20 }, (): Pair => [thread.end(), thread.end()]);
    await connected(pairs);
    assert.is(thread.sockets.size, 1);
    for (const end of pairs.flat()) {
      const { local, remote } = end.ice.agent!.selectedPair!;
      assert.equal([local.port, remote.address.port], [thread.host.sharedPort, thread.host.sharedPort]);
    }
    await exchange(pairs);
    close(pairs.slice(0, 19));
    await exchange(pairs.slice(19));
    close(pairs.slice(19));
    assert.is(thread.sockets.size, 0);
  }
});

test('20 connections between two threads go between two sockets', async () => {
  const [here, there] = [new MediaThread(), new MediaThread()];
  const pairs = Array.from({ length: 20 }, (): Pair => [here.end(), there.end()]);
  await connected(pairs);
  assert.equal([here.sockets.size, there.sockets.size], [1, 1]);
  await exchange(pairs);
  close(pairs);
});

test('peers with sockets of their own are told apart by address, and see no tags', async () => {
  const thread = new MediaThread();
  const pairs = Array.from({ length: 20 }, (): Pair => [thread.end(), new IceEnd()]);
  await connected(pairs);
  assert.is(thread.sockets.size, 1);
  await exchange(pairs);
  close(pairs);
});

test('a restart has user name fragments of its own', async () => {
  const thread = new MediaThread();
  const pair: Pair = [thread.end(), thread.end()];
  await connected([pair]);
  const renewed = pair.map(({ parameters }) => ({ ...parameters, usernameFragment: `${parameters.usernameFragment}again` }));
  pair.forEach((end, index) => end.ice.gather(renewed[index]!, { iceServers: [], policy: 'all' }));
  pair.forEach((end, index) => end.ice.setRemoteParameters(renewed[1 - index]!));
  pair.forEach((end) => end.settle());
  await until(() => pair.every(({ ice }) => ice.agent!.state === 'completed' && ice.agent!.pairs.includes(ice.agent!.selectedPair!)));
  await exchange([pair]);
  close([pair]);
});

test('a port that somebody has is told, and no host candidate over UDP is', async () => {
  const port = freePort();
  const [taken] = host.openUdp(['127.0.0.1'], port, () => {});
  const thread = new MediaThread(port);
  const end = thread.end();
  const peer = new IceEnd();
  end.start(peer, true);
  await until(() => end.events.some((event) => event.kind === 'gathering' && event.state === 'complete'));
  const { errorCode, errorText, address, url } = end.events.find((event) => event.kind === 'candidate error')!;
  assert.equal([errorCode, address, url], [701, null, '']);
  assert.match(errorText, new RegExp(`port ${port}`));
  assert.equal(candidatesOf(end).map(({ protocol }) => protocol), ['tcp']);
  taken!.close();
  const next: Pair = [thread.end(), thread.end()];
  await connected([next]);
  close([next]);
  end.close();
});

test('answers of a STUN server go to who has asked; TURN servers over UDP are asked from a socket of one\'s own', async () => {
  const server = createSocket('udp4');
  const asked = new Map<string, Set<number>>();
  server.on('message', (bytes, { address, port }) => {
    const request = StunMessage.decode(new Uint8Array(bytes))!;
    const kind = request.method === Method.binding ? 'binding' : 'allocate';
    asked.set(kind, (asked.get(kind) ?? new Set()).add(port));
    if (kind !== 'binding') return;
    const mapped = { address: '192.0.2.9', port: 7000 + asked.get(kind)!.size };
    server.send(new StunWriter(MessageClass.success, Method.binding, request.transactionId).xorAddress(Attribute.xorMappedAddress, mapped).finish(), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const at = `127.0.0.1:${server.address().port}`;
  const thread = new MediaThread();
  const pairs = Array.from({ length: 5 }, (): Pair => [thread.end(), thread.end()]);
  const credentials = { username: 'user', credential: 'pass' };
  for (const [a, b] of pairs) {
    a.start(b, true, [{ urls: [`stun:${at}`], ...credentials }]);
    b.start(a, false, [{ urls: [`stun:${at}`], ...credentials }]);
  }
  await until(() => pairs.flat().every((end) => candidatesOf(end).some(({ type }) => type === 'srflx')));
  assert.equal([...asked.get('binding')!], [thread.host.sharedPort]);
  assert.is(thread.sockets.size, 1);
  const relaying: Pair = [thread.end(), thread.end()];
  for (const [index, end] of relaying.entries()) end.start(relaying[1 - index]!, index === 0, [{ urls: [`turn:${at}`], ...credentials }]);
  await until(() => asked.get('allocate')?.size === 2);
  assert.not(asked.get('allocate')!.has(thread.host.sharedPort));
  assert.is(thread.sockets.size, 3);
  for (const end of relaying) assert.equal(candidatesOf(end).map(({ protocol, type }) => `${protocol} ${type}`), ['udp host', 'tcp host']);
  close([...pairs, relaying]);
  assert.is(thread.sockets.size, 0);
  server.close();
});

test('the socket for relays closes when there is none, and a restart after the conclusion has another', async () => {
  const server = createSocket('udp4');
  const askedFrom: number[] = [];
  server.on('message', (bytes, { address, port }) => {
    const { transactionId } = StunMessage.decode(new Uint8Array(bytes))!;
    askedFrom.push(port);
    server.send(new StunWriter(MessageClass.error, Method.allocate, transactionId).errorCode(ErrorCode.allocationQuotaReached, '').finish(), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const iceServers = [{ urls: [`turn:127.0.0.1:${server.address().port}`], username: 'user', credential: 'pass' }];
  const thread = new MediaThread();
  const pair: Pair = [thread.end(), thread.end()];
  const [end, peer] = pair;
  const completed = () => pair.every(({ ice }) => ice.agent!.state === 'completed' && ice.agent!.pairs.includes(ice.agent!.selectedPair!));
  const refusals = () => end.events.filter((event) => event.kind === 'candidate error').length;
  end.start(peer, true, iceServers);
  peer.start(end, false);
  assert.is(thread.sockets.size, 2);
  await until(() => completed() && refusals() === 1);
  assert.is(thread.sockets.size, 1);
  const renewed = pair.map(({ parameters }) => ({ ...parameters, usernameFragment: `${parameters.usernameFragment}again` }));
  pair.forEach(({ ice }, index) => ice.gather(renewed[index]!, { iceServers: index === 0 ? iceServers : [], policy: 'all' }));
  assert.is(thread.sockets.size, 2);
  pair.forEach(({ ice }, index) => ice.setRemoteParameters(renewed[1 - index]!));
  pair.forEach((each) => each.settle());
  await until(() => completed() && refusals() === 2);
  assert.is(thread.sockets.size, 1);
  assert.not(askedFrom.includes(thread.host.sharedPort));
  await exchange([pair]);
  close([pair]);
  assert.is(thread.sockets.size, 0);
  server.close();
});

test('what strangers send reaches nobody, and takes no address away', async () => {
  const thread = new MediaThread();
  const pair: Pair = [thread.end(), new IceEnd()];
  await connected([pair]);
  const [server, client] = pair;
  const other = thread.end();
  other.start(new IceEnd(), false);
  const to = { address: '127.0.0.1', port: thread.host.sharedPort };
  const [stranger] = host.openUdp(['127.0.0.1'], 0, () => {});
  const request = (fragment: string, password: string) => new StunWriter(MessageClass.request, Method.binding, new Uint8Array(12))
    .text(Attribute.username, `${fragment}:${client.parameters.usernameFragment}`).messageIntegrity(new TextEncoder().encode(password), stunCrypto)
    .fingerprint().finish();
  const random = new Uint8Array(600);
  for (let length = 1; length < 600; length++) {
    systemRandom(random);
    stranger!.sendBytes(random.subarray(0, length), 0, to);
  }
  const { usernameFragment, password } = server.parameters;
  for (const bytes of [
    Uint8Array.of(22, 1), Uint8Array.of(64), Uint8Array.of(64, 0, 0, 1, 22), Uint8Array.of(79, 255, 255, 255, 22, 1),
    request('nobody', password), request(usernameFragment, 'x'.repeat(24)),
    new StunWriter(MessageClass.success, Method.binding, new Uint8Array(12)).fingerprint().finish(),
  ]) stranger!.sendBytes(bytes, 0, to);
  // With the peer's own address, which a stranger can write on a datagram: another agent's genuine request.
  client.send(appended(request(other.parameters.usernameFragment, other.parameters.password)));
  await exchange([pair]);
  assert.equal([server.ice.agent!.remoteCandidates.length, other.records.length], [2, 0]);
  stranger!.close();
  close([pair]);
  other.close();
  other.peer!.close();
});

function appended(bytes: Uint8Array): PacketBatch {
  const batch = new PacketBatch(1, bytes.length);
  batch.append(bytes);
  return batch;
}

test.run();
