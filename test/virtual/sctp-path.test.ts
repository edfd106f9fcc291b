// timeout: 120 s
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BlockPool, blockBytes } from '../../src/webrtc/sctp/block-pool';
import { MessageLedger } from './support/MessageLedger';
import { sctpPair } from './support/SctpPeer';
import { VirtualNetwork } from './support/VirtualNetwork';

const packetBytes = 1160;
const maximumPacketBytes = 16384;

test('the largest packets that a path carries are found, and lowered when it carries less', () => {
  const sizes = [1280, 1400, 1500, 4352, 9000, 65536];
  for (let seed = 1; seed <= 24; seed++) {
    const network = new VirtualNetwork(seed);
    const { random, queue } = network;
    const mtu = random.pick(sizes) - 85;
    const conditions = { delay: random.pick([0.5, 20]), loss: random.pick([0, 0, 0.02]) };
    network.conditions = { ...conditions, mtu };
    const [sender, receiver] = sctpPair(network, { packetBytes, maximumPacketBytes });
    const ledger = new MessageLedger();
    receiver.onEvent = (event) => {
      if (event.type === 'message') ledger.receive(event);
    };
    sender.connect();
    const feed = () => {
      for (let count = 0; count < 4; count++) sender.send(1, ledger.next(1, 60_000));
    };
    for (let at = 0; at < 20_000; at += 400) queue.schedule(at, feed);
    queue.runUntil(10_000);
    const where = `seed ${seed}: ${JSON.stringify(network.conditions)}`;
    const found = sender.association.details!.packetBytes;
    assert.ok(found <= Math.min(mtu, maximumPacketBytes), where);
    if (conditions.loss === 0) assert.ok(found >= Math.min(mtu, maximumPacketBytes) - 60, `${where}: ${found}`);
    const lower = 1280 - 85;
    network.conditions = { ...conditions, mtu: lower };
    queue.runUntil(400_000, () => ledger.isComplete && queue.now > 20_000);
    assert.equal(ledger.complaints, [], where);
    assert.ok(ledger.isComplete, `${where}: ${ledger.receivedCount} of ${ledger.sentCount}`);
    assert.ok(sender.association.details!.packetBytes <= Math.max(lower, packetBytes), where);
  }
});

test('a sender that is told of packets that are too long wastes none, and lowers their size without a timeout', () => {
  for (const mtu of [1280, 1500, 9000]) {
    const network = new VirtualNetwork(mtu, { delay: 5, mtu: 65536 });
    const [sender, receiver] = sctpPair(network, { packetBytes, maximumPacketBytes });
    sender.isToldOfMtu = true;
    let received = 0;
    receiver.onEvent = (event) => {
      if (event.type === 'message') received += event.byteLength;
    };
    sender.connect();
    for (let count = 0; count < 20; count++) sender.send(1, new Uint8Array(60_000));
    network.queue.runUntil(2000);
    assert.is(sender.association.details!.packetBytes, maximumPacketBytes);
    network.conditions = { delay: 5, mtu: mtu - 85 };
    for (let count = 0; count < 20; count++) sender.send(1, new Uint8Array(60_000));
    network.queue.runUntil(4000);
    const { packetBytes: found, blackHoles } = sender.association.details!;
    assert.equal([received, found, blackHoles], [40 * 60_000, (mtu - 85) & ~3, 0], `MTU ${mtu}`);
  }
});

test('without a limit given, no larger packet is tried', () => {
  const network = new VirtualNetwork(1, { mtu: packetBytes });
  const [sender, receiver] = sctpPair(network, { packetBytes });
  let received = 0;
  receiver.onEvent = (event) => {
    if (event.type === 'message') received += event.byteLength;
  };
  sender.connect();
  for (let count = 0; count < 20; count++) sender.send(1, new Uint8Array(60_000));
  network.queue.runUntil(10_000);
  assert.is(received, 20 * 60_000);
  assert.is(sender.largestPacket, packetBytes);
});

test('an application that takes nothing stops its peer, and memory stays within the window', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const network = new VirtualNetwork(seed);
    const { random, queue } = network;
    network.conditions = { delay: 5, loss: random.pick([0, 0.05, 0.2]), jitter: random.pick([0, 10]) };
    const receiveWindow = random.pick([50_000, 300_000]);
    const pool = new BlockPool();
    const interleaving = random.chance(0.5);
    const [sender, receiver] = sctpPair(network, { interleaving, receiveWindow }, { interleaving, receiveWindow, pool });
    const ledger = new MessageLedger();
    let taken = 0;
    receiver.onEvent = (event) => {
      if (event.type !== 'message') return;
      taken += event.byteLength;
      if (event.begins && event.ends) ledger.receive(event);
    };
    sender.connect();
    const largest = random.pick([100, 3000, 100_000]);
    let sent = 0;
    for (let count = 0; count < 40; count++) {
      for (let stream = 0; stream < 3; stream++) {
        const bytes = ledger.next(stream, 2 + random.below(largest));
        sent += bytes.length;
        sender.send(stream, bytes);
      }
    }
    receiver.isReading = false;
    let most = 0;
    for (let step = 0; step < 40; step++) {
      queue.runUntil(queue.now + 500);
      most = Math.max(most, pool.taken);
      receiver.isReading = step % 4 === 3;
      receiver.drain();
      receiver.isReading = false;
    }
    assert.ok(most * blockBytes <= (2 * receiveWindow * 9) / 8 + 10 * blockBytes, `seed ${seed}: ${most} blocks for ${receiveWindow}`);
    receiver.isReading = true;
    receiver.drain();
    queue.runUntil(queue.now + 600_000, () => taken === sent);
    assert.is(taken, sent, `seed ${seed}`);
    assert.equal(ledger.complaints, [], `seed ${seed}`);
  }
});

test.run();
