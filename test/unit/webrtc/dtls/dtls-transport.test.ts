import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../../src/host/Host';
import { loadAddon } from '../../../../src/host/node/addon';
import { openDtls } from '../../../../src/host/node/net/dtls';
import { fingerprint } from '../../../../src/host/node/net/media-host';
import { DtlsTransport } from '../../../../src/webrtc/dtls/DtlsTransport';
import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import type { CertificateWithKey } from '../../../../src/webrtc/transport/MediaHost';

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
const [ours, theirs] = await Promise.all([certificate(), certificate()]);
const sha256 = ({ certificate }: CertificateWithKey) => ({ algorithm: 'sha-256', value: fingerprint('sha-256', certificate)! });

const batch = () => new PacketBatch(64, 1 << 17);

function transport(own: CertificateWithKey): DtlsTransport {
  return new DtlsTransport({ open: (isClient) => openDtls(addon, own, isClient), fingerprint });
}

/** Carries datagrams until nothing is left; returns the data that arrived at `b`. */
function exchange(a: DtlsTransport, b: DtlsTransport): string[] {
  const datagrams = batch();
  const data = batch();
  const arrived: string[] = [];
  for (let quiet = 0; quiet < 2;) {
    quiet++;
    for (const [from, to] of [[a, b], [b, a]] as const) {
      from.takeDatagrams(datagrams);
      if (datagrams.count === 0) continue;
      quiet = 0;
      to.receive(datagrams, 0, datagrams.count, data);
      if (to === b) for (let i = 0; i < data.count; i++) arrived.push(Buffer.from(data.packet(i)).toString());
    }
  }
  return arrived;
}

function send(from: DtlsTransport, to: DtlsTransport, text: string): string[] {
  const packets = batch();
  const datagrams = batch();
  const data = batch();
  packets.append(Buffer.from(text));
  from.send(packets, datagrams);
  to.receive(datagrams, 0, datagrams.count, data);
  return Array.from({ length: data.count }, (_, i) => Buffer.from(data.packet(i)).toString());
}

test('connects when both descriptions and the path are there', () => {
  const a = transport(ours);
  const b = transport(theirs);
  a.start(true, [{ algorithm: 'sha-999', value: '00' }, sha256(theirs)]);
  b.start(false, [{ ...sha256(ours), value: sha256(ours).value.toLowerCase() }]);
  exchange(a, b);
  assert.is(a.state, 'new', 'there is no path yet');
  a.pathReady();
  b.pathReady();
  assert.is(a.state, 'connecting');
  exchange(a, b);
  assert.is(a.state, 'connected');
  assert.is(b.state, 'connected');
  assert.equal(a.remoteCertificate, theirs.certificate);
  assert.equal(send(a, b, 'hello'), ['hello']);
  assert.equal(a.exportKeyingMaterial('EXTRACTOR-dtls_srtp', 8), b.exportKeyingMaterial('EXTRACTOR-dtls_srtp', 8));
  a.close();
  exchange(a, b);
  assert.is(b.state, 'closed');
  assert.equal(send(b, a, 'too late'), []);
});

test('a flight that comes before the description is kept', () => {
  const a = transport(ours);
  const b = transport(theirs);
  a.start(true, [sha256(theirs)]);
  a.pathReady();
  exchange(a, b);
  assert.is(b.state, 'new');
  b.pathReady();
  b.start(false, [sha256(ours)]);
  exchange(a, b);
  assert.is(a.state, 'connected');
  assert.is(b.state, 'connected');
});

test('a peer with another certificate is refused, and none of its data taken', () => {
  const a = transport(ours);
  const b = transport(theirs);
  a.start(true, [sha256(theirs)]);
  b.start(false, [sha256(theirs)]);
  a.pathReady();
  b.pathReady();
  assert.equal(exchange(a, b), []);
  assert.is(b.state, 'failed');
  assert.is(b.failure!.errorDetail, 'fingerprint-failure');
  assert.is(b.failure!.sentAlert, 42, 'bad_certificate');
  assert.is(a.state, 'failed');
  assert.equal(a.failure, { errorDetail: 'dtls-failure', message: a.failure!.message, receivedAlert: 42, sentAlert: null });
  assert.is(b.remoteCertificate, null);
  assert.equal(send(a, b, 'secret'), []);
});

test('fatal alerts of the handshake are told, the peer\'s and ours', () => {
  const a = transport(ours);
  a.start(true, [sha256(theirs)]);
  a.pathReady();
  const datagrams = batch();
  // handshake_failure, not protected yet
  datagrams.append(Uint8Array.of(21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40));
  a.receive(datagrams, 0, 1, batch());
  assert.is(a.state, 'failed');
  assert.equal([a.failure!.receivedAlert, a.failure!.sentAlert], [40, null]);

  const b = transport(theirs);
  b.start(false, [sha256(ours)]);
  b.pathReady();
  const c = transport(ours);
  c.start(true, [sha256(theirs)]);
  c.pathReady();
  c.takeDatagrams(datagrams);
  // A ClientHello without a cipher suite that there is.
  const hello = datagrams.packet(0);
  const sessionIdLength = hello[59]!;
  const cookieLength = hello[60 + sessionIdLength]!;
  const suites = 61 + sessionIdLength + cookieLength;
  hello.fill(0xee, suites + 2, suites + 2 + ((hello[suites]! << 8) | hello[suites + 1]!));
  b.receive(datagrams, 0, 1, batch());
  assert.is(b.state, 'failed');
  assert.equal([b.failure!.receivedAlert, b.failure!.sentAlert], [null, 40]);
});

test('no fingerprint is no peer', () => {
  const a = transport(ours);
  const b = transport(theirs);
  a.start(true, []);
  b.start(false, [sha256(ours)]);
  a.pathReady();
  b.pathReady();
  exchange(a, b);
  assert.is(a.state, 'failed');
});

test('where there is no OpenSSL it fails with the reason', () => {
  const a = new DtlsTransport({ open: () => ({ code: 'dtls', message: 'No OpenSSL 3 was found.' }), fingerprint });
  a.start(true, [sha256(theirs)]);
  assert.is(a.state, 'failed');
  assert.is(a.failure!.message, 'No OpenSSL 3 was found.');
});

test.run();
