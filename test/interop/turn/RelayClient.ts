import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import { TurnClient, type TurnClientOptions, type TurnEvent, TurnInput } from '../../../src/webrtc/turn/TurnClient';
import { stunCrypto, systemRandom } from '../../support/stun-crypto';

export type Protocol = 'udp' | 'tcp' | 'tls';

/** A TURN client over a socket of the system. */
export class RelayClient {
  readonly client: TurnClient;
  readonly events: TurnEvent[] = [];
  readonly received: { readonly peer: TransportAddress; readonly data: Uint8Array }[] = [];
  #datagrams: DatagramSocket | null = null;
  #stream: Socket | null = null;
  #timer: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(protocol: Protocol, port: number, options: Partial<TurnClientOptions> = {}, certificate?: string) {
    const server = { address: '127.0.0.1', port };
    this.client = new TurnClient({
      random: systemRandom, crypto: stunCrypto, server, isStream: protocol !== 'udp', username: 'user', password: 'pass', ...options,
    });
    if (protocol === 'udp') this.#openDatagrams();
    else this.#openStream(protocol, port, certificate);
  }

  /** Gives the client an input, and takes its output. */
  act<T>(action: (now: number) => T): T {
    const result = action(performance.now());
    this.#drain();
    return result;
  }

  /** Until something holds that arrives with an event or data. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async eventOf<T extends TurnEvent['type']>(type: T): Promise<TurnEvent & { type: T }> {
    const find = () => this.events.find((event): event is TurnEvent & { type: T } => event.type === type);
    await this.until(() => find() !== undefined || this.events.some((event) => event.type === 'failed'));
    const found = find();
    if (!found) throw new Error(`${type} wanted, got ${JSON.stringify(this.events)}`);
    return found;
  }

  /** Gives the allocation back; nothing when that was done. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.act((now) => this.client.close(now));
    await this.until(() => this.client.state === 'closed');
    clearTimeout(this.#timer);
    this.#datagrams?.close();
    this.#stream?.destroy();
  }

  #openDatagrams(): void {
    const socket = createSocket('udp4');
    this.#datagrams = socket;
    socket.on('message', (bytes, { address, port }) => this.act((now) => {
      if (this.client.handleDatagram(now, { address, port }, bytes) !== TurnInput.data) return;
      const { peer, start, end } = this.client.received;
      this.received.push({ peer, data: bytes.subarray(start, end) });
    }));
    socket.bind(0, '127.0.0.1', () => this.act((now) => this.client.allocate(now)));
  }

  #openStream(protocol: 'tcp' | 'tls', port: number, certificate: string | undefined): void {
    const opened = () => this.act((now) => this.client.allocate(now));
    this.#stream = protocol === 'tls' ? connectTls({ host: '127.0.0.1', port, ca: certificate }, opened) : connectTcp({ host: '127.0.0.1', port }, opened);
    this.#stream.on('data', (bytes) => this.act((now) => {
      this.client.handleStream(now, bytes, (peer, data) => this.received.push({ peer, data: data.slice() }));
    }));
    this.#stream.on('error', ({ message }) => this.act(() => this.client.handleTransportFailure(message)));
    this.#stream.on('close', () => this.act(() => this.client.handleTransportFailure('closed')));
  }

  #drain(): void {
    const { port, address } = this.client.server;
    for (let bytes = this.client.nextTransmit(); bytes; bytes = this.client.nextTransmit()) {
      if (this.#datagrams) this.#datagrams.send(bytes, port, address);
      else this.#stream!.write(bytes);
    }
    for (let event = this.client.nextEvent(); event; event = this.client.nextEvent()) this.events.push(event);
    for (const resolve of this.#waiting.splice(0)) resolve();
    clearTimeout(this.#timer);
    const delay = this.client.timeout - performance.now();
    if (delay === Infinity) return;
    this.#timer = setTimeout(() => this.act((now) => {
      if (now >= this.client.timeout) this.client.handleTimeout(now);
    }), Math.max(Math.ceil(delay), 0));
    this.#timer.unref();
  }
}
