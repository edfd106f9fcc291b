import { VorbisDecoder } from '../../src/decoders/vorbis/VorbisDecoder';
import { damaged, type FuzzTarget } from './fuzz';
import { checkMalformed, checkDecode, damagedPacket, packetStream } from './packets';

const noise = '-f lavfi -i anoisesrc=duration=1:sample_rate=48000:seed=1';
const streams = [
  packetStream('fuzz-stereo.ogg', '{stereo} -t 1 -c:a libvorbis'), packetStream('fuzz-5.1.ogg', '{5.1} -t 1 -c:a libvorbis'),
  packetStream('fuzz-8000.ogg', `${noise} -ar 8000 -ac 1 -c:a libvorbis`), packetStream('fuzz-low.ogg', `${noise} -ac 2 -c:a libvorbis -q:a 0`),
];
const sound = streams.map(({ description }) => VorbisDecoder.open(description!) as VorbisDecoder);

/** Opening a decoder builds its codebooks, which takes longer than many packets. */
const damagedHeaders = 0.02;

/** Packets of Vorbis, and the headers that tell how they are read. */
export const target: FuzzTarget = {
  name: 'vorbis-packets',
  inputsPerSubject: 20,
  begin(random) {
    const index = random.below(streams.length);
    const { description, packets } = streams[index];
    const decoder = random.chance(damagedHeaders) ? VorbisDecoder.open(damaged(random, description!)) : sound[index];
    if (decoder instanceof VorbisDecoder) decoder.reset();
    return () => {
      if (decoder instanceof VorbisDecoder) checkDecode(decoder, damagedPacket(random, packets));
      else checkMalformed(decoder);
      return decoder instanceof VorbisDecoder;
    };
  },
};
