import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BindingClient } from '../../../../src/webrtc/stun/BindingClient';
import { Attribute, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import { systemRandom } from '../../../support/stun-crypto';

const server = { address: '192.0.2.1', port: 3478 };
const mapped = { address: '198.51.100.7', port: 4000 };
const make = () => new BindingClient({ random: systemRandom, server });

const answerTo = (request: Uint8Array, messageClass: 2 | 3 = MessageClass.success) =>
  new StunWriter(messageClass, Method.binding, StunMessage.decode(request)!.transactionId);

test('a response tells the mapped address; it is kept alive, and told again only when it has changed', () => {
  const client = make();
  client.start(0);
  const request = client.nextTransmit()!;
  assert.is(client.nextTransmit(), undefined);
  assert.ok(client.handleDatagram(10, server, answerTo(request).xorAddress(Attribute.xorMappedAddress, mapped).finish()));
  assert.equal(client.nextEvent(), { type: 'mapped', address: mapped });
  assert.is(client.timeout, 15_010);
  client.handleTimeout(15_010);
  const second = client.nextTransmit()!;
  client.handleDatagram(15_020, server, answerTo(second).xorAddress(Attribute.xorMappedAddress, mapped).finish());
  assert.is(client.nextEvent(), undefined);
  client.handleTimeout(client.timeout);
  const moved = { ...mapped, port: 4001 };
  client.handleDatagram(client.timeout, server, answerTo(client.nextTransmit()!).xorAddress(Attribute.xorMappedAddress, moved).finish());
  assert.equal(client.nextEvent(), { type: 'mapped', address: moved });
});

test('a server that is silent is asked seven times, then unreachable', () => {
  const client = make();
  client.start(0);
  let sends = 0;
  let now = 0;
  while (client.timeout < Infinity) {
    while (client.nextTransmit()) sends++;
    now = client.timeout;
    client.handleTimeout(now);
  }
  assert.is(sends, 7);
  assert.is(now, 39_500);
  assert.is((client.nextEvent() as { code: number }).code, 701);
});

test('from elsewhere, of another transaction, or damaged, a response is not this client\'s', () => {
  const client = make();
  client.start(0);
  const request = client.nextTransmit()!;
  const answer = answerTo(request).xorAddress(Attribute.xorMappedAddress, mapped).fingerprint().finish();
  assert.not(client.handleDatagram(1, { ...server, port: 1 }, answer));
  const other = answer.slice();
  other[9] ^= 1;
  assert.not(client.handleDatagram(1, server, other));
  const damaged = answer.slice();
  damaged[27] ^= 1;
  assert.not(client.handleDatagram(1, server, damaged));
  assert.not(client.handleDatagram(1, server, request));
  assert.ok(client.handleDatagram(1, server, answer));
  assert.not(client.handleDatagram(1, server, answer), 'a repeated response');
});

test('ALTERNATE-SERVER is followed, four times', () => {
  const client = make();
  client.start(0);
  for (let count = 0; count < 4; count++) {
    const alternate = { address: '192.0.2.2', port: 5000 + count };
    // The writer knows XOR addresses only; a plain one has the same layout.
    const plain = Uint8Array.of(0, 1, alternate.port >> 8, alternate.port & 0xff, 192, 0, 2, 2);
    client.handleDatagram(0, client.server, answerTo(client.nextTransmit()!, 3).errorCode(300, '').bytes(Attribute.alternateServer, plain).finish());
    assert.equal(client.server, alternate);
  }
  client.handleDatagram(0, client.server, answerTo(client.nextTransmit()!, 3).errorCode(300, '')
    .bytes(Attribute.alternateServer, Uint8Array.of(0, 1, 0, 9, 1, 2, 3, 4)).finish());
  assert.equal(client.nextEvent(), { type: 'failed', code: 300, reason: '' });
});

test('a response with an unknown comprehension-required attribute fails', () => {
  const client = make();
  client.start(0);
  client.handleDatagram(0, server, answerTo(client.nextTransmit()!).xorAddress(Attribute.xorMappedAddress, mapped).flag(0x7777).finish());
  assert.is(client.nextEvent()!.type, 'failed');
  assert.is(client.timeout, Infinity);
});

test.run();
