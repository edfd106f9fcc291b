import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { base64, certificateRecord } from '../../../../src/webrtc/stats/certificate';

test('base64 is that of Node', () => {
  for (let length = 0; length < 10; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => 251 * (index + length + 1));
    assert.is(base64(bytes), Buffer.from(bytes).toString('base64'));
  }
});

test('a certificate is named by its fingerprint', () => {
  const net = { fingerprint: (algorithm: string, bytes: Uint8Array) => `${algorithm} ${bytes.length}` };
  assert.equal(certificateRecord(net, 'sha-256', Uint8Array.of(1, 2, 3), 5), {
    id: 'CFsha-256 3', type: 'certificate', timestamp: 5, fingerprint: 'sha-256 3', fingerprintAlgorithm: 'sha-256', base64Certificate: 'AQID',
  });
});

test.run();
