import type { InitParameters } from './init-chunk';

/** The same state is asked for when an INIT ACK or a COOKIE ECHO is repeated; more than these are of a peer that plays with us. */
const mostStates = 4;
const cookieBytes = 32;
/** Valid.Cookie.Life, https://www.rfc-editor.org/rfc/rfc9260#section-16 */
const cookieLifeMs = 60000;

/** What an association is made of when the peer echoes its cookie. */
export interface CookieState {
  readonly peer: InitParameters;
  readonly local: InitParameters;
  /** Tags of the association that was there when the cookie was made, 0 without one. */
  readonly localTieTag: number;
  readonly peerTieTag: number;
  readonly madeAt: number;
}

/**
 * State cookies, https://www.rfc-editor.org/rfc/rfc9260#section-5.1.3.
 *
 * Deviation: the state stays here and the cookie is a random name for it, where the RFC puts the state into the cookie under a MAC. That
 * protects servers from strangers; here the only peer was authenticated by DTLS before, and a handful of states bounds the memory as well.
 */
export class StateCookies {
  readonly #randomBytes: (bytes: Uint8Array) => void;
  readonly #states: { readonly cookie: Uint8Array; readonly state: CookieState }[] = [];

  constructor(randomBytes: (bytes: Uint8Array) => void) {
    this.#randomBytes = randomBytes;
  }

  make(state: CookieState): Uint8Array {
    const repeated = this.#states.findIndex((known) => known.state.peer.initiateTag === state.peer.initiateTag
      && known.state.local.initiateTag === state.local.initiateTag && known.state.peer.initialTsn === state.peer.initialTsn);
    const cookie = repeated < 0 ? new Uint8Array(cookieBytes) : this.#states[repeated].cookie;
    if (repeated >= 0) this.#states.splice(repeated, 1);
    else this.#randomBytes(cookie);
    if (this.#states.length === mostStates) this.#states.shift();
    this.#states.push({ cookie, state });
    return cookie;
  }

  /** The state that goes with a cookie, undefined where it is not one of ours. */
  find(bytes: Uint8Array): CookieState | undefined {
    return this.#states.find(({ cookie }) => cookie.length === bytes.length && cookie.every((byte, index) => byte === bytes[index]))?.state;
  }

  isStale(state: CookieState, now: number): boolean {
    return now - state.madeAt > cookieLifeMs;
  }
}
