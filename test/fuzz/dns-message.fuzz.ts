import { readDnsMessage, RecordType, writeDnsMessage } from '../../src/webrtc/mdns/dns-message';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';

const names = ['a.local', '1f4712db-ea17-4bcf-a596-105139dfd8bf.local', 'tür.local', 'printer.office.local'];

function someMessage(random: SeededRandom): Uint8Array {
  const questions = Array.from({ length: random.below(4) }, () => ({ name: random.pick(names), type: random.pick(Object.values(RecordType)) }));
  const answers = Array.from({ length: random.below(4) }, () => ({
    name: random.pick(names), address: random.pick(['192.0.2.1', '2001:db8::7']), timeToLive: random.uint32(),
  }));
  return writeDnsMessage({ isResponse: random.chance(0.5), questions, answers });
}

/** Messages of multicast DNS, sound and damaged. */
export const target: FuzzTarget = {
  name: 'dns-message',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const whole = someMessage(random);
    const bytes = random.chance(0.2) ? whole : damaged(random, whole);
    const before = bytes.slice();
    const message = readDnsMessage(bytes);
    if (!message && bytes === whole) throw new Error('a sound message was refused');
    for (const { name } of [...(message?.questions ?? []), ...(message?.answers ?? [])]) if (name.length > 255) throw new Error('a name without end');
    for (const { address } of message?.answers ?? []) if (address.length > 45) throw new Error(address);
    if (bytes.some((byte, index) => byte !== before[index])) throw new Error('the message was written to');
    return true;
  },
};
