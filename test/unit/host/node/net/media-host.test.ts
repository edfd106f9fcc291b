import { createHmac } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../../../src/host/Host';
import { loadAddon } from '../../../../../src/host/node/addon';
import { createMediaHost, fingerprint } from '../../../../../src/host/node/net/media-host';
import { NodeReceivedBatch } from '../../../../../src/host/node/net/udp';
import { PacketBatch } from '../../../../../src/webrtc/packet-batch';
import type { TcpConnection, TcpListener } from '../../../../../src/webrtc/transport/MediaHost';

const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);
const host = createMediaHost(addon);

function opened<T extends object>(result: T): T {
  if (isHostError(result)) throw new Error(result.message);
  return result;
}

for (const addresses of [['127.0.0.1'], ['::1'], ['127.0.0.1', '::1']]) {
  test(`datagrams at ${addresses} come with the addresses they are from and to`, async () => {
    const batch = new NodeReceivedBatch(256, 1 << 20);
    const received: string[] = [];
    const expected: string[] = [];
    let closing = () => {};
    await new Promise<void>((resolve) => {
      const [to] = host.openUdp(addresses, 0, () => {
        to!.receive(batch);
        for (let i = 0; i < batch.count; i++) received.push(`${batch.local(i)} ${batch.source(i).address} ${batch.source(i).port} ${batch.packet(i)}`);
        if (received.length === 3 * addresses.length) resolve();
      });
      assert.equal(to!.locals.map(({ address }) => address), addresses);
      for (const [local, address] of addresses.entries()) {
        const [from] = host.openUdp([address], 0, () => {});
        const packets = new PacketBatch(8, 100);
        packets.append(Uint8Array.of(1, 2));
        packets.append(Uint8Array.of(3));
        from!.send(packets, 0, packets.count, 0, to!.locals[local]!);
        from!.sendBytes(Uint8Array.of(4), 0, to!.locals[local]!);
        for (const bytes of ['1,2', '3', '4']) expected.push(`${local} ${address} ${from!.locals[0]!.port} ${bytes}`);
        from!.close();
      }
      closing = () => to!.close();
    });
    closing();
    assert.equal(received, expected);
  });
}

test('codes are those of node:crypto', () => {
  for (const length of [0, 20, 100, 5000]) {
    const data = new Uint8Array(length).fill(7);
    const key = Uint8Array.of(1, 2, 3);
    assert.equal([...host.crypto.hmacSha1(key, data)], [...createHmac('sha1', key).update(data).digest()]);
    assert.equal([...host.crypto.hmacSha256(key, data)], [...createHmac('sha256', key).update(data).digest()]);
  }
});

test('no random bytes are given twice', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const bytes = new Uint8Array([8, 12, 16, 1000][i % 4]!);
    host.random(bytes);
    seen.add(bytes.subarray(0, 8).join());
  }
  assert.is(seen.size, 3000);
});

test('an address that is not of this machine has no socket', () => {
  assert.equal(host.openUdp(['192.0.2.77'], 0, () => {}), []);
  const [port, ...others] = host.openUdp(['192.0.2.77', '127.0.0.1'], 0, () => {});
  assert.equal(port!.locals.map(({ address }) => address), ['127.0.0.1']);
  assert.is(others.length, 0);
  port!.close();
});

test('where there is no socket for several addresses, each has its own', () => {
  class OfOneAddress extends addon.UdpSocket {
    constructor(addresses: string, port: number, readable: () => void) {
      if (addresses.includes(',')) throw new Error('none for several');
      super(addresses, port, readable);
    }
  }
  const ports = createMediaHost({ ...addon, UdpSocket: OfOneAddress }).openUdp(['127.0.0.1', '192.0.2.77', '127.0.0.2'], 0, () => {});
  assert.equal(ports.map(({ locals }) => locals.map(({ address }) => address)), [['127.0.0.1'], ['127.0.0.2']]);
  for (const port of ports) port.close();
});

test('TCP connections carry bytes both ways and end once', async () => {
  const log: string[] = [];
  await new Promise<void>((resolve) => {
    const served = (connection: TcpConnection) => ({
      connected() {},
      data(bytes: Uint8Array) {
        log.push(`server: ${[...bytes]}`);
        connection.send(Uint8Array.of(9));
      },
      closed() {
        log.push('server: closed');
        resolve();
      },
    });
    host.listenTcp(['127.0.0.1'], 0, served, (result) => {
      const listener = opened(result) as TcpListener;
      const client = host.openTcp({ localAddress: null, host: '127.0.0.1', port: listener.port, tls: null }, {
        connected(local, remote) {
          log.push(`client: ${local.address} ${remote.port === listener.port}`);
          client.send(Uint8Array.of(1, 2));
        },
        data(bytes) {
          log.push(`client: ${[...bytes]}`);
          client.close();
          listener.close();
        },
        closed: () => { log.push('client: closed'); },
      });
    });
  });
  assert.equal(log, ['client: 127.0.0.1 true', 'server: 1,2', 'client: 9', 'server: closed']);
});

test('a connection that is refused is closed with a reason', async () => {
  const reason = await new Promise<string>((resolve) => {
    host.openTcp({ localAddress: null, host: '127.0.0.1', port: 1, tls: null }, {
      connected() {}, data() {}, closed: resolve,
    });
  });
  assert.match(reason, /ECONNREFUSED/);
});

test('a port on an address of another machine is told', async () => {
  const result = await new Promise<object>((resolve) => host.listenTcp(['192.0.2.77'], 0, () => { throw new Error(); }, resolve));
  assert.ok(isHostError(result));
});

test('fingerprints', () => {
  assert.is(fingerprint('SHA-256', new Uint8Array(0)), 'E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55');
  assert.is(fingerprint('sha-3', new Uint8Array(0)), null);
});

test('local addresses can be chosen', () => {
  assert.ok(host.localAddresses().length > 0);
  process.env['MEDIANT_ICE_ADDRESSES'] = '127.0.0.1, ::0001';
  assert.equal(createMediaHost(addon).localAddresses(), ['127.0.0.1', '::1']);
  delete process.env['MEDIANT_ICE_ADDRESSES'];
});

test.run();
