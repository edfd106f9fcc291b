import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { checkRequest, makeCall } from '../../../virtual/support/ice-calls';

test('the best pair is nominated at once; the others are checked too, and stand by', () => {
  const { caller, callee, run } = makeCall({ callerAddresses: ['192.0.2.1', '192.0.2.3'], calleeAddresses: ['192.0.2.2', '192.0.2.4'] });
  run(100);
  for (const { agent } of [caller, callee]) {
    assert.equal(agent.pairs.map(({ isValid }) => isValid), [true, true, true, true]);
    assert.equal(agent.pairs.map(({ isNominated }) => isNominated), [true, false, false, false]);
    assert.is(agent.selectedPair, agent.pairs[0]);
  }
});

test('a better pair is waited for 200 ms while data flows; then the best valid one is nominated, and one only', () => {
  const { network, caller, callee, run } = makeCall({ callerAddresses: ['192.0.2.1', '192.0.2.3'], calleeAddresses: ['192.0.2.2'] });
  // Nothing gets through from or to the better address.
  let nominations = 0;
  network.inspect = (source, destination, bytes) => {
    const message = StunMessage.decode(bytes);
    if (message?.messageClass === 0 && message.has(Attribute.useCandidate)) nominations++;
    return source.address !== '192.0.2.1' && destination.address !== '192.0.2.1';
  };
  run(150);
  assert.is(caller.agent.state, 'connected');
  assert.is(nominations, 0);
  assert.ok(caller.sendData('early') && callee.sendData('early'));
  run(150);
  assert.is(nominations, 1);
  assert.ok(callee.agent.selectedPair!.isNominated && caller.agent.selectedPair!.isNominated);
  assert.is(caller.received.length + callee.received.length, 2);
  // Pairs still unchecked three seconds later are given up.
  assert.is(caller.agent.state, 'connected');
  run(3000);
  assert.is(caller.agent.state, 'completed');
  assert.equal(caller.agent.pairs.map(({ state }) => state), ['failed', 'succeeded']);
});

test("the peer's own check of a pair is waited for, 200 ms at most, since one without our parameters may forget a nomination", () => {
  for (const isLate of [false, true]) {
    const { network, caller, run } = makeCall();
    let areChecksLost = true;
    network.inspect = ({ address }, _destination, bytes) => !areChecksLost || address !== '192.0.2.2' || StunMessage.decode(bytes)?.messageClass !== 0;
    run(150);
    assert.ok(caller.agent.selectedPair);
    assert.not(caller.agent.selectedPair!.isNominated);
    areChecksLost = isLate;
    run(isLate ? 150 : 800);
    assert.ok(caller.agent.selectedPair!.isNominated);
  }
});

test('a pair that becomes valid later and is better carries the data until one is nominated', () => {
  const { network, caller, run } = makeCall({ callerAddresses: ['192.0.2.1', '192.0.2.3'], calleeAddresses: ['192.0.2.2'] });
  let blocks = true;
  network.inspect = (source, destination) => !blocks || (source.address !== '192.0.2.1' && destination.address !== '192.0.2.1');
  run(100);
  assert.is(caller.agent.selectedPair!.local.address, '192.0.2.3');
  blocks = false;
  run(120);
  // The repeated check, or the peer's, comes at 500 ms at the latest: after the nomination.
  run(800);
  assert.is(caller.agent.selectedPair!.local.address, '192.0.2.3');
  assert.is(caller.agent.pairs[0].local.address, '192.0.2.1');
  assert.ok(caller.agent.pairs[0].isValid);
});

test('aggressive nomination: of several pairs that the peer nominates, the best is selected', () => {
  const { network, caller, callee, run } = makeCall({ callerAddresses: ['192.0.2.1', '192.0.2.3'], calleeAddresses: ['192.0.2.2'] });
  network.inspect = () => true;
  run(35);
  const [better, worse] = callee.agent.pairs;
  assert.ok(better.isValid && worse.isValid);
  for (const pair of [worse, better]) {
    callee.receive(pair.transportId, pair.remote.address, checkRequest(caller.agent.localParameters, callee.agent.localParameters, { role: 'controlling', usesCandidate: true }));
  }
  assert.ok(better.isNominated && worse.isNominated);
  assert.is(callee.agent.selectedPair, better);
  // Much later, it means that the first was lost.
  run(5000);
  callee.receive(worse.transportId, worse.remote.address, checkRequest(caller.agent.localParameters, callee.agent.localParameters, { role: 'controlling', usesCandidate: true }));
  assert.is(callee.agent.selectedPair, better, 'it was nominated before');
  worse.isNominated = false;
  callee.receive(worse.transportId, worse.remote.address, checkRequest(caller.agent.localParameters, callee.agent.localParameters, { role: 'controlling', usesCandidate: true }));
  assert.is(callee.agent.selectedPair, worse);
});

test('a nomination whose check fails costs the pair; the next best is nominated', () => {
  const { network, caller, run } = makeCall({ callerAddresses: ['192.0.2.1', '192.0.2.3'], calleeAddresses: ['192.0.2.2'] });
  network.inspect = (source, destination, bytes) => {
    const message = StunMessage.decode(bytes);
    return !(source.address === '192.0.2.1' && message?.has(Attribute.useCandidate));
  };
  run(1000);
  assert.not(caller.agent.selectedPair!.isNominated);
  run(39_500);
  assert.is(caller.agent.selectedPair!.local.address, '192.0.2.3');
  assert.ok(caller.agent.selectedPair!.isNominated);
});

test.run();
