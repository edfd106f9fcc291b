import { initialRows } from './arena';
import type { DeliveredMessage } from './delivered-message';

/** What the two ends agreed upon. */
export interface ConnectedEvent {
  readonly type: 'connected';
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  /** I-DATA is in use (RFC 8260). */
  readonly interleaving: boolean;
  /** Both ways: we may leave checksums out, the peer may (RFC 9653). */
  readonly zeroChecksumSent: boolean;
  readonly zeroChecksumAccepted: boolean;
  readonly partialReliability: boolean;
  readonly streamReset: boolean;
}

export type ClosedReason =
  | 'shutdown'
  /** `abort()` was called here. */
  | 'aborted'
  /** The peer sent ABORT. */
  | 'aborted by peer'
  /** The peer broke the protocol, and was sent ABORT. */
  | 'protocol violation'
  /** No answer for too long. */
  | 'timeout';

export interface ClosedEvent {
  readonly type: 'closed';
  readonly reason: ClosedReason;
  /** The error cause code of an ABORT, 0 where there is none. */
  readonly causeCode: number;
  /** Text that goes with the cause; what the peer sent is not to be trusted. */
  readonly detail: string;
}

/** The peer lost its state and began again. All messages queued here, in flight or half received are gone; streams begin at 0. */
export interface RestartedEvent {
  readonly type: 'restarted';
}

/** The peer's outgoing streams begin anew: nothing more comes from what was sent before. */
export interface IncomingResetEvent {
  readonly type: 'incoming streams reset';
  readonly streamIds: readonly number[];
}

/** An answer to `resetStreams`. `failed` where the peer refused or does not know RFC 6525. */
export interface OutgoingResetEvent {
  readonly type: 'outgoing streams reset' | 'outgoing reset failed';
  readonly streamIds: readonly number[];
}

/** `bufferedAmount(streamId)` fell to the stream's threshold or below it. */
export interface BufferedAmountLowEvent {
  readonly type: 'buffered amount low';
  readonly streamId: number;
}

/** A message of which parts were delivered won't be finished: the peer gave it up. */
export interface MessageAbortedEvent {
  readonly type: 'message aborted';
  readonly streamId: number;
}

export type SctpEvent =
  | DeliveredMessage
  | ConnectedEvent
  | ClosedEvent
  | RestartedEvent
  | IncomingResetEvent
  | OutgoingResetEvent
  | BufferedAmountLowEvent
  | MessageAbortedEvent;

export type RareEvent = Exclude<SctpEvent, DeliveredMessage>;

const rare = -1;

/** Events in the order in which they happened. A message costs an integer. */
export class EventQueue {
  #ring = new Int32Array(initialRows);
  #head = 0;
  count = 0;
  readonly #rareEvents: RareEvent[] = [];

  pushMessage(message: number): void {
    this.#append(message);
  }

  push(event: RareEvent): void {
    this.#rareEvents.push(event);
    this.#append(rare);
  }

  /** Events other than messages that wait. */
  get rareCount(): number {
    return this.#rareEvents.length;
  }

  /** Takes the first: the index of a message, or an event. */
  shift(): number | RareEvent | undefined {
    if (this.count === 0) return undefined;
    const entry = this.#ring[this.#head];
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.count--;
    return entry === rare ? this.#rareEvents.shift() : entry;
  }

  #append(entry: number): void {
    const size = this.#ring.length;
    if (this.count === size) {
      const longer = new Int32Array(size * 2);
      for (let index = 0; index < size; index++) longer[index] = this.#ring[(this.#head + index) & (size - 1)];
      this.#ring = longer;
      this.#head = 0;
    }
    this.#ring[(this.#head + this.count) & (this.#ring.length - 1)] = entry;
    this.count++;
  }
}
