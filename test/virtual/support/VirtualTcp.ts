import { formatTransportAddress, type TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import type { IcePeer } from './IcePeer';

interface End {
  readonly peer: IcePeer;
  readonly transportId: number;
}

/** TCP connections between agents, as far as agents see them: frames arrive whole and in order, 10 ms later. */
export class VirtualTcp {
  delay = 10;
  /** By address. */
  listeners: ReadonlyMap<string, End> = new Map();
  readonly #connections = new Map<string, End & { readonly source: TransportAddress }>();
  #nextPort = 50_000;

  listen(peer: IcePeer, transportId: number, address: TransportAddress): void {
    this.listeners = new Map(this.listeners).set(formatTransportAddress(address), { peer, transportId });
  }

  connect(from: IcePeer, transportId: number, address: string, remote: TransportAddress): void {
    const listener = this.listeners.get(formatTransportAddress(remote));
    const key = keyOf(from, transportId, remote);
    if (this.#connections.has(key)) {
      // After a restart the new session has what the old one opened.
      from.network.queue.schedule(from.now, () => {
        from.agent.handleConnection(from.now, transportId, remote, this.#connections.has(key));
        from.drain();
      });
      return;
    }
    const source = { address, port: this.#nextPort++ };
    from.network.queue.schedule(from.now + 2 * this.delay, () => {
      if (listener) {
        this.#connections.set(key, { ...listener, source });
        this.#connections.set(keyOf(listener.peer, listener.transportId, source), { peer: from, transportId, source: remote });
      }
      from.agent.handleConnection(from.now, transportId, remote, listener !== undefined);
      from.drain();
    });
  }

  /** False where there is no such connection. */
  send(from: IcePeer, transportId: number, remote: TransportAddress, bytes: Uint8Array): boolean {
    const end = this.#connections.get(keyOf(from, transportId, remote));
    if (!end) return false;
    from.network.queue.schedule(from.now + this.delay, () => end.peer.receive(end.transportId, end.source, bytes));
    return true;
  }

  /** The connection breaks, and both ends hear of it. */
  cut(from: IcePeer, transportId: number, remote: TransportAddress): void {
    const end = this.#remove(from, transportId, remote);
    if (!end) return;
    from.agent.handleConnection(from.now, transportId, remote, false);
    end.peer.agent.handleConnection(from.now, end.transportId, end.source, false);
    from.drain();
    end.peer.drain();
  }

  /** One end closes the connection, and the other hears of it. */
  close(from: IcePeer, transportId: number, remote: TransportAddress): void {
    const end = this.#remove(from, transportId, remote);
    if (!end) return;
    from.network.queue.schedule(from.now + this.delay, () => {
      end.peer.agent.handleConnection(from.now, end.transportId, end.source, false);
      end.peer.drain();
    });
  }

  #remove(from: IcePeer, transportId: number, remote: TransportAddress): (End & { readonly source: TransportAddress }) | undefined {
    const key = keyOf(from, transportId, remote);
    const end = this.#connections.get(key);
    if (!end) return undefined;
    this.#connections.delete(key);
    this.#connections.delete(keyOf(end.peer, end.transportId, end.source));
    return end;
  }

  get connections(): number {
    return this.#connections.size / 2;
  }
}

const peerNumbers = new WeakMap<IcePeer, number>();
let peers = 0;

function keyOf(peer: IcePeer, transportId: number, remote: TransportAddress): string {
  if (!peerNumbers.has(peer)) peerNumbers.set(peer, peers++);
  return `${peerNumbers.get(peer)} ${transportId} ${formatTransportAddress(remote)}`;
}
