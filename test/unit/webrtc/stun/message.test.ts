import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import { utf8Encode } from '../../../../src/text/utf8';
import { hex, toHex } from '../../../support/hex';
import { stunCrypto } from '../../../support/stun-crypto';

/** https://www.rfc-editor.org/rfc/rfc5769#section-2 */
const shortTermKey = utf8Encode('VOkJxbRl1RmTxUk/WvJxBt');
const transactionId = hex('b7e7a701bc34d686fa87dfae');

const sampleRequest = hex(`
  00010058 2112a442 b7e7a701bc34d686fa87dfae
  80220010 5354554e207465737420636c69656e74
  00240004 6e0001ff
  80290008 932ff9b151263b36
  00060009 6576746a3a68367659202020
  00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004 e57a3bcf`);

const sampleIpv4Response = hex(`
  0101003c 2112a442 b7e7a701bc34d686fa87dfae
  8022000b 7465737420766563746f7220
  00200008 0001a147e112a643
  00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
  80280004 c07d4c96`);

const sampleIpv6Response = hex(`
  01010048 2112a442 b7e7a701bc34d686fa87dfae
  8022000b 7465737420766563746f7220
  00200014 0002a147 0113a9faa5d3f179bc25f4b5bed2b9d9
  00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
  80280004 c8fb0b4c`);

const sampleLongTermRequest = hex(`
  00010060 2112a442 78ad3433c6ad72c029da412e
  00060012 e3839ee38388e383aae38383e382afe382b90000
  0015001c 662f2f3439396b39353464364f4c33346f4c39465354767936347341
  0014000b 6578616d706c652e6f726700
  00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666`);

function decoded(bytes: Uint8Array): StunMessage {
  const message = StunMessage.decode(bytes);
  assert.ok(message);
  return message;
}

test('RFC 5769: a request with short-term credentials', () => {
  const message = decoded(sampleRequest);
  assert.is(message.messageClass, MessageClass.request);
  assert.is(message.method, Method.binding);
  assert.is(toHex(message.transactionId), toHex(transactionId));
  assert.is(message.text(Attribute.software), 'STUN test client');
  assert.is(message.uint32(Attribute.priority), 0x6e0001ff);
  assert.is(toHex(message.value(Attribute.iceControlled)!), '932ff9b151263b36');
  assert.is(message.text(Attribute.username), 'evtj:h6vY');
  assert.ok(message.integrityMatches(shortTermKey, stunCrypto));
  assert.ok(message.fingerprintMatches);
  assert.not(message.integrityMatches(utf8Encode('another'), stunCrypto));
});

test('RFC 5769: responses with IPv4 and IPv6 addresses', () => {
  for (const [bytes, address] of [[sampleIpv4Response, '192.0.2.1'], [sampleIpv6Response, '2001:db8:1234:5678:11:2233:4455:6677']] as const) {
    const message = decoded(bytes);
    assert.is(message.messageClass, MessageClass.success);
    assert.equal(message.xorAddress(Attribute.xorMappedAddress), { address, port: 32853 });
    assert.ok(message.integrityMatches(shortTermKey, stunCrypto));
    assert.ok(message.fingerprintMatches);
  }
});

test('RFC 5769: a request with long-term credentials', () => {
  const message = decoded(sampleLongTermRequest);
  assert.is(message.text(Attribute.username), 'マトリックス');
  assert.is(message.text(Attribute.nonce), 'f//499k954d6OL34oL9FSTvy64sA');
  const key = stunCrypto.md5(utf8Encode('マトリックス:example.org:TheMatrIX'));
  assert.ok(message.integrityMatches(key, stunCrypto));
});

test('RFC 8489 appendix B.1: USERHASH', () => {
  // The sample's length field counts the header in, and so does its MESSAGE-INTEGRITY-SHA256; here the length is right.
  const message = decoded(hex(`
    00010088 2112a442 78ad3433c6ad72c029da412e
    001e0020 4a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704
    00150029 6f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c39465354767936347341000000
    0014000b 6578616d706c652e6f726700
    001c0020 e4686c8f0edeb59013e07090010a93efccbccc544c0a45d9f830aa6d6f735a01`));
  assert.is(toHex(message.value(Attribute.userhash)!), toHex(stunCrypto.sha256(utf8Encode('マトリックス:example.org'))));
  assert.is(message.text(Attribute.realm), 'example.org');
  const asPublished = message.bytes.slice(0, 120);
  asPublished[3] = 0x9c;
  const key = stunCrypto.sha256(utf8Encode('マトリックス:example.org:TheMatrIX'));
  assert.is(toHex(stunCrypto.hmacSha256(key, asPublished)), toHex(message.value(Attribute.messageIntegritySha256)!));
});

test('the writer makes the samples, byte for byte but for their padding', () => {
  const ipv6 = { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 };
  const writer = new StunWriter(MessageClass.success, Method.binding, transactionId);
  const plain = writer.text(Attribute.software, 'test vector').xorAddress(Attribute.xorMappedAddress, ipv6).finish();
  // The samples pad with a space; what follows depends on it.
  plain[plain.indexOf(0, 34)] = 0x20;
  assert.is(toHex(plain.subarray(4)), toHex(sampleIpv6Response.subarray(4, 60)));
  const request = new StunWriter(MessageClass.request, Method.binding, transactionId)
    .text(Attribute.username, 'マトリックス').uint32(Attribute.priority, 7).messageIntegrity(shortTermKey, stunCrypto)
    .messageIntegritySha256(shortTermKey, stunCrypto).fingerprint().finish();
  const message = decoded(request);
  assert.ok(message.integrityMatches(shortTermKey, stunCrypto) && message.integritySha256Matches(shortTermKey, stunCrypto));
  assert.ok(message.fingerprintMatches);
});

test('messages grow beyond the writer\'s first buffer', () => {
  const data = Uint8Array.from({ length: 5000 }, (_, index) => index);
  const bytes = new StunWriter(MessageClass.indication, Method.send, transactionId).text(Attribute.software, 'x').bytes(Attribute.data, data).fingerprint().finish();
  const message = decoded(bytes);
  assert.is(message.messageClass, MessageClass.indication);
  assert.is(message.method, Method.send);
  assert.equal(message.value(Attribute.data), data);
  assert.ok(message.fingerprintMatches);
});

test('every method that demultiplexing allows, and every class, survives the type\'s odd layout', () => {
  for (const messageClass of Object.values(MessageClass)) {
    for (let method = 0; method <= 0xff; method++) {
      const message = decoded(new StunWriter(messageClass, method, transactionId).finish());
      assert.is(message.method, method);
      assert.is(message.messageClass, messageClass);
    }
  }
});

test('error codes and unknown attributes', () => {
  const message = decoded(new StunWriter(MessageClass.error, Method.binding, transactionId)
    .errorCode(420, 'Unknown Attribute').unknownAttributes([0x7777, 0x0042]).finish());
  assert.equal(message.error, { code: 420, reason: 'Unknown Attribute' });
  assert.is(toHex(message.value(Attribute.unknownAttributes)!), '77770042');
  const request = decoded(new StunWriter(MessageClass.request, Method.binding, transactionId)
    .uint32(0x0024, 1).flag(0x7777).flag(0x8777).finish());
  assert.equal(request.unknownAttributes(new Set([0x0024])), [0x7777]);
});

test('what follows an integrity attribute does not count, but for the other one and FINGERPRINT', () => {
  const message = decoded(new StunWriter(MessageClass.request, Method.binding, transactionId)
    .messageIntegrity(shortTermKey, stunCrypto).uint32(Attribute.priority, 9).flag(Attribute.useCandidate)
    .messageIntegritySha256(shortTermKey, stunCrypto).text(Attribute.software, 'late').fingerprint().finish());
  assert.not(message.has(Attribute.priority) || message.has(Attribute.useCandidate) || message.has(Attribute.software));
  assert.ok(message.has(Attribute.messageIntegritySha256) && message.has(Attribute.fingerprint));
});

test('any changed byte breaks integrity, fingerprint or form', () => {
  for (let index = 0; index < sampleRequest.length; index++) {
    const changed = sampleRequest.slice();
    changed[index] ^= 1;
    const message = StunMessage.decode(changed);
    assert.not(message && message.integrityMatches(shortTermKey, stunCrypto) && message.has(Attribute.fingerprint) && message.fingerprintMatches, `byte ${index}`);
  }
});

test('what is not one whole message is none', () => {
  for (let length = 0; length < sampleRequest.length; length++) assert.not(StunMessage.decode(sampleRequest.subarray(0, length)));
  assert.not(StunMessage.decode(new Uint8Array([...sampleRequest, 0, 0, 0, 0])));
  const wrongCookie = sampleRequest.slice();
  wrongCookie[4] ^= 1;
  assert.not(StunMessage.decode(wrongCookie));
  const behindFingerprint = new StunWriter(MessageClass.request, Method.binding, transactionId).fingerprint().flag(0x8777).finish();
  assert.not(StunMessage.decode(behindFingerprint));
});

test('addresses of the wrong length or family are none', () => {
  for (const value of ['0001', '0001a147e112', '0003a147e112a643', '0002a147e112a643', '']) {
    const message = decoded(new StunWriter(MessageClass.success, Method.binding, transactionId).bytes(Attribute.xorMappedAddress, hex(value)).finish());
    assert.is(message.xorAddress(Attribute.xorMappedAddress), undefined);
  }
});

test.run();
