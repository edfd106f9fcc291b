/** The end in a browser's page: `call()` is what the test evaluates there. */
import { Peer } from './Peer.mjs';

const peer = new Peer(RTCPeerConnection);

/** What JSON has no word for, undefined, comes as null. */
export async function call(action, argument) {
  return (await peer[action](argument ?? undefined)) ?? null;
}
