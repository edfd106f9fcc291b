// timeout: 240 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { IcePeer } from './support/IcePeer';
import { canConnect, type Outcome, runCall, scenarioOf, serverOf } from './support/random-call';
import { SeededRandom } from './support/SeededRandom';
import { Nat, VirtualNetwork } from './support/VirtualNetwork';
import { IcePeer as Peer, signal } from './support/IcePeer';
import { makeConnectedCall } from './support/ice-calls';
import { TurnServer } from './support/TurnServer';

const calls = 5000;
/** Checks of candidates that come at the end of gathering have failed by then. */
const limit = 150_000;

const hasTimedOutServer = (peer: IcePeer) => peer.gathererEvents.some((event) => event.type === 'error' && event.code === 701);
const isFailed = ({ caller, callee }: Outcome) => caller.agent.state === 'failed' && callee.agent.state === 'failed';

/** Data gets through both ways, whatever is lost; then the two are on one pair. */
function talk({ caller, callee, network }: Outcome, label: string): void {
  const { queue } = network;
  const from = queue.now;
  const heard = () => caller.received.length > 0 && callee.received.length > 0;
  while (!heard() && queue.now < from + 20_000) {
    caller.sendData('from caller');
    callee.sendData('from callee');
    queue.runUntil(queue.now + 200, heard);
  }
  assert.ok(heard(), `${label}: data both ways`);
}

function assertSamePair({ caller, callee }: Outcome, label: string): void {
  const [ours, theirs] = [caller.agent.selectedPair!, callee.agent.selectedPair!];
  assert.ok(ours && theirs, `${label}: both selected`);
  assert.ok(ours.isNominated && theirs.isNominated, `${label}: nominated`);
  assert.equal([ours.local.address, ours.local.port], [theirs.remote.address.address, theirs.remote.address.port], label);
  assert.equal(new Set([caller.agent.role, callee.agent.role]).size, 2, `${label}: roles`);
}

test(`${calls} calls through NATs, loss, reordering, repetition and outages connect, or fail by the timers of the specifications`, () => {
  let connected = 0;
  let impossible = 0;
  let withoutServer = 0;
  for (let seed = 1; seed <= calls; seed++) {
    const scenario = scenarioOf(seed);
    const outcome = runCall(scenario, limit);
    const label = `seed ${seed}`;
    if (outcome.connectedAt < Infinity) {
      connected++;
      assert.ok(canConnect(scenario), label);
      talk(outcome, label);
      continue;
    }
    // Nothing was found: after the PAC timer, or the last check.
    assert.ok(isFailed(outcome), `${label}: ${outcome.caller.agent.state}, ${outcome.callee.agent.state}`);
    assert.ok(outcome.network.queue.now >= 39_500, label);
    if (!canConnect(scenario)) impossible++;
    // The one way that there was went through a server that answered none of seven requests.
    else if ([outcome.caller, outcome.callee].some(hasTimedOutServer)) withoutServer++;
    else assert.unreachable(`${label} did not connect: ${JSON.stringify(scenario)}`);
  }
  assert.is(connected + impossible + withoutServer, calls);
  assert.ok(impossible > calls / 50 && withoutServer < calls / 200, `${impossible} impossible, ${withoutServer} without a server`);
});

test('500 calls end on one pair that both have nominated, and give their relays back', () => {
  for (let seed = 10_001; seed <= 10_500; seed++) {
    const scenario = { ...scenarioOf(seed), conditions: { delay: 20, jitter: 40, loss: 0.05 } };
    const outcome = runCall(scenario, limit);
    const { caller, callee, network: { queue }, server } = outcome;
    if (outcome.connectedAt === Infinity) continue;
    queue.runUntil(queue.now + 60_000);
    const label = `seed ${seed}`;
    assertSamePair(outcome, label);
    for (const { agent } of [caller, callee]) assert.ok(agent.state === 'completed' || agent.state === 'connected', `${label}: ${agent.state}`);
    outcome.network.conditions = { delay: 20 };
    for (const peer of [caller, callee]) {
      peer.agent.close(peer.now);
      peer.gatherer!.close(peer.now);
      peer.drain();
    }
    queue.runUntil(queue.now + 60_000);
    assert.is(server.allocations.size, 0, label);
    assert.ok(caller.gatherer!.isClosed && callee.gatherer!.isClosed, label);
  }
});

test('an outage of two seconds in a call ends no call', () => {
  for (let seed = 20_001; seed <= 20_300; seed++) {
    const scenario = { ...scenarioOf(seed), conditions: { delay: 20, jitter: 10, loss: 0.01 } };
    const outcome = runCall(scenario, limit);
    const { network, caller, callee } = outcome;
    if (outcome.connectedAt === Infinity) continue;
    const from = network.queue.now + new SeededRandom(seed).fraction() * 10_000;
    network.conditions = { ...scenario.conditions, outages: [[from, from + 2000]] };
    network.queue.runUntil(from + 20_000);
    for (const { agent, events } of [caller, callee]) {
      assert.ok(agent.state === 'completed' || agent.state === 'connected', `seed ${seed}: ${agent.state}`);
      assert.not(events.some((event) => event.type === 'state' && event.state === 'failed'), `seed ${seed}`);
    }
    talk(outcome, `seed ${seed}`);
  }
});

test('a NAT that forgets its mappings costs seconds, not the call', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const network = new VirtualNetwork(seed, { delay: 15, jitter: 5 });
    const server = new TurnServer(network, '203.0.113.1');
    const nat = new Nat(network, new SeededRandom(seed).pick(['full-cone', 'restricted', 'port-restricted', 'symmetric'] as const), '198.51.100.1');
    const [caller, callee] = [new Peer(network), new Peer(network)];
    signal(caller, callee, 20);
    const servers = ['stun:203.0.113.1', 'turn:203.0.113.1'].map(serverOf);
    caller.gather(['10.0.0.1'], nat, { servers });
    callee.gather(['192.0.2.9'], null, { servers });
    network.queue.runUntil(10_000);
    assert.is(caller.agent.state, 'completed');
    nat.reset();
    network.queue.runUntil(30_000);
    const outcome: Outcome = { scenario: scenarioOf(seed), caller, callee, network, server, connectedAt: 0 };
    for (const { agent } of [caller, callee]) assert.ok(agent.state === 'completed' || agent.state === 'connected', `seed ${seed}: ${agent.state}`);
    talk(outcome, `seed ${seed}`);
  }
});

test('restarts under loss: every one comes to a new pair, and data flows meanwhile', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { network, caller, callee, run } = makeConnectedCall({ seed, conditions: { delay: 20, jitter: 20, loss: 0.2 } });
    if (!caller.agent.selectedPair || !callee.agent.selectedPair) run(30_000);
    const before = caller.agent.selectedPair!;
    for (const peer of [caller, callee]) {
      const candidates = [...peer.agent.localCandidates].filter(({ type }) => type !== 'prflx');
      peer.agent.restart(peer.now);
      for (const candidate of candidates) peer.agent.addLocalCandidate(peer.now, candidate);
      peer.agent.setGatheringState(peer.now, 'complete');
      peer.drain();
      assert.ok(peer.sendData('meanwhile'));
    }
    signal(caller, callee, 50);
    for (const peer of [caller, callee]) peer.onGathered();
    run(40_000);
    network.conditions = { delay: 20 };
    run(10_000);
    for (const { agent } of [caller, callee]) {
      assert.is(agent.state, 'completed', `seed ${seed}`);
      assert.is.not(agent.selectedPair, before);
      assert.ok(agent.selectedPair!.isNominated, `seed ${seed}`);
    }
    assert.ok(network.sentDatagrams < 1000, `seed ${seed}: ${network.sentDatagrams} datagrams`);
  }
});

test.run();
