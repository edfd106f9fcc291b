// timeout: 120 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sctpPair, type SctpPeer } from './support/SctpPeer';
import { VirtualNetwork, type Conditions } from './support/VirtualNetwork';

const packetBytes = 1160;
/** User data of a full packet: common header and I-DATA header are not. */
const payloadBytes = packetBytes - 12 - 20;

/**
 * What congestion control of the AIMD kind, as section 7.2 of RFC 9260 has it, can reach: Mathis, Semke, Mahdavi and Ott, The Macroscopic
 * Behavior of the TCP Congestion Avoidance Algorithm (1997), equation 3 with C = √(3/2), since SCTP counts bytes and not acknowledgements:
 *
 *     bytes a second = payload of a packet / round trip time · √(3/2) / √loss
 */
const mathis = (roundTripSeconds: number, loss: number): number => (payloadBytes / roundTripSeconds) * Math.sqrt(1.5 / loss);

/** Bytes a second that arrive when there is always something to send, after a beginning of five seconds. */
function goodput(seed: number, conditions: Conditions, seconds: number, finished: (sender: SctpPeer) => void = () => {}): number {
  const network = new VirtualNetwork(seed, conditions);
  const [sender, receiver] = sctpPair(network, { packetBytes });
  let received = 0;
  receiver.onEvent = (event) => {
    if (event.type === 'message') received += event.byteLength;
  };
  const message = new Uint8Array(65536);
  const feed = () => {
    while (sender.association.totalBufferedAmount < 1 << 20) sender.association.send(sender.now, 1, 53, message);
    sender.drain();
    network.queue.schedule(sender.now + 10, feed);
  };
  sender.connect();
  feed();
  network.queue.runUntil(5000);
  const before = received;
  network.queue.runUntil(5000 + seconds * 1000);
  finished(sender);
  return (received - before) / seconds;
}

for (const [loss, roundTrip, seconds] of [[0.01, 50, 60], [0.001, 50, 60], [0.03, 50, 60], [0.01, 10, 10], [0.01, 200, 120]] as const) {
  test(`${loss * 100} % loss and ${roundTrip} ms: at least 80 % of what the equation allows`, () => {
    const seeds = [1, 2, 3, 4];
    const mean = seeds.reduce((sum, seed) => sum + goodput(seed, { loss, delay: roundTrip / 2 }, seconds), 0) / seeds.length;
    const share = mean / mathis(roundTrip / 1000, loss);
    assert.ok(share >= 0.8, `${(share * 100).toFixed(0)} %`);
  });
}

test('1 % loss, 50 ms and packets that overtake one another', () => {
  const share = goodput(1, { loss: 0.01, delay: 20, jitter: 10 }, 100) / mathis(0.05, 0.01);
  assert.ok(share >= 0.5, `${(share * 100).toFixed(0)} %`);
});

test('100 Mbit/s and 50 ms: the link is full', () => {
  const bandwidth = 12.5e6;
  const share = goodput(1, { delay: 25, bandwidth, queueBytes: bandwidth * 0.05 }, 5, (sender) => {
    assert.is(sender.association.details!.timeouts, 0);
  }) / bandwidth;
  assert.ok(share >= 0.9, `${(share * 100).toFixed(0)} %`);
});

test('a short path loses the tail of a message: the probe brings it long before a timeout would', () => {
  const network = new VirtualNetwork(7, { loss: 0.05, delay: 0.5 });
  const [sender, receiver] = sctpPair(network, { packetBytes });
  const waits: number[] = [];
  let sentAt = 0;
  receiver.onEvent = (event) => {
    if (event.type === 'message') waits.push(network.queue.now - sentAt);
  };
  sender.connect();
  network.queue.runUntil(1000);
  const message = new Uint8Array(8192);
  for (let count = 0; count < 500; count++) {
    sentAt = network.queue.now;
    sender.send(1, message);
    network.queue.runUntil(sentAt + 1000);
  }
  waits.sort((a, b) => a - b);
  assert.is(waits.length, 500);
  assert.ok(waits[475] < 20, `95 % within ${waits[475].toFixed(1)} ms`);
});

test.run();
