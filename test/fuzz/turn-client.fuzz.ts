import { Attribute, MessageClass, Method } from '../../src/webrtc/stun/constants';
import { StunMessage } from '../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../src/webrtc/stun/StunWriter';
import { utf8Encode } from '../../src/text/utf8';
import { TurnClient, TurnInput } from '../../src/webrtc/turn/TurnClient';
import { stunCrypto } from '../support/stun-crypto';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';
import { someMessage } from './stun-message.fuzz';

const server = { address: '203.0.113.1', port: 3478 };
const key = stunCrypto.md5(utf8Encode('user:example.org:pass'));
const somePeer = (random: SeededRandom) => ({ address: `198.51.${random.below(2)}.${1 + random.below(250)}`, port: 1 + random.below(3) });

/** An answer that fits, or nearly. */
function answer(random: SeededRandom, request: StunMessage): Uint8Array {
  const isError = random.chance(0.2);
  const writer = new StunWriter(isError ? MessageClass.error : MessageClass.success, request.method, request.transactionId);
  if (!request.has(Attribute.messageIntegrity) || random.chance(0.05)) {
    return new StunWriter(MessageClass.error, request.method, request.transactionId).errorCode(random.pick([401, 438]), '')
      .text(Attribute.realm, 'example.org').text(Attribute.nonce, random.pick(['n', 'obMatJos2AAAA', 'obMatJos2AAAB', `n${random.below(9)}`])).finish();
  }
  if (isError) writer.errorCode(random.pick([300, 400, 401, 403, 420, 437, 438, 440, 441, 442, 443, 486, 500, 508]), 'no');
  if (random.chance(0.2)) writer.text(Attribute.realm, 'example.org').text(Attribute.nonce, 'again');
  if (request.method === Method.allocate) writer.xorAddress(Attribute.xorRelayedAddress, { address: '203.0.113.1', port: 50_000 });
  writer.xorAddress(Attribute.xorMappedAddress, { address: '192.0.2.1', port: 4000 });
  if (random.chance(0.9)) writer.uint32(Attribute.lifetime, random.pick([0, 1, 10, 600, 0xffffffff]));
  return random.chance(0.95) ? writer.messageIntegrity(key, stunCrypto).finish() : writer.finish();
}

function fromServer(random: SeededRandom, asked: readonly StunMessage[]): Uint8Array {
  const kinds: (() => Uint8Array)[] = [
    () => (asked.length === 0 ? someMessage(random) : answer(random, random.pick(asked))),
    () => (asked.length === 0 ? someMessage(random) : answer(random, asked.at(-1)!)),
    () => new StunWriter(MessageClass.indication, Method.data, new Uint8Array(12)).xorAddress(Attribute.xorPeerAddress, somePeer(random)).bytes(Attribute.data, new Uint8Array(random.below(50))).finish(),
    () => Uint8Array.of(0x40, random.below(8), 0, random.below(20), ...new Uint8Array(random.below(30))),
    () => someMessage(random),
  ];
  const bytes = random.pick(kinds)();
  return random.chance(0.8) ? bytes : damaged(random, bytes);
}

/** Answers, data and time in any order, over datagrams or a stream. */
export const target: FuzzTarget = {
  name: 'turn-client',
  inputsPerSubject: 200,
  begin(random) {
    const isStream = random.chance(0.3);
    const client = new TurnClient({ random: random.fill, crypto: stunCrypto, server, isStream, username: 'user', password: 'pass', families: random.pick([[4], [6], [4, 6]]), dontFragment: random.chance(0.2) });
    let now = 0;
    let asked: StunMessage[] = [];
    client.allocate(now);
    return () => {
      if (random.chance(0.2)) {
        if (random.chance(0.5)) client.send(now, somePeer(random), new Uint8Array(random.below(100)));
        else client.bindChannel(now, somePeer(random));
      }
      const bytes = fromServer(random, asked);
      if (isStream) client.handleStream(now, bytes, (_peer, data) => {
        if (data.length > 65_535) throw new Error('data beyond its length');
      });
      else if (client.handleDatagram(now, server, bytes) === TurnInput.data && client.received.end > bytes.length) throw new Error('data beyond the datagram');
      now += random.pick([0, 0, 1, 10, 600, 20_000]);
      if (client.timeout <= now) client.handleTimeout(now);
      if (!(client.timeout > now) && client.state !== 'closed') throw new Error(`a timer that is due at once: ${client.timeout} at ${now}`);
      let sent = 0;
      for (let transmit = client.nextTransmit(); transmit; transmit = client.nextTransmit(), sent++) {
        const message = StunMessage.decode(transmit);
        if (message?.messageClass === MessageClass.request) asked.push(message);
      }
      if (sent > 600) throw new Error(`${sent} datagrams for one`);
      asked = asked.slice(-20);
      for (let event = client.nextEvent(); event; event = client.nextEvent()) if (event.type === 'allocated' && event.relayed.length === 0) throw new Error('allocated nothing');
      if (random.chance(0.002)) client.close(now);
      return client.state !== 'closed';
    };
  },
};
