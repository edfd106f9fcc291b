import type { MediaThreadLink } from '../../host/Host';
import type { Command, ConnectionClosed, MediaEvent, MediaListener, MediaThread } from './messages';
import { RecordQueue } from './RecordQueue';
import { concatenate, DataFlag, decodeMessage, maxPart, MessageParts, RecordType } from './records';
import { RingReader, RingWriter } from './SharedRing';

/** The control thread's end: commands and messages go down a ring, events and messages come up another. */
export class MediaThreadClient implements MediaThread {
  readonly #link: MediaThreadLink;
  readonly #down: RecordQueue;
  readonly #up: RingReader;
  readonly #listeners = new Map<number, MediaListener>();
  /** Whose a transport, channel or request is. */
  readonly #connectionOf = { transport: new Map<number, number>(), channel: new Map<number, number>(), request: new Map<number, number>() };
  readonly #held = new Set<number>();
  /** Connections whose peers have not been told yet that they are closed. */
  readonly #closing = new Set<number>();
  readonly #messages = new MessageParts();
  /** Parts of channels' messages that have not ended, by channel. */
  readonly #parts = new Map<number, Uint8Array[]>();
  #isFlushQueued = false;
  isLost = false;

  /** `link.woken` has to be called, by the doorbell, when something has come. */
  constructor(link: MediaThreadLink) {
    this.#link = link;
    this.#down = new RecordQueue(new RingWriter(link.down, () => link.wake()));
    this.#up = new RingReader(link.up, () => link.wake());
    this.#up.sleep();
  }

  command(command: Command): void {
    if (this.isLost) return;
    this.#note(command);
    this.#down.writeMessage(command);
    this.#queueFlush();
  }

  /** Which connection the events about what this command names are for, and which has an answer to wait for. */
  #note(command: Command): void {
    const { transport, channel, request } = this.#connectionOf;
    if (command.kind === 'open transport') transport.set(command.transport, command.connection);
    if (command.kind === 'open channel') channel.set(command.channel, transport.get(command.transport)!);
    if (command.kind === 'get stats') request.set(command.request, command.connection);
    if (command.kind === 'close connection' && [...transport.values()].includes(command.connection)) this.#closing.add(command.connection);
  }

  send(channel: number, bytes: Uint8Array, binary: boolean): void {
    if (this.isLost) return;
    const kind = binary ? DataFlag.Binary : 0;
    // What has to wait for room is copied, since script may change its buffer.
    const own = this.#down.isCrowded || bytes.length > maxPart ? bytes.slice() : bytes;
    for (let start = 0; start === 0 || start < own.length; start += maxPart) {
      const end = Math.min(start + maxPart, own.length);
      const flags = kind | (start === 0 ? DataFlag.Begins : 0) | (end === own.length ? DataFlag.Ends : 0);
      this.#down.write(RecordType.Data, channel, flags, end - start === own.length ? own : own.subarray(start, end));
    }
    this.#queueFlush();
  }

  listen(connection: number, listener: MediaListener): void {
    this.#listeners.set(connection, listener);
  }

  unlisten(connection: number): void {
    this.#listeners.delete(connection);
    this.keepAlive(connection, false);
    for (const owners of Object.values(this.#connectionOf)) {
      for (const [name, owner] of owners) {
        if (owner !== connection) continue;
        owners.delete(name);
        if (owners === this.#connectionOf.channel) this.#parts.delete(name);
      }
    }
  }

  keepAlive(connection: number, hold: boolean): void {
    if (hold) this.#held.add(connection);
    else this.#held.delete(connection);
    this.#updateHold();
  }

  #updateHold(): void {
    this.#link.hold(this.#held.size + this.#closing.size > 0);
  }

  /** The doorbell rang: something has come, or there is room again. */
  woken(): void {
    this.#down.resume();
    this.#down.flush();
    const { again } = this.#link;
    let records = 0;
    let bytes = 0;
    do {
      while (this.#up.next()) {
        this.#take();
        bytes += this.#up.byteLength;
        // https://html.spec.whatwg.org/#perform-a-microtask-checkpoint: an event's listeners see what the one before has led to.
        this.#link.checkpoint?.();
        if (again === undefined || (++records < recordsAtOnce && bytes < bytesAtOnce)) continue;
        again();
        return;
      }
    } while (!this.#up.sleep());
  }

  /** The thread has ended by itself. */
  lost(message: string): void {
    this.isLost = true;
    this.#held.clear();
    this.#closing.clear();
    this.#updateHold();
    for (const listener of [...this.#listeners.values()]) listener.event({ kind: 'lost', message });
  }

  /** What one script run writes is shown to the other thread at once. */
  #queueFlush(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    void Promise.resolve().then(() => {
      this.#isFlushQueued = false;
      this.#down.flush();
    });
  }

  #take(): void {
    const { type, target, flags, byteLength } = this.#up;
    if (type === RecordType.Sent) {
      this.#dispatch({ kind: 'channel sent', channel: target, bytes: flags });
      return;
    }
    // Twice as fast as letting the array make the buffer.
    const bytes = new Uint8Array(new ArrayBuffer(byteLength));
    this.#up.copyTo(bytes);
    if (type === RecordType.Data) {
      this.#takeData(target, flags, bytes);
      return;
    }
    const message = this.#messages.take(bytes, flags);
    if (message) this.#takeMessage(decodeMessage(message) as MediaEvent | ConnectionClosed);
  }

  #takeMessage(message: MediaEvent | ConnectionClosed): void {
    if (message.kind !== 'connection closed') {
      this.#dispatch(message);
      return;
    }
    this.#closing.delete(message.connection);
    this.#updateHold();
  }

  #dispatch(event: MediaEvent): void {
    const { transport, channel, request } = this.#connectionOf;
    let connection: number | undefined;
    if ('transport' in event) connection = transport.get(event.transport);
    else if ('channel' in event) connection = channel.get(event.channel);
    else if ('request' in event) connection = request.get(event.request);
    if (event.kind === 'incoming channel' && connection !== undefined) channel.set(event.channel, connection);
    if (event.kind === 'channel closed') {
      channel.delete(event.channel);
      this.#parts.delete(event.channel);
    }
    if (event.kind === 'stats') request.delete(event.request);
    if (connection !== undefined) this.#listeners.get(connection)?.event(event);
  }

  #takeData(channel: number, flags: number, bytes: Uint8Array<ArrayBuffer>): void {
    const connection = this.#connectionOf.channel.get(channel);
    if (connection === undefined) return;
    const isBinary = (flags & DataFlag.Binary) !== 0;
    let whole = bytes;
    if ((flags & DataFlag.Begins) === 0 || (flags & DataFlag.Ends) === 0) {
      if ((flags & DataFlag.Begins) !== 0) this.#parts.set(channel, []);
      const parts = this.#parts.get(channel) ?? [];
      parts.push(bytes);
      if ((flags & DataFlag.Ends) === 0) return;
      this.#parts.delete(channel);
      whole = concatenate(parts);
    }
    this.#listeners.get(connection)?.message(channel, whole, isBinary);
  }
}

/** What is taken before the rest of the event loop has its turn: about a millisecond's work. */
const recordsAtOnce = 256;
const bytesAtOnce = 4 << 20;
