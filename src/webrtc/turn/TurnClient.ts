import { Attribute, ErrorCode, MessageClass, Method, serverUnreachable, transactionIdBytes } from '../stun/constants';
import { LongTermCredentials } from '../stun/LongTermCredentials';
import type { RandomSource, StunCrypto } from '../stun/StunCrypto';
import { type StunError, StunMessage } from '../stun/StunMessage';
import { StreamSplitter } from '../stun/StreamSplitter';
import { StunWriter } from '../stun/StunWriter';
import { type AddressFamily, addressFamily, sameAddress, type TransportAddress } from '../stun/TransportAddress';
import { channelDataBytes, channelHeaderBytes, turnFraming, writeChannelHeader } from './channel-data';
import { type TurnPeer, TurnPeers } from './TurnPeers';
import { TurnRequests } from './TurnRequests';

export interface TurnClientOptions {
  readonly random: RandomSource;
  readonly crypto: StunCrypto;
  readonly server: TransportAddress;
  /** The server is reached over TCP or TLS. */
  readonly isStream?: boolean;
  readonly username: string;
  readonly password: string;
  /** The families of the relayed addresses wanted; both in one allocation where the server can. Default: IPv4. */
  readonly families?: readonly AddressFamily[];
  /** Ask that relayed packets are not fragmented; given up when the server cannot. */
  readonly dontFragment?: boolean;
  readonly rto?: number;
}

export type TurnEvent =
  /** The relay is there. `missing` says why an address of the other family is not. */
  | { readonly type: 'allocated'; readonly relayed: readonly TransportAddress[]; readonly mapped: TransportAddress | null; readonly missing: StunError | null }
  /** There is no allocation, or not any more; 701 where the server did not answer. Another server may be tried. */
  | { readonly type: 'failed'; readonly code: number; readonly reason: string }
  /** Use this server instead, over a new transport. */
  | { readonly type: 'redirected'; readonly server: TransportAddress; readonly domain: string | null }
  /** The server will not relay to this address. */
  | { readonly type: 'refused'; readonly address: string; readonly code: number; readonly reason: string }
  | { readonly type: 'closed' };

/** What `handleDatagram` found. */
export const TurnInput = { foreign: 0, consumed: 1, data: 2 } as const;
export type TurnInput = (typeof TurnInput)[keyof typeof TurnInput];

/** Asked for, and taken for granted where the server does not say. https://www.rfc-editor.org/rfc/rfc8656#section-7.2 */
const defaultLifetimeSeconds = 600;
/** The allocation is refreshed a minute before it ends. https://www.rfc-editor.org/rfc/rfc8656#section-8.1 */
const marginMilliseconds = 60_000;
/** A NAT before the server forgets a transport that is silent. */
const keepaliveMilliseconds = 15_000;
/** Sends of the request that gives the allocation back. */
const closingSends = 3;
const udpProtocol = 17;

type TurnState = 'new' | 'allocating' | 'allocated' | 'closing' | 'closed';

/** One allocation on one server over one transport, without I/O. https://www.rfc-editor.org/rfc/rfc8656 */
export class TurnClient {
  readonly server: TransportAddress;
  /** Where the data is that `handleDatagram` found, until the next call. */
  readonly received = { peer: { address: '', port: 0 } as TransportAddress, bytes: new Uint8Array(0) as Uint8Array, start: 0, end: 0 };
  /** Datagrams dropped: damaged, or from a peer that is not permitted. */
  dropped = 0;
  readonly #options: TurnClientOptions;
  readonly #isStream: boolean;
  readonly #families: readonly AddressFamily[];
  readonly #requests: TurnRequests;
  readonly #peers: TurnPeers;
  readonly #splitter: StreamSplitter;
  readonly #transmits: Uint8Array[] = [];
  readonly #events: TurnEvent[] = [];
  #state: TurnState = 'new';
  #dontFragment: boolean;
  #relayed: readonly TransportAddress[] = [];
  #refreshAt = Infinity;
  #expiresAt = Infinity;
  #keepaliveAt = Infinity;
  #now = 0;

  constructor(options: TurnClientOptions) {
    const { random, crypto, server, isStream = false, username, password, families = [4], dontFragment = false, rto } = options;
    this.#options = options;
    this.server = server;
    this.#isStream = isStream;
    this.#families = families;
    this.#dontFragment = dontFragment;
    this.#splitter = new StreamSplitter(turnFraming);
    this.#requests = new TurnRequests(random, new LongTermCredentials(username, password, crypto), isStream, rto, (bytes) => this.#transmit(bytes));
    this.#peers = new TurnPeers(this.#requests, {
      permitted: (_address, peers) => this.#flush(peers),
      refused: (address, error) => this.#events.push({ type: 'refused', address, ...error }),
    });
  }

  get state(): TurnState {
    return this.#state;
  }

  /** The relayed addresses: one, or one of each family. */
  get relayed(): readonly TransportAddress[] {
    return this.#relayed;
  }

  /** Responses dropped because nobody waited for them, or because their integrity was wrong. */
  get droppedResponses(): number {
    return this.#requests.unmatched + this.#requests.unauthenticated;
  }

  // Commands

  /** https://www.rfc-editor.org/rfc/rfc8656#section-7.1 */
  allocate(now: number): void {
    this.#now = now;
    this.#state = 'allocating';
    this.#requests.start(now, {
      method: Method.allocate,
      write: (writer) => this.#writeAllocate(writer),
      succeeded: (at, response) => this.#allocated(at, response),
      failed: (at, error, response) => this.#allocateFailed(at, error, response),
    });
  }

  /** Has the server accept what this peer sends; `send` does it by itself. */
  permit(now: number, peer: TransportAddress): void {
    this.#now = now;
    if (this.#canRelayTo(peer)) this.#peers.get(now, peer);
  }

  /** Binds a channel to a peer that much will be sent to. https://www.rfc-editor.org/rfc/rfc8656#section-12.1 */
  bindChannel(now: number, address: TransportAddress): void {
    this.#now = now;
    const peer = this.#canRelayTo(address) ? this.#peers.get(now, address) : undefined;
    if (peer) this.#peers.bind(now, peer);
  }

  /** Sends through the relay, at once or when the peer is permitted; false when that cannot be. */
  send(now: number, address: TransportAddress, bytes: Uint8Array): boolean {
    this.#now = now;
    const peer = this.#canRelayTo(address) ? this.#peers.get(now, address) : undefined;
    if (!peer) return false;
    if (!this.#peers.isPermitted(address.address)) return this.#peers.queue(peer, bytes);
    this.#relay(peer, bytes);
    return true;
  }

  /**
   * For bulk data: the channel to put before it, as `writeChannelHeader` does, or 0 while `send` has to be used.
   */
  channelTo(address: TransportAddress): number {
    const peer = this.#state === 'allocated' ? this.#peers.find(address) : undefined;
    return peer?.channelState === 'bound' ? peer.channel : 0;
  }

  /** Gives the allocation back. https://www.rfc-editor.org/rfc/rfc8656#section-8.1 */
  close(now: number): void {
    this.#now = now;
    if (this.#state === 'closed' || this.#state === 'closing') return;
    const hadAllocation = this.#state === 'allocated';
    this.#requests.clear();
    this.#refreshAt = this.#expiresAt = this.#keepaliveAt = Infinity;
    if (!hadAllocation) return this.#end({ type: 'closed' });
    this.#state = 'closing';
    const done = () => this.#end({ type: 'closed' });
    this.#requests.start(now, {
      method: Method.refresh,
      write: (writer) => writer.uint32(Attribute.lifetime, 0),
      succeeded: done,
      failed: done,
    }, closingSends);
  }

  // Inputs

  /** A datagram from the server, or a frame of its stream. Data of a peer is left in `received`. */
  handleDatagram(now: number, source: TransportAddress, bytes: Uint8Array): TurnInput {
    if (!sameAddress(source, this.server) || bytes.length < channelHeaderBytes) return TurnInput.foreign;
    this.#now = now;
    if (bytes[0] >= 0x40) return this.#handleChannelData(bytes);
    const message = StunMessage.decode(bytes);
    if (!message || !message.fingerprintMatches) {
      this.dropped++;
      return TurnInput.consumed;
    }
    // A Binding response belongs to who asks this server for its mapped address.
    if (message.method === Method.binding) return TurnInput.foreign;
    if (message.messageClass === MessageClass.indication) return this.#handleIndication(message);
    if (message.messageClass === MessageClass.request) this.dropped++;
    else this.#requests.handleResponse(now, message);
    return TurnInput.consumed;
  }

  /** What came over TCP or TLS. Calls `receive` with each datagram of a peer; a view that is valid during the call. */
  handleStream(now: number, bytes: Uint8Array, receive: (peer: TransportAddress, data: Uint8Array) => void): void {
    const isWellFormed = this.#splitter.read(bytes, (frame) => {
      if (this.handleDatagram(now, this.server, frame) !== TurnInput.data) return;
      const { peer, start, end } = this.received;
      receive(peer, frame.subarray(start, end));
    });
    if (!isWellFormed) this.handleTransportFailure('TURN server sent what is not TURN');
  }

  /** The connection to the server has ended, or could not be opened. */
  handleTransportFailure(reason: string): void {
    if (this.#state === 'closing') this.#end({ type: 'closed' });
    else if (this.#state !== 'closed') this.#end({ type: 'failed', code: serverUnreachable, reason });
  }

  get timeout(): number {
    if (this.#state !== 'allocated') return this.#requests.deadline;
    return Math.min(this.#requests.deadline, this.#peers.deadline, this.#refreshAt, this.#expiresAt, this.#keepaliveAt);
  }

  handleTimeout(now: number): void {
    this.#now = now;
    this.#requests.handleTimeout(now);
    if (this.#state !== 'allocated') return;
    if (now >= this.#expiresAt) return this.#end({ type: 'failed', code: ErrorCode.allocationMismatch, reason: 'The allocation has expired' });
    if (now >= this.#refreshAt) this.#refresh(now);
    this.#peers.handleTimeout(now);
    if (now >= this.#keepaliveAt) this.#keepAlive();
  }

  // Output

  /** The next bytes for the server. */
  nextTransmit(): Uint8Array | undefined {
    return this.#transmits.shift();
  }

  nextEvent(): TurnEvent | undefined {
    return this.#events.shift();
  }

  // The allocation

  #writeAllocate(writer: StunWriter): void {
    writer.uint32(Attribute.requestedTransport, udpProtocol * 2 ** 24).uint32(Attribute.lifetime, defaultLifetimeSeconds);
    const wantsBoth = this.#families.includes(4) && this.#families.includes(6);
    if (wantsBoth) writer.uint32(Attribute.additionalAddressFamily, 2 * 2 ** 24);
    else if (this.#families.includes(6)) writer.uint32(Attribute.requestedAddressFamily, 2 * 2 ** 24);
    if (this.#dontFragment) writer.flag(Attribute.dontFragment);
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-7.3 */
  #allocated(now: number, response: StunMessage): void {
    this.#relayed = response.xorAddresses(Attribute.xorRelayedAddress).filter(({ address }) => this.#families.includes(addressFamily(address)));
    if (this.#relayed.length === 0) {
      return this.#end({ type: 'failed', code: ErrorCode.serverError, reason: 'The TURN server gave no address of the family asked for' });
    }
    this.#state = 'allocated';
    if (!this.#isStream) this.#keepaliveAt = now + keepaliveMilliseconds;
    this.#expectRefresh(now, response);
    const addressError = response.value(Attribute.addressErrorCode);
    const missing = addressError && addressError.length >= 4 ? { code: (addressError[2] & 7) * 100 + addressError[3], reason: '' } : null;
    this.#events.push({ type: 'allocated', relayed: this.#relayed, mapped: response.xorAddress(Attribute.xorMappedAddress) ?? null, missing });
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-7.4 */
  #allocateFailed(now: number, error: StunError, response: StunMessage | undefined): void {
    if (error.code === ErrorCode.tryAlternate) {
      const server = response?.address(Attribute.alternateServer);
      if (server) return this.#end({ type: 'redirected', server, domain: response?.text(Attribute.alternateDomain) ?? null });
    }
    if (error.code === ErrorCode.unknownAttribute && this.#dontFragment) {
      this.#dontFragment = false;
      return this.allocate(now);
    }
    this.#end({ type: 'failed', ...error });
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-8.1 */
  #refresh(now: number): void {
    this.#refreshAt = Infinity;
    this.#requests.start(now, {
      method: Method.refresh,
      write: (writer) => writer.uint32(Attribute.lifetime, defaultLifetimeSeconds),
      succeeded: (at, response) => this.#expectRefresh(at, response),
      // Without an answer it is asked again until the allocation has expired.
      failed: (at, error) => (error.code === serverUnreachable ? this.#refresh(at) : this.#end({ type: 'failed', ...error })),
    });
  }

  #expectRefresh(now: number, response: StunMessage): void {
    const lifetime = 1000 * (response.uint32(Attribute.lifetime) ?? defaultLifetimeSeconds);
    this.#expiresAt = now + lifetime;
    // Not more often than once a second, whatever the server says.
    this.#refreshAt = now + Math.max(lifetime - marginMilliseconds, lifetime / 2, 1000);
  }

  #keepAlive(): void {
    const transactionId = new Uint8Array(transactionIdBytes);
    this.#options.random(transactionId);
    this.#transmit(new StunWriter(MessageClass.indication, Method.binding, transactionId).fingerprint().finish());
  }

  #end(event: TurnEvent): void {
    this.#state = 'closed';
    this.#requests.clear();
    this.#refreshAt = this.#expiresAt = this.#keepaliveAt = Infinity;
    this.#events.push(event);
  }

  // Data

  #canRelayTo(peer: TransportAddress): boolean {
    return this.#state === 'allocated' && this.#relayed.some(({ address }) => addressFamily(address) === addressFamily(peer.address));
  }

  #relay(peer: TurnPeer, bytes: Uint8Array): void {
    if (peer.channelState === 'bound') {
      const message = new Uint8Array(channelDataBytes(bytes.length, this.#isStream));
      writeChannelHeader(message, 0, peer.channel, bytes.length);
      message.set(bytes, channelHeaderBytes);
      return this.#transmit(message);
    }
    // https://www.rfc-editor.org/rfc/rfc8656#section-11.1
    const transactionId = new Uint8Array(transactionIdBytes);
    this.#options.random(transactionId);
    const writer = new StunWriter(MessageClass.indication, Method.send, transactionId).xorAddress(Attribute.xorPeerAddress, peer.address);
    if (this.#dontFragment) writer.flag(Attribute.dontFragment);
    this.#transmit(writer.bytes(Attribute.data, bytes).finish());
  }

  #flush(peers: Iterable<TurnPeer>): void {
    for (const peer of peers) for (const bytes of peer.queued.splice(0)) this.#relay(peer, bytes);
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-12.6 */
  #handleChannelData(bytes: Uint8Array): TurnInput {
    const peer = this.#peers.ofChannel((bytes[0] << 8) | bytes[1]);
    const length = (bytes[2] << 8) | bytes[3];
    if (!peer || channelHeaderBytes + length > bytes.length) {
      this.dropped++;
      return TurnInput.consumed;
    }
    return this.#receive(peer.address, bytes, channelHeaderBytes, length);
  }

  /** https://www.rfc-editor.org/rfc/rfc8656#section-11.4 */
  #handleIndication(message: StunMessage): TurnInput {
    const peer = message.xorAddress(Attribute.xorPeerAddress);
    const data = message.value(Attribute.data);
    if (message.method !== Method.data || !peer || !data || !this.#peers.isPermitted(peer.address)) {
      this.dropped++;
      return TurnInput.consumed;
    }
    return this.#receive(peer, message.bytes, data.byteOffset - message.bytes.byteOffset, data.length);
  }

  #receive(peer: TransportAddress, bytes: Uint8Array, start: number, length: number): TurnInput {
    this.received.peer = peer;
    this.received.bytes = bytes;
    this.received.start = start;
    this.received.end = start + length;
    return TurnInput.data;
  }

  #transmit(bytes: Uint8Array): void {
    this.#transmits.push(bytes);
    if (this.#state === 'allocated' && !this.#isStream) this.#keepaliveAt = this.#now + keepaliveMilliseconds;
  }
}
