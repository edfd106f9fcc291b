import { StandardPeer } from './StandardPeer.mjs';

export async function load(entry) {
  const { default: { RTCPeerConnection } } = await import(entry);
  return { openPeer: (handlers) => new StandardPeer(RTCPeerConnection, handlers), messageOf: (bytes) => bytes };
}
