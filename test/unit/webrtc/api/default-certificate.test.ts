import { RTCPeerConnection } from 'mediant';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadAddon } from '../../../../src/host/node/addon';
import { isHostError } from '../../../../src/host/Host';

const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);

let asked = 0;
let pending = 0;
const { generateCertificate } = addon;
addon.generateCertificate = (modulusLength, notBefore, notAfter, done) => {
  asked++;
  pending++;
  generateCertificate(modulusLength, notBefore, notAfter, (...result) => {
    pending--;
    done(...result);
  });
};

async function settled(): Promise<void> {
  do await new Promise(setImmediate); while (pending > 0);
}

async function fingerprintOfOne(): Promise<string> {
  const connection = new RTCPeerConnection();
  connection.createDataChannel('');
  const { sdp } = await connection.createOffer();
  connection.close();
  return /^a=fingerprint:(.*)$/m.exec(sdp!)![1]!;
}

test('two certificates are made ahead, and each is replaced when it is taken', async () => {
  await fingerprintOfOne();
  await settled();
  assert.is(asked, 3);
  const taken = fingerprintOfOne();
  assert.is(asked, 4);
  assert.is(pending, 1);
  await taken;
  await settled();
  assert.is(asked, 4);
});

test('every connection has its own, however many are made at once', async () => {
  const fingerprints = await Promise.all(Array.from({ length: 20 }, fingerprintOfOne));
  assert.is(new Set(fingerprints).size, 20);
});

test('what was made long ago is not given', async () => {
  await settled();
  const { now } = Date;
  asked = 0;
  try {
    Date.now = () => now() + 2 * 3600 * 1000;
    await fingerprintOfOne();
  } finally {
    Date.now = now;
  }
  assert.is(asked, 3);
});

test('one that cannot be made is an error of the offer', async () => {
  await settled();
  const { now } = Date;
  try {
    Date.now = () => now() + 4 * 3600 * 1000;
    addon.generateCertificate = (_modulusLength, _notBefore, _notAfter, done) => setImmediate(() => done(null, null, 'no entropy'));
    const message = await fingerprintOfOne().catch((error: DOMException) => `${error.name}: ${error.message}`);
    assert.is(message, 'OperationError: no entropy.');
  } finally {
    addon.generateCertificate = generateCertificate;
    Date.now = now;
  }
});

test.run();
