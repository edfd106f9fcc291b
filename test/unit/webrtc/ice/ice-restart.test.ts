import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageClass } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { makeConnectedCall, statesOf } from '../../../virtual/support/ice-calls';
import { hostCandidate, type IcePeer } from '../../../virtual/support/IcePeer';

/** New parameters and, over the sockets that are there, the same candidates again. */
function restart(peer: IcePeer): void {
  const candidates = [...peer.agent.localCandidates].filter(({ type }) => type !== 'prflx');
  peer.agent.restart(peer.now);
  for (const candidate of candidates) peer.agent.addLocalCandidate(peer.now, candidate);
  peer.agent.setGatheringState(peer.now, 'complete');
  peer.drain();
}

function tell(from: IcePeer, to: IcePeer): void {
  to.agent.start(to.now, from.agent.localParameters, to.agent.role!);
  for (const candidate of from.agent.localCandidates) if (candidate.type !== 'prflx') to.agent.addRemoteCandidate(to.now, candidate);
  to.agent.endOfRemoteCandidates(to.now);
  to.drain();
}

test('data goes over the old pair until the new session has one', () => {
  const { caller, callee, run } = makeConnectedCall();
  const before = caller.agent.selectedPair!;
  const parameters = caller.agent.localParameters;
  restart(caller);
  assert.is.not(caller.agent.localParameters.usernameFragment, parameters.usernameFragment);
  assert.is(caller.agent.remoteParameters, null);
  assert.is(caller.agent.selectedPair, before);
  assert.is(caller.agent.state, 'connected', 'from completed');
  run(20_000);
  assert.is(caller.agent.state, 'connected', 'the old pair keeps its consent');
  restart(callee);
  tell(caller, callee);
  tell(callee, caller);
  assert.ok(caller.sendData('during'));
  run(100);
  assert.is(callee.received.length, 1);
  for (const { agent } of [caller, callee]) {
    assert.is.not(agent.selectedPair, before);
    assert.is(agent.state, 'completed');
  }
  assert.ok(caller.sendData('after') && callee.sendData('after'));
  run(100);
  assert.equal([caller.received.length, callee.received.length], [1, 2]);
  assert.not(statesOf(caller).some((state) => state === 'disconnected' || state === 'failed'));
  run(60_000);
  assert.is(caller.agent.state, 'completed');
});

test("data stays on the old pair until the peer's own check of the new one is answered, for three seconds", () => {
  for (const isLate of [false, true]) {
    const { network, caller, callee, run } = makeConnectedCall();
    const before = caller.agent.selectedPair!;
    restart(caller);
    restart(callee);
    let areChecksLost = true;
    network.inspect = ({ address }, _destination, bytes) => {
      return !areChecksLost || address !== '192.0.2.2' || StunMessage.decode(bytes)?.messageClass !== MessageClass.request;
    };
    tell(caller, callee);
    tell(callee, caller);
    run(400);
    assert.ok(caller.agent.pairs.some(({ isNominated }) => isNominated));
    assert.is(caller.agent.selectedPair, before);
    assert.is(caller.agent.state, 'connected');
    areChecksLost = isLate;
    run(isLate ? 3000 : 600);
    assert.is.not(caller.agent.selectedPair, before);
    assert.is(caller.agent.state, 'completed');
    assert.ok(caller.sendData('after'));
    run(100);
    assert.is(callee.received.length, 1);
  }
});

test('a restart on top of one that is not over: data stays on the pair it went over', () => {
  const { network, caller, callee, run } = makeConnectedCall();
  const before = caller.agent.selectedPair!;
  network.inspect = ({ address }, _destination, bytes) => address !== '192.0.2.2' || StunMessage.decode(bytes)?.messageClass !== MessageClass.request;
  for (let i = 0; i < 2; i++) {
    restart(caller);
    restart(callee);
    tell(caller, callee);
    tell(callee, caller);
    run(300);
    assert.is(caller.agent.selectedPair, before);
  }
  network.inspect = () => true;
  run(1000);
  assert.is.not(caller.agent.selectedPair, before);
  assert.is(caller.agent.state, 'completed');
});

test('a restart that is rolled back leaves the session as it was', () => {
  const { caller, callee, run } = makeConnectedCall();
  const parameters = caller.agent.localParameters;
  const pair = caller.agent.selectedPair;
  restart(caller);
  run(1000);
  caller.agent.cancelRestart(caller.now);
  caller.drain();
  assert.equal(caller.agent.localParameters, parameters);
  assert.is(caller.agent.selectedPair, pair);
  run(60_000);
  assert.is(caller.agent.state, 'completed');
  assert.is(callee.agent.state, 'completed');
});

test('from disconnected and from failed: checking, when there is something to check, then connected', () => {
  for (const state of ['disconnected', 'failed'] as const) {
    const { network, caller, callee, run } = makeConnectedCall();
    network.conditions = { delay: 10, loss: 1 };
    run(state === 'failed' ? 40_000 : 10_000);
    assert.is(caller.agent.state, state);
    network.conditions = { delay: 10 };
    restart(caller);
    restart(callee);
    assert.is(caller.agent.state, state);
    const before = statesOf(caller).length;
    tell(caller, callee);
    tell(callee, caller);
    assert.is(caller.agent.state, 'checking');
    run(100);
    assert.equal(statesOf(caller).slice(before), ['checking', 'connected', 'completed']);
    assert.ok(caller.sendData('x'));
    run(100);
    assert.is(callee.received.length, 1);
  }
});

test('only the peer restarts: remote candidates are forgotten, and the state is new, where there was no connection', () => {
  const { caller } = makeConnectedCall({ conditions: { loss: 1 } });
  assert.is(caller.agent.state, 'checking');
  caller.agent.start(caller.now, { usernameFragment: '2222', password: '2'.repeat(22) }, 'controlling');
  assert.is(caller.agent.state, 'new');
  assert.equal(caller.agent.remoteCandidates, []);
  assert.is(caller.agent.localCandidates.length, 1);
  caller.agent.addRemoteCandidate(caller.now, hostCandidate(0, { address: '192.0.2.9', port: 1 }));
  assert.is(caller.agent.state, 'checking');
});

test('data of the old pair that was under way when the new one was selected still arrives', () => {
  const { caller, callee, run } = makeConnectedCall();
  restart(caller);
  restart(callee);
  const old = callee.agent.selectedPair!;
  tell(caller, callee);
  tell(callee, caller);
  run(100);
  callee.sockets.get(old.transportId)!.send(old.remote.address, Uint8Array.of(22, 1));
  run(50);
  assert.is(caller.received.length, 1);
});

test.run();
