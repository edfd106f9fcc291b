import { FlacDecoder } from '../../src/decoders/flac/FlacDecoder';
import { nextCrc16 } from '../../src/container/flac/crc16';
import { damaged, type FuzzTarget } from './fuzz';
import { checkDecode, damagedPacket, packetStream } from './packets';

const noise = '-f lavfi -i anoisesrc=duration=0.5:sample_rate=48000:seed=1';
const streams = [
  packetStream('fuzz.flac', `${noise} -c:a flac -frame_size 256`), packetStream('fuzz-24-bit.flac', `${noise} -ac 2 -c:a flac -sample_fmt s32 -frame_size 192`),
  packetStream('fuzz-tones.flac', '{5.1} -c:a flac -frame_size 128 -t 0.5'), packetStream('fuzz-stereo.flac', '{stereo} -c:a flac -compression_level 12 -frame_size 512 -t 0.5'),
];

/** With a checksum that is right, so that what is wrong gets further. */
function sealed(packet: Uint8Array): Uint8Array {
  if (packet.length < 2) return packet;
  let crc = 0;
  for (let index = 0; index < packet.length - 2; index++) crc = nextCrc16(crc, packet[index]);
  packet[packet.length - 2] = crc >> 8;
  packet[packet.length - 1] = crc;
  return packet;
}

/** Frames of FLAC. */
export const target: FuzzTarget = {
  name: 'flac-packets',
  inputsPerSubject: 20,
  begin(random) {
    const { description, packets } = random.pick(streams);
    const chosen = random.chance(0.2) ? damaged(random, description!) : random.chance(0.1) ? null : description;
    const decoder = FlacDecoder.open(chosen);
    return () => {
      if (decoder === null) return false;
      const packet = damagedPacket(random, packets);
      checkDecode(decoder, random.chance(0.5) ? sealed(packet.slice()) : packet);
      return true;
    };
  },
};
