import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageClass } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { makeCall, statesOf } from '../../../virtual/support/ice-calls';

test('a lite agent answers and never asks; the full one controls, whatever it was told', () => {
  const call = makeCall({ callee: { isLite: true } });
  const { network, caller, callee, run } = call;
  // The offerer is the lite one this time: it would control.
  let liteRequests = 0;
  network.inspect = (source, _destination, bytes) => {
    if (source.address === '192.0.2.2' && StunMessage.decode(bytes)?.messageClass === MessageClass.request) liteRequests++;
    return true;
  };
  run(1000);
  assert.equal([caller.agent.role, callee.agent.role], ['controlling', 'controlled']);
  assert.equal([caller.agent.state, callee.agent.state], ['completed', 'completed']);
  assert.ok(callee.agent.selectedPair!.isNominated);
  assert.ok(caller.sendData('a') && callee.sendData('b'));
  run(100_000);
  assert.is(liteRequests, 0);
  assert.equal([caller.received.length, callee.received.length], [1, 1]);
  assert.equal([caller.agent.state, callee.agent.state], ['completed', 'completed']);
});

test('the full agent controls a lite one although it answered', () => {
  const { caller, callee, run } = makeCall({ caller: { isLite: true } });
  run(1000);
  assert.equal([caller.agent.role, callee.agent.role], ['controlled', 'controlling']);
  assert.equal([caller.agent.state, callee.agent.state], ['completed', 'completed']);
});

test('a lite agent notices that its peer has stopped asking', () => {
  const { caller, callee, run } = makeCall({ callee: { isLite: true } });
  run(1000);
  caller.agent.close(caller.now);
  run(11_000);
  assert.is(callee.agent.state, 'disconnected');
  run(30_000);
  assert.is(callee.agent.selectedPair, null);
});

test('a lite agent sends nothing before a pair is nominated', () => {
  const { network, caller, callee, run } = makeCall({ callee: { isLite: true } });
  network.inspect = (_source, destination) => destination.address !== '192.0.2.1';
  run(1000);
  assert.is(callee.agent.selectedPair, null);
  assert.is(caller.agent.selectedPair, null);
});

test('two lite agents take their best pair without a check', () => {
  const { caller, callee, run } = makeCall({ caller: { isLite: true }, callee: { isLite: true } });
  run(50);
  assert.ok(caller.sendData('a') && callee.sendData('b'));
  run(50);
  assert.equal([caller.received.length, callee.received.length], [1, 1]);
  assert.is(caller.agent.role, 'controlling');
  run(100_000);
  assert.is(statesOf(caller).at(-1), 'completed');
});

test.run();
