import type { Command, ConnectionClosed, MediaEvent } from './messages';
import { Patience } from './Patience';
import { RecordQueue } from './RecordQueue';
import { DataFlag, decodeMessage, maxPart, MessageParts, RecordType } from './records';
import { RingReader, RingWriter } from './SharedRing';

/** What obeys the commands. */
export interface CommandTarget {
  command(command: Command): void;
  /** A message of a channel, or a part of it. `bytes` of a part are the target's, those of a whole message only until it returns. */
  data(channel: number, bytes: Uint8Array, flags: number): void;
  /** All that has come so far has been given; what it causes may be told. */
  settled(): void;
  /** Events and messages have room again. */
  drained(): void;
}

/** The media thread's end of the rings. */
export class MediaThreadServer {
  readonly #down: RingReader;
  readonly #upRing: RingWriter;
  readonly #up: RecordQueue;
  readonly #target: CommandTarget;
  readonly #messages = new MessageParts();
  readonly #now: (() => number) | null;
  readonly #patience = new Patience();
  /** Messages have gone up since the thread last might have waited for their answer. */
  #hasDelivered = false;
  #isBlocked = false;
  /** Where whole messages lie while the target takes them. */
  #scratch = new Uint8Array(4096);

  /**
   * `wake` rings for the control thread; `woken()` has to be called at first, and when that rings for this one. `now`: a monotonic
   * clock, in milliseconds; null where the two threads have one processor, and waiting awake for the other would keep it waiting.
   */
  constructor(
    down: SharedArrayBuffer, up: SharedArrayBuffer, wake: () => void, makeTarget: (server: MediaThreadServer) => CommandTarget,
    now: (() => number) | null = null,
  ) {
    this.#now = now;
    this.#down = new RingReader(down, wake);
    this.#upRing = new RingWriter(up, wake);
    this.#up = new RecordQueue(this.#upRing);
    this.#target = makeTarget(this);
  }

  woken(): void {
    this.#up.resume();
    do {
      while (this.#down.next()) this.#take();
    } while (!this.#down.sleep());
    if (this.#isBlocked && this.hasRoom) this.#target.drained();
    this.#target.settled();
    this.#up.flush();
  }

  /** Before the thread rests after what a socket brought: waits awake for the answer to messages that went up, where that pays. */
  awaitAnswer(): void {
    if (!this.#hasDelivered || this.#now === null) return;
    this.#hasDelivered = false;
    const delivered = this.#now();
    const patience = this.#patience.delivered(delivered);
    if (patience === 0) return;
    if (this.#down.stayAwake(this.#now, delivered + patience)) this.woken();
    else this.#patience.disappointed();
  }

  #take(): void {
    const { type, target, flags, byteLength } = this.#down;
    const bytes = type === RecordType.Data && isWhole(flags) ? this.#scratchOf(byteLength) : new Uint8Array(byteLength);
    this.#down.copyTo(bytes);
    if (type === RecordType.Data) {
      if (this.#now !== null) this.#patience.answered(this.#now);
      this.#target.data(target, bytes, flags);
      return;
    }
    const message = this.#messages.take(bytes, flags);
    if (message) this.#target.command(decodeMessage(message) as Command);
  }

  #scratchOf(byteLength: number): Uint8Array {
    if (this.#scratch.length < byteLength) this.#scratch = new Uint8Array(Math.min(2 * byteLength, maxPart));
    return this.#scratch.subarray(0, byteLength);
  }

  emit(event: MediaEvent | ConnectionClosed): void {
    if (event.kind === 'channel sent') this.#up.write(RecordType.Sent, event.channel, event.bytes, nothing);
    else this.#up.writeMessage(event);
  }

  /** Whether a message may be given now; if not, `drained()` says when. */
  get hasRoom(): boolean {
    this.#isBlocked = this.#up.isCrowded || !this.#upRing.hasRoom(maxPart);
    return !this.#isBlocked;
  }

  /** A message, or a part of at most `maxPart` bytes. */
  message(channel: number, bytes: Uint8Array, binary: boolean, begins: boolean, ends: boolean): void {
    const flags = (binary ? DataFlag.Binary : 0) | (begins ? DataFlag.Begins : 0) | (ends ? DataFlag.Ends : 0);
    this.#up.write(RecordType.Data, channel, flags, bytes);
    this.#hasDelivered = true;
  }

  flush(): void {
    this.#up.flush();
  }
}

function isWhole(flags: number): boolean {
  return (flags & DataFlag.Begins) !== 0 && (flags & DataFlag.Ends) !== 0;
}

const nothing = new Uint8Array(0);
