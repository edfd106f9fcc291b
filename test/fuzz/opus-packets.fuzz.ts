import { OpusPacketDecoder, readOpusHead } from '../../src/host/node/codecs/embedded/OpusPacketDecoder';
import { damaged, type FuzzTarget } from './fuzz';
import { checkDecode, damagedPacket, packetStream } from './packets';

const noise = '-f lavfi -i anoisesrc=duration=1:sample_rate=48000:seed=1:color=pink';
const streams = [
  packetStream('fuzz-stereo-opus.ogg', `${noise} -ac 2 -c:a libopus`), packetStream('fuzz-voice-opus.ogg', `${noise} -ac 1 -c:a libopus -application voip -b:a 16k`),
  packetStream('fuzz-hybrid-opus.ogg', `${noise} -ac 1 -c:a libopus -application voip -b:a 28k -frame_duration 60`), packetStream('fuzz-5.1-opus.ogg', '{5.1} -t 1 -c:a libopus'),
];
/** To open or to reset one takes a task: they go on through all subjects, with what was left from before. */
const decoders = await Promise.all(streams.map(({ description, channels }) => OpusPacketDecoder.open(readOpusHead(description!), channels)));

/** Packets of Opus, and the header. */
export const target: FuzzTarget = {
  name: 'opus-packets',
  inputsPerSubject: 20,
  begin(random) {
    const index = random.below(streams.length);
    return () => {
      readOpusHead(damaged(random, streams[index].description!));
      checkDecode(decoders[index], damagedPacket(random, streams[index].packets));
      return true;
    };
  },
};
