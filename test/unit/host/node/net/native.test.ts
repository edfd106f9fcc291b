import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../../../src/host/Host';
import { loadAddon } from '../../../../../src/host/node/addon';
import { DtlsState } from '../../../../../src/host/node/net/native';
import type { NativeDtlsConnection, NativeUdpSocket } from '../../../../../src/host/node/net/native';

const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);
const { UdpSocket, DtlsConnection, generateCertificate } = addon;

const loopback = new Int32Array(Uint8Array.of(127, 0, 0, 1).buffer)[0]!;

class Batch {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;
  readonly addresses: Int32Array;
  count = 0;

  constructor(capacity: number, packets: number) {
    this.bytes = new Uint8Array(capacity);
    this.offsets = new Int32Array(packets);
    this.lengths = new Int32Array(packets);
    this.addresses = new Int32Array(packets * 7);
  }

  get parts() {
    return [this.bytes, this.offsets, this.lengths] as const;
  }

  packet(index: number): Uint8Array {
    return this.bytes.subarray(this.offsets[index], this.offsets[index]! + this.lengths[index]!);
  }

  fill(packets: readonly Uint8Array[]): this {
    let used = 0;
    this.count = 0;
    for (const packet of packets) {
      this.bytes.set(packet, used);
      this.offsets[this.count] = used;
      this.lengths[this.count++] = packet.length;
      used += packet.length;
    }
    return this;
  }
}

/** An address of loopback. */
function at(port: number): Int32Array {
  return Int32Array.of(4, port, loopback, 0, 0, 0, 0);
}

/** Resolves with the next `count` packets. */
function packets(count: number): { readable(): void; socket?: NativeUdpSocket; received: Promise<Uint8Array[]> } {
  const batch = new Batch(1 << 20, 1024);
  const all: Uint8Array[] = [];
  let resolve: (all: Uint8Array[]) => void;
  const received = new Promise<Uint8Array[]>((settle) => { resolve = settle; });
  const receiver: ReturnType<typeof packets> = {
    received,
    readable() {
      batch.count = receiver.socket!.receive(...batch.parts, batch.addresses);
      for (let i = 0; i < batch.count; i++) all.push(batch.packet(i).slice());
      if (all.length >= count) resolve(all);
    },
  };
  return receiver;
}

function certificate(rsaModulusLength = 0): Promise<{ certificate: Uint8Array; privateKey: Uint8Array }> {
  const now = Math.floor(Date.now() / 1000);
  return new Promise((resolve, reject) => {
    generateCertificate(rsaModulusLength, now - 60, now + 3600, (der, privateKey, error) => {
      if (der === null || privateKey === null) reject(new Error(error));
      else resolve({ certificate: der, privateKey });
    });
  });
}

test('batches go from one socket to another', async () => {
  const receiver = packets(100);
  const to = new UdpSocket('127.0.0.1', 0, receiver.readable);
  receiver.socket = to;
  const from = new UdpSocket('127.0.0.1', 0, () => {});
  const batch = new Batch(1 << 18, 128);
  const sent = Array.from({ length: 100 }, (_, i) => new Uint8Array(i % 10 === 9 ? 33 : 1200).fill(i));
  batch.fill(sent);
  assert.is(from.send(...batch.parts, 0, batch.count, at(to.port), false), 100);
  assert.equal(await receiver.received, sent);
  from.close();
  to.close();
  to.close();
  assert.is(to.receive(...batch.parts, batch.addresses), 0);
});

test('a socket that can not be bound says why', () => {
  assert.throws(() => new UdpSocket('not an address', 0, () => {}), /'not an address' is not an IP address/);
});

test('rows that lie outside the batch are not sent', () => {
  const socket = new UdpSocket('127.0.0.1', 0, () => {});
  const batch = new Batch(100, 2);
  for (const [offset, length] of [[-1, 10], [0, 101], [90, 20], [5, -1], [2 ** 31 - 1, 2 ** 31 - 1]]) {
    batch.offsets[0] = offset!;
    batch.lengths[0] = length!;
    assert.is(socket.send(...batch.parts, 0, 1, at(socket.port), false), 0);
  }
  assert.is(socket.send(...batch.parts, -1, 1, at(socket.port), false), 0);
  assert.is(socket.send(...batch.parts, 2, 1, at(socket.port), false), 0);
  socket.close();
});

test('an exception in the callback is reported as any other', async () => {
  const socket = new UdpSocket('127.0.0.1', 0, () => {
    socket.close();
    throw new Error('from the callback');
  });
  const batch = new Batch(100, 1);
  batch.fill([Uint8Array.of(1)]);
  const reported = new Promise((resolve) => process.once('uncaughtException', resolve));
  socket.send(...batch.parts, 0, 1, at(socket.port), false);
  assert.is(((await reported) as Error).message, 'from the callback');
});

async function connected(): Promise<[NativeDtlsConnection, NativeDtlsConnection, Uint8Array[]]> {
  const [ours, theirs] = await Promise.all([certificate(), certificate(2048)]);
  const client = new DtlsConnection(ours.certificate, ours.privateKey, true, 1200);
  const server = new DtlsConnection(theirs.certificate, theirs.privateKey, false, 1200);
  const batch = new Batch(1 << 16, 64);
  const data = new Batch(1 << 16, 64);
  client.start();
  for (const [from, to] of [[client, server], [server, client], [client, server], [server, client]] as const) {
    batch.count = from.takeDatagrams(...batch.parts);
    to.receive(...batch.parts, 0, batch.count, ...data.parts);
  }
  return [client, server, [ours.certificate, theirs.certificate]];
}

test('DTLS connects, and carries batches of data', async () => {
  const [client, server, [ours, theirs]] = await connected();
  assert.is(client.state, DtlsState.Connected);
  assert.is(server.state, DtlsState.Connected);
  assert.equal(client.peerCertificate, theirs);
  assert.equal(server.peerCertificate, ours);
  assert.is(client.cipherSuite, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
  assert.is(client.timeout, Infinity);
  const keys = client.exportKeyingMaterial('EXTRACTOR-dtls_srtp', 60)!;
  assert.equal(new Uint8Array(keys), new Uint8Array(server.exportKeyingMaterial('EXTRACTOR-dtls_srtp', 60)!));

  const data = new Batch(1 << 16, 64);
  const datagrams = new Batch(1 << 17, 64);
  const received = new Batch(1 << 16, 64);
  const sent = Array.from({ length: 40 }, (_, i) => new Uint8Array(1000 + i).fill(i));
  data.fill(sent);
  datagrams.count = client.send(...data.parts, 0, data.count, ...datagrams.parts);
  assert.is(datagrams.count, 40);
  received.count = server.receive(...datagrams.parts, 0, datagrams.count, ...received.parts);
  assert.equal(sent.map((_, i) => received.packet(i)), sent);

  client.close();
  datagrams.count = client.takeDatagrams(...datagrams.parts);
  assert.is(server.receive(...datagrams.parts, 0, datagrams.count, ...received.parts), 0);
  assert.is(server.state, DtlsState.Closed);
  assert.is(server.send(...data.parts, 0, data.count, ...datagrams.parts), 0);
});

test('a doorbell wakes its thread from another one, once for many rings', async () => {
  let rung = 0;
  let heard: () => void;
  const first = new Promise<void>((resolve) => { heard = resolve; });
  const doorbell = new addon.Doorbell(() => {
    rung++;
    heard();
  });
  const button = new addon.DoorbellButton(doorbell.number);
  for (let i = 0; i < 100; i++) button.press();
  doorbell.hold(true);
  await first;
  await new Promise(setImmediate);
  assert.is(rung, 1);
  const { number } = doorbell;
  doorbell.close();
  doorbell.close();
  button.press();
  new addon.DoorbellButton(number).press();
  await new Promise(setImmediate);
  assert.is(rung, 1);
});

test('a context of garbage says what is wrong', () => {
  assert.throws(() => new DtlsConnection(new Uint8Array(10), new Uint8Array(10), true, 1200), Error);
  assert.throws(() => new DtlsConnection({} as never, null as never, true, 1200), Error);
});

test.run();
