import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeConnectedCall, statesOf } from '../../../virtual/support/ice-calls';

const twoEach = { callerAddresses: ['192.0.2.1', '192.0.2.3'], calleeAddresses: ['192.0.2.2'] };

test('when the path of the selected pair breaks, both go over to the one that stands by, before any fails', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { network, caller, callee, run } = makeConnectedCall({ seed, ...twoEach });
    const before = statesOf(caller).length;
    network.inspect = (source, destination) => source.address !== '192.0.2.1' && destination.address !== '192.0.2.1';
    run(12_000);
    assert.is(caller.agent.selectedPair!.local.address, '192.0.2.3', `seed ${seed}`);
    assert.is(callee.agent.selectedPair!.remote.address.address, '192.0.2.3', `seed ${seed}`);
    assert.not(statesOf(caller).slice(before).includes('failed'));
    assert.ok(caller.sendData('a') && callee.sendData('b'));
    run(2000);
    assert.equal([caller.received.length, callee.received.length], [1, 1]);
    run(60_000);
    for (const { agent } of [caller, callee]) assert.ok(agent.state === 'completed' && agent.selectedPair!.isNominated, `seed ${seed}: ${agent.state}`);
  }
});

test('an interface that goes away takes its pairs with it; the other goes on at once', () => {
  const { caller, callee, run } = makeConnectedCall(twoEach);
  const { transportId } = caller.agent.selectedPair!;
  caller.sockets.get(transportId)!.close();
  caller.agent.removeTransport(caller.now, transportId);
  caller.drain();
  assert.is(caller.agent.selectedPair!.local.address, '192.0.2.3');
  assert.is(caller.agent.state, 'connected');
  assert.equal(caller.agent.localCandidates.map(({ address }) => address), ['192.0.2.3']);
  run(100);
  assert.is(caller.agent.state, 'completed', 'with the new pair nominated');
  assert.is(callee.agent.selectedPair!.remote.address.address, '192.0.2.3', 'the controlled side follows the nomination');
});

test('without any pair that stands by, a new interface saves the connection', () => {
  const { caller, callee, run } = makeConnectedCall();
  const [transportId] = caller.sockets.keys();
  caller.sockets.get(transportId)!.close();
  caller.agent.removeTransport(caller.now, transportId);
  caller.drain();
  assert.is(caller.agent.selectedPair, null);
  assert.is(caller.agent.state, 'disconnected');
  run(1000);
  caller.addHost('198.51.100.9');
  run(100);
  assert.is(caller.agent.state, 'completed');
  assert.is(callee.agent.pairs.find(({ isValid, remote }) => isValid && remote.address.address === '198.51.100.9')?.remote.candidate.type, 'host');
  run(60_000);
  assert.is(callee.agent.selectedPair!.remote.address.address, '198.51.100.9');
  assert.ok(callee.sendData('x'));
  run(100);
  assert.is(caller.received.length, 1);
});

test('a silent connection looks everywhere again: pairs that had failed are tried', () => {
  const { network, caller, callee, run } = makeConnectedCall({ callerAddresses: ['192.0.2.1'], calleeAddresses: ['192.0.2.2'] });
  // The callee moves to an address that the caller once tried in vain.
  caller.agent.addRemoteCandidate(caller.now, { ...callee.agent.localCandidates[0], foundation: 'x', address: '192.0.2.7', port: 4321, priority: 1000 });
  caller.drain();
  run(4000);
  assert.is(caller.agent.pairs[1].state, 'in-progress');
  run(40_000);
  assert.is(caller.agent.pairs[1].state, 'failed');
  const moved = network.bind('192.0.2.7', null, 4321);
  const [old] = callee.sockets.entries();
  moved.receive = (source, bytes) => callee.receive(old[0], source, bytes);
  old[1].close();
  callee.sockets.set(old[0], moved);
  run(12_000);
  assert.is(caller.agent.selectedPair!.remote.address.address, '192.0.2.7');
});

test.run();
