import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import type { IceRole } from '../../../../src/webrtc/ice/IceContext';
import { endCandidates, IcePeer, signal } from '../../../virtual/support/IcePeer';
import { VirtualNetwork } from '../../../virtual/support/VirtualNetwork';
import { checkRequest } from '../../../virtual/support/ice-calls';

function callWithRole(role: IceRole, seed: number) {
  const network = new VirtualNetwork(seed, { delay: 5, jitter: 10 });
  const [caller, callee] = [new IcePeer(network), new IcePeer(network)];
  caller.addHost('192.0.2.1');
  callee.addHost('192.0.2.2');
  signal(caller, callee, 0, [role, role]);
  endCandidates(caller, callee);
  network.queue.runUntil(5000);
  return { caller, callee };
}

for (const role of ['controlling', 'controlled'] as const) {
  test(`two that are ${role} settle who is, and conclude`, () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { caller, callee } = callWithRole(role, seed);
      assert.equal(new Set([caller.agent.role, callee.agent.role]), new Set(['controlling', 'controlled']), `seed ${seed}`);
      for (const { agent } of [caller, callee]) assert.is(agent.state, 'completed', `seed ${seed}`);
      assert.ok([...caller.events, ...callee.events].some(({ type }) => type === 'role'));
      assert.ok(caller.agent.selectedPair!.isNominated && callee.agent.selectedPair!.isNominated);
    }
  });
}

const remoteParameters = { usernameFragment: 'remo', password: 'r'.repeat(22) };
const source = { address: '192.0.2.9', port: 9 };

/** RFC 8445 section 7.3.1.1: what an agent with an ordinary tie-breaker does about one that is smaller, or larger, than any. */
const outcomes = [
  ['controlling', 0x00, 487, 'controlling'],
  ['controlling', 0xff, 200, 'controlled'],
  ['controlled', 0x00, 200, 'controlling'],
  ['controlled', 0xff, 487, 'controlled'],
] as const;

for (const [role, tieBreaker, answer, after] of outcomes) {
  test(`${role}, a request with the same role and ${tieBreaker ? 'a larger' : 'a smaller'} tie-breaker: ${answer}, then ${after}`, () => {
    const network = new VirtualNetwork(7);
    const peer = new IcePeer(network);
    peer.addHost('192.0.2.1');
    peer.agent.start(0, remoteParameters, role);
    const sent: Uint8Array[] = [];
    network.inspect = (_from, _to, bytes) => sent.push(bytes.slice()) > 0;
    peer.receive(1, source, checkRequest(remoteParameters, peer.agent.localParameters, { role, tieBreaker }));
    const response = StunMessage.decode(sent[0])!;
    assert.is(response.error?.code ?? 200, answer);
    assert.ok(response.has(Attribute.messageIntegrity));
    assert.is(peer.agent.role, after);
    assert.is(peer.agent.counters.roleConflicts, 1);
  });
}

test.run();
