import type { DeliveredMessage } from '../../../src/webrtc/sctp/delivered-message';

/** The bytes of the message with this number on this stream, which no other message has. */
export function messageBytes(streamId: number, number: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = streamId * 31 + number * 17 + index * 7 + (index >> 8);
  bytes[0] = number >> 8;
  if (length > 1) bytes[1] = number;
  return bytes;
}

/** What was sent, and whether what arrives is that: each message at most once, whole, and in its order where it has one. */
export class MessageLedger {
  /** Lengths by stream and number. */
  readonly #sent = new Map<number, number[]>();
  readonly #received = new Map<number, Set<number>>();
  readonly #last = new Map<number, number>();
  /** What is wrong, in words. */
  readonly complaints: string[] = [];
  sentCount = 0;
  receivedCount = 0;

  next(streamId: number, length: number): Uint8Array {
    const lengths = this.#sent.get(streamId) ?? [];
    this.#sent.set(streamId, lengths);
    this.sentCount++;
    return messageBytes(streamId, lengths.push(length) - 1, length);
  }

  receive(message: DeliveredMessage): void {
    const { streamId, unordered } = message;
    const bytes = message.bytes();
    const number = this.#numberOf(streamId, bytes);
    const received = this.#received.get(streamId) ?? new Set();
    this.#received.set(streamId, received);
    if (number < 0) this.complaints.push(`stream ${streamId}: ${bytes.length} bytes that were not sent`);
    if (received.has(number)) this.complaints.push(`stream ${streamId}: message ${number} twice`);
    if (!unordered && number < (this.#last.get(streamId) ?? -1)) this.complaints.push(`stream ${streamId}: message ${number} too late`);
    if (!message.begins || !message.ends) this.complaints.push(`stream ${streamId}: a part of message ${number}`);
    received.add(number);
    if (!unordered) this.#last.set(streamId, number);
    this.receivedCount++;
  }

  receivedOn(streamId: number): number {
    return this.#received.get(streamId)?.size ?? 0;
  }

  sentOn(streamId: number): number {
    return this.#sent.get(streamId)?.length ?? 0;
  }

  get isComplete(): boolean {
    return this.receivedCount === this.sentCount;
  }

  #numberOf(streamId: number, bytes: Uint8Array): number {
    const lengths = this.#sent.get(streamId) ?? [];
    const number = bytes.length > 1 ? bytes[0] * 256 + bytes[1] : lengths.indexOf(1);
    if (lengths[number] !== bytes.length) return -1;
    const expected = messageBytes(streamId, number, bytes.length);
    return expected.every((byte, index) => byte === bytes[index]) ? number : -1;
  }
}
