import { ErrorCode, serverUnreachable } from '../stun/constants';
import type { RandomSource, StunCrypto } from '../stun/StunCrypto';
import { type AddressFamily, addressFamily, canonicalIpAddress, sameAddress, type TransportAddress } from '../stun/TransportAddress';
import { TurnInput } from '../turn/TurnClient';
import type { CandidateProtocol, CandidateType, LocalCandidate, TcpType } from './candidate';
import { GatheringJob, type GatheringServer, type JobEvent, needsOwnSocket } from './GatheringJob';
import type { IceGatheringState } from './IceAgent';
import { IcePacer } from './IcePacer';
import { candidatePriority, Foundations } from './priority';

/** A socket on an address of this host; for active TCP candidates, the place that connections start from. */
export interface HostTransport {
  readonly transportId: number;
  readonly address: TransportAddress;
  readonly protocol: CandidateProtocol;
  readonly tcpType: TcpType | null;
  /** From `localPreferences`. */
  readonly localPreference: number;
  /**
   * Of a socket that several agents share, and the one beside it for what can't be shared: a TURN server tells allocations apart by where
   * they are asked from. Absent: all.
   */
  readonly serves?: 'peers' | 'relays';
}

export interface GathererOptions {
  readonly random: RandomSource;
  readonly crypto: StunCrypto;
  readonly servers: readonly GatheringServer[];
  /** RTCIceTransportPolicy: with `relay`, other candidates are not told. */
  readonly policy?: 'all' | 'relay';
  /** Numbers for transports that come with gathering: relays, and connections to servers. */
  readonly nextTransportId: () => number;
  readonly pacer?: IcePacer;
}

export interface GathererTransmit {
  readonly transportId: number;
  readonly remote: TransportAddress;
  readonly bytes: Uint8Array;
}

export type GathererEvent =
  | { readonly type: 'candidate'; readonly candidate: LocalCandidate }
  /** For an RTCPeerConnectionIceErrorEvent. */
  | { readonly type: 'error'; readonly address: TransportAddress; readonly url: string; readonly code: number; readonly reason: string }
  | { readonly type: 'state'; readonly state: IceGatheringState }
  /** Find the addresses of a server and call `resolveServer`. */
  | { readonly type: 'resolve'; readonly host: string }
  /** Open a connection to a server, over TLS for `tls`, and call `handleStreamOpen`. */
  | { readonly type: 'connect'; readonly transportId: number; readonly server: TransportAddress; readonly host: string; readonly isTls: boolean; readonly from: TransportAddress }
  /** A connection to a server is not needed any more. */
  | { readonly type: 'disconnect'; readonly transportId: number }
  /** A relay is gone, and the candidates on it. */
  | { readonly type: 'transport-lost'; readonly transportId: number }
  /** Nothing is asked any more over a transport that serves relays alone: the gatherer has forgotten it. */
  | { readonly type: 'transport-unused'; readonly transportId: number };

/** ALTERNATE-SERVER followed before a row of servers counts as unreachable. */
const mostRedirections = 4;

/**
 * Gathers candidates: tells the host's own, asks STUN and TURN servers for others, and keeps relays and mappings alive until it is
 * closed. No I/O, as for IceAgent. https://www.rfc-editor.org/rfc/rfc8445#section-5.1.1
 */
export class CandidateGatherer {
  /** Where the data is that `handleDatagram` found, until the next call. */
  readonly received = { transportId: 0, peer: { address: '', port: 0 } as TransportAddress, bytes: new Uint8Array(0) as Uint8Array, start: 0, end: 0 };
  readonly #options: GathererOptions;
  readonly #pacer: IcePacer;
  readonly #foundations = new Foundations();
  readonly #transports: HostTransport[] = [];
  readonly #candidates: LocalCandidate[] = [];
  /** Addresses of the servers' hosts; null where there are none. */
  readonly #addresses = new Map<string, readonly string[] | null>();
  #jobs: GatheringJob[] = [];
  readonly #waiting: GatheringJob[] = [];
  readonly #relays = new Map<number, GatheringJob>();
  readonly #transmits: GathererTransmit[] = [];
  readonly #events: GathererEvent[] = [];
  #state: IceGatheringState = 'new';
  /** Transports are still to come. */
  #isAwaiting = false;
  /** What servers told is kept alive no longer: a restart asks them again. */
  #isConcluded = false;
  #isClosed = false;

  constructor(options: GathererOptions) {
    this.#options = options;
    this.#pacer = options.pacer ?? new IcePacer();
  }

  get state(): IceGatheringState {
    return this.#state;
  }

  /** All that were told and still hold. */
  get candidates(): readonly LocalCandidate[] {
    return this.#candidates;
  }

  /** Whether gathering that begins now asks TURN servers over UDP, for which there may have to be transports that serve relays. */
  get needsRelayTransports(): boolean {
    return (this.#state === 'new' || this.#isConcluded) && this.#options.servers.some(needsOwnSocket);
  }

  // Commands

  /** `areAll` false: others follow with `addTransports`, and gathering isn't complete before. */
  start(now: number, transports: readonly HostTransport[], areAll = true): void {
    this.#isAwaiting = !areAll;
    this.#setState('gathering');
    this.#resolveServers();
    this.#addTransports(transports);
    this.#settle(now);
  }

  /** Those that `start` was without, or an interface has come up. */
  addTransports(now: number, transports: readonly HostTransport[]): void {
    this.#isAwaiting = false;
    this.#setState('gathering');
    this.#addTransports(transports);
    this.#settle(now);
  }

  /** An interface, or a socket, is gone. */
  removeTransport(now: number, transportId: number): void {
    const index = this.#transports.findIndex((transport) => transport.transportId === transportId);
    if (index >= 0) this.#transports.splice(index, 1);
    for (const job of this.#jobs.filter(({ host }) => host.transportId === transportId)) this.#dropJob(job);
    this.#dropCandidates(transportId);
    this.#settle(now);
  }

  /** The answer to a `resolve` event: IP addresses, the best first; null where there are none. */
  resolveServer(now: number, host: string, addresses: readonly string[] | null): void {
    const canonical = addresses?.map(canonicalIpAddress).filter((address) => address !== undefined) ?? [];
    this.#addresses.set(host, canonical.length > 0 ? canonical : null);
    for (const server of this.#options.servers) if (server.host === host) this.#ask(server, this.#transports);
    this.#settle(now);
  }

  /**
   * Tells all candidates again, for an ICE restart over the same transports; after a conclusion servers are asked for those that were given back,
   * over new transports for relays too.
   */
  regather(now: number, relayTransports: readonly HostTransport[] = []): void {
    this.#setState('gathering');
    for (const candidate of this.#candidates) this.#events.push({ type: 'candidate', candidate });
    this.#transports.push(...relayTransports);
    if (this.#isConcluded) {
      this.#isConcluded = false;
      this.#addresses.clear();
      this.#resolveServers();
      for (const server of this.#options.servers) if (this.#addresses.has(server.host)) this.#ask(server, this.#transports);
    }
    this.#settle(now);
  }

  /** Sends through a relay; false when `transportId` is none, or the peer cannot be reached through it. */
  send(now: number, transportId: number, peer: TransportAddress, bytes: Uint8Array): boolean {
    const job = this.#relays.get(transportId);
    const isSent = job?.turn?.send(now, peer, bytes) ?? false;
    if (job) this.#drainJob(job);
    return isSent;
  }

  /** For bulk data through a relay: the client to put channel headers for, and the transport to its server. */
  relay(transportId: number): GatheringJob | undefined {
    return this.#relays.get(transportId);
  }

  /** A relayed pair was selected. https://www.rfc-editor.org/rfc/rfc8445#section-12.1 */
  bindChannel(now: number, transportId: number, peer: TransportAddress): void {
    const job = this.#relays.get(transportId);
    job?.turn?.bindChannel(now, peer);
    if (job) this.#drainJob(job);
  }

  /** ICE has concluded: mappings, and the relays that are not among these transports, are kept alive no longer. */
  conclude(now: number, usedTransportIds: ReadonlySet<number>): void {
    this.#isConcluded = true;
    for (const job of [...this.#jobs]) {
      if (job.isPending || [...job.relayIds.keys()].some((transportId) => usedTransportIds.has(transportId))) continue;
      this.#closeJob(now, job);
    }
    for (let index = this.#candidates.length - 1; index >= 0; index--) if (this.#candidates[index].type === 'srflx') this.#candidates.splice(index, 1);
    this.#settle(now);
  }

  /** Gives all relays back. `isClosed` says when that is done. */
  close(now: number): void {
    this.#isClosed = true;
    for (const job of [...this.#jobs]) this.#closeJob(now, job);
    this.#settle(now);
  }

  get isClosed(): boolean {
    return this.#isClosed && this.#jobs.length === 0;
  }

  // Inputs

  /** What arrived from a server on a transport that is not a stream; data that a relay passed on is left in `received`. */
  handleDatagram(now: number, transportId: number, source: TransportAddress, bytes: Uint8Array): TurnInput {
    for (const job of this.#jobs) {
      if (job.transportId !== transportId || !sameAddress(job.address, source)) continue;
      const input = job.handleDatagram(now, source, bytes);
      if (input === TurnInput.foreign) continue;
      this.#takeRelayed(job, input);
      this.#settle(now, job);
      return input;
    }
    return TurnInput.foreign;
  }

  handleStreamOpen(now: number, transportId: number): void {
    const job = this.#jobs.find((candidate) => candidate.transportId === transportId && candidate.isConnecting);
    job?.start(now);
    this.#settle(now, job);
  }

  handleStreamData(now: number, transportId: number, bytes: Uint8Array, receive: (relayId: number, peer: TransportAddress, data: Uint8Array) => void): void {
    const job = this.#jobs.find((candidate) => candidate.transportId === transportId);
    job?.turn?.handleStream(now, bytes, (peer, data) => receive(this.#relayIdOf(job, peer), peer, data));
    this.#settle(now, job);
  }

  handleStreamClosed(now: number, transportId: number, reason: string): void {
    const job = this.#jobs.find((candidate) => candidate.transportId === transportId);
    if (job?.isConnecting) this.#failed(job, serverUnreachable, reason);
    else job?.handleTransportFailure(reason);
    this.#settle(now, job);
  }

  get timeout(): number {
    let timeout = this.#waiting.length > 0 ? this.#pacer.nextAt : Infinity;
    for (const job of this.#jobs) timeout = Math.min(timeout, job.timeout);
    return timeout;
  }

  handleTimeout(now: number): void {
    for (const job of this.#jobs) if (now >= job.timeout) job.handleTimeout(now);
    this.#settle(now);
  }

  // Output

  nextTransmit(): GathererTransmit | undefined {
    return this.#transmits.shift();
  }

  nextEvent(): GathererEvent | undefined {
    return this.#events.shift();
  }

  // Jobs

  #resolveServers(): void {
    for (const host of new Set(this.#options.servers.map((server) => server.host))) {
      const address = canonicalIpAddress(host);
      if (address === undefined) this.#events.push({ type: 'resolve', host });
      else this.#addresses.set(host, [address]);
    }
  }

  #addTransports(transports: readonly HostTransport[]): void {
    this.#transports.push(...transports);
    for (const transport of transports) {
      const { transportId, address, protocol, tcpType, serves } = transport;
      if (serves === 'relays') continue;
      // An active candidate has no port until it connects. https://www.rfc-editor.org/rfc/rfc6544#section-4.5
      const port = tcpType === 'active' ? 9 : address.port;
      this.#tell(this.#candidate('host', { address: address.address, port }, transport, transportId, null, null, protocol));
    }
    for (const server of this.#options.servers) if (this.#addresses.has(server.host)) this.#ask(server, transports);
  }

  /** Asks a server, whose addresses are known, over each transport that can reach it. */
  #ask(server: GatheringServer, transports: readonly HostTransport[]): void {
    const addresses = this.#addresses.get(server.host) ?? null;
    if (addresses === null) {
      // No transport in particular: the first stands for all.
      const address = transports[0]?.address ?? { address: '', port: 0 };
      this.#events.push({ type: 'error', address, url: server.url, code: serverUnreachable, reason: 'The server has no address' });
      return;
    }
    // STUN over TCP or TLS would tell the address of a connection that no candidate can use.
    if (server.kind === 'stun' && server.protocol !== 'udp') return;
    for (const host of transports) {
      if (host.protocol !== 'udp' || host.serves === (needsOwnSocket(server) ? 'peers' : 'relays')) continue;
      const address = addresses.find((candidate) => addressFamily(candidate) === addressFamily(host.address.address));
      const isAsked = this.#jobs.some((job) => job.server === server && job.host === host && !job.isClosing);
      if (address === undefined || isAsked) continue;
      this.#addJob(server, { address, port: server.port }, host, 0);
    }
  }

  #addJob(server: GatheringServer, address: TransportAddress, host: HostTransport, redirections: number): void {
    const transportId = server.protocol === 'udp' ? host.transportId : this.#options.nextTransportId();
    const families: AddressFamily[] = this.#transports.some((transport) => addressFamily(transport.address.address) === 6) ? [4, 6] : [4];
    const job = new GatheringJob({ ...this.#options, server, address, host, transportId, families, redirections });
    this.#jobs.push(job);
    this.#waiting.push(job);
  }

  /** Transactions start at the pace of Ta. https://www.rfc-editor.org/rfc/rfc8445#section-14 */
  #startJobs(now: number): void {
    while (this.#waiting.length > 0 && now >= this.#pacer.nextAt) {
      const job = this.#waiting.shift()!;
      this.#pacer.take(now);
      if (!job.isStream) {
        job.start(now);
      } else {
        job.isConnecting = true;
        const { transportId, address: server, host: { address: from } } = job;
        this.#events.push({ type: 'connect', transportId, server, host: job.server.host, isTls: job.server.protocol === 'tls', from });
      }
    }
  }

  #settle(now: number, only?: GatheringJob): void {
    if (!this.#isClosed) this.#startJobs(now);
    for (const job of only ? [only] : [...this.#jobs]) {
      for (let event = job.nextEvent(); event; event = job.nextEvent()) this.#handleJobEvent(job, event);
      this.#drainJob(job);
    }
    if (this.#isClosed) return;
    this.#releaseTransports();
    if (this.#state === 'gathering' && !this.#isGathering) this.#setState('complete');
  }

  #releaseTransports(): void {
    for (let index = this.#transports.length - 1; index >= 0; index--) {
      const transport = this.#transports[index];
      if (transport.serves !== 'relays' || this.#isNeeded(transport)) continue;
      this.#transports.splice(index, 1);
      this.#events.push({ type: 'transport-unused', transportId: transport.transportId });
    }
  }

  /** Whether a job has the transport for relays, or a server whose address is still to come will be asked over it. */
  #isNeeded(transport: HostTransport): boolean {
    for (const { host } of this.#jobs) if (host === transport) return true;
    return this.#options.servers.some((server) => needsOwnSocket(server) && !this.#addresses.has(server.host));
  }

  #drainJob(job: GatheringJob): void {
    for (let bytes = job.nextTransmit(); bytes; bytes = job.nextTransmit()) {
      this.#transmits.push({ transportId: job.transportId, remote: job.address, bytes });
    }
  }

  get #isGathering(): boolean {
    return this.#isAwaiting || this.#jobs.some(({ isPending }) => isPending) || this.#options.servers.some(({ host }) => !this.#addresses.has(host));
  }

  #handleJobEvent(job: GatheringJob, event: JobEvent): void {
    if (event.type === 'mapped') {
      job.isPending = false;
      this.#mapped(job, event.address);
    } else if (event.type === 'allocated') {
      job.isPending = false;
      this.#allocated(job, event.relayed, event.mapped);
    } else if (event.type === 'redirected') {
      this.#redirected(job, event.server);
    } else if (event.type === 'failed') {
      this.#failed(job, event.code, event.reason);
    } else if (event.type === 'closed') {
      this.#dropJob(job);
    }
    // `refused`: one peer cannot be reached through this relay; its checks fail.
  }

  #mapped(job: GatheringJob, mapped: TransportAddress): void {
    const { host, server } = job;
    // Without a NAT between, it is the host candidate over again. https://www.rfc-editor.org/rfc/rfc8445#section-5.1.3
    if (sameAddress(mapped, host.address) || host.serves === 'relays') return;
    const isKnown = this.#candidates.some((known) => known.transportId === host.transportId && known.type !== 'host' && sameAddress(known, mapped));
    if (!isKnown) this.#tell(this.#candidate('srflx', mapped, host, host.transportId, server, host.address));
  }

  #allocated(job: GatheringJob, relayed: readonly TransportAddress[], mapped: TransportAddress | null): void {
    for (const address of relayed) {
      const transportId = this.#options.nextTransportId();
      job.relayIds.set(transportId, addressFamily(address.address));
      this.#relays.set(transportId, job);
      this.#tell(this.#candidate('relay', address, job.host, transportId, job.server, mapped ?? job.host.address));
    }
    if (mapped && !job.isStream) this.#mapped(job, mapped);
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-10 */
  #redirected(job: GatheringJob, address: TransportAddress): void {
    if (job.redirections >= mostRedirections) return this.#failed(job, ErrorCode.tryAlternate, 'The server names others without end');
    this.#dropJob(job);
    this.#addJob(job.server, address, job.host, job.redirections + 1);
  }

  #failed(job: GatheringJob, code: number, reason: string): void {
    this.#events.push({ type: 'error', address: job.host.address, url: job.server.url, code, reason });
    this.#dropJob(job);
  }

  /** A relay is given back, which takes a round trip. */
  #closeJob(now: number, job: GatheringJob): void {
    job.close(now);
    if (!job.turn) this.#dropJob(job);
  }

  #dropJob(job: GatheringJob): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
    const waiting = this.#waiting.indexOf(job);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    for (const transportId of job.relayIds.keys()) {
      this.#relays.delete(transportId);
      this.#dropCandidates(transportId);
      if (!this.#isClosed) this.#events.push({ type: 'transport-lost', transportId });
    }
    this.#drainJob(job);
    if (job.isStream && waiting < 0) this.#events.push({ type: 'disconnect', transportId: job.transportId });
  }

  // Candidates

  #candidate(
    type: CandidateType, { address, port }: TransportAddress, host: HostTransport, transportId: number,
    server: GatheringServer | null, related: TransportAddress | null, protocol: CandidateProtocol = 'udp',
  ): LocalCandidate {
    const hidesRelated = this.#options.policy === 'relay';
    const unknown = addressFamily(address) === 6 ? '::' : '0.0.0.0';
    const relayProtocol = type === 'relay' ? server!.protocol : null;
    const tcpType = type === 'host' ? host.tcpType : null;
    const base = type === 'relay' ? address : host.address.address;
    return {
      foundation: this.#foundations.of(type, base, protocol, server?.host ?? null, relayProtocol), component: 1, protocol,
      priority: candidatePriority({ type, protocol, tcpType, relayProtocol, localPreference: host.localPreference, component: 1 }),
      address, port, type, tcpType,
      relatedAddress: related && (hidesRelated ? unknown : related.address), relatedPort: related && (hidesRelated ? 0 : related.port),
      usernameFragment: null, extensions: [], transportId, url: server?.url ?? null, relayProtocol,
    };
  }

  #tell(candidate: LocalCandidate): void {
    if (this.#options.policy === 'relay' && candidate.type !== 'relay') return;
    this.#candidates.push(candidate);
    this.#events.push({ type: 'candidate', candidate });
  }

  #dropCandidates(transportId: number): void {
    for (let index = this.#candidates.length - 1; index >= 0; index--) {
      if (this.#candidates[index].transportId === transportId) this.#candidates.splice(index, 1);
    }
  }

  #takeRelayed(job: GatheringJob, input: TurnInput): void {
    if (input !== TurnInput.data) return;
    const { peer, bytes, start, end } = job.turn!.received;
    this.received.transportId = this.#relayIdOf(job, peer);
    this.received.peer = peer;
    this.received.bytes = bytes;
    this.received.start = start;
    this.received.end = end;
  }

  #relayIdOf(job: GatheringJob, peer: TransportAddress): number {
    for (const [transportId, family] of job.relayIds) if (family === addressFamily(peer.address)) return transportId;
    return 0;
  }

  #setState(state: IceGatheringState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#events.push({ type: 'state', state });
  }
}
