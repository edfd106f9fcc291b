import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../../src/host/Host';
import { loadAddon } from '../../../../src/host/node/addon';
import { openDtls } from '../../../../src/host/node/net/dtls';
import { fingerprint } from '../../../../src/host/node/net/media-host';
import { DtlsTransport } from '../../../../src/webrtc/dtls/DtlsTransport';
import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import type { Fingerprint } from '../../../../src/webrtc/thread/messages';
import type { CertificateWithKey } from '../../../../src/webrtc/transport/MediaHost';
import { SeededRandom } from '../../../virtual/support/SeededRandom';

const loaded = loadAddon();
if (isHostError(loaded)) throw new Error(loaded.message);
const addon = loaded;

function certificate(): Promise<CertificateWithKey> {
  const now = Math.floor(Date.now() / 1000);
  return new Promise((resolve) => {
    addon.generateCertificate(0, now - 60, now + 3600, (der, privateKey) => {
      resolve({ certificate: der!, privateKey: privateKey! });
    });
  });
}
const [ours, theirs, attackers] = await Promise.all([certificate(), certificate(), certificate()]);
const hashed = (algorithm: string, { certificate }: CertificateWithKey): Fingerprint => ({ algorithm, value: fingerprint(algorithm, certificate)! });
const sha256 = (of: CertificateWithKey) => hashed('sha-256', of);

const batch = () => new PacketBatch(512, 1 << 20);

/** A transport whose path is there, and the datagrams it makes. */
class End {
  readonly transport: DtlsTransport;

  constructor(own: CertificateWithKey, isClient: boolean, fingerprints: readonly Fingerprint[]) {
    this.transport = new DtlsTransport({ open: (client) => openDtls(addon, own, client), fingerprint });
    this.transport.start(isClient, fingerprints);
    this.transport.pathReady();
  }

  /** What it has to say by itself. */
  take(): Uint8Array[] {
    const datagrams = batch();
    this.transport.takeDatagrams(datagrams);
    return copies(datagrams);
  }

  seal(text: string): Uint8Array[] {
    const packets = batch();
    const datagrams = batch();
    packets.append(Buffer.from(text));
    this.transport.send(packets, datagrams);
    return copies(datagrams);
  }

  /** Takes datagrams at once, and returns the data in them. */
  receive(...datagrams: readonly Uint8Array[]): string[] {
    const all = batch();
    const data = batch();
    for (const datagram of datagrams) assert.ok(all.append(datagram));
    this.transport.receive(all, 0, all.count, data);
    return copies(data).map((bytes) => Buffer.from(bytes).toString());
  }
}

const copies = (packets: PacketBatch) => Array.from({ length: packets.count }, (_, index) => packets.packet(index).slice());

function connect(a: End, b: End): void {
  for (let round = 0; round < 10; round++) {
    const fromA = a.take();
    if (fromA.length > 0) b.receive(...fromA);
    const fromB = b.take();
    if (fromB.length > 0) a.receive(...fromB);
  }
}

function connected(): [End, End] {
  const client = new End(ours, true, [sha256(theirs)]);
  const server = new End(theirs, false, [sha256(ours)]);
  connect(client, server);
  assert.equal([client.transport.state, server.transport.state], ['connected', 'connected']);
  return [client, server];
}

for (const isEnding of [false, true]) {
  test(`another certificate: no data is believed that comes with the end of the handshake${isEnding ? ', and with the end of the connection' : ''}`, () => {
    const client = new End(ours, true, [sha256(theirs)]);
    const server = new End(attackers, false, [sha256(ours)]);
    // Until the server is done and the client is not.
    for (let round = 0; round < 10 && server.transport.state !== 'connected'; round++) {
      const held = server.take();
      if (held.length > 0) client.receive(...held);
      server.receive(...client.take());
    }
    const finished = server.take();
    const data = server.seal('believe me');
    if (isEnding) server.transport.close();
    assert.equal(client.receive(...finished, ...data, ...server.take()), []);
    assert.is(client.transport.state, 'failed');
    assert.is(client.transport.failure!.errorDetail, 'fingerprint-failure');
    assert.is(client.transport.remoteCertificate, null);
    assert.equal(client.receive(...server.seal('again')), []);
    assert.equal(client.seal('secret'), []);
  });
}

test('data of the right peer that comes with the end of the handshake and of the connection is data', () => {
  const client = new End(ours, true, [sha256(theirs)]);
  const server = new End(theirs, false, [sha256(ours)]);
  for (let round = 0; round < 10 && server.transport.state !== 'connected'; round++) {
    const held = server.take();
    if (held.length > 0) client.receive(...held);
    server.receive(...client.take());
  }
  const finished = server.take();
  const data = server.seal('hello');
  server.transport.close();
  assert.equal(client.receive(...finished, ...data, ...server.take()), ['hello']);
  assert.is(client.transport.state, 'closed');
});

test('RFC 8122 section 5: of several fingerprints those of the strongest hash function count', () => {
  const attempt = (...fingerprints: Fingerprint[]) => {
    const client = new End(ours, true, fingerprints);
    const server = new End(theirs, false, [sha256(ours)]);
    connect(client, server);
    return client.transport.state;
  };
  const sha1 = hashed('sha-1', theirs);
  assert.is(attempt(sha1), 'connected');
  assert.is(attempt(sha1, sha256(attackers)), 'failed');
  assert.is(attempt(sha256(theirs), hashed('sha-1', attackers)), 'connected');
  assert.is(attempt(sha256(attackers), sha256(theirs)), 'connected', 'one certificate of several');
  assert.is(attempt({ algorithm: 'sha-999', value: 'AA'.repeat(100) }, sha256(theirs)), 'connected');
  assert.is(fingerprint('md5', theirs.certificate), null);
  assert.is(attempt({ algorithm: 'md5', value: 'AA' }), 'failed');
});

/** What anybody can send who knows the addresses. */
function strangers(random: SeededRandom, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const bytes = new Uint8Array(1 + random.below(200));
    random.fill(bytes);
    if (random.chance(0.8)) {
      // A header of DTLS 1.2 with a length that fits: change cipher spec, alert, handshake, data.
      bytes.set([random.pick([20, 21, 22, 23, 25, 63]), 0xfe, 0xfd, 0, random.below(3), 0, 0, 0, 0, 0, random.below(256), 0, Math.max(bytes.length - 13, 0)].slice(0, bytes.length));
    }
    return bytes;
  });
}

test('data before the handshake ends, of whatever epoch, is nobody\'s', () => {
  const client = new End(ours, true, [sha256(theirs)]);
  const server = new End(theirs, false, [sha256(ours)]);
  const data = (epoch: number) => Uint8Array.of(23, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 9, 0, 5, ...Buffer.from('hello'));
  for (let round = 0; round < 10; round++) {
    for (const [from, to] of [[client, server], [server, client]] as const) {
      assert.equal(to.receive(data(0), data(1), ...from.take(), data(0), data(1)), []);
    }
  }
  assert.equal([client.transport.state, server.transport.state], ['connected', 'connected']);
  assert.equal(server.receive(...client.seal('now')), ['now']);
});

test('a connection goes on whatever strangers send, and says nothing to them', () => {
  const [client, server] = connected();
  client.take();
  server.take();
  const random = new SeededRandom(1);
  for (let round = 0; round < 200; round++) {
    assert.equal(server.receive(...strangers(random, 50)), []);
    assert.ok(server.take().length <= 50);
    assert.equal(server.receive(...strangers(random, 3), ...client.seal(`message ${round}`), ...strangers(random, 3)), [`message ${round}`]);
  }
  assert.is(server.transport.state, 'connected');
});

test('records that come again, damaged ones and those of another connection are dropped', () => {
  const [client, server] = connected();
  const [other] = connected();
  const [record] = client.seal('once');
  assert.equal(server.receive(record, record, record), ['once']);
  for (let at = 0; at < record.length; at++) {
    const [fresh] = client.seal('damaged');
    fresh[at] ^= 0x10;
    assert.equal(server.receive(fresh), [], `byte ${at}`);
  }
  assert.equal(server.receive(...other.seal('of another')), []);
  assert.equal(server.receive(record), []);
  assert.equal(server.receive(...client.seal('after')), ['after']);
  assert.is(server.transport.state, 'connected');
});

test('a flood before the description: a few are kept, the others counted', () => {
  const transport = new DtlsTransport({ open: (client) => openDtls(addon, ours, client), fingerprint });
  const datagrams = batch();
  const data = batch();
  for (let round = 0; round < 100; round++) {
    datagrams.clear();
    for (const bytes of strangers(new SeededRandom(round), 100)) datagrams.append(bytes);
    transport.receive(datagrams, 0, datagrams.count, data);
    assert.is(data.count, 0);
  }
  assert.is(transport.statistics.droppedDatagrams, 10_000 - 32);
  transport.close();
  transport.receive(datagrams, 0, datagrams.count, data);
  assert.is(transport.statistics.droppedDatagrams, 10_000 - 32 + 100);
});

test.run();
