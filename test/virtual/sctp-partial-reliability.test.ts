// timeout: 180 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockPool } from '../../src/webrtc/sctp/block-pool';
import type { SendOptions } from '../../src/webrtc/sctp/send-queue';
import { MessageLedger } from './support/MessageLedger';
import { sctpPair } from './support/SctpPeer';
import { VirtualNetwork } from './support/VirtualNetwork';

const runs = 600;
const commonHeaderBytes = 12;

interface Transmission {
  count: number;
  latestAt: number;
}

/** Counts how often each data chunk of one sender goes out, by stream and TSN. */
function watchTransmissions(network: VirtualNetwork, address: string): Map<number, Map<number, Transmission>> {
  const streams = new Map<number, Map<number, Transmission>>();
  network.inspect = (source, destination, bytes) => {
    if (source.address !== address) return true;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = commonHeaderBytes; at + 4 <= bytes.length; at += (view.getUint16(at + 2) + 3) & ~3) {
      if (bytes[at] !== 0 && bytes[at] !== 64) continue;
      const stream = streams.get(view.getUint16(at + 8)) ?? new Map<number, Transmission>();
      streams.set(view.getUint16(at + 8), stream);
      const tsn = view.getUint32(at + 4);
      stream.set(tsn, { count: (stream.get(tsn)?.count ?? 0) + 1, latestAt: network.queue.now });
    }
    return true;
  };
  return streams;
}

test('what may be given up is not sent too often or too late, the rest arrives, and nothing is left', () => {
  let abandoned = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const network = new VirtualNetwork(seed);
    const { random, queue } = network;
    network.conditions = {
      loss: random.fraction() * 0.3, delay: random.pick([1, 20, 80]), jitter: random.pick([0, 0, 30]), duplication: random.pick([0, 0.1]),
      outages: random.chance(0.2) ? [[500, 2500]] : [],
    };
    const pools = [new BlockPool(), new BlockPool()];
    const interleaving = random.chance(0.5);
    const [sender, receiver] = sctpPair(network, { interleaving, pool: pools[0] }, { interleaving, pool: pools[1] });
    const sent = watchTransmissions(network, '10.0.0.1');
    const ledger = new MessageLedger();
    const where = `seed ${seed}`;
    receiver.onEvent = (event) => {
      if (event.type === 'message') ledger.receive(event);
      assert.is.not(event.type, 'closed', where);
    };
    sender.connect();
    const kinds: SendOptions[] = [
      {}, { maxRetransmits: 0, unordered: true }, { maxRetransmits: random.below(3) }, { lifetime: 20 + random.below(300) }, { lifetime: 100, unordered: true },
    ];
    const largest = random.pick([50, 1000, 9000]);
    let lastSend = 0;
    for (const [stream, options] of kinds.entries()) {
      for (let message = 0, at = 0; message < 30; message++, at += random.fraction() * 60) {
        lastSend = Math.max(lastSend, at);
        queue.schedule(at, () => sender.send(stream, ledger.next(stream, 2 + random.below(largest)), options));
      }
    }
    queue.runUntil(lastSend + 1);
    queue.runUntil(600_000, () => ledger.receivedOn(0) === 30 && sender.association.details?.bytesInFlight === 0 && pools[0].taken === 0);
    // A last message on every stream shows that none of them waits for what was given up.
    for (const stream of kinds.keys()) sender.send(stream, ledger.next(stream, 100));
    queue.runUntil(queue.now + 600_000, () => kinds.every((_, stream) => ledger.receivedOn(stream) > 0) && pools[0].taken + pools[1].taken === 0);
    assert.equal(ledger.complaints, [], where);
    assert.is(ledger.receivedOn(0), 31, `${where}: all of the reliable ones`);
    assert.equal(pools.map(({ taken }) => taken), [0, 0], `${where}: all memory went back`);
    for (const [stream, { maxRetransmits }] of kinds.entries()) {
      const most = Math.max(...[...sent.get(stream)!.values()].map(({ count }) => count));
      if (maxRetransmits !== undefined) assert.ok(most <= maxRetransmits + 1 || ledger.sentOn(stream) === 31, `${where}: stream ${stream} ${most} times`);
      abandoned += ledger.sentOn(stream) - ledger.receivedOn(stream);
    }
  }
  assert.ok(abandoned > runs, `${abandoned} messages were given up`);
});

test('a message that may live 100 ms is not sent later', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const network = new VirtualNetwork(seed, { loss: 0.4, delay: 5 });
    const [sender, receiver] = sctpPair(network, { interleaving: seed % 2 === 0 });
    sender.connect();
    network.queue.runUntil(60_000, () => sender.association.state === 'established' && receiver.association.state === 'established');
    const sent = watchTransmissions(network, '10.0.0.1');
    const start = network.queue.now;
    sender.send(1, new Uint8Array(20_000), { lifetime: 100 });
    network.queue.runUntil(start + 20_000);
    const latest = Math.max(...[...sent.get(1)!.values()].map(({ latestAt }) => latestAt));
    assert.ok(latest <= start + 100, `seed ${seed}: ${latest - start} ms`);
  }
});

test('unreliable messages and 10 % loss: the others are not held up', () => {
  for (const unordered of [true, false]) {
    const network = new VirtualNetwork(3, { loss: 0.1, delay: 25 });
    const [sender, receiver] = sctpPair(network);
    const waits: number[] = [];
    const sentAt: number[] = [];
    receiver.onEvent = (event) => {
      if (event.type === 'message') waits.push(network.queue.now - sentAt[new DataView(event.bytes().buffer).getUint32(0)]);
    };
    sender.connect();
    network.queue.runUntil(60_000, () => sender.association.state === 'established' && receiver.association.state === 'established');
    const message = new Uint8Array(200);
    for (let number = 0; number < 3000; number++) {
      new DataView(message.buffer).setUint32(0, number);
      sentAt[number] = network.queue.now;
      sender.send(1, message, { unordered, maxRetransmits: 0 });
      network.queue.runUntil(network.queue.now + 5);
    }
    network.queue.runUntil(network.queue.now + 3000);
    waits.sort((a, b) => a - b);
    assert.ok(waits.length > 2500 && waits.length < 2850, `${waits.length}`);
    const late = waits[Math.floor(waits.length * 0.95)];
    assert.ok(late < (unordered ? 26 : 150), `95 % within ${late.toFixed(0)} ms`);
  }
});

test.run();
