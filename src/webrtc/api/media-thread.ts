import { isHostError, type HostError } from '../../host/Host';
import { MediaThreadClient } from '../thread/MediaThreadClient';

let thread: MediaThreadClient | HostError | undefined;

/** The media thread of this realm, started when it is first asked for. */
export function mediaThread(): MediaThreadClient | HostError {
  // One that has ended by itself is replaced for the connections that come after.
  if (thread !== undefined && (isHostError(thread) || !thread.isLost)) return thread;
  thread = open();
  return thread;
}

function open(): MediaThreadClient | HostError {
  const { net } = host;
  if (net === undefined) return { code: 'no-network', message: 'This host has no network: WebRTC is not available.' };
  const link = net.openMediaThread(() => client.woken(), (reason) => client.lost(reason));
  if (isHostError(link)) return link;
  const client: MediaThreadClient = new MediaThreadClient(link);
  return client;
}

let lastNumber = 0;

/** A number for a connection, a transport, a channel or a request. */
export function nextNumber(): number {
  return ++lastNumber;
}
