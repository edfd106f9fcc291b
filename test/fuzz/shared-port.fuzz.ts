import { IceAgent } from '../../src/webrtc/ice/IceAgent';
import type { CandidatePair } from '../../src/webrtc/ice/CandidatePair';
import { requestedFragment } from '../../src/webrtc/ice/BindingResponder';
import { writeDataTag } from '../../src/webrtc/ice/data-tag';
import { generateIceParameters } from '../../src/webrtc/ice/ice-parameters';
import { PacketBatch } from '../../src/webrtc/packet-batch';
import { Attribute, MessageClass, Method } from '../../src/webrtc/stun/constants';
import { StunMessage, transactionKey } from '../../src/webrtc/stun/StunMessage';
import { StunWriter } from '../../src/webrtc/stun/StunWriter';
import type { TransportAddress } from '../../src/webrtc/stun/TransportAddress';
import { utf8Encode } from '../../src/text/utf8';
import { isHostError } from '../../src/host/Host';
import { Batches } from '../../src/webrtc/transport/Batches';
import { dataTagOf } from '../../src/webrtc/transport/data-tags';
import type { MediaHost, ReceivedBatch, UdpPort, UdpSender } from '../../src/webrtc/transport/MediaHost';
import { type PortUser, SharedPort } from '../../src/webrtc/transport/SharedPort';
import { stunCrypto } from '../support/stun-crypto';
import { checkRequest } from '../virtual/support/ice-calls';
import { hostCandidate } from '../virtual/support/IcePeer';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { damaged, type FuzzTarget } from './fuzz';
import { someMessage } from './stun-message.fuzz';

interface Datagram {
  readonly bytes: Uint8Array;
  readonly source: TransportAddress;
  readonly socket: VirtualPort;
  /** -1: an address that is no candidate. */
  readonly local: number;
}

class VirtualBatch extends PacketBatch implements ReceivedBatch {
  datagrams: readonly Datagram[] = [];

  constructor(packets: number, bytes: number) {
    super(Math.min(packets, 64), Math.min(bytes, 1 << 17));
  }

  source(index: number): TransportAddress {
    return this.datagrams[index]!.source;
  }

  local(index: number): number {
    return this.datagrams[index]!.local;
  }
}

const batches = new Batches((packets, bytes) => new VirtualBatch(packets, bytes));

class VirtualPort implements UdpPort {
  readonly refusedLength = 0;
  isOpen = true;
  waiting: readonly Datagram[] = [];
  readonly send = (): number => 0;
  readonly sendBytes = (): void => {};

  constructor(readonly locals: readonly TransportAddress[], readonly readable: (port: UdpPort) => void) {}

  receive(batch: ReceivedBatch): void {
    batch.clear();
    (batch as VirtualBatch).datagrams = this.waiting;
    for (const { bytes } of this.waiting) batch.append(bytes);
  }

  close(): void {
    this.isOpen = false;
  }
}

const ownAddresses = ['192.0.2.1', '2001:db8::1'];
const transactionMilliseconds = 40_000;
/** Its share, a tag, a number and two user name fragments. */
const mostOfOneUser = 5;
const mostAddressesOfOneUser = 256;

/** Mostly one of a few that several peers may have. */
const someAddress = (random: SeededRandom): TransportAddress => (random.chance(0.9) ?
  { address: `198.51.100.${7 + random.below(2)}`, port: 7000 + random.below(20) } : { address: `203.0.113.${random.below(256)}`, port: random.below(65_536) });

/** An agent that shares the port, and what its peer knows. */
class User implements PortUser {
  readonly agent: IceAgent;
  readonly peer = { usernameFragment: 'peer', password: 'p'.repeat(22) };
  readonly addresses: readonly TransportAddress[];
  /** Whether the peer shares a port too. */
  readonly peerTag: number;
  senders: readonly UdpSender[] = [];
  /** What came in the last batch. */
  got: { readonly index: number; readonly bytes: Uint8Array; readonly to: TransportAddress }[] = [];
  /** Its requests, and when and where they were sent. */
  asked: { readonly bytes: Uint8Array; readonly at: number; readonly to: TransportAddress }[] = [];
  readonly transactions = new Set<string>();
  hasLeft = false;

  constructor(random: SeededRandom, readonly now: () => number, tagOf: (user: User) => number, readonly requested: () => void) {
    this.agent = new IceAgent({ random: random.fill, crypto: stunCrypto, isLite: random.chance(0.1), dataTagOf: () => tagOf(this) });
    this.addresses = Array.from({ length: 1 + random.below(3) }, () => someAddress(random));
    this.peerTag = random.chance(0.3) ? 0x40000000 + random.below(0x10000000) : 0;
  }

  usernameFragments(): readonly string[] {
    return this.agent.usernameFragments;
  }

  /** Transports are numbered by sender and address. */
  #transportId(port: UdpSender, local: number): number {
    return 1 + 2 * this.senders.indexOf(port) + local;
  }

  pairAt(port: UdpSender, local: number, remote: TransportAddress): CandidatePair | undefined {
    return this.agent.pairAt(this.#transportId(port, local), remote);
  }

  joined(senders: readonly UdpSender[]): void {
    this.senders = senders;
    for (const sender of senders) {
      for (const [local, address] of sender.locals.entries()) this.agent.addLocalCandidate(this.now(), hostCandidate(this.#transportId(sender, local), address));
    }
  }

  received(now: number, port: UdpSender, batch: ReceivedBatch, first: number, end: number): void {
    if (this.hasLeft) throw new Error('to a user that has left');
    if (!this.senders.includes(port)) throw new Error('through a socket that the user has no part in');
    for (let index = first; index < end; index++) {
      const bytes = batch.packet(index).slice();
      this.got.push({ index, bytes, to: port.locals[batch.local(index)]! });
      this.agent.handleDatagram(now, this.#transportId(port, batch.local(index)), batch.source(index), bytes);
    }
    this.settle();
  }

  settle(): void {
    for (let transmit = this.agent.nextTransmit(); transmit; transmit = this.agent.nextTransmit()) {
      const { transportId, remote, bytes } = transmit;
      this.senders[(transportId - 1) >> 1]!.sendBytes(bytes, (transportId - 1) & 1, remote);
      const message = StunMessage.decode(bytes)!;
      if (message.messageClass !== MessageClass.request) continue;
      this.transactions.add(transactionKey(message.transactionId));
      this.requested();
      this.asked.push({ bytes, at: this.now(), to: remote });
    }
    this.asked = this.asked.slice(-20);
    while (this.agent.nextEvent());
  }

  recognises(request: Uint8Array): boolean {
    return this.agent.recognises(request);
  }

  accept(): null {
    return null;
  }
}

/** What a peer that knows the password sends, and what anybody else may: bytes, and where they say they are from. */
function someDatagram(random: SeededRandom, user: User, tag: number): Pick<Datagram, 'bytes' | 'source'> {
  const source = random.chance(0.85) ? random.pick(user.addresses) : someAddress(random);
  const transactionId = new Uint8Array(12);
  random.fill(transactionId);
  const text = Uint8Array.of(random.pick([20, 22, 23, 63, 128, 0x4f]), ...Array.from({ length: random.below(20) }, () => random.below(256)));
  const kinds: (() => Pick<Datagram, 'bytes' | 'source'>)[] = [
    () => ({ source, bytes: checkRequest(user.peer, user.agent.localParameters, {
      transactionId, role: 'controlling', usesCandidate: random.chance(0.3), password: random.chance(0.9) ? undefined : 'wrong',
      write: (writer) => writeDataTag(writer, user.peerTag),
    }) }),
    () => {
      const asked = user.asked.length > 0 && random.pick(user.asked);
      if (!asked) return { source, bytes: someMessage(random) };
      const writer = new StunWriter(MessageClass.success, Method.binding, StunMessage.decode(asked.bytes)!.transactionId).xorAddress(Attribute.xorMappedAddress, someAddress(random));
      writeDataTag(writer, user.peerTag);
      return { source: random.chance(0.9) ? asked.to : source, bytes: writer.messageIntegrity(utf8Encode(user.peer.password), stunCrypto).fingerprint().finish() };
    },
    () => ({ source, bytes: text }),
    () => ({ source, bytes: Uint8Array.of(tag >>> 24, tag >> 16, tag >> 8, tag, ...text) }),
    () => ({ source, bytes: random.chance(0.5) ? someMessage(random) : Uint8Array.from({ length: random.below(60) }, () => random.below(256)) }),
  ];
  const { bytes, source: from } = random.pick(kinds)();
  return { source: from, bytes: random.chance(0.75) ? bytes : damaged(random, bytes) };
}

/**
 * Datagrams for users that come and go, of one port: each goes to whom it belongs, to nobody else, and nothing throws. What belongs to whom is told
 * here by what users have sent and which pairs they have.
 */
class Model {
  readonly users: User[] = [];
  readonly port: SharedPort;
  now = 0;
  #sockets: VirtualPort[] = [];
  /** When requests were sent, as far back as their transactions may be remembered: 40 s, and until both generations have been replaced. */
  #requestedAt: number[] = [];
  /** By address: users that have had a pair there; and the one whose peer has answered there while no other's has. */
  readonly #known = new Map<string, Set<User>>();
  readonly #owner = new Map<string, User>();

  constructor(readonly random: SeededRandom) {
    const hasOneSocket = random.chance(0.7);
    const host: Partial<MediaHost> = {
      sharedPort: 5000, random: random.fill, now: () => this.now, localAddresses: () => ownAddresses,
      openUdp: (addresses, port, readable) => {
        if (random.chance(0.1)) return [];
        const locals = addresses.map((address) => ({ address, port }));
        return this.#sockets = (hasOneSocket ? [locals] : locals.map((local) => [local])).map((each) => new VirtualPort(each, readable));
      },
    };
    this.port = new SharedPort(host as MediaHost, batches);
  }

  join(): void {
    const user = new User(this.random, () => this.now, (each) => this.port.tagOf(each), () => {
      this.#requestedAt = [...this.#requestedAt.filter((at) => this.now - at <= 3 * transactionMilliseconds), this.now];
    });
    const senders = this.port.join(user);
    if (!isHostError(senders)) {
      if (!this.#sockets.every(({ isOpen }) => isOpen)) throw new Error('a socket that was closed');
      user.joined(senders);
    }
    this.users.push(user);
  }

  leave(user: User): void {
    this.port.leave(user);
    user.hasLeft = true;
    user.agent.close(this.now);
    this.users.splice(this.users.indexOf(user), 1);
    for (const [key, owner] of this.#owner) if (owner === user) this.#owner.delete(key);
    if (this.users.length > 0) return;
    if (this.#sockets.some(({ isOpen }) => isOpen)) throw new Error('a socket stays open');
    this.#requestedAt = [];
  }

  checkMemory(): void {
    const addresses = Math.min(this.#known.size, this.users.length * mostAddressesOfOneUser);
    const most = this.users.length * mostOfOneUser + addresses + this.#requestedAt.length;
    if (this.port.entries > most) throw new Error(`${this.port.entries} entries, no more than ${most} are needed`);
  }

  /** Some datagrams that came to one socket in one go. */
  receive(count: number): void {
    const { random } = this;
    const open = this.#sockets.filter(({ isOpen }) => isOpen);
    if (open.length === 0) return;
    const socket = random.pick(open);
    const local = random.chance(0.02) ? -1 : random.below(socket.locals.length);
    let last: Datagram | undefined;
    socket.waiting = Array.from({ length: count }, () => {
      const user = random.pick(this.users);
      const made = someDatagram(random, user, random.chance(0.9) ? this.port.tagOf(user) : random.uint32());
      // The same address in a row is the same object.
      const source = last && last.source.port === made.source.port && last.source.address === made.source.address ? last.source : made.source;
      return last = { bytes: made.bytes, source, socket, local };
    });
    const expected = socket.waiting.map((datagram) => this.#recipient(datagram));
    for (const user of this.users) user.got = [];
    socket.readable(socket);
    let hasLearnt = false;
    for (const [index, datagram] of socket.waiting.entries()) {
      const recipients = this.users.filter(({ got }) => got.some((each) => each.index === index));
      if (recipients.length > 1 || recipients.some(({ got }) => got.filter((each) => each.index === index).length > 1)) throw new Error('one datagram, twice');
      const [user] = recipients;
      const wanted = expected[index];
      // Messages before it may have changed whose an address is.
      if (wanted && user !== wanted && !(hasLearnt && !isOfOneUser(datagram))) throw new Error(`${describe(datagram)} did not come to whom it belongs`);
      if (!user) continue;
      if (isStun(datagram.bytes)) {
        this.#learn(user, datagram);
        hasLearnt = true;
      }
      this.#check(user, datagram, user.got.find((each) => each.index === index)!);
    }
  }

  #keyOf({ socket, local, source }: Datagram): string {
    return `${socket.locals[local]!.address} ${source.address} ${source.port}`;
  }

  #pairOf(user: User, { socket, local, source }: Datagram): CandidatePair | undefined {
    const index = this.#sockets.indexOf(socket);
    const sender = user.senders[index];
    return sender && user.pairAt(sender, local, source);
  }

  #learn(user: User, datagram: Datagram): void {
    const pair = this.#pairOf(user, datagram);
    if (!pair) return;
    const key = this.#keyOf(datagram);
    this.#known.set(key, (this.#known.get(key) ?? new Set()).add(user));
    if (!pair.isValid || pair.remoteDataTag !== 0) return;
    const isOnly = this.users.every((other) => other === user || !this.#pairOf(other, datagram)?.isValid);
    if (isOnly) this.#owner.set(key, user);
    else if (this.#owner.get(key) !== user) this.#owner.delete(key);
  }

  /** Who has to get a datagram; undefined where nobody has to. */
  #recipient(datagram: Datagram): User | undefined {
    const { bytes, local } = datagram;
    const present = this.users.filter(({ senders }) => senders.length > 0);
    if (local < 0) return undefined;
    const tag = tagOf(bytes);
    if (tag !== 0) return present.find((user) => this.port.tagOf(user) === tag);
    const message = isStun(bytes) ? StunMessage.decode(bytes) : undefined;
    // A message that can't be read is nobody's in particular.
    if (isStun(bytes) && !message) return undefined;
    if (message?.messageClass === MessageClass.request) {
      const fragment = requestedFragment(message.text(Attribute.username) ?? '');
      return present.find((user) => user.usernameFragments().includes(fragment));
    }
    if (message?.messageClass === MessageClass.success || message?.messageClass === MessageClass.error) {
      const key = transactionKey(message.transactionId);
      return present.find(({ asked }) => asked.some((each) => this.now - each.at < transactionMilliseconds && transactionKey(StunMessage.decode(each.bytes)!.transactionId) === key));
    }
    const owner = this.#owner.get(this.#keyOf(datagram));
    return owner && this.#pairOf(owner, datagram)?.isValid ? owner : undefined;
  }

  /** That a user might get what it got. */
  #check(user: User, datagram: Datagram, { bytes: got, to }: User['got'][number]): void {
    const { bytes, socket, local } = datagram;
    const tag = tagOf(bytes);
    const expected = tag === 0 ? bytes : bytes.subarray(4);
    if (got.length !== expected.length || got.some((byte, index) => byte !== expected[index])) throw new Error('something else than was sent');
    if (to !== socket.locals[local]) throw new Error('another address than it was sent to');
    const message = isStun(bytes) ? StunMessage.decode(bytes) : undefined;
    if (tag !== 0) {
      if (this.port.tagOf(user) !== tag) throw new Error('the tag is not the user\'s');
    } else if (message?.messageClass === MessageClass.request) {
      if (!user.usernameFragments().includes(requestedFragment(message.text(Attribute.username) ?? ''))) throw new Error('a request for another');
    } else if (message?.messageClass === MessageClass.success || message?.messageClass === MessageClass.error) {
      if (!user.transactions.has(transactionKey(message.transactionId))) throw new Error('a response to another');
    } else if (!message && bytes.length >= 20 && user.transactions.has(transactionKey(bytes.subarray(8, 20)))) {
      // It has the header of a response at least.
    } else if (!this.#known.get(this.#keyOf(datagram))?.has(user)) {
      throw new Error(`${describe(datagram)} from an address where the user has no pair`);
    }
  }
}

const isStun = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes[0]! < 4;

function tagOf(bytes: Uint8Array): number {
  const batch = new PacketBatch(1, bytes);
  batch.commit(bytes.length);
  return dataTagOf(batch, 0);
}

/** Says itself whose it is, whatever came before. */
const isOfOneUser = ({ bytes }: Datagram): boolean => tagOf(bytes) !== 0 || StunMessage.decode(bytes)?.messageClass === MessageClass.request;

const describe = ({ bytes }: Datagram): string => (tagOf(bytes) !== 0 ? 'tagged data' : !isStun(bytes) ? 'data' : `a message (class ${StunMessage.decode(bytes)?.messageClass})`);

export const target: FuzzTarget = {
  name: 'shared-port',
  inputsPerSubject: 2000,
  begin(random) {
    const model = new Model(random);
    const commands: (() => void)[] = [
      () => { if (model.users.length < 8) model.join(); },
      () => model.leave(random.pick(model.users)),
      () => {
        const user = random.pick(model.users);
        if (random.chance(0.5)) user.agent.restart(model.now, generateIceParameters(random.fill));
        else user.agent.cancelRestart(model.now);
        model.port.renew(user);
      },
      () => {
        const user = random.pick(model.users);
        user.agent.start(model.now, { ...user.peer, usernameFragment: random.chance(0.95) ? 'peer' : 'pear' }, random.pick(['controlling', 'controlled'] as const));
      },
      () => random.pick(model.users).agent.addRemoteCandidate(model.now, hostCandidate(0, someAddress(random))),
    ];
    return () => {
      if (model.users.length === 0) model.join();
      if (random.chance(0.1)) random.pick(commands)();
      else model.receive(random.chance(0.7) ? 1 : 1 + random.below(6));
      if (random.chance(0.2)) model.now += random.pick([1, 5, 50, 500, 3000, 10_000]);
      for (const user of model.users) {
        if (user.agent.timeout <= model.now) user.agent.handleTimeout(model.now);
        user.settle();
        // The session before a restart ends by itself.
        if (user.usernameFragments().length > 2) throw new Error('user name fragments without end');
      }
      model.checkMemory();
      return true;
    };
  },
};
