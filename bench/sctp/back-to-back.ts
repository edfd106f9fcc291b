/**
 * Two associations back to back in one process, on a virtual clock, without DTLS and sockets: CPU time of sender and receiver together.
 *
 *     node bench/sctp/run.mjs [--packet-bytes=1160] [--seconds=2] [--only=NAME]
 */
import { parseArgs } from 'node:util';
import { webcrypto } from 'node:crypto';
import { PacketBatch } from '../../src/webrtc/packet-batch';
import { SctpAssociation } from '../../src/webrtc/sctp/SctpAssociation';
import type { SctpAssociationOptions } from '../../src/webrtc/sctp/options';
import type { SendOptions } from '../../src/webrtc/sctp/send-queue';

const { values } = parseArgs({
  options: { 'packet-bytes': { type: 'string', default: '1160' }, seconds: { type: 'string', default: '2' }, only: { type: 'string' } },
});

interface Case {
  readonly name: string;
  readonly messageBytes: number;
  readonly options: Partial<SctpAssociationOptions>;
  readonly send?: SendOptions;
  /** Packets of a thousand that are lost. */
  readonly lossPerMille?: number;
}

const plain = { interleaving: false, zeroChecksum: false };
const cases: readonly Case[] = [
  { name: '64 KiB, checksum', messageBytes: 65536, options: plain },
  { name: '64 KiB, zero checksum', messageBytes: 65536, options: { ...plain, zeroChecksum: true } },
  { name: '64 KiB, I-DATA, zero checksum', messageBytes: 65536, options: { interleaving: true, zeroChecksum: true } },
  { name: '256 KiB, zero checksum', messageBytes: 262144, options: { ...plain, zeroChecksum: true } },
  { name: '64 KiB, zero checksum, 1 % lost', messageBytes: 65536, options: { ...plain, zeroChecksum: true }, lossPerMille: 10 },
  { name: '100 B, zero checksum', messageBytes: 100, options: { ...plain, zeroChecksum: true } },
  { name: '100 B, I-DATA, zero checksum', messageBytes: 100, options: { interleaving: true, zeroChecksum: true } },
  { name: '100 B, unordered, no retransmission', messageBytes: 100, options: { ...plain, zeroChecksum: true }, send: { unordered: true, maxRetransmits: 0 } },
];

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function run({ name, messageBytes, options, send = {}, lossPerMille = 0 }: Case): void {
  const packetBytes = Number(values['packet-bytes']);
  const make = () => new SctpAssociation({
    randomBytes: (bytes) => void webcrypto.getRandomValues(bytes), packetBytes, remoteMaxMessageBytes: 1 << 20, ...options,
  });
  const sender = make();
  const receiver = make();
  const forth = new PacketBatch(64, 64 * 16384);
  const back = new PacketBatch(64, 64 * 16384);
  const message = new Uint8Array(messageBytes).map((_, index) => index * 7);
  const taken = new Uint8Array(messageBytes);
  let now = 0;
  let received = 0;
  let dice = 1;
  const drop = (batch: PacketBatch) => {
    if (lossPerMille === 0) return;
    let kept = 0;
    for (let index = 0; index < batch.count; index++) {
      dice = (Math.imul(dice, 1103515245) + 12345) & 0x7fffffff;
      if ((dice >> 8) % 1000 < lossPerMille) continue;
      batch.offsets[kept] = batch.offsets[index];
      batch.lengths[kept++] = batch.lengths[index];
    }
    batch.count = kept;
  };
  const turn = () => {
    now += 0.1;
    while (sender.totalBufferedAmount < 1 << 19) sender.send(now, 1, 53, message, send);
    while (sender.transmit(now, forth) > 0) {
      drop(forth);
      receiver.handlePackets(now, forth);
      for (let event = receiver.nextEvent(); event; event = receiver.nextEvent()) {
        if (event.type !== 'message') continue;
        event.copyTo(taken);
        received += event.byteLength;
      }
      if (receiver.transmit(now, back) > 0) {
        drop(back);
        sender.handlePackets(now, back);
      }
    }
    while (sender.nextEvent());
    if (sender.timeout <= now) sender.handleTimeout(now);
    if (receiver.timeout <= now) receiver.handleTimeout(now);
    if (receiver.transmit(now, back) > 0) sender.handlePackets(now, back);
  };
  sender.connect(0);
  const warmUpUntil = cpuSeconds() + 0.7;
  while (cpuSeconds() < warmUpUntil) turn();
  received = 0;
  const packetsBefore = sender.statistics.packetsSent;
  const start = cpuSeconds();
  while (cpuSeconds() < start + Number(values.seconds)) for (let round = 0; round < 100; round++) turn();
  const seconds = cpuSeconds() - start;
  const packets = sender.statistics.packetsSent - packetsBefore;
  console.log(`${name.padEnd(36)} ${(received / seconds / 1e6).toFixed(0).padStart(6)} MB/s ${(received / messageBytes / seconds / 1e3).toFixed(0).padStart(6)} k messages/s ${((seconds / packets) * 1e6).toFixed(2).padStart(6)} µs a packet, both sides`);
}

for (const each of cases) if (!values.only || each.name.includes(values.only)) run(each);
