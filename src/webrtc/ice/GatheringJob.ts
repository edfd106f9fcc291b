import { BindingClient, type BindingEvent } from '../stun/BindingClient';
import type { RandomSource, StunCrypto } from '../stun/StunCrypto';
import type { AddressFamily, TransportAddress } from '../stun/TransportAddress';
import type { IceServerUrl } from '../turn/server-url';
import { TurnClient, type TurnEvent, TurnInput } from '../turn/TurnClient';
import type { HostTransport } from './CandidateGatherer';

/** A server with the credentials for it. */
export interface GatheringServer extends IceServerUrl {
  readonly username?: string;
  readonly credential?: string;
}

/** A server tells allocations apart by where they are asked from. https://www.rfc-editor.org/rfc/rfc8656#section-7.2 */
export function needsOwnSocket({ kind, protocol }: GatheringServer): boolean {
  return kind === 'turn' && protocol === 'udp';
}

/** What a job does next, or has come to. */
export type JobEvent = BindingEvent | TurnEvent;

export interface GatheringJobOptions {
  readonly random: RandomSource;
  readonly crypto: StunCrypto;
  readonly server: GatheringServer;
  /** Where the server is. */
  readonly address: TransportAddress;
  /** The transport that the server is asked from. */
  readonly host: HostTransport;
  /** Where datagrams for the server leave: the host's, or that of a connection of the job's own. */
  readonly transportId: number;
  /** Of relayed addresses. */
  readonly families: readonly AddressFamily[];
  /** How many servers named another one before this. */
  readonly redirections: number;
}

/** One server asked over one transport: for a mapped address, or for a relay, which tells the mapped address too. */
export class GatheringJob {
  readonly server: GatheringServer;
  readonly host: HostTransport;
  readonly transportId: number;
  readonly redirections: number;
  /** Transports through the relay, by which the agent names them. */
  readonly relayIds = new Map<number, AddressFamily>();
  /** Still to tell a candidate or an error. */
  isPending = true;
  /** The connection has been asked for; the server is asked when it is open. */
  isConnecting = false;
  /** Its relay is being given back. */
  isClosing = false;
  #binding: BindingClient | null = null;
  #turn: TurnClient | null = null;
  readonly #options: GatheringJobOptions;

  constructor(options: GatheringJobOptions) {
    this.#options = options;
    this.server = options.server;
    this.host = options.host;
    this.transportId = options.transportId;
    this.redirections = options.redirections;
  }

  get isStream(): boolean {
    return this.server.protocol !== 'udp';
  }

  /** Where the server is. */
  get address(): TransportAddress {
    return this.#binding?.server ?? this.#options.address;
  }

  get turn(): TurnClient | null {
    return this.#turn;
  }

  get timeout(): number {
    return this.#binding?.timeout ?? this.#turn?.timeout ?? Infinity;
  }

  start(now: number): void {
    const { random, crypto, address, families } = this.#options;
    this.isConnecting = false;
    if (this.server.kind === 'stun') {
      this.#binding = new BindingClient({ random, server: address });
      this.#binding.start(now);
      return;
    }
    const { username = '', credential = '' } = this.server;
    this.#turn = new TurnClient({ random, crypto, server: address, isStream: this.isStream, families, username, password: credential });
    this.#turn.allocate(now);
  }

  handleDatagram(now: number, source: TransportAddress, bytes: Uint8Array): TurnInput {
    if (this.#binding) return this.#binding.handleDatagram(now, source, bytes) ? TurnInput.consumed : TurnInput.foreign;
    return this.#turn?.handleDatagram(now, source, bytes) ?? TurnInput.foreign;
  }

  handleTimeout(now: number): void {
    this.#binding?.handleTimeout(now);
    this.#turn?.handleTimeout(now);
  }

  handleTransportFailure(reason: string): void {
    this.#binding?.handleTransportFailure(reason);
    this.#turn?.handleTransportFailure(reason);
  }

  /** Gives a relay back; the job is over when its client is closed. */
  close(now: number): void {
    this.isClosing = true;
    this.#binding?.close();
    this.#turn?.close(now);
  }

  nextTransmit(): Uint8Array | undefined {
    return this.#binding?.nextTransmit() ?? this.#turn?.nextTransmit();
  }

  nextEvent(): JobEvent | undefined {
    return this.#binding?.nextEvent() ?? this.#turn?.nextEvent();
  }
}
