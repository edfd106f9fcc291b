import { StandardPeer } from './StandardPeer.mjs';

/** In a page, the page's own. */
export async function load() {
  return { openPeer: (handlers) => new StandardPeer(globalThis.RTCPeerConnection, handlers), messageOf: (bytes) => bytes };
}
