/** Multicast DNS of the media thread: sockets in the group on every interface, while there is something to ask or to answer. */
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { MulticastDns } from '../../../webrtc/mdns/MulticastDns';

/** https://www.rfc-editor.org/rfc/rfc6762#section-3 */
const groupPort = 5353;
/** https://www.rfc-editor.org/rfc/rfc6762#section-11 */
const timeToLive = 255;

/** What a socket is made for: one for each address family of each interface. */
interface Place {
  readonly family: 'udp4' | 'udp6';
  readonly group: string;
  /** As `addMembership()` and `setMulticastInterface()` name it. */
  readonly networkInterface: string;
}

export class NodeMulticastDns {
  readonly #core = new MulticastDns();
  readonly #waiting = new Map<string, ((addresses: readonly string[]) => void)[]>();
  readonly #sockets: { readonly socket: Socket; readonly group: string }[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Addresses of a `.local` name: one, or none after ten seconds. */
  resolve(name: string, done: (addresses: readonly string[]) => void): void {
    const key = name.toLowerCase();
    this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), done]);
    this.#give((now) => this.#core.resolve(now, key));
  }

  /** Answers for the name until `withdraw()`. */
  publish(name: string, address: string): void {
    this.#give((now) => this.#core.register(now, name, address));
  }

  withdraw(name: string): void {
    this.#give(() => this.#core.unregister(name));
  }

  #give(input: (now: number) => void): void {
    if (this.#sockets.length === 0) this.#open();
    input(performance.now());
    this.#settle();
  }

  #settle(): void {
    for (let bytes = this.#core.nextTransmit(); bytes; bytes = this.#core.nextTransmit()) this.#send(bytes);
    for (let resolved = this.#core.nextResolved(); resolved; resolved = this.#core.nextResolved()) {
      const { name, address } = resolved;
      const waiting = this.#waiting.get(name) ?? [];
      this.#waiting.delete(name);
      setImmediate(() => waiting.forEach((done) => done(address === null ? [] : [address])));
    }
    clearTimeout(this.#timer);
    if (this.#core.isIdle) return this.#close();
    const { timeout } = this.#core;
    if (timeout === Infinity) return;
    this.#timer = setTimeout(() => this.#give((now) => this.#core.handleTimeout(now)), Math.max(0, timeout - performance.now()) + 1);
    this.#timer.unref();
  }

  #open(): void {
    for (const { family, group, networkInterface } of places()) {
      const socket = createSocket({ type: family, reuseAddr: true, ipv6Only: family === 'udp6' });
      this.#sockets.push({ socket, group });
      // An interface without multicast is none for this.
      socket.on('error', () => this.#drop(socket));
      socket.on('message', (bytes) => this.#give((now) => this.#core.handle(now, bytes)));
      // What is sent meanwhile is sent after this.
      socket.bind(groupPort, () => {
        try {
          socket.addMembership(group, networkInterface);
          socket.setMulticastInterface(networkInterface);
          socket.setMulticastTTL(timeToLive);
        } catch {
          this.#drop(socket);
        }
      });
      socket.unref();
    }
  }

  #send(bytes: Uint8Array): void {
    for (const { socket, group } of this.#sockets) socket.send(bytes, groupPort, group, () => {});
  }

  #drop(socket: Socket): void {
    const index = this.#sockets.findIndex((member) => member.socket === socket);
    if (index < 0) return;
    this.#sockets.splice(index, 1);
    socket.close();
  }

  #close(): void {
    for (const { socket } of this.#sockets.splice(0)) socket.close();
  }
}

/** Of every interface that leads somewhere; of loopback where there is no other. */
function places(): Place[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) => (addresses ?? []).map((address) => ({ name, ...address })));
  const outward = all.filter(({ internal }) => !internal);
  const byPlace = new Map<string, Place>();
  for (const { name, family, address } of outward.length > 0 ? outward : all) {
    const place: Place = family === 'IPv6'
      ? { family: 'udp6', group: 'ff02::fb', networkInterface: `::%${name}` }
      : { family: 'udp4', group: '224.0.0.251', networkInterface: address };
    byPlace.set(place.networkInterface, place);
  }
  return [...byPlace.values()];
}
