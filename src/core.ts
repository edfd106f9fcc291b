/**
 * What the bundle returns: the interfaces of one realm, and how they get onto a global object. The wrapper that rollup.config.js
 * puts around this file makes it `mediant(realm, host)`.
 */
import { extensions, interfaces as mediastream } from './generated/mediastream';
import { interfaces as webaudio } from './generated/webaudio';
import { interfaces as webcodecs } from './generated/webcodecs';
import { interfaces as webrtc } from './generated/webrtc';
import type { Core } from './host/Core';
import { cloneables as codecCloneables } from './webcodecs/cloneables';
import { drawableOf } from './webcodecs/drawable';
import { cloneables as connectionCloneables } from './webrtc/api/cloneables';
import { defineHidden, extend } from './webidl';

const interfaces: Core['interfaces'] = [...mediastream, ...webaudio, ...webcodecs, ...webrtc];

/** Its prototype is its own, to take the members. */
const standInNavigator: object = Object.create(Object.create(Object.prototype));

const core: Core = {
  interfaces,
  cloneables: [...codecCloneables, ...connectionCloneables],
  drawableOf,
  get navigator() {
    for (const extension of extensions) if (extension.name === 'Navigator') extend(standInNavigator, extension, true);
    return standInNavigator;
  },
  install(global, { exposed = 'Window', onlyMissing = false } = {}) {
    const names: string[] = [];
    for (const entry of interfaces) {
      if (!entry.exposed.includes(exposed) && !entry.exposed.includes('*')) continue;
      if (entry.secureContext && !host.isSecureContext) continue;
      if (onlyMissing && entry.name in global) continue;
      defineHidden(global, entry.name, entry.interface, true);
      names.push(entry.name);
    }
    for (const extension of exposed === 'Window' ? extensions : []) {
      const object = (global as Record<string, unknown>)[extension.property];
      if (typeof object === 'object' && object !== null) extend(object, extension, onlyMissing);
    }
    return names;
  },
};

export default core;
