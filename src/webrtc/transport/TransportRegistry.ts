import type { Command } from '../thread/messages';
import type { CommandTarget, MediaThreadServer } from '../thread/MediaThreadServer';
import { Batches } from './Batches';
import type { MediaHost } from './MediaHost';
import { SharedPort } from './SharedPort';
import { PeerTransport, type PeerTransportSink } from './PeerTransport';

type Handlers = { [Kind in Command['kind']]: (command: Extract<Command, { kind: Kind }>) => void };

/** All transports of a media thread, by the numbers that commands name them by. */
export class TransportRegistry implements CommandTarget {
  readonly #host: MediaHost;
  readonly #server: MediaThreadServer;
  readonly #batches: Batches;
  readonly #sharedPort: SharedPort | null;
  readonly #sink: PeerTransportSink;
  readonly #transports = new Map<number, PeerTransport>();
  /** Whose a channel is. */
  readonly #channels = new Map<number, PeerTransport>();
  /** Transports that commands were given to since the last `settled`. */
  readonly #touched = new Set<PeerTransport>();

  constructor(host: MediaHost, server: MediaThreadServer) {
    this.#host = host;
    this.#server = server;
    this.#batches = new Batches(host.makeReceivedBatch);
    this.#sharedPort = host.sharedPort > 0 ? new SharedPort(host, this.#batches) : null;
    this.#sink = {
      emit: (event) => {
        if (event.kind === 'channel closed') this.#channels.delete(event.channel);
        if (event.kind === 'incoming channel') this.#channels.set(event.channel, this.#transports.get(event.transport)!);
        server.emit(event);
      },
      flush: () => server.flush(),
      get hasRoom() {
        return server.hasRoom;
      },
      message: (channel, bytes, binary, begins, ends) => server.message(channel, bytes, binary, begins, ends),
    };
  }

  command(command: Command): void {
    (this.#handlers[command.kind] as (command: Command) => void)(command);
  }

  data(channel: number, bytes: Uint8Array, flags: number): void {
    const transport = this.#channels.get(channel);
    if (transport === undefined) return;
    this.#touched.add(transport);
    transport.sendOnChannel(channel, bytes, flags);
  }

  settled(): void {
    for (const transport of this.#touched) transport.settle();
    this.#touched.clear();
  }

  drained(): void {
    for (const transport of this.#transports.values()) transport.settle();
  }

  readonly #handlers: Handlers = {
    'open transport': ({ transport, connection, certificate }) => {
      this.#transports.set(transport, new PeerTransport(transport, connection, certificate, this.#host, this.#batches, this.#sink, this.#sharedPort));
    },
    'gather': ({ transport, parameters, options }) => {
      const gathering = this.#of(transport);
      gathering?.ice.gather(parameters, options);
      // Script can signal the first candidates while the commands behind are obeyed.
      gathering?.settle();
    },
    'cancel restart': ({ transport }) => this.#of(transport)?.ice.cancelRestart(),
    'remote parameters': ({ transport, parameters }) => this.#of(transport)?.ice.setRemoteParameters(parameters),
    'remote candidate': ({ transport, candidate }) => this.#of(transport)?.ice.remoteCandidate(candidate),
    'end of candidates': ({ transport }) => this.#of(transport)?.ice.remoteCandidate(null),
    'ice role': ({ transport, controlling }) => this.#of(transport)?.ice.setRole(controlling),
    'start dtls': ({ transport, client, fingerprints }) => this.#of(transport)?.startDtls(client, fingerprints),
    'start sctp': ({ transport, localPort, remotePort, remoteMaxMessageSize }) => {
      this.#of(transport)?.startSctp(localPort, remotePort, remoteMaxMessageSize);
    },
    'open channel': ({ transport, channel, id, options }) => {
      const owner = this.#of(transport);
      if (!owner) return;
      this.#channels.set(channel, owner);
      owner.openChannel(channel, id, options);
    },
    'close channel': ({ channel }) => {
      const transport = this.#channels.get(channel);
      if (transport) this.#of(transport.id)?.closeChannel(channel);
    },
    'get stats': ({ connection, request }) => {
      const transports = [...this.#transports.values()].filter((transport) => transport.connection === connection);
      this.#sink.emit({ kind: 'stats', request, records: transports.flatMap((transport) => transport.stats()) });
    },
    'close transport': ({ transport }) => this.#close(transport),
    'close connection': ({ connection }) => {
      for (const transport of [...this.#transports.values()]) if (transport.connection === connection) this.#close(transport.id);
      this.#server.emit({ kind: 'connection closed', connection });
    },
  };

  /** A transport that a command is for. */
  #of(id: number): PeerTransport | undefined {
    const transport = this.#transports.get(id);
    if (transport) this.#touched.add(transport);
    return transport;
  }

  #close(id: number): void {
    const transport = this.#transports.get(id);
    if (!transport) return;
    transport.close();
    this.#transports.delete(id);
    this.#touched.delete(transport);
    for (const [channel, owner] of this.#channels) if (owner === transport) this.#channels.delete(channel);
  }
}
