import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostCandidate, IcePeer } from '../../../virtual/support/IcePeer';
import { VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

const parameters = { usernameFragment: 'remo', password: 'r'.repeat(22) };

/** An agent whose peer never answers. */
function makeAlone() {
  const network = new VirtualNetwork(1);
  const peer = new IcePeer(network);
  const changes: [at: number, state: string][] = [];
  peer.onEvent = (event) => event.type === 'state' && changes.push([network.queue.now, event.state]);
  return { network, peer, changes, run: (milliseconds: number) => network.queue.runUntil(network.queue.now + milliseconds) };
}

test('new until there is a remote candidate, and parameters', () => {
  const { peer } = makeAlone();
  peer.addHost('192.0.2.1');
  assert.is(peer.agent.state, 'new');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  assert.is(peer.agent.state, 'new');
  peer.agent.start(0, parameters, 'controlled');
  assert.is(peer.agent.state, 'checking');
});

test('a remote candidate is enough for checking, before there is a local one', () => {
  const { peer } = makeAlone();
  peer.agent.start(0, parameters, 'controlled');
  assert.is(peer.agent.state, 'new');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  assert.is(peer.agent.state, 'checking');
});

test('all checks in vain, and no more candidates: failed when the last check and the PAC timer have ended', () => {
  const { peer, changes, run } = makeAlone();
  peer.addHost('192.0.2.1');
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  peer.agent.setGatheringState(0, 'complete');
  peer.agent.endOfRemoteCandidates(0);
  peer.drain();
  run(100_000);
  assert.equal(changes, [[0, 'checking'], [39_500, 'failed']]);
  assert.is(peer.agent.timeout, Infinity);
});

test('checks that fail at once do not fail the transport before the PAC timer', () => {
  const { peer, changes, run } = makeAlone();
  peer.addHost('192.0.2.1');
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  peer.agent.setGatheringState(0, 'complete');
  peer.agent.endOfRemoteCandidates(0);
  peer.drain();
  run(1);
  peer.agent.handleUnreachable(1, 1, { address: '192.0.2.2', port: 1 });
  peer.drain();
  run(100_000);
  assert.equal(changes, [[0, 'checking'], [39_500, 'failed']]);
});

test('while candidates may still come: disconnected, then failed when none are counted on any more', () => {
  const { peer, changes, run } = makeAlone();
  peer.addHost('192.0.2.1');
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  peer.agent.setGatheringState(0, 'complete');
  peer.drain();
  run(100_000);
  assert.equal(changes, [[0, 'checking'], [39_500, 'disconnected'], [60_000, 'failed']]);
});

test('a late candidate brings a disconnected transport back to checking', () => {
  const { peer, changes, run } = makeAlone();
  peer.addHost('192.0.2.1');
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  peer.drain();
  run(45_000);
  peer.agent.addRemoteCandidate(45_000, hostCandidate(0, { address: '192.0.2.3', port: 1 }));
  peer.drain();
  assert.equal(changes.map(([, state]) => state), ['checking', 'disconnected', 'checking']);
});

test('no candidates at all on either side: failed', () => {
  const { peer, changes, run } = makeAlone();
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.setGatheringState(0, 'complete');
  peer.agent.endOfRemoteCandidates(0);
  peer.drain();
  run(100_000);
  assert.equal(changes.map(([, state]) => state), ['failed']);
});

test('failed is final: nothing is checked any more, until a restart', () => {
  const { network, peer, run } = makeAlone();
  peer.addHost('192.0.2.1');
  peer.agent.start(0, parameters, 'controlling');
  peer.agent.addRemoteCandidate(0, hostCandidate(0, { address: '192.0.2.2', port: 1 }));
  peer.agent.setGatheringState(0, 'complete');
  peer.agent.endOfRemoteCandidates(0);
  peer.drain();
  run(50_000);
  const sent = network.sentDatagrams;
  peer.agent.addRemoteCandidate(50_000, hostCandidate(0, { address: '192.0.2.3', port: 1 }));
  peer.drain();
  run(50_000);
  assert.is(peer.agent.state, 'failed');
  assert.is(network.sentDatagrams, sent);
});

test.run();
