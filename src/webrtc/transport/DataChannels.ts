import { acknowledgement, decodeDcep, encodeOpen, isOpen, Ppid } from '../sctp/dcep';
import type { DeliveredMessage } from '../sctp/delivered-message';
import type { ClosedEvent, ConnectedEvent, SctpEvent } from '../sctp/events';
import type { SctpAssociation } from '../sctp/SctpAssociation';
import type { SendOptions } from '../sctp/send-queue';
import type { ChannelOptions, MediaEvent } from '../thread/messages';
import { concatenate, DataFlag, maxPart } from '../thread/records';

/** Where the events and messages of channels go. */
export interface ChannelSink {
  emit(event: MediaEvent): void;
  /** Whether a message may be given. */
  readonly hasRoom: boolean;
  message(channel: number, bytes: Uint8Array, binary: boolean, begins: boolean, ends: boolean): void;
}

interface Channel {
  readonly channel: number;
  readonly id: number;
  readonly options: ChannelOptions;
  sendOptions: SendOptions;
  isOpen: boolean;
  /** Bytes handed to the association and not told as sent yet. */
  pending: number;
  /** Parts of a message of the control thread's that has not ended. */
  parts: Uint8Array[];
  /** Resets: ours is asked for or done, the peer's is done. */
  isClosing: boolean;
  isReset: boolean;
  isPeerReset: boolean;
  /** Bytes of a message of the peer's that were given in parts and whose end has not come. */
  unfinished: number;
}

/** Unfinished messages are put together outside the receive window: a peer that begins more than this does not mean to end them. */
const mostUnfinishedBytes = 64 << 20;

/**
 * The data channels of an association: streams of the same number both ways.
 * https://www.rfc-editor.org/rfc/rfc8831#section-6, https://www.rfc-editor.org/rfc/rfc8832
 */
export class DataChannels {
  readonly #association: SctpAssociation;
  readonly #transport: number;
  readonly #sink: ChannelSink;
  readonly #byId = new Map<number, Channel>();
  readonly #byChannel = new Map<number, Channel>();
  /** Channels of which something has not been sent. */
  readonly #sending = new Set<Channel>();
  #isConnected = false;
  #isOver = false;
  #unfinishedBytes = 0;
  /** What peers sent that is no message of a channel. */
  readonly statistics = {
    /** DATA_CHANNEL_OPEN where there may be none: a stream that is used or of the other side's numbers, and messages that are not well-formed. */
    refusedDcep: 0,
    /** Messages on streams without a channel. */
    strayMessages: 0,
  };
  /** Where messages lie on their way up. */
  #scratch = new Uint8Array(4096);

  constructor(association: SctpAssociation, transport: number, sink: ChannelSink) {
    this.#association = association;
    this.#transport = transport;
    this.#sink = sink;
  }

  // ---- commands ----

  open(now: number, number: number, id: number, options: ChannelOptions): void {
    if (this.#isOver || this.#byId.has(id)) {
      const message = this.#isOver ? 'The association has ended.' : `Stream ${id} has a channel already.`;
      this.#sink.emit({ kind: 'channel closed', channel: number, failure: { errorDetail: 'data-channel-failure', message, sctpCauseCode: null } });
      return;
    }
    const channel = this.#add(number, id, options);
    if (!options.negotiated) {
      this.#association.send(now, id, Ppid.dcep, encodeOpen(options));
      // Messages may follow at once; until the peer has acknowledged, in order. https://www.rfc-editor.org/rfc/rfc8832#section-6
      channel.sendOptions = { ...channel.sendOptions, unordered: false };
    }
    if (this.#isConnected) this.#opened(channel);
  }

  send(now: number, number: number, bytes: Uint8Array, flags: number): void {
    const channel = this.#byChannel.get(number);
    if (!channel || channel.isClosing) return;
    if ((flags & DataFlag.Begins) !== 0) channel.parts.length = 0;
    channel.parts.push(bytes);
    if ((flags & DataFlag.Ends) === 0) return;
    const message = channel.parts.length === 1 ? bytes : concatenate(channel.parts);
    channel.parts.length = 0;
    const isBinary = (flags & DataFlag.Binary) !== 0;
    if (message.length === 0) {
      // SCTP has no empty messages. https://www.rfc-editor.org/rfc/rfc8831#section-6.6
      this.#association.send(now, channel.id, isBinary ? Ppid.emptyBinary : Ppid.emptyString, emptyMessage, channel.sendOptions);
      return;
    }
    const result = this.#association.send(now, channel.id, isBinary ? Ppid.binary : Ppid.string, message, channel.sendOptions);
    if (result !== 'queued') return;
    channel.pending += message.length;
    this.#sending.add(channel);
  }

  close(now: number, number: number): void {
    const channel = this.#byChannel.get(number);
    if (channel) this.#reset(now, channel);
  }

  // ---- what the association has to say ----

  /** Takes events and, as long as there is room for them, messages. */
  settle(now: number): void {
    while (this.#sink.hasRoom) {
      const event = this.#association.nextEvent();
      if (event === undefined) return;
      (this.#handlers[event.type] as (now: number, event: SctpEvent) => void)(now, event);
    }
  }

  /** Packets have been handed over: what has been sent of which channel is told. */
  transmitted(): void {
    for (const channel of this.#sending) {
      const left = this.#association.bufferedAmount(channel.id);
      const bytes = channel.pending - left;
      if (bytes > 0) {
        channel.pending = left;
        this.#sink.emit({ kind: 'channel sent', channel: channel.channel, bytes });
      }
      if (left === 0) this.#sending.delete(channel);
    }
  }

  /** The transport below has ended. */
  lost(message: string, sctpCauseCode: number | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const failure = { errorDetail: 'sctp-failure', message, sctpCauseCode } as const;
    for (const { channel } of this.#byChannel.values()) this.#sink.emit({ kind: 'channel closed', channel, failure });
    this.#byChannel.clear();
    this.#byId.clear();
    this.#sending.clear();
    this.#sink.emit({ kind: 'sctp state', transport: this.#transport, state: 'closed', maxChannels: 0, failure });
  }

  readonly #handlers: { [Type in SctpEvent['type']]: (now: number, event: SctpEvent & { type: Type }) => void } = {
    'message': (now, event) => this.#received(now, event),
    'message aborted': (_now, { streamId }) => this.#messageAborted(streamId),
    'connected': (_now, event) => this.#connected(event),
    'closed': (_now, event) => this.#closed(event),
    'restarted': () => {},
    'buffered amount low': () => {},
    'incoming streams reset': (now, { streamIds }) => streamIds.forEach((id) => this.#peerReset(now, id)),
    'outgoing streams reset': (_now, { streamIds }) => streamIds.forEach((id) => this.#ownReset(id)),
    // The peer can't reset streams: the channel is over here all the same.
    'outgoing reset failed': (_now, { streamIds }) => {
      for (const id of streamIds) {
        const channel = this.#byId.get(id);
        if (channel) channel.isPeerReset = true;
        this.#ownReset(id);
      }
    },
  };

  #connected({ outboundStreams, inboundStreams }: ConnectedEvent): void {
    this.#isConnected = true;
    const maxChannels = Math.min(outboundStreams, inboundStreams);
    this.#sink.emit({ kind: 'sctp state', transport: this.#transport, state: 'connected', maxChannels, failure: null });
    for (const channel of [...this.#byId.values()]) {
      if (channel.id < maxChannels) {
        this.#opened(channel);
        continue;
      }
      const message = `The peer has ${maxChannels} streams; ${channel.id} is none of them.`;
      this.#remove(channel, { errorDetail: 'data-channel-failure', message, sctpCauseCode: null });
    }
  }

  #closed({ reason, causeCode, detail }: ClosedEvent): void {
    this.lost(`The association has ended: ${reason}${detail === '' ? '' : ` (${detail})`}.`, causeCode === 0 ? null : causeCode);
  }

  #received(now: number, message: DeliveredMessage): void {
    const { streamId, ppid } = message;
    if (ppid === Ppid.dcep) {
      this.#receiveDcep(now, message);
      return;
    }
    const channel = this.#byId.get(streamId);
    if (!channel) {
      this.statistics.strayMessages++;
      return;
    }
    this.#noteUnfinished(channel, message.ends ? 0 : (message.begins ? 0 : channel.unfinished) + message.byteLength);
    if (this.#unfinishedBytes > mostUnfinishedBytes) {
      this.#association.abort('too many unfinished messages');
      return;
    }
    const isBinary = ppid === Ppid.binary || ppid === Ppid.emptyBinary;
    if (ppid === Ppid.emptyString || ppid === Ppid.emptyBinary) {
      this.#sink.message(channel.channel, new Uint8Array(0), isBinary, true, true);
      return;
    }
    for (let from = 0; from < message.byteLength; from += maxPart) {
      const length = Math.min(maxPart, message.byteLength - from);
      if (this.#scratch.length < length) this.#scratch = new Uint8Array(Math.min(2 * length, maxPart));
      message.copyTo(this.#scratch, 0, from, length);
      const begins = message.begins && from === 0;
      const ends = message.ends && from + length === message.byteLength;
      this.#sink.message(channel.channel, this.#scratch.subarray(0, length), isBinary, begins, ends);
    }
  }

  #noteUnfinished(channel: Channel, bytes: number): void {
    this.#unfinishedBytes += bytes - channel.unfinished;
    channel.unfinished = bytes;
  }

  /** The peer has given up a message of which there were parts: a beginning without bytes takes their place. */
  #messageAborted(id: number): void {
    const channel = this.#byId.get(id);
    if (!channel) return;
    this.#noteUnfinished(channel, 0);
    this.#sink.message(channel.channel, emptyMessage.subarray(1), false, true, false);
  }

  /**
   * https://www.rfc-editor.org/rfc/rfc8832#section-6. Deviation: an open on a stream with a number of our side's is taken, as browsers take
   * it; werift opens its channels by the role in ICE and not in DTLS.
   */
  #receiveDcep(now: number, delivered: DeliveredMessage): void {
    const id = delivered.streamId;
    const bytes = delivered.bytes();
    // A part of one is none.
    const message = delivered.begins && delivered.ends ? decodeDcep(bytes) : undefined;
    const known = this.#byId.get(id);
    if (message?.type === 'ack' && known) {
      known.sendOptions = toSendOptions(known.options);
    } else if (message?.type === 'open' && !known) {
      const options: ChannelOptions = { ...message.channel, negotiated: false };
      const channel = this.#add(-++lastIncoming, id, options);
      channel.isOpen = true;
      this.#association.send(now, id, Ppid.dcep, acknowledgement);
      this.#sink.emit({ kind: 'incoming channel', transport: this.#transport, channel: channel.channel, id, options });
    } else {
      this.statistics.refusedDcep++;
      // What can't be opened is closed.
      if (!delivered.begins || !isOpen(bytes)) return;
      if (!known) this.#association.resetStreams(now, [id]);
      else if (!known.isClosing) this.#closeByPeer(now, known);
    }
  }

  // ---- closing: https://www.rfc-editor.org/rfc/rfc8831#section-6.7 ----

  #reset(now: number, channel: Channel): void {
    if (channel.isClosing) return;
    channel.isClosing = true;
    channel.parts.length = 0;
    this.#association.resetStreams(now, [channel.id]);
  }

  #peerReset(now: number, id: number): void {
    const channel = this.#byId.get(id);
    if (!channel) return;
    channel.isPeerReset = true;
    this.#closeByPeer(now, channel);
    if (channel.isReset) this.#remove(channel, null);
  }

  #closeByPeer(now: number, channel: Channel): void {
    if (!channel.isClosing) this.#sink.emit({ kind: 'channel closing', channel: channel.channel });
    this.#reset(now, channel);
  }

  #ownReset(id: number): void {
    const channel = this.#byId.get(id);
    if (!channel) return;
    channel.isReset = true;
    if (channel.isPeerReset) this.#remove(channel, null);
  }

  // ---- the table ----

  #add(number: number, id: number, options: ChannelOptions): Channel {
    const channel: Channel = {
      channel: number, id, options, sendOptions: toSendOptions(options), isOpen: false, pending: 0, parts: [],
      isClosing: false, isReset: false, isPeerReset: false, unfinished: 0,
    };
    this.#byId.set(id, channel);
    this.#byChannel.set(number, channel);
    this.#association.setStreamWeight(id, options.priority);
    return channel;
  }

  #opened(channel: Channel): void {
    if (channel.isOpen) return;
    channel.isOpen = true;
    this.#sink.emit({ kind: 'channel open', channel: channel.channel });
  }

  #remove(channel: Channel, failure: Extract<MediaEvent, { kind: 'channel closed' }>['failure']): void {
    this.#noteUnfinished(channel, 0);
    this.#byId.delete(channel.id);
    this.#byChannel.delete(channel.channel);
    this.#sending.delete(channel);
    this.#sink.emit({ kind: 'channel closed', channel: channel.channel, failure });
  }
}

/** Numbers of channels that peers have opened, in all associations of the thread. */
let lastIncoming = 0;

const emptyMessage = new Uint8Array(1);

function toSendOptions({ ordered, maxPacketLifeTime, maxRetransmits }: ChannelOptions): SendOptions {
  return {
    unordered: !ordered,
    ...(maxPacketLifeTime !== null && { lifetime: maxPacketLifeTime }),
    ...(maxRetransmits !== null && { maxRetransmits }),
  };
}
