import { BlockPool } from '../../src/webrtc/sctp/block-pool';
import { buildPacket, encodeChunk, HandmadePeer, interleavingParameters, joined, parameter, words16, words32 } from '../unit/webrtc/sctp/support';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';

const receiveWindow = 100_000;
const mostBlocks = 40;

/** A well-formed chunk of any kind, near what the association expects; a `mild` one ends it rarely. */
function someChunk(random: SeededRandom, peer: HandmadePeer, interleaving: boolean, mild: boolean): Uint8Array {
  const tsn = random.below(40);
  const flags = mild ? random.pick([3, 3, 3, 7, 11]) : random.below(16);
  const bytes = Array.from({ length: 1 + random.below(30) }, () => random.below(256));
  const stream = random.pick([0, 1, 2, 65534, 65535]);
  const kinds: (() => Uint8Array)[] = [
    () => (interleaving ? peer.iData(tsn, { flags, stream, mid: random.below(4), fsn: random.below(4), bytes }) : peer.data(tsn, { flags, stream, ssn: random.below(4), bytes })),
    () => peer.sack(mild ? -1 : random.below(12) - 2, [[1 + random.below(9), 1 + random.below(12)]], random.pick([0, 1000, 100_000]), [random.below(9)]),
    () => encodeChunk(interleaving ? 194 : 192, 0, joined(words32(peer.initialTsn + random.below(60) - 5), interleaving ? words32(random.below(0x20002), random.below(5)) : words16(stream, random.below(5)))),
    () => encodeChunk(130, 0, parameter(random.pick([13, 14, 15, 16, 17, 18]), joined(words32(peer.initialTsn + random.below(3), 0, peer.initialTsn + random.below(20)), words16(stream)))),
    () => encodeChunk(random.pick([4, 5]), 0, parameter(1, words32(random.below(9), random.below(9)))),
    () => encodeChunk(random.pick([1, 2]), 0, joined(words32(random.below(3), 100_000), words16(random.below(3), 9), words32(7), parameter(random.pick([7, 0x8008, 0xc000, 0x8001, 0x1234]), Uint8Array.from(bytes)))),
    () => encodeChunk(random.pick([7, 8, 9, 11, 14, 12, 132, 15, 77, 200]), random.below(2), words32(peer.peerInitialTsn - (mild ? 1 : random.below(3)))),
    () => encodeChunk(10, 0, peer.initAck.body.slice(20, 52)),
    () => encodeChunk(6, random.below(2), parameter(12, Uint8Array.from(bytes))),
  ];
  // Ends are rarer than what comes before them.
  return kinds[mild || random.chance(0.97) ? random.below(kinds.length - 1) : kinds.length - 1]();
}

/** Packets made of chunks of every kind, sound and damaged, at an association that also sends. */
export const target: FuzzTarget = {
  name: 'sctp-packets',
  inputsPerSubject: 200,
  begin(random) {
    const interleaving = random.chance(0.5);
    const mild = random.chance(0.7);
    const pool = new BlockPool();
    const peer = new HandmadePeer({ pool, receiveWindow, maxMessageBytes: 50_000 }, interleaving ? { parameters: interleavingParameters } : {});
    const { end } = peer;
    return () => {
      if (random.chance(0.1)) end.association.send(end.now, random.below(3), 51, new Uint8Array(1 + random.below(3000)), random.pick([{}, { maxRetransmits: 0 }, { lifetime: 50, unordered: true }]));
      if (random.chance(0.02)) end.association.resetStreams(end.now, [random.below(3)]);
      const chunks = Array.from({ length: 1 + random.below(3) }, () => someChunk(random, peer, interleaving, mild));
      const packet = buildPacket(random.chance(0.9) ? peer.tag : random.pick([0, peer.ownTag, 5]), chunks, random.chance(0.9));
      const whole = random.chance(0.5) ? packet : damaged(random, packet.subarray(12));
      end.receive(whole === packet ? packet : joined(packet.subarray(0, 12), whole));
      end.now += random.pick([0, 1, 30, 600]);
      if (end.association.timeout <= end.now) end.association.handleTimeout(end.now);
      if (random.chance(0.7)) end.events();
      end.transmitRaw();
      const { timeout } = end.association;
      if (!(timeout > end.now)) throw new Error(`a timer that is due at once: ${timeout} at ${end.now}`);
      if (pool.taken > mostBlocks) throw new Error(`${pool.taken} blocks`);
      return end.association.state !== 'closed';
    };
  },
};
