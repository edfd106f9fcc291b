/**
 * What the bundle returns: the interfaces of one realm, and how they get onto a global object. The wrapper that rollup.config.js
 * puts around this file makes it `mediant(realm, host)`.
 */
import { interfaces as webaudio } from './generated/webaudio';
import { defineHidden } from './webidl';
import type { InterfaceEntry } from './webidl';

export interface InstallOptions {
  /** The global interface that stands at the head of the realm; interfaces not exposed there are left out. Default: `Window`. */
  exposed?: string;
  /** Leave alone what the global object has already. Default: false. */
  onlyMissing?: boolean;
}

export interface Core {
  readonly interfaces: readonly InterfaceEntry[];
  /**
   * Defines the interface objects on a global object (https://webidl.spec.whatwg.org/#define-the-global-property-references) and
   * returns the names it defined.
   */
  install(global: object, options?: InstallOptions): string[];
}

const interfaces: readonly InterfaceEntry[] = [...webaudio];

function install(global: object, { exposed = 'Window', onlyMissing = false }: InstallOptions = {}): string[] {
  const names: string[] = [];
  for (const entry of interfaces) {
    if (!entry.exposed.includes(exposed) && !entry.exposed.includes('*')) continue;
    if (entry.secureContext && !host.isSecureContext) continue;
    if (onlyMissing && entry.name in global) continue;
    defineHidden(global, entry.name, entry.interface, true);
    names.push(entry.name);
  }
  return names;
}

const core: Core = { interfaces, install };

export default core;
