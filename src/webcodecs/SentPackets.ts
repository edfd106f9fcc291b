import type { EncodedData } from '../host/CodecBackend';

interface Sent {
  readonly input: EncodedData;
  /** Its number in the stream. */
  readonly index: number;
  isOut: boolean;
}

/**
 * What a decoder has been sent and may have to be sent again to another: from the last key frame on that has come out. Packets before it
 * are not needed, since pictures come out in the order of presentation, those that lead a key frame before it.
 */
export class SentPackets {
  #packets: Sent[] = [];
  #byTimestamp = new Map<number, Sent[]>();
  #bytes = 0;
  #count = 0;
  /** Nothing that is needed had to be dropped. */
  #isWhole = true;
  readonly #mostBytes: number;

  constructor(mostBytes = mostKept) {
    this.#mostBytes = mostBytes;
  }

  add(input: EncodedData): void {
    if (!this.#isWhole && this.#packets.length === 0 && !input.isKey) return;
    const sent: Sent = { input, index: this.#count++, isOut: false };
    this.#packets.push(sent);
    const same = this.#byTimestamp.get(input.timestamp);
    if (same === undefined) this.#byTimestamp.set(input.timestamp, [sent]);
    else same.push(sent);
    this.#bytes += input.data.byteLength;
    if (this.#bytes <= this.#mostBytes) return;
    this.clear();
    this.#isWhole = false;
  }

  /** A picture of that time has come out. */
  out(timestamp: number): void {
    const same = this.#byTimestamp.get(timestamp);
    const sent = same?.shift();
    if (sent === undefined) return;
    if (same!.length === 0) this.#byTimestamp.delete(timestamp);
    sent.isOut = true;
    if (sent.input.isKey) this.#dropBefore(sent.index);
  }

  /** Null where they would be too many to keep. */
  get inputs(): EncodedData[] | null {
    return this.#isWhole ? this.#packets.map(({ input }) => input) : null;
  }

  /** How many pictures have come out of these packets, by timestamp. */
  countOut(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const { input: { timestamp }, isOut } of this.#packets) if (isOut) counts.set(timestamp, (counts.get(timestamp) ?? 0) + 1);
    return counts;
  }

  clear(): void {
    this.#packets = [];
    this.#byTimestamp.clear();
    this.#bytes = 0;
    this.#isWhole = true;
  }

  #dropBefore(index: number): void {
    this.#isWhole = true;
    const dropped = this.#packets.splice(0, index - this.#packets[0].index);
    for (const sent of dropped) {
      this.#bytes -= sent.input.data.byteLength;
      if (!sent.isOut) this.#forget(sent);
    }
  }

  /** Of a packet that no picture has come out of: one that is not shown. */
  #forget(sent: Sent): void {
    const same = this.#byTimestamp.get(sent.input.timestamp)!;
    same.splice(same.indexOf(sent), 1);
    if (same.length === 0) this.#byTimestamp.delete(sent.input.timestamp);
  }
}

/** Bytes: 50 s of 20 Mbit/s without a key frame. */
const mostKept = 2 ** 27;
