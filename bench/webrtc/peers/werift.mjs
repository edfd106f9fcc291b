import { StandardPeer } from './StandardPeer.mjs';

export async function load(entry) {
  const { RTCPeerConnection } = await import(entry);
  // Without a Buffer it takes the message for text.
  return { openPeer: (handlers) => new StandardPeer(RTCPeerConnection, handlers), messageOf: (bytes) => Buffer.from(bytes) };
}
