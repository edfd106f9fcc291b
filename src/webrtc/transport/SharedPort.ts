import { type HostError, isHostError } from '../../host/Host';
import { requestedFragment } from '../ice/BindingResponder';
import type { CandidatePair } from '../ice/CandidatePair';
import type { PacketBatch } from '../packet-batch';
import { Attribute, headerBytes, transactionIdBytes } from '../stun/constants';
import { StunMessage, transactionKey } from '../stun/StunMessage';
import type { TransportAddress } from '../stun/TransportAddress';
import type { Batches } from './Batches';
import { dataTagOf, newDataTag, stripDataTag } from './data-tags';
import type { MediaHost, ReceivedBatch, TcpListener, UdpPort, UdpSender } from './MediaHost';
import { TcpAcceptor, type TcpUser } from './TcpAcceptor';

/** An ICE transport that shares the port with others. */
export interface PortUser extends TcpUser {
  /** Of the sessions that requests may be for. */
  usernameFragments(): readonly string[];
  /** Datagrams [first, end) of a batch came for it. `settle` follows. */
  received(now: number, port: UdpSender, batch: ReceivedBatch, first: number, end: number): void;
  settle(): void;
  pairAt(port: UdpSender, local: number, remote: TransportAddress): CandidatePair | undefined;
}

/** How long a response may take to come. https://www.rfc-editor.org/rfc/rfc8489#section-6.2.1 */
const transactionMilliseconds = 40_000;
/** Addresses that data may come to one user from. */
const mostAddresses = 256;
/** An address that nothing has come from for so long, although consent is asked for every 6 s, may have been given to somebody else. */
const abandonedMilliseconds = 8000;

/** What one user has of the port. */
class Share {
  /** A sender for each socket. */
  readonly senders = new Map<UdpPort, SharedSender>();
  fragments: readonly string[] = [];
  /** Keys of addresses, the oldest first. */
  readonly addresses = new Set<string>();

  constructor(readonly number: number, readonly user: PortUser, readonly tag: number) {}
}

/** The sockets of one port, UDP and TCP, for all ICE transports of a thread; open while there are any. */
export class SharedPort {
  readonly #host: MediaHost;
  readonly #batches: Batches;
  readonly #shares = new Map<PortUser, Share>();
  readonly #byFragment = new Map<string, Share>();
  readonly #byTag = new Map<number, Share>();
  /** Whose data without a tag is. */
  readonly #byAddress = new Map<string, Share>();
  readonly #byNumber = new Map<number, Share>();
  readonly #transactions: TransactionOwners;
  #sockets: readonly UdpPort[] = [];
  #acceptor: TcpAcceptor | null = null;
  #listening: TcpListener | HostError | null = null;
  readonly #awaitingListener = new Map<PortUser, (result: TcpListener | HostError) => void>();
  #lastNumber = 0;

  constructor(host: MediaHost, batches: Batches) {
    this.#host = host;
    this.#batches = batches;
    this.#transactions = new TransactionOwners(host);
  }

  /** Opens the port where it is not open yet; gives the user's ways to send over it. */
  join(user: PortUser): readonly UdpSender[] | HostError {
    const { sharedPort: port } = this.#host;
    if (this.#sockets.length === 0) this.#sockets = this.#host.openUdp(this.#host.localAddresses(), port, (socket) => this.#readable(socket));
    const share = new Share(++this.#lastNumber, user, newDataTag(this.#host.random, (tag) => this.#byTag.has(tag)));
    this.#shares.set(user, share);
    this.#byNumber.set(share.number, share);
    this.#byTag.set(share.tag, share);
    for (const socket of this.#sockets) share.senders.set(socket, new SharedSender(socket, (id) => this.#transactions.add(id, share.number)));
    this.renew(user);
    if (this.#sockets.length > 0) return [...share.senders.values()];
    return { code: 'socket', message: `No UDP socket at port ${port}: another process, or another thread of this one, may have it.` };
  }

  /** What is put before data for the user. */
  tagOf(user: PortUser): number {
    return this.#shares.get(user)?.tag ?? 0;
  }

  /** The user has begun, or taken back, an ICE session. */
  renew(user: PortUser): void {
    const share = this.#shares.get(user);
    if (!share) return;
    for (const fragment of share.fragments) if (this.#byFragment.get(fragment) === share) this.#byFragment.delete(fragment);
    share.fragments = user.usernameFragments();
    for (const fragment of share.fragments) this.#byFragment.set(fragment, share);
  }

  /** Listens for TCP connections at the same port, for all users. */
  listen(user: PortUser, done: (result: TcpListener | HostError) => void): void {
    this.#awaitingListener.set(user, done);
    if (this.#listening) return this.#tellListener(this.#listening);
    if (this.#acceptor) return;
    this.#acceptor = new TcpAcceptor(this.#host, (fragment) => this.#byFragment.get(fragment)?.user);
    this.#acceptor.listen(this.#host.localAddresses(), this.#host.sharedPort, (result) => {
      // The next connection tries again.
      if (isHostError(result)) this.#acceptor = null;
      else this.#listening = result;
      this.#tellListener(result);
    });
  }

  leave(user: PortUser): void {
    const share = this.#shares.get(user);
    if (!share) return;
    for (const fragment of share.fragments) if (this.#byFragment.get(fragment) === share) this.#byFragment.delete(fragment);
    for (const key of share.addresses) if (this.#byAddress.get(key) === share) this.#byAddress.delete(key);
    this.#byTag.delete(share.tag);
    this.#byNumber.delete(share.number);
    this.#shares.delete(user);
    this.#awaitingListener.delete(user);
    if (this.#shares.size > 0) return;
    this.#transactions.clear();
    for (const socket of this.#sockets) socket.close();
    this.#sockets = [];
    this.#acceptor?.close();
    this.#acceptor = this.#listening = null;
  }

  /** Of all tables: what is remembered of users, and of requests under way. */
  get entries(): number {
    const tables = [this.#shares, this.#byFragment, this.#byTag, this.#byAddress, this.#byNumber, this.#awaitingListener];
    return tables.reduce((entries, { size }) => entries + size, this.#transactions.size);
  }

  #tellListener(result: TcpListener | HostError): void {
    const waiting = [...this.#awaitingListener.values()];
    this.#awaitingListener.clear();
    for (const done of waiting) done(result);
  }

  // ---- demultiplexing ----

  #readable(socket: UdpPort): void {
    const batch = this.#batches.received;
    // What comes while this is dealt with is told again.
    socket.receive(batch);
    const now = this.#host.now();
    const touched = new Set<PortUser>();
    for (let first = 0, next; first < batch.count; first = next) {
      const kind = kindOf(batch, first);
      next = kind === Kind.stun ? first + 1 : endOfRun(batch, first, kind);
      const share = this.#shareOf(socket, batch, first, kind);
      // One that came while the port was taken has no part in sockets that were opened since.
      const sender = share?.senders.get(socket);
      if (!share || !sender) continue;
      if (kind === Kind.tagged) for (let index = first; index < next; index++) stripDataTag(batch, index);
      share.user.received(now, sender, batch, first, next);
      if (kind === Kind.stun) this.#learn(now, socket, share, batch.local(first), batch.source(first));
      touched.add(share.user);
    }
    for (const user of touched) user.settle();
  }

  #shareOf(socket: UdpPort, batch: ReceivedBatch, index: number, kind: Kind): Share | undefined {
    const local = batch.local(index);
    // What came to an address that is no candidate is for nobody.
    if (local < 0) return undefined;
    if (kind === Kind.tagged) return this.#byTag.get(dataTagOf(batch, index));
    const bytes = batch.packet(index);
    if (kind === Kind.stun && isRequest(bytes)) return this.#byFragment.get(requestedFragment(StunMessage.decode(bytes)?.text(Attribute.username) ?? ''));
    if (kind === Kind.stun && isResponse(bytes)) return this.#byNumber.get(this.#transactions.find(bytes));
    return this.#byAddress.get(this.#keyOf(socket, local, batch.source(index)));
  }

  /**
   * After a message of STUN, data without a tag from where it came from is the user's if it has a pair there, which the message had to be signed for.
   * Of two users the one keeps it whose peer still answers there: a request alone could have been sent with any address.
   */
  #learn(now: number, socket: UdpPort, share: Share, local: number, remote: TransportAddress): void {
    const key = this.#keyOf(socket, local, remote);
    const before = this.#byAddress.get(key);
    if (before === share) return;
    const pair = pairOf(share, socket, local, remote);
    if (!pair || pair.remoteDataTag !== 0) return;
    if (before) {
      const theirs = pairOf(before, socket, local, remote);
      if (theirs && (!pair.isValid || (theirs.isValid && now - theirs.lastReceivedAt < abandonedMilliseconds))) return;
      before.addresses.delete(key);
    }
    this.#byAddress.set(key, share);
    share.addresses.add(key);
    if (share.addresses.size <= mostAddresses) return;
    const [oldest] = share.addresses;
    share.addresses.delete(oldest!);
    this.#byAddress.delete(oldest!);
  }

  #keyOf(socket: UdpPort, local: number, { address, port }: TransportAddress): string {
    return `${socket.locals[local]!.address} ${address} ${port}`;
  }
}

function pairOf(share: Share, socket: UdpPort, local: number, remote: TransportAddress): CandidatePair | undefined {
  return share.user.pairAt(share.senders.get(socket)!, local, remote);
}

const Kind = { stun: 0, tagged: 1, plain: 2 } as const;
type Kind = (typeof Kind)[keyof typeof Kind];

function kindOf(batch: PacketBatch, index: number): Kind {
  if (batch.lengths[index]! > 0 && batch.bytes[batch.offsets[index]!]! < 4) return Kind.stun;
  return dataTagOf(batch, index) === 0 ? Kind.plain : Kind.tagged;
}

/** Of datagrams for one user from one address. The same address in a row is the same object. */
function endOfRun(batch: ReceivedBatch, first: number, kind: Kind): number {
  const source = batch.source(first);
  const tag = dataTagOf(batch, first);
  let end = first + 1;
  while (end < batch.count && kindOf(batch, end) === kind && dataTagOf(batch, end) === tag && batch.source(end) === source) end++;
  return end;
}

/** https://www.rfc-editor.org/rfc/rfc8489#section-5 */
const classMask = [0x01, 0x10] as const;

function isRequest(bytes: Uint8Array): boolean {
  return bytes.length >= headerBytes && bytes[0]! < 4 && (bytes[0]! & classMask[0]) === 0 && (bytes[1]! & classMask[1]) === 0;
}

function isResponse(bytes: Uint8Array): boolean {
  return bytes.length >= headerBytes && (bytes[0]! & classMask[0]) !== 0;
}

/** Who has sent the requests of the last minute. */
class TransactionOwners {
  readonly #host: Pick<MediaHost, 'now'>;
  #recent = new Map<string, number>();
  #before = new Map<string, number>();
  #since = -Infinity;

  constructor(host: Pick<MediaHost, 'now'>) {
    this.#host = host;
  }

  get size(): number {
    return this.#recent.size + this.#before.size;
  }

  clear(): void {
    this.#recent.clear();
    this.#before.clear();
  }

  add(message: Uint8Array, owner: number): void {
    const now = this.#host.now();
    if (now - this.#since >= transactionMilliseconds) {
      this.#before = now - this.#since < 2 * transactionMilliseconds ? this.#recent : new Map();
      this.#recent = new Map();
      this.#since = now;
    }
    this.#recent.set(keyOfTransaction(message), owner);
  }

  /** 0 where nobody has. */
  find(message: Uint8Array): number {
    const key = keyOfTransaction(message);
    return this.#recent.get(key) ?? this.#before.get(key) ?? 0;
  }
}

function keyOfTransaction(message: Uint8Array): string {
  return transactionKey(message.subarray(headerBytes - transactionIdBytes, headerBytes));
}

/** One user's way to send; its requests are remembered. */
class SharedSender implements UdpSender {
  readonly #socket: UdpPort;
  readonly #requested: (message: Uint8Array) => void;

  constructor(socket: UdpPort, requested: (message: Uint8Array) => void) {
    this.#socket = socket;
    this.#requested = requested;
  }

  get locals(): readonly TransportAddress[] {
    return this.#socket.locals;
  }

  get refusedLength(): number {
    return this.#socket.refusedLength;
  }

  send(batch: PacketBatch, first: number, count: number, local: number, destination: TransportAddress): number {
    return this.#socket.send(batch, first, count, local, destination);
  }

  sendBytes(bytes: Uint8Array, local: number, destination: TransportAddress): void {
    if (isRequest(bytes)) this.#requested(bytes);
    this.#socket.sendBytes(bytes, local, destination);
  }
}
