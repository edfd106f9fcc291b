import { isHostError } from '../../../../src/host/Host';
import { loadAddon } from '../../../../src/host/node/addon';
import { createMediaHost } from '../../../../src/host/node/net/media-host';
import type { IceCandidate } from '../../../../src/webrtc/ice/candidate';
import type { PacketBatch } from '../../../../src/webrtc/packet-batch';
import type { IceServerData, MediaEvent } from '../../../../src/webrtc/thread/messages';
import { Batches } from '../../../../src/webrtc/transport/Batches';
import { IceTransport } from '../../../../src/webrtc/transport/IceTransport';
import type { MediaHost, UdpPort } from '../../../../src/webrtc/transport/MediaHost';
import { SharedPort } from '../../../../src/webrtc/transport/SharedPort';

const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);

/** Real sockets on loopback. */
export const host: MediaHost = { ...createMediaHost(addon), localAddresses: () => ['127.0.0.1'] };

let ends = 0;

/** An ICE transport with what it tells, and records that have come to it. */
export class IceEnd {
  readonly number = ++ends;
  readonly parameters = { usernameFragment: `user${this.number}`, password: `${this.number}`.padStart(24, 'x'), lite: false };
  readonly events: MediaEvent[] = [];
  readonly records: string[] = [];
  readonly ice: IceTransport;
  peer: IceEnd | null = null;
  readonly #host: MediaHost;
  #timer: unknown;

  /** `isTold`: of its candidates, the peer is told these. */
  constructor(options: { host?: MediaHost; sharedPort?: SharedPort; isTold?: (candidate: IceCandidate) => boolean } = {}) {
    const { host: ownHost = host, sharedPort, isTold = () => true } = options;
    this.#host = ownHost;
    this.ice = new IceTransport(this.number, ownHost, new Batches(ownHost.makeReceivedBatch), {
      emit: (event) => {
        this.events.push(event);
        if (event.kind === 'candidate' && isTold(event.candidate)) queueMicrotask(() => this.peer?.learn(event.candidate));
        if (event.kind === 'gathering' && event.state === 'complete') queueMicrotask(() => this.peer?.learn(null));
      },
      records: (_now, batch, first, count) => {
        for (let index = first; index < first + count; index++) this.records.push(String.fromCharCode(...batch.packet(index).subarray(1)));
      },
      pathChanged: () => {},
      tooLong: () => {},
      settle: () => this.settle(),
    }, sharedPort);
  }

  start(peer: IceEnd, isControlling: boolean, iceServers: readonly IceServerData[] = []): void {
    this.peer = peer;
    this.ice.setRole(isControlling);
    this.ice.gather(this.parameters, { iceServers, policy: 'all' });
    this.ice.setRemoteParameters(peer.parameters);
    this.settle();
  }

  settle(): void {
    const now = this.#host.now();
    this.ice.handleTimeout(now);
    this.ice.takeOutput(now);
    this.#host.clearTimeout(this.#timer);
    const { timeout } = this.ice;
    if (timeout < Infinity) this.#timer = this.#host.setTimeout(() => this.settle(), Math.max(0, timeout - now));
  }

  learn(candidate: IceCandidate | null): void {
    this.ice.remoteCandidate(candidate);
    this.settle();
  }

  send(batch: PacketBatch): void {
    this.ice.send(this.#host.now(), batch);
  }

  close(): void {
    this.#host.clearTimeout(this.#timer);
    this.ice.close();
  }
}

/** What a media thread with a shared port has, with its open UDP sockets. */
export class MediaThread {
  readonly host: MediaHost;
  readonly sharedPort: SharedPort;
  readonly sockets = new Set<UdpPort>();

  constructor(port = freePort(), options: Partial<MediaHost> = {}) {
    this.host = {
      ...host, ...options, sharedPort: port,
      openUdp: (addresses, wanted, readable) => host.openUdp(addresses, wanted, readable).map((socket) => {
        this.sockets.add(socket);
        const { close } = socket;
        socket.close = () => {
          this.sockets.delete(socket);
          close.call(socket);
        };
        return socket;
      }),
    };
    this.sharedPort = new SharedPort(this.host, new Batches(host.makeReceivedBatch));
  }

  end(): IceEnd {
    return new IceEnd({ host: this.host, sharedPort: this.sharedPort });
  }
}

/** Below those that the system gives to sockets that ask for any, one of which might have it before it is used. */
export function freePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const [socket] = host.openUdp(['127.0.0.1'], port, () => {});
    socket?.close();
    if (socket) return port;
  }
}

export function candidatesOf(end: IceEnd): IceCandidate[] {
  return end.events.flatMap((event) => (event.kind === 'candidate' ? [event.candidate] : []));
}

/** Records of DTLS as far as demultiplexing looks at them. */
export function fill(batch: PacketBatch, ...texts: readonly string[]): PacketBatch {
  batch.clear();
  for (const text of texts) batch.append(Uint8Array.of(22, ...Array.from(text, (character) => character.charCodeAt(0))));
  return batch;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
