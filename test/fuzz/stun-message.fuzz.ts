import { Attribute, MessageClass, Method } from '../../src/webrtc/stun/constants';
import { StunMessage } from '../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../src/webrtc/stun/StunWriter';
import { stunCrypto } from '../support/stun-crypto';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';

const key = Uint8Array.from({ length: 24 }, (_, index) => index + 65);

function randomBytes(random: SeededRandom, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  random.fill(bytes);
  return bytes;
}

/** A well-formed message of any kind of attributes. */
export function someMessage(random: SeededRandom): Uint8Array {
  const writer = new StunWriter(random.pick(Object.values(MessageClass)), random.pick(Object.values(Method)), randomBytes(random, 12));
  const address = () => (random.chance(0.5) ? { address: '192.0.2.1', port: random.below(65_536) } : { address: '2001:db8::7', port: random.below(65_536) });
  const kinds: (() => unknown)[] = [
    () => writer.text(Attribute.username, random.pick(['a:b', '', 'マトリックス', ':', 'remo:loca'])),
    () => writer.xorAddress(random.pick([Attribute.xorMappedAddress, Attribute.xorPeerAddress, Attribute.xorRelayedAddress]), address()),
    () => writer.errorCode(300 + random.below(400), 'because'),
    () => writer.uint32(random.pick([Attribute.priority, Attribute.lifetime, Attribute.channelNumber]), random.uint32()),
    () => writer.bytes(random.below(Attribute.fingerprint), randomBytes(random, random.below(20))),
    () => writer.unknownAttributes([random.below(0x10000), random.below(0x10000)]),
    () => writer.flag(Attribute.useCandidate),
    () => writer.messageIntegrity(key, stunCrypto),
    () => writer.messageIntegritySha256(key, stunCrypto),
  ];
  for (let count = random.below(6); count > 0; count--) random.pick(kinds)();
  if (random.chance(0.5)) writer.fingerprint();
  return writer.finish();
}

/** Messages sound and damaged, through every reader of a message. */
export const target: FuzzTarget = {
  name: 'stun-message',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const whole = someMessage(random);
    const bytes = random.chance(0.2) ? whole : damaged(random, whole);
    const before = bytes.slice();
    const message = StunMessage.decode(bytes);
    if (!message) {
      if (bytes === whole) throw new Error('a sound message was refused');
      return true;
    }
    for (const type of Object.values(Attribute)) {
      message.value(type);
      message.text(type);
      message.uint32(type);
      message.address(type);
      for (const { address, port } of message.xorAddresses(type)) if (!(port >= 0 && port < 65_536) || address.length > 45) throw new Error(`${address}:${port}`);
    }
    if (message.error && (message.error.code < 300 || message.error.code > 699)) throw new Error(`error ${message.error.code}`);
    if (message.unknownAttributes(new Set()).length > 64) throw new Error('attributes without end');
    if (random.chance(0.1)) {
      message.integrityMatches(key, stunCrypto);
      message.integritySha256Matches(key, stunCrypto);
    }
    if (message.fingerprintMatches && bytes !== whole && message.has(Attribute.fingerprint) && before.length !== bytes.length) throw new Error('length');
    for (let index = 0; index < before.length; index++) if (before[index] !== bytes[index]) throw new Error(`byte ${index} was changed`);
    return true;
  },
};
