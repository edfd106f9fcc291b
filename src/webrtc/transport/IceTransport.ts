import type { IceCandidate } from '../ice/candidate';
import { isBlocked } from '../ice/blocked-ports';
import { DatagramKind } from '../ice/demultiplex';
import { IceAgent } from '../ice/IceAgent';
import type { IceEvent } from '../ice/IceContext';
import type { PacketBatch } from '../packet-batch';
import { IceStats } from '../stats/IceStats';
import type { TransportAddress } from '../stun/TransportAddress';
import { type GatheringOptions, type IceParametersData, type MediaEvent, type StatsRecord, transportStatsId } from '../thread/messages';
import type { Batches } from './Batches';
import { dataTagBytes } from './data-tags';
import { Gathering } from './Gathering';
import { HostTransports } from './HostTransports';
import type { MediaHost, ReceivedBatch, UdpPort, UdpSender } from './MediaHost';
import { PublishedNames } from './PublishedNames';
import type { SharedPort } from './SharedPort';
import { TcpCandidates } from './TcpCandidates';

export interface IceTransportSink {
  emit(event: MediaEvent): void;
  /** DTLS records [first, first + count) of a batch, which is used again when this returns. */
  records(now: number, batch: PacketBatch, first: number, count: number): void;
  /** There is a path to the peer, or another one than before. */
  pathChanged(now: number): void;
  /** Datagrams of `length` bytes are too long for the path. */
  tooLong(now: number, length: number): void;
  /** An input has been dealt with: output is to be taken. */
  settle(): void;
}

/** The ICE agent of a transport with its sockets: candidates are gathered, checks and data sent and received. */
export class IceTransport {
  readonly #id: number;
  readonly #host: MediaHost;
  readonly #batches: Batches;
  readonly #sink: IceTransportSink;
  readonly #transports: HostTransports;
  readonly #tcp: TcpCandidates;
  readonly #gathering: Gathering;
  #agent: IceAgent | null = null;
  #lastId = 0;
  #remoteParameters: IceParametersData | null = null;
  /** What they were before our restart. */
  #remoteBefore: IceParametersData | null = null;
  #isControlling: boolean | null = null;
  /** Candidates that came before the agent did; null: there are no more. */
  readonly #early: (IceCandidate | null)[] = [];
  readonly #names: PublishedNames;
  readonly #stats: IceStats;
  /** Of data on whatever pair; what RTCTransportStats tells. */
  readonly #counters = { packetsSent: 0, packetsReceived: 0, bytesSent: 0, bytesReceived: 0, selectedCandidatePairChanges: 0 };

  constructor(id: number, host: MediaHost, batches: Batches, sink: IceTransportSink, sharedPort: SharedPort | null = null) {
    this.#id = id;
    this.#host = host;
    this.#batches = batches;
    this.#sink = sink;
    this.#names = new PublishedNames(host);
    this.#stats = new IceStats(transportStatsId(id), this.#names);
    this.#tcp = new TcpCandidates(host, {
      received: (transportId, remote, datagram) => this.#receiveOne(host.now(), transportId, remote, datagram),
      settle: () => sink.settle(),
      connection: (transportId, remote, isOpen) => {
        this.#agent?.handleConnection(host.now(), transportId, remote, isOpen);
        sink.settle();
      },
      isUsed: (transportId, remote) => this.#agent?.usesConnection(transportId, remote) ?? false,
    });
    this.#transports = new HostTransports(host, {
      readable: (port) => this.#readable(port),
      received: (now, port, batch, first, end) => this.#received(now, port, batch, first, end),
      settle: () => sink.settle(),
      pairAt: (port, local, remote) => {
        const transportId = this.#transports.idOf(port, local);
        return transportId === undefined ? undefined : this.#agent?.pairAt(transportId, remote);
      },
      usernameFragments: () => this.#agent?.usernameFragments ?? [],
      nextTransportId: () => ++this.#lastId,
      recognises: (request) => this.#agent?.recognises(request) ?? false,
      accept: (connection, local, remote) => {
        const transport = this.#transports.passiveAt(local);
        return transport ? this.#tcp.accept(transport.transportId, connection, remote) : null;
      },
    }, sharedPort);
    this.#gathering = new Gathering(id, host, this.#transports, this.#names, {
      candidate: (now, candidate) => {
        this.#agent!.addLocalCandidate(now, candidate);
        const { usernameFragment } = this.#agent!.localParameters;
        sink.emit({ kind: 'candidate', transport: id, candidate: this.#names.told(candidate), usernameFragment });
      },
      state: (now, state) => {
        this.#agent!.setGatheringState(now, state);
        sink.emit({ kind: 'gathering', transport: id, state });
      },
      error: (event) => sink.emit(event),
      relayLost: (now, transportId) => this.#agent!.removeTransport(now, transportId),
      relayed: (now, relay, peer, data) => this.#receiveOne(now, relay, peer, data),
      send: (now, transportId, remote, bytes) => this.#sendBytes(now, transportId, remote, bytes),
      nextTransportId: () => ++this.#lastId,
      settle: () => sink.settle(),
    });
  }

  get agent(): IceAgent | null {
    return this.#agent;
  }

  // ---- commands ----

  gather(parameters: IceParametersData, options: GatheringOptions): void {
    const now = this.#host.now();
    if (this.#agent === null) {
      const { random, crypto } = this.#host;
      const dataTagOf = (transportId: number) => this.#transports.dataTagOf(transportId);
      this.#agent = new IceAgent({ random, crypto, isLite: parameters.lite, localParameters: parameters, dataTagOf });
      for (const candidate of this.#early.splice(0)) this.remoteCandidate(candidate);
    } else {
      this.#agent.restart(now, parameters);
      this.#remoteBefore = this.#remoteParameters;
      this.#remoteParameters = null;
    }
    this.#transports.renew();
    this.#gathering.gather(now, options);
    this.#startChecks(now);
  }

  /** A restart that was offered and rolled back. */
  cancelRestart(): void {
    this.#remoteParameters ??= this.#remoteBefore;
    this.#agent?.cancelRestart(this.#host.now());
    this.#transports.renew();
  }

  setRemoteParameters(parameters: IceParametersData): void {
    // Candidates are the peer's before its restart.
    if (this.#remoteParameters !== null && this.#remoteParameters.usernameFragment !== parameters.usernameFragment) this.#early.length = 0;
    this.#remoteParameters = parameters;
    this.#startChecks(this.#host.now());
  }

  setRole(isControlling: boolean): void {
    this.#isControlling = isControlling;
    this.#startChecks(this.#host.now());
  }

  /** Null: there are no more. */
  remoteCandidate(candidate: IceCandidate | null): void {
    if (candidate !== null && isBlocked(candidate)) return;
    const now = this.#host.now();
    if (this.#agent === null) this.#early.push(candidate);
    else if (candidate === null) this.#agent.endOfRemoteCandidates(now);
    else this.#agent.addRemoteCandidate(now, candidate);
  }

  close(): void {
    const now = this.#host.now();
    this.#agent?.close(now);
    this.#gathering.close(now);
    this.#transports.close();
    this.#tcp.close();
    this.#names.withdraw();
  }

  #startChecks(now: number): void {
    if (this.#agent === null || this.#remoteParameters === null || this.#isControlling === null) return;
    const { usernameFragment, password, lite } = this.#remoteParameters;
    this.#agent.start(now, { usernameFragment, password, iceLite: lite }, this.#isControlling ? 'controlling' : 'controlled');
  }

  /** Milliseconds, of the last check on the path to the peer; undefined before there was one. */
  get roundTripTime(): number | undefined {
    const seconds = this.#agent?.selectedPair?.statistics.currentRoundTripTime;
    return seconds === undefined ? undefined : seconds * 1000;
  }

  /** A datagram arrives as it was sent, or not at all: a relay may send it on in fragments. */
  get keepsDatagrams(): boolean {
    const pair = this.#agent?.selectedPair;
    return !!pair && pair.local.type !== 'relay' && pair.remote.candidate.type !== 'relay';
  }

  // ---- statistics ----

  /** What RTCTransportStats has of ICE. */
  get transportStats(): Readonly<Record<string, unknown>> {
    const pair = this.#agent?.selectedPair;
    return { ...this.#counters, ...(pair && { selectedCandidatePairId: this.#stats.pairId(pair) }) };
  }

  /** Candidates and pairs; `timestamp` is of this thread's clock. */
  stats(timestamp: number): StatsRecord[] {
    return this.#agent === null ? [] : this.#stats.records(this.#agent, timestamp);
  }

  // ---- what arrives ----

  #readable(port: UdpPort): void {
    const batch = this.#batches.received;
    // What comes while this is dealt with is told again.
    port.receive(batch);
    this.#received(this.#host.now(), port, batch, 0, batch.count);
    this.#sink.settle();
  }

  #received(now: number, port: UdpSender, batch: ReceivedBatch, first: number, end: number): void {
    for (let next; first < end; first = next) {
      next = first + 1;
      const source = batch.source(first);
      // What came to an address that is no candidate is for nobody.
      const transportId = this.#transports.idOf(port, batch.local(first));
      if (transportId === undefined) continue;
      if (!isRecord(batch, first)) {
        this.#receiveMessage(now, transportId, source, batch.packet(first));
        continue;
      }
      // A run of records on one path goes through DTLS at once. The same path in a row is the same object.
      let bytes = batch.lengths[first]!;
      for (; next < end && isRecord(batch, next) && batch.source(next) === source; next++) bytes += batch.lengths[next]!;
      if (!this.#agent?.handleData(now, transportId, source, next - first, bytes)) continue;
      this.#countReceived(next - first, bytes);
      this.#sink.records(now, batch, first, next - first);
    }
  }

  /** Not a record of DTLS: a server's, a check, or something relayed. */
  #receiveMessage(now: number, transportId: number, source: TransportAddress, bytes: Uint8Array): void {
    if (!this.#gathering.handleDatagram(now, transportId, source, bytes)) this.#agent?.handleDatagram(now, transportId, source, bytes);
  }

  #receiveOne(now: number, transportId: number, remote: TransportAddress, bytes: Uint8Array): void {
    const kind = this.#agent?.handleDatagram(now, transportId, remote, bytes);
    const { single } = this.#batches;
    single.clear();
    if (kind === DatagramKind.dtls && single.append(bytes)) {
      this.#countReceived(1, bytes.length);
      this.#sink.records(now, single, 0, 1);
    }
  }

  #countReceived(packets: number, bytes: number): void {
    this.#counters.packetsReceived += packets;
    this.#counters.bytesReceived += bytes;
  }

  // ---- what is sent ----

  /** Over the selected pair; what has no path is lost. */
  send(now: number, batch: PacketBatch): void {
    const pair = this.#agent?.selectedPair;
    if (batch.count === 0 || !pair) return;
    const { transportId, remote: { address } } = pair;
    const transport = this.#transports.get(transportId);
    if (!transport) {
      for (let index = 0; index < batch.count; index++) this.#gathering.send(now, transportId, address, batch.packet(index));
      this.#gathering.takeOutput(now);
    } else if (!transport.port) {
      this.#tcp.send(transportId, address, Array.from({ length: batch.count }, (_, index) => batch.packet(index)));
    }
    // The kernel takes packets in order; those after the first that it had no room for are lost.
    const tag = this.#transports.isShared(transportId) ? pair.remoteDataTag : 0;
    const packets = tag === 0 ? batch : this.#batches.tagged(batch, tag);
    const sent = transport?.port ? transport.port.send(packets, 0, packets.count, transport.local, address) : batch.count;
    const sentBytes = totalBytes(batch, 0, sent);
    if (sent > 0) this.#agent!.countSent(now, sent, sentBytes);
    if (sent < batch.count) this.#agent!.countDiscarded(batch.count - sent, totalBytes(batch, sent, batch.count));
    this.#counters.packetsSent += sent;
    this.#counters.bytesSent += sentBytes;
    const refused = transport?.port?.refusedLength ?? 0;
    if (refused > 0) this.#sink.tooLong(now, refused - (tag === 0 ? 0 : dataTagBytes));
  }

  #sendBytes(now: number, transportId: number, remote: TransportAddress, bytes: Uint8Array): void {
    const transport = this.#transports.get(transportId);
    if (transport?.port) transport.port.sendBytes(bytes, transport.local, remote);
    else if (transport) this.#tcp.send(transportId, remote, [bytes]);
    else this.#gathering.send(now, transportId, remote, bytes);
  }

  // ---- output ----

  readonly #iceEvents: { [Type in IceEvent['type']]: (now: number, event: IceEvent & { type: Type }) => void } = {
    'state': (now, { state }) => {
      this.#sink.emit({ kind: 'ice state', transport: this.#id, state });
      const pair = this.#agent!.selectedPair;
      // Relays and mappings that nothing goes through are given back.
      if (state === 'completed' && pair !== null) this.#gathering.conclude(now, new Set([pair.transportId]));
    },
    'selected-pair': (now, { pair }) => {
      if (pair === null) return;
      this.#counters.selectedCandidatePairChanges++;
      if (!this.#transports.get(pair.transportId)) this.#gathering.bindChannel(now, pair.transportId, pair.remote.address);
      this.#sink.emit({ kind: 'selected pair', transport: this.#id, local: this.#names.told(pair.local), remote: pair.remote.candidate });
      this.#sink.pathChanged(now);
    },
    'role': (_now, { role }) => this.#sink.emit({ kind: 'ice role changed', transport: this.#id, controlling: role === 'controlling' }),
    'resolve': (_now, { name }) => this.#host.resolve(name, ([address]) => {
      this.#agent!.resolveRemoteAddress(this.#host.now(), name, address ?? null);
      this.#sink.settle();
    }),
    'connect': (_now, { transportId, remote }) => {
      const transport = this.#transports.get(transportId);
      if (transport) this.#tcp.connect(transportId, transport.address.address, remote);
    },
    'disconnect': (_now, { transportId, remote }) => this.#tcp.disconnect(transportId, remote),
  };

  /** Takes all output of agent and gatherer: events are told, datagrams sent. */
  takeOutput(now: number): void {
    this.#gathering.takeOutput(now);
    const agent = this.#agent;
    if (agent === null) return;
    for (let event = agent.nextEvent(); event; event = agent.nextEvent()) {
      (this.#iceEvents[event.type] as (now: number, event: IceEvent) => void)(now, event);
    }
    for (let transmit = agent.nextTransmit(); transmit; transmit = agent.nextTransmit()) {
      this.#sendBytes(now, transmit.transportId, transmit.remote, transmit.bytes);
    }
    this.#gathering.takeOutput(now);
  }

  get timeout(): number {
    return Math.min(this.#agent?.timeout ?? Infinity, this.#gathering.timeout);
  }

  handleTimeout(now: number): void {
    this.#gathering.handleTimeout(now);
    if (now >= (this.#agent?.timeout ?? Infinity)) this.#agent!.handleTimeout(now);
  }
}

function isRecord(batch: PacketBatch, index: number): boolean {
  const first = batch.bytes[batch.offsets[index]!]!;
  return first >= 20 && first < 64 && batch.lengths[index]! > 0;
}

function totalBytes({ lengths }: PacketBatch, first: number, end: number): number {
  let bytes = 0;
  for (let index = first; index < end; index++) bytes += lengths[index]!;
  return bytes;
}
