import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { LongTermCredentials } from '../../../../src/webrtc/stun/LongTermCredentials';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import { utf8Encode } from '../../../../src/text/utf8';
import { hex } from '../../../support/hex';
import { stunCrypto } from '../../../support/stun-crypto';

const transactionId = new Uint8Array(12);
/** Features in the nonce: bit 0 password algorithms, bit 1 user name anonymity. */
const plainNonce = 'abc';
const algorithmsNonce = 'obMatJos2AAABabc';
const anonymityNonce = 'obMatJos2AAACabc';
const bothAlgorithms = hex('00020000 00010000');

function challengeOf(code: number, nonce: string, algorithms?: Uint8Array, realm = 'example.org'): StunMessage {
  const writer = new StunWriter(MessageClass.error, Method.allocate, transactionId)
    .errorCode(code, '').text(Attribute.realm, realm).text(Attribute.nonce, nonce);
  if (algorithms) writer.bytes(Attribute.passwordAlgorithms, algorithms);
  return StunMessage.decode(writer.finish())!;
}

const make = () => new LongTermCredentials('user', 'pass', stunCrypto);
const signed = (credentials: LongTermCredentials) =>
  StunMessage.decode(credentials.sign(new StunWriter(MessageClass.request, Method.allocate, transactionId)).finish())!;

test('before a challenge, requests carry nothing', () => {
  assert.not(signed(make()).has(Attribute.username));
});

test('MD5 and MESSAGE-INTEGRITY for a server that names no algorithms', () => {
  const credentials = make();
  assert.ok(credentials.challenge(challengeOf(401, plainNonce), 401));
  const request = signed(credentials);
  assert.is(request.text(Attribute.username), 'user');
  assert.is(request.text(Attribute.realm), 'example.org');
  assert.is(request.text(Attribute.nonce), plainNonce);
  const key = stunCrypto.md5(utf8Encode('user:example.org:pass'));
  assert.ok(request.integrityMatches(key, stunCrypto));
  const response = new StunWriter(MessageClass.success, Method.allocate, transactionId).messageIntegrity(key, stunCrypto).finish();
  assert.ok(credentials.verifies(StunMessage.decode(response)!));
});

test('SHA-256 where the server prefers it, its list repeated', () => {
  const credentials = make();
  assert.ok(credentials.challenge(challengeOf(401, algorithmsNonce, bothAlgorithms), 401));
  const request = signed(credentials);
  assert.equal(request.value(Attribute.passwordAlgorithms), bothAlgorithms);
  assert.equal(request.value(Attribute.passwordAlgorithm), hex('00020000'));
  const key = stunCrypto.sha256(utf8Encode('user:example.org:pass'));
  assert.ok(request.integritySha256Matches(key, stunCrypto));
  assert.not(request.has(Attribute.messageIntegrity));
  const downgraded = new StunWriter(MessageClass.success, Method.allocate, transactionId)
    .messageIntegrity(stunCrypto.md5(utf8Encode('user:example.org:pass')), stunCrypto).finish();
  assert.not(credentials.verifies(StunMessage.decode(downgraded)!));
});

test('unknown algorithms are passed over; without a known one there is nothing to send', () => {
  const credentials = make();
  assert.ok(credentials.challenge(challengeOf(401, algorithmsNonce, hex('00090003aabbcc00 00010000')), 401));
  assert.equal(signed(credentials).value(Attribute.passwordAlgorithm), hex('00010000'));
  assert.not(make().challenge(challengeOf(401, algorithmsNonce, hex('00090000')), 401));
});

test('bid-down: a nonce that promises algorithms which are not there is not answered', () => {
  assert.not(make().challenge(challengeOf(401, algorithmsNonce), 401));
  assert.not(make().challenge(challengeOf(438, algorithmsNonce), 438));
});

test('USERHASH instead of USERNAME where the nonce says so', () => {
  const credentials = make();
  assert.ok(credentials.challenge(challengeOf(401, anonymityNonce), 401));
  const request = signed(credentials);
  assert.not(request.has(Attribute.username));
  assert.equal(request.value(Attribute.userhash), new Uint8Array(stunCrypto.sha256(utf8Encode('user:example.org'))));
});

test('a second 401 of the same realm is final; a stale nonce is replaced; a row of them ends', () => {
  const credentials = make();
  assert.ok(credentials.challenge(challengeOf(401, plainNonce), 401));
  assert.not(credentials.challenge(challengeOf(401, 'new'), 401));
  assert.ok(credentials.challenge(challengeOf(438, 'newer'), 438));
  assert.is(signed(credentials).text(Attribute.nonce), 'newer');
  credentials.accepted();
  let taken = 0;
  while (taken < 100 && credentials.challenge(challengeOf(438, `n${taken}`), 438)) taken++;
  assert.is(taken, 5);
});

test('a challenge without realm or nonce is none', () => {
  const bare = StunMessage.decode(new StunWriter(MessageClass.error, Method.allocate, transactionId).errorCode(401, '').finish())!;
  assert.not(make().challenge(bare, 401));
});

test.run();
