import { PacketBatch } from '../../../../src/webrtc/packet-batch';
import { encodeChunk, joined, words16, words32 } from '../../../../src/webrtc/sctp/control-chunks';
import { crc32c } from '../../../../src/webrtc/sctp/crc32c';
import type { DeliveredMessage } from '../../../../src/webrtc/sctp/delivered-message';
import type { RareEvent, SctpEvent } from '../../../../src/webrtc/sctp/events';
import type { SctpAssociationOptions } from '../../../../src/webrtc/sctp/options';
import { SctpAssociation } from '../../../../src/webrtc/sctp/SctpAssociation';
import { SeededRandom } from '../../../virtual/support/SeededRandom';

export interface Chunk {
  readonly type: number;
  readonly flags: number;
  /** What follows the header. */
  readonly body: Uint8Array;
}

export interface Packet {
  readonly tag: number;
  readonly checksum: number;
  readonly length: number;
  readonly flags: number;
  readonly chunks: readonly Chunk[];
}

/** A message as it was delivered, with its bytes. */
export interface Taken {
  readonly type: 'message';
  readonly streamId: number;
  readonly ppid: number;
  readonly unordered: boolean;
  readonly begins: boolean;
  readonly ends: boolean;
  readonly bytes: readonly number[];
}

export const u16 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset).getUint16(at);
export const u32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
export const i32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(at);

export function parsePacket(bytes: Uint8Array, flags = 0): Packet {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 4 <= bytes.length;) {
    const length = u16(bytes, at + 2);
    chunks.push({ type: bytes[at], flags: bytes[at + 1], body: bytes.slice(at + 4, at + length) });
    at += (length + 3) & ~3;
  }
  return { tag: i32(bytes, 4), checksum: u32(bytes, 8), length: bytes.length, flags, chunks };
}

export function buildPacket(tag: number, chunks: readonly Uint8Array[], zeroChecksum = false): Uint8Array {
  const body = joined(...chunks);
  const packet = new Uint8Array(12 + ((body.length + 3) & ~3));
  packet.set(joined(words16(5000, 5000), words32(tag, 0)));
  packet.set(body, 12);
  if (!zeroChecksum) new DataView(packet.buffer).setUint32(8, crc32c(packet, 0, packet.length), true);
  return packet;
}

export const seededBytes = (seed: number) => new SeededRandom(seed).fill;

/** An association and the other end of its wire. */
export class Endpoint {
  readonly association: SctpAssociation;
  now = 0;
  readonly #outgoing = new PacketBatch(64, 1 << 20);
  readonly #incoming = new PacketBatch(64, 1 << 20);

  constructor(options: Partial<SctpAssociationOptions> = {}, seed = 1) {
    this.association = new SctpAssociation({ randomBytes: seededBytes(seed), remoteMaxMessageBytes: 1 << 20, ...options });
  }

  /** Packets as bytes, and what flags they have. */
  transmitRaw(): { bytes: Uint8Array; flags: number }[] {
    const packets: { bytes: Uint8Array; flags: number }[] = [];
    while (this.association.transmit(this.now, this.#outgoing) > 0) {
      for (let index = 0; index < this.#outgoing.count; index++) packets.push({ bytes: this.#outgoing.packet(index).slice(), flags: this.#outgoing.flags[index] });
    }
    return packets;
  }

  transmit(): Packet[] {
    return this.transmitRaw().map(({ bytes, flags }) => parsePacket(bytes, flags));
  }

  /** All chunks that are sent now. */
  chunks(): Chunk[] {
    return this.transmit().flatMap(({ chunks }) => chunks);
  }

  receive(...packets: readonly Uint8Array[]): void {
    this.#incoming.clear();
    for (const packet of packets) {
      if (this.#incoming.append(packet)) continue;
      this.association.handlePackets(this.now, this.#incoming);
      this.#incoming.clear();
      this.#incoming.append(packet);
    }
    this.association.handlePackets(this.now, this.#incoming);
  }

  events(): (Taken | RareEvent)[] {
    const events: (Taken | RareEvent)[] = [];
    for (let event: SctpEvent | undefined = this.association.nextEvent(); event; event = this.association.nextEvent()) {
      events.push(event.type === 'message' ? taken(event) : event);
    }
    return events;
  }

  messages(): Taken[] {
    return this.events().filter((event) => event.type === 'message');
  }

  /** Lets time pass to when the next timer is due. */
  elapse(): void {
    this.now = Math.max(this.now, this.association.timeout);
    this.association.handleTimeout(this.now);
  }

  elapseTo(time: number): void {
    while (this.association.timeout <= time) this.elapse();
    this.now = time;
  }
}

function taken(message: DeliveredMessage): Taken {
  const { streamId, ppid, unordered, begins, ends } = message;
  return { type: 'message', streamId, ppid, unordered, begins, ends, bytes: [...message.bytes()] };
}

/** Carries packets to and fro until there are none. `drop` sees each. */
export function exchange(a: Endpoint, b: Endpoint, drop: (packet: Packet, from: Endpoint) => boolean = () => false): void {
  for (let rounds = 0; rounds < 10000; rounds++) {
    let moved = false;
    for (const [from, to] of [[a, b], [b, a]] as const) {
      const packets = from.transmitRaw();
      moved ||= packets.length > 0;
      const passed = packets.filter(({ bytes, flags }) => !drop(parsePacket(bytes, flags), from));
      if (passed.length > 0) to.receive(...passed.map(({ bytes }) => bytes));
    }
    if (!moved) return;
  }
  throw new Error('the two never stop talking');
}

/** Exchanges and lets both clocks run, up to `time`. */
export function runTo(a: Endpoint, b: Endpoint, time: number, drop?: (packet: Packet, from: Endpoint) => boolean): void {
  exchange(a, b, drop);
  for (;;) {
    const next = Math.min(a.association.timeout, b.association.timeout);
    if (next > time) break;
    a.now = b.now = Math.max(a.now, b.now, next);
    for (const end of [a, b]) if (end.association.timeout <= end.now) end.association.handleTimeout(end.now);
    exchange(a, b, drop);
  }
  a.now = b.now = time;
}

export function connectedPair(options: Partial<SctpAssociationOptions> = {}, otherOptions = options): [Endpoint, Endpoint] {
  const a = new Endpoint(options, 1);
  const b = new Endpoint(otherOptions, 2);
  a.association.connect(0);
  exchange(a, b);
  a.events();
  b.events();
  return [a, b];
}

/** A peer made by hand: an established association whose other end is the test. */
export class HandmadePeer {
  readonly end: Endpoint;
  /** The tag that we put on packets. */
  readonly tag: number;
  readonly ownTag = 0x1234567;
  /** Our first TSN. */
  readonly initialTsn = 1000;
  /** The association's first TSN. */
  readonly peerInitialTsn: number;
  readonly initAck: Chunk;

  constructor(options: Partial<SctpAssociationOptions> = {}, { window = 1 << 20, parameters = defaultParameters }: { window?: number; parameters?: readonly Uint8Array[] } = {}) {
    this.end = new Endpoint(options, 3);
    const init = encodeChunk(1, 0, joined(words32(this.ownTag, window), words16(65535, 65535), words32(this.initialTsn), ...parameters));
    this.end.receive(buildPacket(0, [init]));
    [this.initAck] = this.end.chunks();
    this.tag = i32(this.initAck.body, 0);
    this.peerInitialTsn = i32(this.initAck.body, 12);
    const cookieLength = u16(this.initAck.body, 18);
    this.send(encodeChunk(10, 0, this.initAck.body.slice(20, 16 + cookieLength)));
    this.end.chunks();
    this.end.events();
  }

  send(...chunks: readonly Uint8Array[]): void {
    this.end.receive(buildPacket(this.tag, chunks));
  }

  /** A DATA chunk; `tsn` counts from our first. */
  data(tsn: number, { flags = 3, stream = 1, ssn = 0, ppid = 53, bytes = [tsn] as readonly number[] } = {}): Uint8Array {
    return encodeChunk(0, flags, joined(words32(this.initialTsn + tsn), words16(stream, ssn), words32(ppid), Uint8Array.from(bytes)));
  }

  iData(tsn: number, { flags = 3, stream = 1, mid = 0, fsn = 53, bytes = [tsn] as readonly number[] } = {}): Uint8Array {
    return encodeChunk(64, flags, joined(words32(this.initialTsn + tsn), words16(stream, 0), words32(mid, fsn), Uint8Array.from(bytes)));
  }

  /** A SACK; `cumulative` counts from the association's first TSN, and -1 means nothing. */
  sack(cumulative: number, gaps: readonly (readonly [number, number])[] = [], window = 1 << 20, duplicates: readonly number[] = []): Uint8Array {
    return encodeChunk(3, 0, joined(
      words32(this.peerInitialTsn + cumulative, window), words16(gaps.length, duplicates.length, ...gaps.flat()), words32(...duplicates.map((tsn) => this.peerInitialTsn + tsn)),
    ));
  }

  /** What the association says in its SACK: TSNs relative to our first. */
  readSack({ body }: Chunk): { cumulative: number; window: number; gaps: number[][]; duplicates: number[] } {
    const gapCount = u16(body, 8);
    return {
      cumulative: (i32(body, 0) - this.initialTsn) | 0,
      window: u32(body, 4),
      gaps: Array.from({ length: gapCount }, (_, index) => [u16(body, 12 + 4 * index), u16(body, 14 + 4 * index)]),
      duplicates: Array.from({ length: u16(body, 10) }, (_, index) => (i32(body, 12 + 4 * (gapCount + index)) - this.initialTsn) | 0),
    };
  }

  sacks(): ReturnType<HandmadePeer['readSack']>[] {
    return this.end.chunks().filter(({ type }) => type === 3).map((chunk) => this.readSack(chunk));
  }
}

const parameter = (type: number, body: Uint8Array) => encodeChunk(type >> 8, type & 255, body);
/** RFC 3758, and RE-CONFIG and FORWARD-TSN among the extensions. */
export const defaultParameters = [parameter(0xc000, new Uint8Array(0)), parameter(0x8008, Uint8Array.of(130, 192))];
export const interleavingParameters = [parameter(0xc000, new Uint8Array(0)), parameter(0x8008, Uint8Array.of(130, 192, 64, 194))];
export { encodeChunk, joined, parameter, words16, words32 };
