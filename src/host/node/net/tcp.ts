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
    if (!this.#isOver) this.#socket.write(bytes);
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
  addresses: readonly string[], port: number,
  accept: (connection: TcpConnection, local: string, remote: TransportAddress) => TcpEvents,
  done: (listener: TcpListener | HostError) => void,
): void {
  const server = createServer((socket) => {
    const { address } = transportAddress(socket.localAddress, socket.localPort);
    const connection: TcpConnection = new NodeTcpConnection(socket, () => events);
    const events = addresses.includes(address)
      ? accept(connection, address, transportAddress(socket.remoteAddress, socket.remotePort))
      : nobody;
    if (events === nobody) connection.close();
  });
  server.once('error', (error) => done({ code: 'socket', message: `No TCP socket at ${addresses.join(', ')}: ${error.message}.` }));
  // Of several addresses it is bound to none in particular.
  server.listen({ port, backlog, ...(addresses.length === 1 && { host: addresses[0] }) }, () => {
    server.removeAllListeners('error').on('error', () => {}); // What one connection breaks on ends no other.
    done({ port: (server.address() as AddressInfo).port, close: () => void server.close() });
  });
}

const backlog = 64;

/** Of connections to addresses that are not listened at. */
const nobody: TcpEvents = { connected() {}, data() {}, closed() {} };
