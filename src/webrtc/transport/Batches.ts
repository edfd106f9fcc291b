import { PacketBatch } from '../packet-batch';
import { TaggedBatch } from './data-tags';
import { BlockPool } from '../sctp/block-pool';
import type { ReceivedBatch } from './MediaHost';

/** Memory that all transports of a thread use in turn: nothing in it outlives the call that filled it. */
export class Batches {
  readonly received: ReceivedBatch;
  /** A datagram that came through a relay or over TCP. */
  readonly single = new PacketBatch(1, mostDatagramBytes);
  /** Application data out of DTLS records. */
  readonly data = new PacketBatch(packetsReceived, bytesReceived);
  /** SCTP packets on their way into DTLS. */
  readonly packets = new PacketBatch(packetsSent, packetsSent * mostPacketBytes);
  /** DTLS records on their way to a socket. */
  readonly datagrams = new PacketBatch(packetsSent, packetsSent * (mostPacketBytes + dtlsOverheadBytes));
  readonly pool = new BlockPool();
  #tagged: TaggedBatch | null = null;

  constructor(makeReceived: (packets: number, bytes: number) => ReceivedBatch) {
    this.received = makeReceived(packetsReceived, bytesReceived);
  }

  /** The same packets with a tag before each. */
  tagged(batch: PacketBatch, tag: number): PacketBatch {
    this.#tagged ??= new TaggedBatch(packetsSent, packetsSent * (mostPacketBytes + dtlsOverheadBytes));
    return this.#tagged.fill(batch, tag);
  }
}

/** What comes in one go. A socket takes a datagram of 64 KiB, or as much as the kernel has joined, for each 64 KiB here. */
const bytesReceived = 1 << 20;
const packetsReceived = 2048;
const mostDatagramBytes = 65_536;
const packetsSent = 64;
const mostPacketBytes = 16_384;
const dtlsOverheadBytes = 64;
