// timeout: 120 s
/** The TURN client against coturn on loopback: UDP, TCP, TLS, and what the server refuses. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import { Coturn, hasCoturn, hasOpenssl } from './coturn';
import { type Protocol, RelayClient } from './RelayClient';

if (!hasCoturn) console.log('skipped: no turnserver on the PATH');
else if (!hasOpenssl) console.log('skipped: TURN over TLS, no openssl on the PATH to make a certificate');

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text));

/** A peer that sends back what it gets. */
async function echoPeer(family: 4 | 6 = 4) {
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
  let from: TransportAddress | undefined;
  socket.on('message', (bytes, { address, port }) => {
    from = { address, port };
    socket.send(bytes, port, address);
  });
  socket.bind(0, family === 4 ? '127.0.0.1' : '::1');
  await once(socket, 'listening');
  const { address, port } = socket.address();
  return { address: { address, port }, seenFrom: () => from, close: () => socket.close() };
}

type RelayTo = (protocol: Protocol, options?: ConstructorParameters<typeof RelayClient>[2]) => RelayClient;

/** Runs a test with a server, and takes everything down after it. */
async function withServer(options: readonly string[], run: (server: Coturn, relayTo: RelayTo) => Promise<void>): Promise<void> {
  const server = await Coturn.start(options);
  const relays: RelayClient[] = [];
  try {
    await run(server, (protocol, clientOptions) => {
      const relay = new RelayClient(protocol, protocol === 'tls' ? server.tlsPort : server.port, clientOptions, server.certificate);
      relays.push(relay);
      return relay;
    });
  } finally {
    for (const relay of relays) await relay.close();
    await server.stop();
  }
}

const protocols: readonly Protocol[] = !hasCoturn ? [] : hasOpenssl ? ['udp', 'tcp', 'tls'] : ['udp', 'tcp'];

for (const protocol of protocols) {
  test(`${protocol}: allocation, data by indications and by a channel, and back`, () => withServer([], async (_server, relayTo) => {
    const peer = await echoPeer();
    const relay = relayTo(protocol);
    const { relayed, mapped } = await relay.eventOf('allocated');
    assert.is(relayed[0].address, '127.0.0.1');
    assert.is(mapped!.address, '127.0.0.1');

    relay.act((now) => relay.client.send(now, peer.address, bytesOf('by indication')));
    await relay.until(() => relay.received.length === 1);
    assert.equal(relay.received[0].peer, peer.address);
    assert.is(Buffer.from(relay.received[0].data).toString(), 'by indication');
    assert.equal(peer.seenFrom(), relayed[0]);

    relay.act((now) => relay.client.bindChannel(now, peer.address));
    await relay.until(() => relay.client.channelTo(peer.address) !== 0);
    // Lengths that are not multiples of four are padded over TCP and TLS.
    for (const length of [1, 2, 3, 4, 1000, 1199]) {
      const before = relay.received.length;
      relay.act((now) => relay.client.send(now, peer.address, new Uint8Array(length).fill(length)));
      await relay.until(() => relay.received.length > before);
      assert.equal(Uint8Array.from(relay.received.at(-1)!.data), new Uint8Array(length).fill(length));
    }
    await relay.close();
    assert.equal(relay.events.map(({ type }) => type), ['allocated', 'closed']);
    assert.is(relay.client.dropped + relay.client.droppedResponses, 0);
    peer.close();
  }));

  test(`${protocol}: wrong credentials`, () => withServer([], async (_server, relayTo) => {
    const relay = relayTo(protocol, { password: 'wrong' });
    await relay.until(() => relay.events.length > 0);
    const [event] = relay.events;
    assert.ok(event.type === 'failed' && event.code === 401);
  }));
}

if (hasCoturn) {
  test('a nonce that goes stale is replaced', () => withServer(['--stale-nonce=1'], async (_server, relayTo) => {
    const peer = await echoPeer();
    const relay = relayTo('udp');
    await relay.eventOf('allocated');
    const deadline = performance.now() + 2500;
    // Requests of all kinds while nonces come and go.
    for (let port = 1; performance.now() < deadline; port++) {
      const before = relay.received.length;
      relay.act((now) => relay.client.bindChannel(now, { address: '127.0.0.1', port }));
      relay.act((now) => relay.client.send(now, peer.address, bytesOf('ping')));
      await relay.until(() => relay.received.length > before);
    }
    relay.act((now) => relay.client.bindChannel(now, peer.address));
    await relay.until(() => relay.client.channelTo(peer.address) !== 0);
    await relay.close();
    assert.equal(relay.events.map(({ type }) => type), ['allocated', 'closed']);
    peer.close();
  }));

  test('a quota that is reached: 486', () => withServer(['--user-quota=1'], async (_server, relayTo) => {
    await relayTo('udp').eventOf('allocated');
    const second = relayTo('udp');
    await second.until(() => second.events.length > 0);
    const [event] = second.events;
    assert.ok(event.type === 'failed' && event.code === 486, JSON.stringify(event));
  }));

  test('a peer that is denied: 403', () => withServer(['--denied-peer-ip=192.0.2.0-192.0.2.255'], async (_server, relayTo) => {
    const relay = relayTo('udp');
    await relay.eventOf('allocated');
    relay.act((now) => relay.client.permit(now, { address: '192.0.2.1', port: 1 }));
    const { address, code } = await relay.eventOf('refused');
    assert.equal([address, code], ['192.0.2.1', 403]);
  }));

  test('ALTERNATE-SERVER', () => withServer(['--alternate-server=127.0.0.1:3999'], async (_server, relayTo) => {
    const { server: alternate } = await relayTo('udp').eventOf('redirected');
    assert.equal(alternate, { address: '127.0.0.1', port: 3999 });
  }));

  test('a relayed address of IPv6, and data to an IPv6 peer', () => withServer([], async (_server, relayTo) => {
    const peer = await echoPeer(6);
    const relay = relayTo('udp', { families: [6] });
    assert.equal((await relay.eventOf('allocated')).relayed.map(({ address }) => address), ['::1']);
    relay.act((now) => relay.client.send(now, peer.address, bytesOf('six')));
    await relay.until(() => relay.received.length === 1);
    assert.equal(relay.received[0].peer, peer.address);
    peer.close();
  }));

  test('both families asked for: one allocation, of what the server has', () => withServer([], async (_server, relayTo) => {
    // coturn before 4.7 knows ADDITIONAL-ADDRESS-FAMILY by the number of a draft only, and gives IPv4.
    const { relayed } = await relayTo('udp', { families: [4, 6] }).eventOf('allocated');
    assert.is(relayed[0].address, '127.0.0.1');
  }));
}

test.run();
