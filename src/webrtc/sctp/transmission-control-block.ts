import { ErrorCounter } from './error-counter';
import { ControlQueue } from './control-chunks';
import type { ConnectedEvent, EventQueue } from './events';
import { Heartbeat } from './heartbeat';
import type { InitParameters } from './init-chunk';
import type { ResolvedOptions } from './options';
import { PacketWriter } from './packet-writer';
import { PathMtu } from './path-mtu';
import { Receiver } from './receiver';
import { RetransmissionTimeout } from './retransmission-timeout';
import type { SendQueue } from './send-queue';
import { Sender } from './sender';
import { StreamReset } from './stream-reset';

/** What exists while there is a peer: https://www.rfc-editor.org/rfc/rfc9260#section-14 */
export class TransmissionControlBlock {
  readonly #options: ResolvedOptions;
  readonly #queue: SendQueue;
  readonly #events: EventQueue;
  readonly replies: ControlQueue;
  readonly errors: ErrorCounter;
  readonly timeout: RetransmissionTimeout;
  readonly sender: Sender;
  readonly pathMtu: PathMtu;
  readonly heartbeat: Heartbeat;
  receiver!: Receiver;
  streamReset!: StreamReset;
  peer!: InitParameters;

  constructor(
    now: number,
    options: ResolvedOptions,
    queue: SendQueue,
    events: EventQueue,
    readonly local: InitParameters,
    peer: InitParameters,
  ) {
    this.#options = options;
    this.#queue = queue;
    this.#events = events;
    this.replies = new ControlQueue(PacketWriter.capacity(options.packetBytes));
    this.errors = new ErrorCounter(options.maxRetransmits);
    this.timeout = new RetransmissionTimeout(options.roundTripTime());
    this.pathMtu = new PathMtu(options.packetBytes, options.maximumPacketBytes, this.timeout);
    this.heartbeat = new Heartbeat(options.random32(), now, this.pathMtu, this.timeout, this.errors, this.replies);
    queue.interleaving = local.interleaving && peer.interleaving;
    queue.partialReliability = peer.partialReliability;
    this.sender = new Sender({
      queue,
      timeout: this.timeout,
      errors: this.errors,
      initialTsn: local.initialTsn,
      peerWindow: peer.window,
      packetBytes: options.packetBytes,
    });
    this.setPeer(peer);
  }

  /** The peer is another one than was thought, and nothing was received from it yet. */
  setPeer(peer: InitParameters): void {
    const { local } = this;
    const options = this.#options;
    const queue = this.#queue;
    const events = this.#events;
    this.peer = peer;
    // Probes end with a PAD chunk, which some stacks fail over; browsers end connections over DTLS records longer than their buffers.
    this.pathMtu.maximum = peer.padding ? options.maximumPacketBytes : options.packetBytes;
    this.receiver = new Receiver({
      pool: options.pool,
      events,
      replies: this.replies,
      initialTsn: peer.initialTsn,
      inboundStreams: Math.min(peer.outboundStreams, local.inboundStreams),
      interleaving: queue.interleaving,
      windowBytes: options.receiveWindow,
      maxMessageBytes: options.maxMessageBytes,
      seed: options.random32(),
    });
    this.streamReset = new StreamReset({
      queue,
      sender: this.sender,
      receiver: this.receiver,
      events,
      replies: this.replies,
      timeout: this.timeout,
      errors: this.errors,
      localInitialTsn: local.initialTsn,
      peerInitialTsn: peer.initialTsn,
      supported: peer.streamReset,
      inboundStreams: Math.min(peer.outboundStreams, local.inboundStreams),
    });
  }

  get outboundStreams(): number {
    return Math.min(this.peer.inboundStreams, this.local.outboundStreams);
  }

  /** https://www.rfc-editor.org/rfc/rfc9653#section-5.2: the peer takes packets without checksum. */
  get zeroChecksumSent(): boolean {
    return this.#options.zeroChecksum && this.peer.zeroChecksumAcceptable;
  }

  get connectedEvent(): ConnectedEvent {
    return {
      type: 'connected',
      outboundStreams: this.outboundStreams,
      inboundStreams: Math.min(this.peer.outboundStreams, this.local.inboundStreams),
      interleaving: this.#queue.interleaving,
      zeroChecksumSent: this.zeroChecksumSent,
      zeroChecksumAccepted: this.local.zeroChecksumAcceptable,
      partialReliability: this.peer.partialReliability,
      streamReset: this.peer.streamReset,
    };
  }

  get deadline(): number {
    return Math.min(this.sender.deadline, this.receiver.sackDeadline, this.streamReset.deadline, this.pathMtu.deadline, this.heartbeat.deadline);
  }

  handleTimeout(now: number): void {
    const { statistics } = this.sender;
    const timeouts = statistics.timeouts;
    this.sender.handleTimeout(now);
    if (statistics.timeouts !== timeouts) this.pathMtu.timedOut();
    this.receiver.handleTimeout(now);
    this.streamReset.handleTimeout(now);
    this.pathMtu.handleTimeout(now);
    this.heartbeat.handleTimeout(now);
  }
}
