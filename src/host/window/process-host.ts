import type { Host } from '../Host';
import { createNodeHost } from '../node';
import { dispatchTrusted } from './events';

let host: Host | undefined;

/** The Host of this process; instances of the core share it. */
export function processHost(): Host {
  if (!host) {
    host = createNodeHost();
    host.dispatchEvent ??= dispatchTrusted;
  }
  return host;
}
