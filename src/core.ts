/**
 * What the bundle returns: the interfaces of one realm, and how they get onto a global object. The wrapper that rollup.config.js
 * puts around this file makes it `mediant(realm, host)`.
 */
import { interfaces as webaudio } from './generated/webaudio';
import type { Core } from './host/Core';
import { defineHidden } from './webidl';

const interfaces: Core['interfaces'] = [...webaudio];

const core: Core = {
  interfaces,
  install(global, { exposed = 'Window', onlyMissing = false } = {}) {
    const names: string[] = [];
    for (const entry of interfaces) {
      if (!entry.exposed.includes(exposed) && !entry.exposed.includes('*')) continue;
      if (entry.secureContext && !host.isSecureContext) continue;
      if (onlyMissing && entry.name in global) continue;
      defineHidden(global, entry.name, entry.interface, true);
      names.push(entry.name);
    }
    return names;
  },
};

export default core;
