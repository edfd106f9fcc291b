import { chunkHeaderBytes, chunkType, parameterType, resetResult } from './constants';
import { encodeChunk, encodeParameter, joined, words16, words32, type ControlQueue } from './control-chunks';
import type { ErrorCounter } from './error-counter';
import type { EventQueue } from './events';
import type { Violation } from './reassembly';
import type { Receiver } from './receiver';
import type { RetransmissionTimeout } from './retransmission-timeout';
import type { SendQueue } from './send-queue';
import type { Sender } from './sender';
import { distance, successor } from './serial-number';

/** So many streams fit into a request in the smallest packet. */
const mostStreamsPerRequest = 256;
/** A peer may not fill our memory with events that the application has not taken. */
const mostEventsWaiting = 256;
const parameterHeaderBytes = 4;

export interface StreamResetOptions {
  readonly queue: SendQueue;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly events: EventQueue;
  readonly replies: ControlQueue;
  readonly timeout: RetransmissionTimeout;
  readonly errors: ErrorCounter;
  readonly localInitialTsn: number;
  readonly peerInitialTsn: number;
  readonly supported: boolean;
  readonly inboundStreams: number;
}

interface Request {
  readonly sequence: number;
  readonly streamIds: readonly number[];
  readonly chunk: Uint8Array;
  transmissions: number;
  deadline: number;
}

/** Re-configuration of streams, https://www.rfc-editor.org/rfc/rfc6525#section-5 */
export class StreamReset {
  readonly #options: StreamResetOptions;
  #nextSequence: number;
  /** Streams to be reset as soon as all that was sent on them is acknowledged. */
  readonly #waiting = new Set<number>();
  /** Only one request is outstanding at a time (5.1.1). */
  #request: Request | undefined;
  /** When a request is made again that the peer had no time for. */
  #retryAt = Infinity;

  #expectedSequence: number;
  #lastResult: number = resetResult.nothingToDo;
  /** Sequence number of the peer's incoming request that our next outgoing one answers. */
  #answering: number | undefined;

  constructor(options: StreamResetOptions) {
    this.#options = options;
    this.#nextSequence = options.localInitialTsn;
    this.#expectedSequence = options.peerInitialTsn;
  }

  get deadline(): number {
    return this.#request ? this.#request.deadline : this.#retryAt;
  }

  /** Outgoing streams to be reset. */
  start(streamIds: readonly number[]): void {
    const { queue, events, supported } = this.#options;
    if (!supported) {
      for (const id of streamIds) queue.stream(id).resetting = false;
      events.push({ type: 'outgoing reset failed', streamIds });
      return;
    }
    for (const id of streamIds) {
      queue.stream(id).resetting = true;
      this.#waiting.add(id);
    }
  }

  /** Sends a request when streams are ready for one. */
  poll(now: number): void {
    if (this.#waiting.size === 0 || this.#request || this.#retryAt !== Infinity) return;
    const { queue } = this.#options;
    const ready = [...this.#waiting].filter((id) => queue.isDrained(queue.stream(id))).slice(0, mostStreamsPerRequest);
    if (ready.length === 0) return;
    for (const id of ready) this.#waiting.delete(id);
    this.#sendRequest(now, ready);
  }

  handleTimeout(now: number): void {
    const request = this.#request;
    if (now >= this.#retryAt) this.#retryAt = Infinity;
    if (!request || now < request.deadline) return;
    this.#options.errors.increment();
    this.#transmit(now, request);
  }

  /** A RE-CONFIG chunk of `length` bytes at `at`. */
  handle(now: number, view: DataView, at: number, length: number): Violation {
    const end = at + length;
    for (let parameter = at + chunkHeaderBytes; parameter + parameterHeaderBytes <= end;) {
      const parameterLength = view.getUint16(parameter + 2);
      const handler = handlers[view.getUint16(parameter)];
      if (parameterLength < parameterHeaderBytes || parameter + parameterLength > end) return 'a parameter longer than its RE-CONFIG chunk';
      if (handler) {
        if (parameterLength < handler.shortest) return 'a RE-CONFIG parameter that is too short';
        handler.handle(this, now, view, parameter, parameterLength);
      }
      parameter += (parameterLength + 3) & ~3;
    }
    return undefined;
  }

  /** https://www.rfc-editor.org/rfc/rfc6525#section-5.2.2 */
  handleOutgoingRequest(now: number, view: DataView, at: number, length: number): void {
    const { receiver, events } = this.#options;
    const sequence = view.getInt32(at + 4);
    if (!this.#isExpected(sequence)) return;
    const lastTsn = view.getInt32(at + 12);
    const listed = streamIdsAt(view, at + 16, at + length);
    if (listed.some((id) => id >= this.#options.inboundStreams)) return this.#answer(sequence, resetResult.wrongSsn);
    if (distance(receiver.cumulativeTsn, lastTsn) > 0 || events.rareCount > mostEventsWaiting) {
      return this.#respond(sequence, resetResult.inProgress); // The peer asks again.
    }
    const streamIds = listed.length > 0 ? listed : receiver.reassembly.streams.streamIds();
    receiver.reassembly.reset(streamIds);
    events.push({ type: 'incoming streams reset', streamIds });
    this.#answer(sequence, resetResult.performed);
  }

  /** https://www.rfc-editor.org/rfc/rfc6525#section-5.2.3: the answer is an outgoing request of ours. */
  handleIncomingRequest(view: DataView, at: number, length: number): void {
    const { queue } = this.#options;
    const sequence = view.getInt32(at + 4);
    if (!this.#isExpected(sequence)) return;
    if (this.#answering !== undefined) return this.#answer(sequence, resetResult.alreadyInProgress);
    const listed = streamIdsAt(view, at + 8, at + length);
    const known = new Set(queue.allStreams().map(({ id }) => id));
    const streamIds = listed.length > 0 ? listed.filter((id) => known.has(id)) : [...known];
    if (streamIds.length === 0) return this.#answer(sequence, resetResult.nothingToDo);
    this.#answering = sequence;
    this.#answer(sequence, resetResult.inProgress);
    this.start(streamIds);
  }

  /** What we don't do: resetting the association's TSNs, and adding streams to the 65535 there are. */
  refuse(view: DataView, at: number): void {
    const sequence = view.getInt32(at + 4);
    if (this.#isExpected(sequence)) this.#answer(sequence, resetResult.denied);
  }

  /** https://www.rfc-editor.org/rfc/rfc6525#section-5.2.7 */
  handleResponse(now: number, view: DataView, at: number): void {
    const request = this.#request;
    const { queue, events, timeout, errors } = this.#options;
    if (!request || view.getInt32(at + 4) !== request.sequence) return;
    const result = view.getInt32(at + 8);
    errors.reset();
    if (result === resetResult.inProgress) {
      request.deadline = now + timeout.milliseconds;
      return;
    }
    this.#request = undefined;
    if (result === resetResult.alreadyInProgress) {
      for (const id of request.streamIds) this.#waiting.add(id);
      this.#retryAt = now + timeout.milliseconds;
      return;
    }
    const done = result === resetResult.performed || result === resetResult.nothingToDo;
    for (const id of request.streamIds) {
      const stream = queue.stream(id);
      stream.resetting = false;
      if (done) stream.restartNumbers();
    }
    events.push({ type: done ? 'outgoing streams reset' : 'outgoing reset failed', streamIds: request.streamIds });
  }

  #sendRequest(now: number, streamIds: readonly number[]): void {
    const { sender } = this.#options;
    const sequence = this.#nextSequence;
    this.#nextSequence = successor(sequence);
    const answered = this.#answering ?? (this.#expectedSequence - 1) | 0;
    this.#answering = undefined;
    const lastTsn = (sender.outstanding.nextTsn - 1) | 0;
    const body = joined(words32(sequence, answered, lastTsn), words16(...streamIds));
    const chunk = encodeChunk(chunkType.reConfig, 0, encodeParameter(parameterType.outgoingSsnResetRequest, body));
    this.#request = { sequence, streamIds, chunk, transmissions: 0, deadline: Infinity };
    this.#transmit(now, this.#request);
  }

  #transmit(now: number, request: Request): void {
    const { replies, timeout } = this.#options;
    replies.push(request.chunk);
    request.deadline = now + timeout.milliseconds * 2 ** Math.min(request.transmissions++, 6);
  }

  /** Whether a request is the next one; answers it where it is not. */
  #isExpected(sequence: number): boolean {
    if (sequence === this.#expectedSequence) return true;
    const repeated = successor(sequence) === this.#expectedSequence;
    this.#respond(sequence, repeated ? this.#lastResult : resetResult.badSequenceNumber);
    return false;
  }

  /** The request is dealt with. */
  #answer(sequence: number, result: number): void {
    this.#expectedSequence = successor(sequence);
    this.#lastResult = result;
    this.#respond(sequence, result);
  }

  #respond(sequence: number, result: number): void {
    const parameter = encodeParameter(parameterType.reConfigurationResponse, words32(sequence, result));
    this.#options.replies.push(encodeChunk(chunkType.reConfig, 0, parameter));
  }
}

function streamIdsAt(view: DataView, at: number, end: number): number[] {
  const ids = new Set<number>();
  for (let id = at; id + 2 <= end; id += 2) ids.add(view.getUint16(id));
  return [...ids];
}

interface Handler {
  /** Bytes that the parameter has at least. */
  readonly shortest: number;
  handle(reset: StreamReset, now: number, view: DataView, at: number, length: number): void;
}

const refusal: Handler = { shortest: 8, handle: (reset, now, view, at) => reset.refuse(view, at) };

const handlers: Record<number, Handler | undefined> = {
  [parameterType.outgoingSsnResetRequest]: { shortest: 16, handle: (reset, now, view, at, length) => reset.handleOutgoingRequest(now, view, at, length) },
  [parameterType.incomingSsnResetRequest]: { shortest: 8, handle: (reset, now, view, at, length) => reset.handleIncomingRequest(view, at, length) },
  [parameterType.reConfigurationResponse]: { shortest: 12, handle: (reset, now, view, at) => reset.handleResponse(now, view, at) },
  [parameterType.ssnTsnResetRequest]: refusal,
  [parameterType.addOutgoingStreamsRequest]: refusal,
  [parameterType.addIncomingStreamsRequest]: refusal,
};
