import { createNodeHost } from '../node';
import type { NodeHost } from '../node';
import { dispatchTrusted } from './events';

let host: NodeHost | undefined;

/** The Host of this process; instances of the core share it. */
export function processHost(): NodeHost {
  if (!host) {
    host = createNodeHost();
    host.dispatchEvent ??= dispatchTrusted;
  }
  return host;
}
