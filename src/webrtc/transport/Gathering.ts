import { type HostError, isHostError } from '../../host/Host';
import type { LocalCandidate } from '../ice/candidate';
import { CandidateGatherer, type GathererEvent } from '../ice/CandidateGatherer';
import type { GatheringServer } from '../ice/GatheringJob';
import type { IceGatheringState } from '../ice/IceAgent';
import { serverUnreachable } from '../stun/constants';
import type { TransportAddress } from '../stun/TransportAddress';
import type { GatheringOptions, MediaEvent } from '../thread/messages';
import { TurnInput } from '../turn/TurnClient';
import { isIceServerFault, parseIceServerUrl } from '../turn/server-url';
import type { HostTransports } from './HostTransports';
import type { MediaHost, TcpConnection } from './MediaHost';
import type { PublishedNames } from './PublishedNames';

/** The ICE transport that candidates are gathered for. */
export interface GatheringSink {
  candidate(now: number, candidate: LocalCandidate): void;
  state(now: number, state: IceGatheringState): void;
  error(event: MediaEvent & { kind: 'candidate error' }): void;
  /** A relay is gone, and the candidates on it. */
  relayLost(now: number, transportId: number): void;
  /** What a peer has sent to a relay; the bytes are used again when this returns. */
  relayed(now: number, relay: number, peer: TransportAddress, data: Uint8Array): void;
  /** Sends a datagram from a transport of the host. */
  send(now: number, transportId: number, remote: TransportAddress, bytes: Uint8Array): void;
  nextTransportId(): number;
  /** An input has been dealt with: output is to be taken. */
  settle(): void;
}

/** Addresses of "this network", which never are a destination. https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3 */
const onlyASource = /^0\.(?!0\.0\.0$)/;

const untold = { address: null, port: null };

/** Candidates of one ICE transport: opens its sockets, asks STUN and TURN servers over them, and keeps relays as long as they are of use. */
export class Gathering {
  readonly #id: number;
  readonly #host: MediaHost;
  readonly #transports: HostTransports;
  readonly #names: PublishedNames;
  readonly #sink: GatheringSink;
  /** Connections to TURN servers, by the transport that the gatherer made for each. */
  readonly #streams = new Map<number, TcpConnection>();
  #gatherer: CandidateGatherer | null = null;
  #gatheredFor = '';

  /** `id` is that of the ICE transport. */
  constructor(id: number, host: MediaHost, transports: HostTransports, names: PublishedNames, sink: GatheringSink) {
    this.#id = id;
    this.#host = host;
    this.#transports = transports;
    this.#names = names;
    this.#sink = sink;
  }

  // ---- commands ----

  /** For a new ICE session: over what there is, unless the options are others than before. */
  gather(now: number, options: GatheringOptions): void {
    const wanted = JSON.stringify(options);
    if (this.#gatherer !== null && wanted === this.#gatheredFor) {
      this.#gatherer.regather(now, this.#gatherer.needsRelayTransports ? this.#transports.openForRelays() : []);
      return;
    }
    this.#gatheredFor = wanted;
    this.#gatherer?.close(now);
    this.takeOutput(now);
    const { random, crypto } = this.#host;
    const servers = options.iceServers.flatMap(({ urls, username, credential }): GatheringServer[] => urls.flatMap((text) => {
      const url = parseIceServerUrl(text);
      return isIceServerFault(url) ? [] : [{ ...url, username, credential }];
    }));
    this.#gatherer = new CandidateGatherer({ random, crypto, servers, policy: options.policy, nextTransportId: () => this.#sink.nextTransportId() });
    const fault = this.#transports.open();
    if (fault) this.#tellError(fault);
    if (this.#gatherer.needsRelayTransports) this.#transports.openForRelays();
    for (const { address: { address } } of this.#transports.all) this.#names.publish(address);
    if (this.#host.hasPassiveTcp && options.policy === 'all') this.#listen();
    this.#gatherer.start(now, this.#transports.all, !this.#transports.isPending);
  }

  /** Passive candidates follow the others. Gathering goes on until the last is known. */
  #listen(): void {
    this.#transports.listen((result) => {
      const now = this.#host.now();
      if (isHostError(result)) this.#tellError(result);
      this.#gatherer?.addTransports(now, isHostError(result) ? [] : result);
      this.#sink.settle();
    });
  }

  /** A socket that there is none of, in the words for a server that can't be reached. */
  #tellError({ message }: HostError): void {
    this.#sink.error({ kind: 'candidate error', transport: this.#id, ...untold, url: '', errorCode: serverUnreachable, errorText: message });
  }

  /** Sends through a relay. */
  send(now: number, relay: number, peer: TransportAddress, bytes: Uint8Array): void {
    this.#gatherer?.send(now, relay, peer, bytes);
  }

  /** Data goes through a relay from now on. */
  bindChannel(now: number, relay: number, peer: TransportAddress): void {
    this.#gatherer?.bindChannel(now, relay, peer);
  }

  /** Relays and mappings that nothing goes through are given back. */
  conclude(now: number, usedTransportIds: ReadonlySet<number>): void {
    this.#gatherer?.conclude(now, usedTransportIds);
  }

  close(now: number): void {
    this.#gatherer?.close(now);
    this.takeOutput(now);
    for (const connection of this.#streams.values()) connection.close();
    this.#streams.clear();
  }

  // ---- inputs ----

  /** False where a datagram is no server's. What a relay has passed on is handed over. */
  handleDatagram(now: number, transportId: number, source: TransportAddress, datagram: Uint8Array): boolean {
    const gatherer = this.#gatherer;
    const input = gatherer?.handleDatagram(now, transportId, source, datagram) ?? TurnInput.foreign;
    if (input === TurnInput.data) {
      const { transportId: relay, peer, bytes, start, end } = gatherer!.received;
      this.#sink.relayed(now, relay, peer, bytes.subarray(start, end));
    }
    return input !== TurnInput.foreign;
  }

  get timeout(): number {
    return this.#gatherer?.timeout ?? Infinity;
  }

  handleTimeout(now: number): void {
    if (now >= this.timeout) this.#gatherer!.handleTimeout(now);
  }

  // ---- output ----

  /** Tells events, and sends what is for servers. */
  takeOutput(now: number): void {
    const gatherer = this.#gatherer;
    if (gatherer === null) return;
    for (let event = gatherer.nextEvent(); event; event = gatherer.nextEvent()) {
      (this.#events[event.type] as (now: number, event: GathererEvent) => void)(now, event);
    }
    for (let transmit = gatherer.nextTransmit(); transmit; transmit = gatherer.nextTransmit()) {
      const { transportId, remote, bytes } = transmit;
      if (this.#transports.get(transportId)) this.#sink.send(now, transportId, remote, bytes);
      else this.#streams.get(transportId)?.send(bytes);
    }
  }

  readonly #events: { [Type in GathererEvent['type']]: (now: number, event: GathererEvent & { type: Type }) => void } = {
    'candidate': (now, { candidate }) => this.#sink.candidate(now, candidate),
    'error': (_now, { address, url, code, reason }) => {
      const isTold = address.address !== '' && !this.#names.hides(address.address);
      this.#sink.error({ kind: 'candidate error', transport: this.#id, ...(isTold ? address : untold), url, errorCode: code, errorText: reason });
    },
    'state': (now, { state }) => this.#sink.state(now, state),
    'resolve': (_now, { host }) => {
      const gatherer = this.#gatherer!;
      this.#host.resolve(host, (resolved) => {
        const addresses = resolved.filter((address) => !onlyASource.test(address));
        gatherer.resolveServer(this.#host.now(), host, addresses.length > 0 ? addresses : null);
        this.#sink.settle();
      });
    },
    'connect': (_now, event) => this.#connect(event),
    'disconnect': (_now, { transportId }) => {
      this.#streams.get(transportId)?.close();
      this.#streams.delete(transportId);
    },
    'transport-lost': (now, { transportId }) => this.#sink.relayLost(now, transportId),
    'transport-unused': (_now, { transportId }) => this.#transports.release(transportId),
  };

  /** To a TURN server over TCP or TLS. */
  #connect({ transportId, server, host, isTls, from }: GathererEvent & { type: 'connect' }): void {
    const gatherer = this.#gatherer!;
    const settled = (input: (now: number) => void) => {
      input(this.#host.now());
      this.#sink.settle();
    };
    const options = { localAddress: from.address, host: server.address, port: server.port, tls: isTls ? { serverName: host } : null };
    this.#streams.set(transportId, this.#host.openTcp(options, {
      connected: () => settled((now) => gatherer.handleStreamOpen(now, transportId)),
      data: (bytes) => settled((now) => gatherer.handleStreamData(now, transportId, bytes, (relay, peer, data) => this.#sink.relayed(now, relay, peer, data))),
      closed: (reason) => settled((now) => gatherer.handleStreamClosed(now, transportId, reason)),
    }));
  }
}
