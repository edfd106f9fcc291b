// timeout: 240 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageLedger } from './support/MessageLedger';
import { sctpPair, type SctpPeer } from './support/SctpPeer';
import type { SeededRandom } from './support/SeededRandom';
import { VirtualNetwork, type Conditions } from './support/VirtualNetwork';

const runs = 1000;

function someConditions(random: SeededRandom): Conditions {
  return {
    loss: random.chance(0.6) ? random.fraction() * 0.3 : 0,
    duplication: random.pick([0, 0, 0.05, 0.3]),
    delay: random.pick([0.1, 1, 10, 50, 150]),
    jitter: random.pick([0, 0, 5, 60]),
    outages: random.chance(0.2) ? [[300, 2300]] : [],
  };
}

/** Messages of many sizes on some streams, while the association comes to be and afterwards. */
function scheduleMessages(network: VirtualNetwork, from: SctpPeer, ledger: MessageLedger, unordered: boolean): void {
  const { random, queue } = network;
  const streams = 1 + random.below(5);
  for (let stream = 0; stream < streams; stream++) {
    const largest = random.pick([2, 100, 1500, 40000]);
    let at = 0;
    for (let message = 0; message < 12; message++) {
      at += random.fraction() * 60;
      const bytes = ledger.next(stream, 2 + random.below(largest));
      queue.schedule(at, () => assert.is(from.send(stream, bytes, { unordered }), 'queued'));
    }
  }
}

test('every reliable message arrives once, whole and in order, both ways, whatever the network does', () => {
  for (let seed = 1; seed <= runs; seed++) {
    const network = new VirtualNetwork(seed);
    const { random } = network;
    const forth = someConditions(random);
    network.conditions = forth;
    if (random.chance(0.3)) network.setConditionsFrom('10.0.0.2', { ...someConditions(random), outages: forth.outages });
    const options = () => ({ interleaving: random.chance(0.6), zeroChecksum: random.chance(0.6), packetBytes: random.pick([500, 1160, 1160, 9000]) });
    const [caller, callee] = sctpPair(network, options(), options());
    const ledgers = [new MessageLedger(), new MessageLedger()];
    const closed: string[] = [];
    for (const [index, peer] of [callee, caller].entries()) {
      peer.onEvent = (event) => {
        if (event.type === 'message') ledgers[index].receive(event);
        else if (event.type === 'closed') closed.push(`${event.reason}: ${event.detail}`);
      };
    }
    caller.connect();
    if (random.chance(0.5)) network.queue.schedule(random.fraction() * 20, () => callee.connect());
    scheduleMessages(network, caller, ledgers[0], random.chance(0.3));
    if (random.chance(0.5)) scheduleMessages(network, callee, ledgers[1], random.chance(0.3));
    network.queue.runUntil(600_000, () => closed.length > 0 || ledgers.every((ledger) => ledger.isComplete));
    const where = `seed ${seed}, ${JSON.stringify(network.conditions)}`;
    assert.equal(closed, [], where);
    assert.equal(ledgers.flatMap(({ complaints }) => complaints), [], where);
    assert.ok(ledgers.every((ledger) => ledger.isComplete), `${where}: ${ledgers.map(({ receivedCount, sentCount }) => `${receivedCount} of ${sentCount}`)}`);
  }
});

test.run();
