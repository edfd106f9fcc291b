import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HostError } from '../../Host';
import { canonicalIpAddress } from '../../../webrtc/stun/TransportAddress';
import type { TransportAddress } from '../../../webrtc/stun/TransportAddress';
import type { TcpConnection, TcpEvents, TcpListener, TcpOptions } from '../../../webrtc/transport/MediaHost';

function transportAddress(address: string | undefined, port: number | undefined): TransportAddress {
  return { address: canonicalIpAddress((address ?? '').replace(/^::ffff:(?=\d+\.)/, '')) ?? '', port: port ?? 0 };
}

class NodeTcpConnection implements TcpConnection {
  readonly #socket: Socket;
  #isOver = false;

  constructor(socket: Socket, events: () => TcpEvents) {
    this.#socket = socket.setNoDelay(true);
    const over = (reason: string) => {
      if (this.#isOver) return;
      this.#isOver = true;
      socket.destroy();
      events().closed(reason);
    };
    socket.on('data', (bytes) => { if (!this.#isOver) events().data(bytes); });
    socket.on('error', (error) => over(error.message));
    socket.on('close', () => over('The connection was closed.'));
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  send(bytes: Uint8Array): void {
    // A copy: the socket writes later, and batches are used again.
    if (!this.#isOver) this.#socket.write(Buffer.from(bytes));
  }

  close(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }
}

export function openTcp({ localAddress, host, port, tls }: TcpOptions, events: TcpEvents): TcpConnection {
  const where = { host, port, ...(localAddress !== null && { localAddress }) };
  const socket = tls === null
    ? connect(where)
    : connectTls({ ...where, ...(canonicalIpAddress(tls.serverName) === undefined && { servername: tls.serverName }) });
  socket.once(tls === null ? 'connect' : 'secureConnect', () => {
    events.connected(transportAddress(socket.localAddress, socket.localPort), transportAddress(socket.remoteAddress, socket.remotePort));
  });
  return new NodeTcpConnection(socket, () => events);
}

export function listenTcp(
  address: string,
  accept: (connection: TcpConnection, remote: TransportAddress) => TcpEvents,
  done: (listener: TcpListener | HostError) => void,
): void {
  const server = createServer((socket) => {
    const connection = new NodeTcpConnection(socket, () => events);
    const events = accept(connection, transportAddress(socket.remoteAddress, socket.remotePort));
  });
  server.once('error', (error) => done({ code: 'socket', message: `No TCP socket at ${address}: ${error.message}.` }));
  server.listen({ host: address, port: 0, backlog: 16 }, () => {
    server.removeAllListeners('error').on('error', () => {}); // What one connection breaks on ends no other.
    done({ local: transportAddress(address, (server.address() as AddressInfo).port), close: () => void server.close() });
  });
}
