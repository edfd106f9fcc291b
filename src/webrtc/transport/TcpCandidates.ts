import { tcpFraming, writeTcpFrameHeader } from '../ice/tcp-framing';
import { StreamSplitter } from '../stun/StreamSplitter';
import type { TransportAddress } from '../stun/TransportAddress';
import type { MediaHost, TcpConnection, TcpEvents, TcpListener } from './MediaHost';

export interface TcpCandidateEvents {
  received(transportId: number, remote: TransportAddress, datagram: Uint8Array): void;
  /** A connection that was asked for is open, or a connection has ended. */
  connection(transportId: number, remote: TransportAddress, isOpen: boolean): void;
}

/** What waits to be sent on a connection before more is dropped, as a network would. */
const mostBufferedBytes = 1 << 20;

/** Connections of ICE-TCP candidates: datagrams as frames. https://www.rfc-editor.org/rfc/rfc6544 */
export class TcpCandidates {
  readonly #host: MediaHost;
  readonly #events: TcpCandidateEvents;
  readonly #connections = new Map<string, TcpConnection>();
  readonly #listeners = new Set<TcpListener>();

  constructor(host: MediaHost, events: TcpCandidateEvents) {
    this.#host = host;
    this.#events = events;
  }

  /** From an active candidate at `localAddress`. */
  connect(transportId: number, localAddress: string, remote: TransportAddress): void {
    const key = keyOf(transportId, remote);
    if (this.#connections.has(key)) return;
    const connection = this.#host.openTcp(
      { localAddress, host: remote.address, port: remote.port, tls: null },
      this.#handlers(transportId, remote, key),
    );
    this.#connections.set(key, connection);
  }

  disconnect(transportId: number, remote: TransportAddress): void {
    const key = keyOf(transportId, remote);
    this.#connections.get(key)?.close();
    this.#connections.delete(key);
  }

  /** A connection that came to a passive candidate. */
  accept(transportId: number, connection: TcpConnection, remote: TransportAddress): TcpEvents {
    const key = keyOf(transportId, remote);
    this.#connections.set(key, connection);
    return this.#handlers(transportId, remote, key);
  }

  addListener(listener: TcpListener): void {
    this.#listeners.add(listener);
  }

  /** False when there is no such connection. */
  send(transportId: number, remote: TransportAddress, datagram: Uint8Array): boolean {
    const connection = this.#connections.get(keyOf(transportId, remote));
    if (!connection) return false;
    if (connection.bufferedAmount > mostBufferedBytes) return true;
    const frame = new Uint8Array(2 + datagram.length);
    writeTcpFrameHeader(frame, 0, datagram.length);
    frame.set(datagram, 2);
    connection.send(frame);
    return true;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    for (const listener of this.#listeners) listener.close();
    this.#connections.clear();
    this.#listeners.clear();
  }

  #handlers(transportId: number, remote: TransportAddress, key: string): TcpEvents {
    const splitter = new StreamSplitter(tcpFraming);
    return {
      connected: () => this.#events.connection(transportId, remote, true),
      data: (bytes) => {
        splitter.read(bytes, (frame) => {
          const datagram = frame.subarray(2);
          if (datagram.length > 0) this.#events.received(transportId, remote, datagram);
        });
      },
      closed: () => {
        if (this.#connections.delete(key)) this.#events.connection(transportId, remote, false);
      },
    };
  }
}

function keyOf(transportId: number, { address, port }: TransportAddress): string {
  return `${transportId} ${address} ${port}`;
}
