import { encodeMessage, maxPart, MessageFlag, RecordType } from './records';
import type { RingWriter } from './SharedRing';

interface Waiting {
  readonly type: number;
  readonly target: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** Records on their way into a ring: those that have no room wait in order, and nothing is lost. */
export class RecordQueue {
  readonly #ring: RingWriter;
  #waiting: Waiting[] = [];

  constructor(ring: RingWriter) {
    this.#ring = ring;
  }

  /** Records wait for room. */
  get isCrowded(): boolean {
    return this.#waiting.length > 0;
  }

  /** `bytes` is copied, now or when there is room: then it must be the queue's own. */
  write(type: number, target: number, flags: number, bytes: Uint8Array): void {
    if (this.isCrowded || !this.#ring.write(type, target, flags, bytes)) this.#waiting.push({ type, target, flags, bytes });
  }

  /** A command or an event, however long: what a peer says in a description, statistics of many candidates. */
  writeMessage(message: object): void {
    const bytes = encodeMessage(message);
    for (let start = 0; start < bytes.length; start += maxPart) {
      const end = Math.min(start + maxPart, bytes.length);
      this.write(RecordType.Message, 0, end < bytes.length ? MessageFlag.More : 0, bytes.subarray(start, end));
    }
  }

  /** The ring has room again. */
  resume(): void {
    let written = 0;
    for (const { type, target, flags, bytes } of this.#waiting) {
      if (!this.#ring.write(type, target, flags, bytes)) break;
      written++;
    }
    this.#waiting = this.#waiting.slice(written);
  }

  flush(): void {
    this.#ring.flush();
  }
}
