import { formatTransportAddress, type TransportAddress } from '../../../src/webrtc/stun/TransportAddress';
import type { IcePeer } from './IcePeer';

interface End {
  readonly peer: IcePeer;
  readonly transportId: number;
}

/** TCP connections between agents, as far as agents see them: frames arrive whole and in order, 10 ms later. */
export class VirtualTcp {
  delay = 10;
  readonly #listeners = new Map<string, End>();
  readonly #connections = new Map<string, End & { readonly source: TransportAddress }>();
  #nextPort = 50_000;

  listen(peer: IcePeer, transportId: number, address: TransportAddress): void {
    this.#listeners.set(formatTransportAddress(address), { peer, transportId });
  }

  connect(from: IcePeer, transportId: number, address: string, remote: TransportAddress): void {
    const listener = this.#listeners.get(formatTransportAddress(remote));
    const source = { address, port: this.#nextPort++ };
    from.network.queue.schedule(from.now + 2 * this.delay, () => {
      if (listener) {
        this.#connections.set(keyOf(from, transportId, remote), { ...listener, source });
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
    const key = keyOf(from, transportId, remote);
    const end = this.#connections.get(key);
    if (!end) return;
    this.#connections.delete(key);
    this.#connections.delete(keyOf(end.peer, end.transportId, end.source));
    from.agent.handleConnection(from.now, transportId, remote, false);
    end.peer.agent.handleConnection(from.now, end.transportId, end.source, false);
    from.drain();
    end.peer.drain();
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
