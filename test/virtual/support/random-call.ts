import type { GathererOptions } from '../../../src/webrtc/ice/CandidateGatherer';
import type { GatheringServer } from '../../../src/webrtc/ice/GatheringJob';
import { isIceServerFault, parseIceServerUrl } from '../../../src/webrtc/turn/server-url';
import { IcePeer, signal } from './IcePeer';
import { SeededRandom } from './SeededRandom';
import { TurnServer } from './TurnServer';
import { type Conditions, Nat, type NatKind, VirtualNetwork } from './VirtualNetwork';

type NatChoice = NatKind | 'none';

/** What a seed says about a call. */
export interface Scenario {
  readonly seed: number;
  readonly nats: readonly [NatChoice, NatChoice];
  readonly families: readonly [readonly string[], readonly string[]];
  readonly conditions: Conditions;
  readonly hasTurn: boolean;
  readonly policies: readonly ['all' | 'relay', 'all' | 'relay'];
  readonly roles: readonly ['controlling' | 'controlled', 'controlling' | 'controlled'];
  readonly isCalleeLite: boolean;
  readonly signallingDelay: number;
  readonly calleeGathersAfter: number;
}

const natChoices: readonly NatChoice[] = ['none', 'full-cone', 'restricted', 'port-restricted', 'symmetric'];

export function scenarioOf(seed: number): Scenario {
  const random = new SeededRandom(seed);
  const loss = random.pick([0, 0, 0.01, 0.1, 0.2, 0.3]);
  const outageAt = random.fraction() * 3000;
  const isCalleeLite = random.chance(0.05);
  const nats: [NatChoice, NatChoice] = [random.pick(natChoices), isCalleeLite ? 'none' : random.pick(natChoices)];
  const hasIpv6 = [random.chance(0.3), random.chance(0.3)];
  const conflict = random.chance(0.1) ? random.pick(['controlling', 'controlled'] as const) : undefined;
  const hasTurn = random.chance(0.7);
  const policy = () => (hasTurn && !isCalleeLite && random.chance(0.1) ? 'relay' : 'all');
  return {
    seed, nats, hasTurn, isCalleeLite,
    // An IPv6 address is public on one side and behind nothing on the other: NATs here are of IPv4.
    families: [0, 1].map((side) => (hasIpv6[side] && nats[side] === 'none' ? [`10.${side}.0.1`, `2001:db8:${side + 1}::1`] : [`10.${side}.0.1`])) as [string[], string[]],
    conditions: {
      loss, delay: 1 + random.fraction() * 100, jitter: random.pick([0, 5, 50]), duplication: random.pick([0, 0, 0.1]),
      outages: random.chance(0.2) ? [[outageAt, outageAt + 2000]] : [],
    },
    policies: [policy(), policy()],
    roles: conflict ? [conflict, conflict] : ['controlling', 'controlled'],
    signallingDelay: random.fraction() * 300,
    calleeGathersAfter: random.fraction() * 500,
  };
}

/** Whether RFC 8445 can find a way at all: two NATs of which one gives every destination another port need a relay. */
export function canConnect({ nats, hasTurn, policies }: Scenario): boolean {
  if (hasTurn) return true;
  if (policies.includes('relay')) return false;
  const rank = (nat: NatChoice) => ({ 'none': 0, 'full-cone': 0, 'restricted': 1, 'port-restricted': 2, 'symmetric': 3 })[nat];
  return rank(nats[0]) + rank(nats[1]) < 5;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly caller: IcePeer;
  readonly callee: IcePeer;
  readonly network: VirtualNetwork;
  readonly server: TurnServer;
  /** When both could send, from the beginning; Infinity for never. */
  readonly connectedAt: number;
}

export function serverOf(url: string): GatheringServer {
  const server = parseIceServerUrl(url);
  if (isIceServerFault(server)) throw new Error(server.reason);
  return { ...server, username: 'user', credential: 'pass' };
}

/** Lets the call take its course until both can send, or until `limit`. */
export function runCall(scenario: Scenario, limit: number): Outcome {
  const network = new VirtualNetwork(scenario.seed, scenario.conditions);
  const { queue } = network;
  const server = new TurnServer(network, '203.0.113.1');
  const servers = ['stun:203.0.113.1', ...(scenario.hasTurn ? ['turn:203.0.113.1'] : [])].map(serverOf);
  const [caller, callee] = [new IcePeer(network), new IcePeer(network, { isLite: scenario.isCalleeLite })];
  signal(caller, callee, scenario.signallingDelay, scenario.roles);
  const gather = (side: 0 | 1) => {
    const kind = scenario.nats[side];
    const nat = kind === 'none' ? null : new Nat(network, kind, `198.51.100.${side + 1}`);
    const options: Partial<GathererOptions> = { servers: side === 1 && scenario.isCalleeLite ? [] : servers, policy: scenario.policies[side] };
    [caller, callee][side].gather(scenario.families[side], nat, options);
  };
  gather(0);
  queue.schedule(scenario.calleeGathersAfter, () => gather(1));
  queue.runUntil(limit, () => isSettled(caller, callee));
  return { scenario, caller, callee, network, server, connectedAt: caller.agent.selectedPair && callee.agent.selectedPair ? queue.now : Infinity };
}

function isSettled(caller: IcePeer, callee: IcePeer): boolean {
  return [caller, callee].every(({ agent }) => agent.selectedPair !== null) || [caller, callee].every(({ agent }) => agent.state === 'failed');
}
