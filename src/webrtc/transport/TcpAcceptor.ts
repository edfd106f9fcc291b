import { type HostError, isHostError } from '../../host/Host';
import { requestedFragment } from '../ice/BindingResponder';
import { frameBytes, frameHeaderBytes } from '../ice/tcp-framing';
import { Attribute } from '../stun/constants';
import { StunMessage } from '../stun/StunMessage';
import type { TransportAddress } from '../stun/TransportAddress';
import type { MediaHost, TcpConnection, TcpEvents, TcpListener } from './MediaHost';

/** Whose connections may come to a listener. */
export interface TcpUser {
  /** Whether a datagram is a binding request that only its peer can have made. */
  recognises(request: Uint8Array): boolean;
  /** Takes a connection; null where it has none of its candidates at `local`. */
  accept(connection: TcpConnection, local: string, remote: TransportAddress): TcpEvents | null;
}

/** How long a connection may take to show whose it is. */
const provingMilliseconds = 10_000;
/** Connections that have not; one more ends the oldest. */
const mostUnproven = 64;
/** Longer than any binding request of ICE. */
const mostRequestBytes = 2048;

/**
 * Listens for connections to passive candidates. The first frame of a connection has to be a binding request, by whose user name it is given to
 * an agent; anything else ends it. https://www.rfc-editor.org/rfc/rfc6544#section-7.2
 */
export class TcpAcceptor {
  readonly #host: MediaHost;
  readonly #userOf: (usernameFragment: string) => TcpUser | undefined;
  /** How to end each connection that has not shown whose it is, the oldest first. */
  readonly #unproven = new Set<() => void>();
  #listener: TcpListener | null = null;
  #isClosed = false;

  constructor(host: MediaHost, userOf: (usernameFragment: string) => TcpUser | undefined) {
    this.#host = host;
    this.#userOf = userOf;
  }

  listen(addresses: readonly string[], port: number, done: (result: TcpListener | HostError) => void): void {
    this.#host.listenTcp(addresses, port, (connection, local, remote) => this.#accept(connection, local, remote), (result) => {
      if (!isHostError(result)) {
        if (this.#isClosed) return result.close();
        this.#listener = result;
      }
      if (!this.#isClosed) done(result);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#listener?.close();
    for (const end of this.#unproven) end();
  }

  #accept(connection: TcpConnection, local: string, remote: TransportAddress): TcpEvents {
    let held: Uint8Array = new Uint8Array(0);
    let proven: TcpEvents | null = null;
    const settle = () => {
      this.#unproven.delete(end);
      this.#host.clearTimeout(timer);
    };
    const end = () => {
      settle();
      connection.close();
    };
    const timer = this.#host.setTimeout(end, provingMilliseconds);
    if (this.#unproven.size >= mostUnproven) this.#unproven.values().next().value!();
    this.#unproven.add(end);
    return {
      connected() {},
      data: (bytes) => {
        if (proven) return proven.data(bytes);
        held = joined(held, bytes);
        const request = firstFrame(held);
        if (request === 'incomplete') return;
        const user = request === 'foreign' ? undefined : this.#userOf(fragmentOf(request));
        proven = user?.recognises(request as Uint8Array) ? user.accept(connection, local, remote) : null;
        if (!proven) return end();
        settle();
        proven.data(held);
        held = new Uint8Array(0);
      },
      closed: (reason) => {
        settle();
        proven?.closed(reason);
      },
    };
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** The datagram in the first frame; `foreign` where that can be no binding request. */
function firstFrame(bytes: Uint8Array): Uint8Array | 'incomplete' | 'foreign' {
  if (bytes.length < frameHeaderBytes) return 'incomplete';
  const end = frameBytes(bytes, 0);
  if (end - frameHeaderBytes > mostRequestBytes || end === frameHeaderBytes) return 'foreign';
  // The type of a binding request. https://www.rfc-editor.org/rfc/rfc8489#section-5
  if (bytes.length > frameHeaderBytes && bytes[frameHeaderBytes] !== 0) return 'foreign';
  return bytes.length < end ? 'incomplete' : bytes.subarray(frameHeaderBytes, end);
}

function fragmentOf(request: Uint8Array): string {
  return requestedFragment(StunMessage.decode(request)?.text(Attribute.username) ?? '');
}
