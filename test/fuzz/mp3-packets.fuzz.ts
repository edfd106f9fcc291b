import { Mp3Decoder } from '../../src/decoders/mp3/Mp3Decoder';
import type { FuzzTarget } from './fuzz';
import { checkDecode, damagedPacket, packetStream } from './packets';

const noise = '-f lavfi -i anoisesrc=duration=1:sample_rate=48000:seed=1:color=pink';
const streams = [
  packetStream('fuzz-stereo.mp3', '{stereo} -t 1 -c:a libmp3lame -b:a 64k'), packetStream('fuzz-noise.mp3', `${noise} -ac 2 -c:a libmp3lame -b:a 128k`),
  packetStream('fuzz-mono.mp3', '{audio} -t 1 -ac 1 -c:a libmp3lame -b:a 32k'), packetStream('fuzz-22050.mp3', `${noise} -ar 22050 -ac 2 -c:a libmp3lame -b:a 24k`),
  packetStream('fuzz-8000.mp3', `${noise} -ar 8000 -ac 2 -c:a libmp3lame -b:a 16k`),
];

/** Frames of layer III. */
export const target: FuzzTarget = {
  name: 'mp3-packets',
  inputsPerSubject: 20,
  begin(random) {
    const decoder = new Mp3Decoder();
    const { packets } = random.pick(streams);
    return () => {
      // A stream may change its rate and its channels.
      checkDecode(decoder, damagedPacket(random, random.chance(0.05) ? random.pick(streams).packets : packets));
      return true;
    };
  },
};
