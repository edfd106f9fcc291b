import { BlockPool } from '../../src/webrtc/sctp/block-pool';
import { Endpoint } from '../unit/webrtc/sctp/support';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';

const mostBlocks = 120;
const mostUnderWay = 40;

function endpoint(random: SeededRandom, pool: BlockPool): Endpoint {
  const options = {
    pool, receiveWindow: random.pick([20_000, 200_000]), maxMessageBytes: 100_000, interleaving: random.chance(0.5), zeroChecksum: random.chance(0.7),
    packetBytes: random.pick([300, 1160]), maximumPacketBytes: random.pick([300, 9000]), maxRetransmits: random.pick([3, Infinity]),
    scheduler: random.pick(['weighted-fair', 'round-robin'] as const),
  };
  return new Endpoint(options, random.uint32());
}

/** Two associations that do whatever they can do, over a wire that loses, repeats, delays and damages packets. */
export const target: FuzzTarget = {
  name: 'sctp-association',
  inputsPerSubject: 400,
  begin(random) {
    const pool = new BlockPool();
    const ends = [endpoint(random, pool), endpoint(random, pool)];
    const wires: Uint8Array[][] = [[], []];
    const damage = random.chance(0.5) ? 0 : 0.05;
    let now = 0;
    const acts: ((end: Endpoint) => void)[] = [
      ({ association }) => association.connect(now),
      ({ association }) => association.send(now, random.below(6), 51, new Uint8Array(1 + random.below(random.pick([20, 2000, 60_000]))), random.pick([{}, { maxRetransmits: random.below(2) }, { lifetime: random.below(200) }, { unordered: true }])),
      ({ association }) => association.resetStreams(now, [random.below(6), random.below(6)]),
      ({ association }) => association.pathRestored(now),
      ({ association }) => association.packetTooBig(now, 200 + random.below(9000)),
      ({ association }) => association.setStreamWeight(random.below(6), 1 + random.below(1024)),
      ({ association }) => random.chance(0.02) && association.shutdown(now),
      ({ association }) => random.chance(0.01) && association.abort('enough'),
    ];
    return () => {
      const side = random.below(2);
      const end = ends[side];
      now += random.pick([0, 0, 1, 10, 100, 3000]);
      end.now = now;
      if (random.chance(0.4)) random.pick(acts)(end);
      const wire = wires[side];
      if (wire.length > 0 && random.chance(0.8)) {
        const [packet] = wire.splice(random.chance(0.8) ? 0 : random.below(wire.length), 1);
        if (!random.chance(0.1)) end.receive(random.chance(damage) ? damaged(random, packet) : packet);
        if (random.chance(0.05)) wire.push(packet);
      }
      if (end.association.timeout <= now) end.association.handleTimeout(now);
      if (random.chance(0.8)) end.events();
      for (const { bytes } of end.transmitRaw()) if (wires[1 - side].length < mostUnderWay) wires[1 - side].push(bytes);
      if (!(end.association.timeout > now)) throw new Error(`a timer that is due at once: ${end.association.timeout} at ${now}`);
      const queued = ends.reduce((sum, { association }) => sum + association.totalBufferedAmount + (association.details?.bytesInFlight ?? 0), 0);
      if (pool.taken > mostBlocks + queued / 1000) throw new Error(`${pool.taken} blocks`);
      return ends.some(({ association }) => !association.isOver);
    };
  },
};
