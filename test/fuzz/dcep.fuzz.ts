import { decodeDcep, encodeOpen, type ChannelDescription } from '../../src/webrtc/sctp/dcep';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';

const texts = ['', 'label', 'läbel 𝄞', 'x'.repeat(300), '\0', '\ud800'];

function someChannel(random: SeededRandom): ChannelDescription {
  const limit = random.below(3);
  return {
    label: random.pick(texts), protocol: random.pick(texts), ordered: random.chance(0.5), priority: random.below(0x10000),
    maxRetransmits: limit === 1 ? random.uint32() : null, maxPacketLifeTime: limit === 2 ? random.uint32() : null,
  };
}

/** Messages sound and damaged: what is read is written again, and means the same. */
export const target: FuzzTarget = {
  name: 'dcep',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const whole = encodeOpen(someChannel(random));
    let bytes = random.chance(0.1) ? whole : damaged(random, whole);
    if (random.chance(0.2)) bytes = damaged(random, bytes);
    const message = decodeDcep(bytes);
    if (!message) {
      if (bytes === whole) throw new Error('a sound message was refused');
      return true;
    }
    if (message.type === 'ack') return true;
    const { channel } = message;
    if (channel.label.length + channel.protocol.length > bytes.length) throw new Error('more text than bytes');
    const again = decodeDcep(encodeOpen(channel));
    if (again?.type !== 'open' || JSON.stringify(again.channel) !== JSON.stringify(channel)) throw new Error(JSON.stringify([channel, again]));
    return true;
  },
};
