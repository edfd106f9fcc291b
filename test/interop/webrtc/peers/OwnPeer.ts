import { RTCPeerConnection } from 'mediant/webrtc';
import type { Actions, RemotePeer } from './RemotePeer';

const { Peer } = await import(new URL('Peer.mjs', import.meta.url).href);

/** The end of ours, in the process of the test. */
export class OwnPeer implements RemotePeer {
  readonly #peer = new Peer(RTCPeerConnection);

  async call<Name extends keyof Actions>(action: Name, ...args: Parameters<Actions[Name]>): Promise<ReturnType<Actions[Name]>> {
    return this.#peer[action](...args);
  }

  async end(): Promise<void> {
    // Nothing but its connection is open, and that is closed.
  }
}
