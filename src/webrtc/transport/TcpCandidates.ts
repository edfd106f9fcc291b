import { pairKey } from '../ice/CandidatePair';
import { frameHeaderBytes, tcpFraming, writeTcpFrameHeader } from '../ice/tcp-framing';
import { StreamSplitter } from '../stun/StreamSplitter';
import type { TransportAddress } from '../stun/TransportAddress';
import type { MediaHost, TcpConnection, TcpEvents } from './MediaHost';

export interface TcpCandidateEvents {
  received(transportId: number, remote: TransportAddress, datagram: Uint8Array): void;
  /** All that came at once has been told. */
  settle(): void;
  /** A connection that was asked for is open, or a connection has ended. */
  connection(transportId: number, remote: TransportAddress, isOpen: boolean): void;
  /** Whether the agent still needs a connection. */
  isUsed(transportId: number, remote: TransportAddress): boolean;
}

/** What waits to be sent on a connection before more is dropped, as a network would. */
const mostBufferedBytes = 1 << 20;

/** Connections to passive candidates; beyond, one that no pair has is closed. */
const mostAccepted = 64;

interface Connection {
  readonly transportId: number;
  readonly remote: TransportAddress;
  readonly connection: TcpConnection;
  isOpen: boolean;
  readonly isAccepted: boolean;
}

/** Connections of ICE-TCP candidates: datagrams as frames. https://www.rfc-editor.org/rfc/rfc6544 */
export class TcpCandidates {
  readonly #host: MediaHost;
  readonly #events: TcpCandidateEvents;
  /** By transport and remote address, the oldest first. */
  readonly #connections = new Map<string, Connection>();

  constructor(host: MediaHost, events: TcpCandidateEvents) {
    this.#host = host;
    this.#events = events;
  }

  /** From an active candidate at `localAddress`. */
  connect(transportId: number, localAddress: string, remote: TransportAddress): void {
    const known = this.#connections.get(pairKey(transportId, remote));
    if (known) {
      // After a restart the new session has what the old one opened.
      if (known.isOpen) this.#events.connection(transportId, remote, true);
      return;
    }
    const connection = this.#host.openTcp(
      { localAddress, host: remote.address, port: remote.port, tls: null },
      this.#handlers(transportId, remote),
    );
    this.#connections.set(pairKey(transportId, remote), { transportId, remote, connection, isOpen: false, isAccepted: false });
  }

  disconnect(transportId: number, remote: TransportAddress): void {
    if (this.#events.isUsed(transportId, remote)) return;
    const key = pairKey(transportId, remote);
    this.#connections.get(key)?.connection.close();
    this.#connections.delete(key);
  }

  /** A connection that came to a passive candidate, from the peer; null where there are too many. */
  accept(transportId: number, connection: TcpConnection, remote: TransportAddress): TcpEvents | null {
    const accepted = [...this.#connections.values()].filter(({ isAccepted }) => isAccepted);
    if (accepted.length >= mostAccepted) {
      const idle = accepted.find((other) => !this.#events.isUsed(other.transportId, other.remote));
      if (!idle) return null;
      this.disconnect(idle.transportId, idle.remote);
    }
    this.#connections.set(pairKey(transportId, remote), { transportId, remote, connection, isOpen: true, isAccepted: true });
    return this.#handlers(transportId, remote);
  }

  send(transportId: number, remote: TransportAddress, datagrams: readonly Uint8Array[]): void {
    const connection = this.#connections.get(pairKey(transportId, remote))?.connection;
    if (!connection || connection.bufferedAmount > mostBufferedBytes) return;
    const frames = new Uint8Array(datagrams.reduce((bytes, { length }) => bytes + frameHeaderBytes + length, 0));
    let offset = 0;
    for (const datagram of datagrams) {
      writeTcpFrameHeader(frames, offset, datagram.length);
      frames.set(datagram, offset + frameHeaderBytes);
      offset += frameHeaderBytes + datagram.length;
    }
    connection.send(frames);
  }

  close(): void {
    for (const { connection } of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #handlers(transportId: number, remote: TransportAddress): TcpEvents {
    const splitter = new StreamSplitter(tcpFraming);
    const key = pairKey(transportId, remote);
    return {
      connected: () => {
        const known = this.#connections.get(key);
        if (known) known.isOpen = true;
        this.#events.connection(transportId, remote, true);
      },
      data: (bytes) => {
        splitter.read(bytes, (frame) => {
          const datagram = frame.subarray(frameHeaderBytes);
          if (datagram.length > 0) this.#events.received(transportId, remote, datagram);
        });
        this.#events.settle();
      },
      closed: () => {
        if (this.#connections.delete(key)) this.#events.connection(transportId, remote, false);
      },
    };
  }
}
