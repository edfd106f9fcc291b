import type { BinaryType, RTCDataChannelInit, RTCDataChannelState, RTCPriorityType } from '../../generated/webrtc-types';
import { EventTargetObject } from '../../webidl/platform-object';
import { utf8Decode, utf8Encode } from '../../text/utf8';
import type { ChannelOptions, MediaThread, SctpFailure } from '../thread/messages';
import { RTCError } from './RTCError';

/** What a channel needs of its connection. */
export interface DataChannelOwner {
  readonly _thread: Pick<MediaThread, 'send' | 'command'>;
  /** The largest message that may be sent, bytes. */
  readonly _maxMessageSize: number;
  /** A channel's state has changed. */
  _channelStateChanged(before: RTCDataChannelState, after: RTCDataChannelState): void;
  /** A channel has ended. */
  _channelClosed(channel: RTCDataChannel): void;
}

/** *canSendSize*. More would be a mistake of the script's: what has not been sent is kept in memory. */
export const mostBufferedBytes = 64 * 1024 * 1024;

/** https://www.rfc-editor.org/rfc/rfc8831#section-6.4 */
const priorities: Record<RTCPriorityType, number> = { 'very-low': 128, 'low': 256, 'medium': 512, 'high': 1024 };

/** The object of another realm that a channel has become; each method is that of the channel with a `_`. */
export interface ChannelHeir {
  opened(id: number | null, maxMessageSize: number): void;
  received(bytes: Uint8Array, binary: boolean): void;
  sent(bytes: number): void;
  closing(): void;
  closed(failure: SctpFailure | null): void;
}

/** The internal slots of a channel that is transferred. */
export interface TransferredState {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly negotiated: boolean;
  readonly priority: RTCPriorityType;
  readonly id: number | null;
  readonly readyState: RTCDataChannelState;
  readonly maxMessageSize: number;
}

/** What is sent of a Blob once it has been read, in its turn. */
interface Waiting {
  bytes: Uint8Array | null;
  readonly binary: boolean;
}

/** https://w3c.github.io/webrtc-pc/#dom-rtcdatachannel */
export class RTCDataChannel extends EventTargetObject {
  /** [[DataChannelLabel]] */
  readonly label: string;
  /** [[DataChannelProtocol]] */
  readonly protocol: string;
  /** [[Ordered]] */
  readonly ordered: boolean;
  /** [[MaxPacketLifeTime]], milliseconds */
  readonly maxPacketLifeTime: number | null;
  /** [[MaxRetransmits]] */
  readonly maxRetransmits: number | null;
  /** [[Negotiated]] */
  readonly negotiated: boolean;
  readonly priority: RTCPriorityType;
  /** [[DataChannelId]] */
  _id: number | null;
  #readyState: RTCDataChannelState = 'connecting';
  /** [[BufferedAmount]], bytes */
  #bufferedAmount = 0;
  #messagesSent = 0;
  #messagesReceived = 0;
  #bytesQueued = 0;
  #bytesReceived = 0;
  bufferedAmountLowThreshold = 0;
  binaryType: BinaryType = 'arraybuffer';
  /** The number by which the media thread knows it. */
  readonly _number: number;
  readonly #owner: DataChannelOwner;
  /** Messages behind a Blob that is being read. */
  #waiting: Waiting[] = [];
  /** close() was called while something waited. */
  #closesWhenSent = false;
  /** [[IsTransferable]]: in the task that made it, as long as nothing has been sent. */
  #isTransferable = true;
  /** To the object in another realm that it has been transferred to. */
  #heir: ChannelHeir | null = null;

  constructor(owner: DataChannelOwner, number: number, label: string, init: RTCDataChannelInit, id: number | null) {
    super();
    this.#owner = owner;
    this._number = number;
    this.label = label;
    this.protocol = init.protocol;
    this.ordered = init.ordered;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.negotiated = init.negotiated;
    this.priority = init.priority;
    this._id = id;
    host.queueTask(() => { this.#isTransferable = false; });
  }

  get id(): number | null {
    return this._id;
  }

  get readyState(): RTCDataChannelState {
    return this.#heir === null ? this._readyState : 'closed';
  }

  /** [[ReadyState]] */
  get _readyState(): RTCDataChannelState {
    return this.#readyState;
  }

  set _readyState(state: RTCDataChannelState) {
    const before = this.#readyState;
    this.#readyState = state;
    if (state !== before) this.#owner._channelStateChanged(before, state);
  }

  /** What RTCDataChannelStats counts. A message counts as sent when it has been taken, its bytes when the association has sent them. */
  get _counters(): { messagesSent: number; bytesSent: number; messagesReceived: number; bytesReceived: number } {
    const bytesSent = Math.max(0, this.#bytesQueued - this.#bufferedAmount);
    return { messagesSent: this.#messagesSent, bytesSent, messagesReceived: this.#messagesReceived, bytesReceived: this.#bytesReceived };
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  /** What the media thread is told when it opens the channel. */
  get _options(): ChannelOptions {
    const { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated } = this;
    return { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated, priority: priorities[this.priority] };
  }

  /** https://w3c.github.io/webrtc-pc/#datachannel-send */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    // Step 2
    if (this.readyState !== 'open') {
      throw new DOMException("Failed to execute 'send' on 'RTCDataChannel': the channel is not open.", 'InvalidStateError');
    }
    // Step 3
    const isText = typeof data === 'string';
    const bytes = isText ? utf8Encode(data) : bytesOf(data as ArrayBuffer | ArrayBufferView | Blob);
    const size = bytes === null ? (data as Blob).size : bytes.length;
    // Step 4
    const most = this.#owner._maxMessageSize;
    if (size > most) throw new TypeError(`Failed to execute 'send' on 'RTCDataChannel': the message has ${size} bytes, the peer takes ${most}.`);
    // Step 5
    if (this.#bufferedAmount + size > mostBufferedBytes) {
      throw new DOMException("Failed to execute 'send' on 'RTCDataChannel': the send queue is full.", 'OperationError');
    }
    // Step 6
    this.#bufferedAmount += size;
    this.#messagesSent++;
    this.#bytesQueued += size;
    // Step 7
    this.#isTransferable = false;
    this.#queue(bytes, !isText, data);
  }

  #queue(bytes: Uint8Array | null, binary: boolean, data: unknown): void {
    if (bytes !== null && this.#waiting.length === 0) {
      this.#owner._thread.send(this._number, bytes, binary);
      return;
    }
    // What script may change is copied before it waits.
    const waiting: Waiting = { bytes: bytes && bytes.slice(), binary };
    this.#waiting.push(waiting);
    if (bytes !== null) return;
    const read = (buffer: ArrayBuffer) => {
      waiting.bytes = new Uint8Array(buffer);
      this.#sendWaiting();
    };
    void (data as Blob).arrayBuffer().then(read, () => read(new ArrayBuffer(0)));
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.bytes !== null) {
      const { bytes, binary } = this.#waiting.shift()!;
      this.#owner._thread.send(this._number, bytes!, binary);
    }
    if (this.#waiting.length === 0 && this.#closesWhenSent) this.#owner._thread.command({ kind: 'close channel', channel: this._number });
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcdatachannel-close */
  close(): void {
    // Step 2
    if (this.readyState === 'closing' || this.readyState === 'closed') return;
    // Step 3
    this._readyState = 'closing';
    // Step 4: the closing procedure; what is queued is sent before.
    if (this.#waiting.length > 0) this.#closesWhenSent = true;
    else this.#owner._thread.command({ kind: 'close channel', channel: this._number });
  }

  /**
   * What makes it an object of another realm, once: from then on all that happens is told to `heir`, and this object is closed for
   * script. Throws a DataCloneError. https://w3c.github.io/webrtc-pc/#dom-rtcdatachannel
   */
  _transferTo(heir: ChannelHeir): TransferredState {
    if (!this.#isTransferable) throw new DOMException('The RTCDataChannel can be transferred only in the task that made it, before anything is sent.', 'DataCloneError');
    this.#isTransferable = false;
    this.#heir = heir;
    const { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated, priority, _id: id, _readyState: readyState } = this;
    return { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, negotiated, priority, id, readyState, maxMessageSize: this.#owner._maxMessageSize };
  }

  /** What the heir does. */
  _sendForHeir(bytes: Uint8Array, binary: boolean): void {
    if (this._readyState === 'open') this.#owner._thread.send(this._number, bytes, binary);
  }

  _closeForHeir(): void {
    if (this._readyState === 'closing' || this._readyState === 'closed') return;
    this._readyState = 'closing';
    this.#owner._thread.command({ kind: 'close channel', channel: this._number });
  }

  // ---- what the media thread tells ----

  /** https://w3c.github.io/webrtc-pc/#announce-datachannel-open, in a task of its own. */
  _opened(): void {
    // Step 2
    if (this._readyState === 'closing' || this._readyState === 'closed') return;
    // Steps 3 and 4
    this._readyState = 'open';
    this._tellOpen();
  }

  _tellOpen(): void {
    if (this.#heir !== null) this.#heir.opened(this._id, this.#owner._maxMessageSize);
    else this.fire('open');
  }

  /** https://w3c.github.io/webrtc-pc/#rtcdatachannel-message-handling */
  _received(bytes: Uint8Array<ArrayBuffer>, binary: boolean): void {
    // Steps 3: only while it is open
    if (this._readyState !== 'open') return;
    if (this.#heir !== null) {
      this.#heir.received(bytes, binary);
      return;
    }
    this.#messagesReceived++;
    this.#bytesReceived += bytes.length;
    // Steps 4 and 5
    const data = !binary ? utf8Decode(bytes) : this.binaryType === 'blob' ? new Blob([bytes]) : bytes.buffer;
    this.fire('message', { data, origin: '' }, 'MessageEvent');
  }

  /** Bytes have been handed to the transport. */
  _sent(bytes: number): void {
    if (this.#heir !== null) {
      this.#heir.sent(bytes);
      return;
    }
    const before = this.#bufferedAmount;
    this.#bufferedAmount = Math.max(0, before - bytes);
    if (before > this.bufferedAmountLowThreshold && this.#bufferedAmount <= this.bufferedAmountLowThreshold) this.fire('bufferedamountlow');
  }

  /** The peer has begun to close. https://w3c.github.io/webrtc-pc/#announce-datachannel-closing */
  _closing(): void {
    if (this._readyState === 'closing' || this._readyState === 'closed') return;
    this._readyState = 'closing';
    if (this.#heir !== null) this.#heir.closing();
    else this.fire('closing');
  }

  /** The connection has been closed: there are no events, but in another realm. */
  _end(): void {
    this._readyState = 'closed';
    this.#heir?.closed(null);
  }

  /** https://w3c.github.io/webrtc-pc/#announce-datachannel-as-closed */
  _closed(failure: SctpFailure | null): void {
    if (this._readyState === 'closed') return;
    // Steps 3 to 5
    this._readyState = 'closed';
    this.#waiting = [];
    this.#owner._channelClosed(this);
    if (this.#heir !== null) {
      this.#heir.closed(failure);
      return;
    }
    // Step 6
    if (failure !== null) {
      const { errorDetail, message, sctpCauseCode } = failure;
      this.fire('error', { error: new RTCError({ errorDetail, sctpCauseCode }, message) }, 'RTCErrorEvent');
    }
    // Step 7
    this.fire('close');
  }
}

/** Null for a Blob, which has to be read first. */
function bytesOf(data: ArrayBuffer | ArrayBufferView | Blob): Uint8Array | null {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return 'byteLength' in data ? new Uint8Array(data) : null;
}
