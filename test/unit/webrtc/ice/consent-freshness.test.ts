import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageClass } from '../../../../src/webrtc/stun/constants';
import { StunMessage } from '../../../../src/webrtc/stun/StunMessage';
import { makeConnectedCall, statesOf } from '../../../virtual/support/ice-calls';

/** Times of an address's requests from now on. */
function requestTimes(call: ReturnType<typeof makeConnectedCall>, address: string): number[] {
  const times: number[] = [];
  call.network.inspect = (source, _destination, bytes) => {
    if (source.address === address && StunMessage.decode(bytes)?.messageClass === MessageClass.request) times.push(call.network.queue.now);
    return true;
  };
  return times;
}

test('RFC 7675: consent is asked for every 4 to 6 seconds, at random, once each time', () => {
  const call = makeConnectedCall();
  const times = requestTimes(call, '192.0.2.1');
  call.run(300_000);
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  assert.ok(gaps.length >= 49 && gaps.every((gap) => gap >= 4000 && gap <= 6000));
  assert.ok(Math.max(...gaps) - Math.min(...gaps) > 1000);
});

test('a peer that is gone: disconnected within ten seconds, failed when consent ends, silent then', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const call = makeConnectedCall({ seed });
    const { caller, callee, run } = call;
    const goneAt = call.network.queue.now;
    callee.agent.close(goneAt);
    const times = requestTimes(call, '192.0.2.1');
    let disconnectedAt = 0;
    let failedAt = 0;
    caller.onEvent = (event) => {
      if (event.type === 'state' && event.state === 'disconnected') disconnectedAt = caller.now;
      if (event.type === 'state' && event.state === 'failed') failedAt = caller.now;
    };
    run(100_000);
    assert.ok(disconnectedAt - goneAt >= 2500 && disconnectedAt - goneAt <= 10_000, `seed ${seed}: ${disconnectedAt - goneAt}`);
    // 30 seconds from the last response, which came up to 6 seconds before.
    assert.ok(failedAt - goneAt > 24_000 && failedAt - goneAt <= 30_000, `seed ${seed}: ${failedAt - goneAt}`);
    assert.is(caller.agent.selectedPair, null);
    assert.not(caller.sendData('x'));
    assert.ok(Math.max(...times) < failedAt);
    assert.is(caller.agent.timeout, Infinity);
  }
});

test('an outage of two seconds goes unnoticed; one of ten is over when it is over', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { network, caller, run } = makeConnectedCall({ seed });
    const before = statesOf(caller).length;
    network.conditions = { delay: 10, outages: [[10_000, 12_000]] };
    run(20_000);
    assert.is(statesOf(caller).length, before, `seed ${seed}`);
    const from = network.queue.now;
    network.conditions = { delay: 10, outages: [[from, from + 10_000]] };
    run(10_000);
    assert.is(caller.agent.state, 'disconnected', `seed ${seed}`);
    run(2600);
    assert.is.not(caller.agent.state, 'disconnected', `seed ${seed}`);
    run(3500);
    assert.is(caller.agent.state, 'completed', `seed ${seed}`);
  }
});

test('while data arrives, requests that are lost do not count for ten seconds', () => {
  const { network, caller, callee, run } = makeConnectedCall();
  network.inspect = (source, _destination, bytes) => source.address !== '192.0.2.1' || bytes[0] > 3;
  const before = statesOf(caller).length;
  for (let second = 0; second < 9; second++) {
    callee.sendData('still here');
    run(1000);
  }
  assert.is(statesOf(caller).length, before);
  for (let second = 0; second < 10; second++) {
    callee.sendData('still here');
    run(1000);
  }
  assert.equal(statesOf(caller).slice(before), ['disconnected']);
});

test('a closed agent answers nothing and sends nothing', () => {
  const { network, caller, callee, run } = makeConnectedCall();
  caller.agent.close(caller.now);
  const sent = network.sentDatagrams;
  callee.sendData('hello?');
  run(5000);
  assert.is(caller.agent.timeout, Infinity);
  assert.is(caller.received.length, 0);
  assert.ok(network.sentDatagrams > sent);
  assert.is(caller.agent.selectedPair, null);
  assert.is(statesOf(caller).at(-1), 'closed');
});

test.run();
