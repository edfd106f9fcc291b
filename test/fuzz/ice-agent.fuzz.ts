import type { IceCandidate } from '../../src/webrtc/ice/candidate';
import { IceAgent } from '../../src/webrtc/ice/IceAgent';
import { MessageClass } from '../../src/webrtc/stun/constants';
import { StunMessage } from '../../src/webrtc/stun/StunMessage';
import { stunCrypto } from '../support/stun-crypto';
import { checkRequest, checkResponse } from '../virtual/support/ice-calls';
import { hostCandidate } from '../virtual/support/IcePeer';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';
import { someMessage } from './stun-message.fuzz';

const remoteParameters = [{ usernameFragment: 'remo', password: 'r'.repeat(22) }, { usernameFragment: 'othr', password: 'o'.repeat(22) }] as const;
const mostPairs = 100;
const mostPeerReflexive = 20;

const someAddress = (random: SeededRandom) => ({ address: random.chance(0.9) ? `198.51.100.${1 + random.below(40)}` : '2001:db8::2', port: 7000 + random.below(3) });

function someCandidate(random: SeededRandom): IceCandidate {
  const { address, port } = someAddress(random);
  const candidate = { ...hostCandidate(0, { address, port }, random.below(65_536)), type: random.pick(['host', 'srflx', 'relay', 'prflx'] as const) };
  if (random.chance(0.05)) return { ...candidate, address: `${random.below(50)}.local` };
  if (random.chance(0.2)) return { ...candidate, protocol: 'tcp', tcpType: random.pick(['active', 'passive', 'so', null] as const) };
  return { ...candidate, component: random.chance(0.05) ? 2 : 1 };
}

/** What anybody may send, a peer that knows the password included. */
function someDatagram(random: SeededRandom, agent: IceAgent, asked: readonly Uint8Array[]): Uint8Array {
  const from = random.chance(0.9) ? remoteParameters[0] : remoteParameters[1];
  const role = random.pick(['controlling', 'controlled'] as const);
  const kinds: (() => Uint8Array)[] = [
    () => checkRequest(from, agent.localParameters, { role, tieBreaker: random.pick([0, 0x7f, 0xff]), usesCandidate: random.chance(0.3), password: random.chance(0.9) ? undefined : 'wrong' }),
    () => (asked.length === 0 ? someMessage(random) : checkResponse(random.pick(asked), from.password, someAddress(random))),
    () => someMessage(random),
    () => Uint8Array.of(random.below(256), ...Array.from({ length: random.below(30) }, () => random.below(256))),
  ];
  const bytes = random.pick(kinds)();
  return random.chance(0.7) ? bytes : damaged(random, bytes);
}

/** Datagrams, commands and time in any order: nothing throws, spins or grows without end. */
export const target: FuzzTarget = {
  name: 'ice-agent',
  inputsPerSubject: 300,
  begin(random) {
    const agent = new IceAgent({ random: random.fill, crypto: stunCrypto, isLite: random.chance(0.1) });
    let now = 0;
    let asked: Uint8Array[] = [];
    let transports = 0;
    const addLocal = () => agent.addLocalCandidate(now, hostCandidate(++transports, { address: random.chance(0.9) ? `192.0.2.${transports % 250}` : '2001:db8::1', port: 5000 }, random.below(65_536)));
    addLocal();
    const commands: (() => void)[] = [
      addLocal,
      () => agent.removeTransport(now, 1 + random.below(transports)),
      () => agent.addRemoteCandidate(now, someCandidate(random)),
      () => agent.start(now, { ...random.pick(remoteParameters), iceLite: random.chance(0.05) }, random.pick(['controlling', 'controlled'] as const)),
      () => agent.setGatheringState(now, random.pick(['gathering', 'complete'] as const)),
      () => agent.endOfRemoteCandidates(now),
      () => agent.resolveRemoteAddress(now, `${random.below(50)}.local`, random.pick(['198.51.100.9', null, 'nonsense'])),
      () => agent.handleUnreachable(now, 1 + random.below(transports), someAddress(random)),
      () => agent.handleConnection(now, 1 + random.below(transports), someAddress(random), random.chance(0.7)),
      () => agent.countSent(now, 1, 100),
      () => (random.chance(0.2) ? agent.restart(now) : agent.cancelRestart(now)),
    ];
    return () => {
      if (random.chance(0.2)) random.pick(commands)();
      else agent.handleDatagram(now, 1 + random.below(transports + 1), someAddress(random), someDatagram(random, agent, asked));
      if (random.chance(0.3)) now += random.pick([0, 1, 5, 50, 500, 3000, 10_000]);
      if (agent.timeout <= now) agent.handleTimeout(now);
      if (!(agent.timeout > now)) throw new Error(`a timer that is due at once: ${agent.timeout} at ${now}`);
      for (let transmit = agent.nextTransmit(); transmit; transmit = agent.nextTransmit()) {
        if (StunMessage.decode(transmit.bytes)?.messageClass === MessageClass.request) asked.push(transmit.bytes);
      }
      asked = asked.slice(-20);
      for (let event = agent.nextEvent(); event; event = agent.nextEvent()) if (event.type === 'state' && event.state !== agent.state && event.state === 'closed') throw new Error('closed');
      const { pairs, remoteCandidates, selectedPair, localCandidates } = agent;
      if (pairs.length > mostPairs || remoteCandidates.length > 100 + mostPeerReflexive) throw new Error(`${pairs.length} pairs, ${remoteCandidates.length} candidates`);
      if (remoteCandidates.filter(({ candidate }) => candidate.type === 'prflx').length > 100 + mostPeerReflexive) throw new Error('peer-reflexive candidates');
      if (localCandidates.length > transports * (1 + mostPeerReflexive)) throw new Error(`${localCandidates.length} local candidates`);
      if (selectedPair && !selectedPair.isValid) throw new Error('data would go over a pair that is not valid');
      if (random.chance(0.001)) agent.close(now);
      return agent.state !== 'closed' && agent.state !== 'failed';
    };
  },
};
