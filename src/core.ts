/**
 * What the bundle returns: the interfaces of one realm, and how they get onto a global object. The wrapper that rollup.config.js
 * puts around this file makes it `mediant(realm, host)`.
 */
import { extensions as capabilityExtensions, interfaces as mediacapabilities } from './generated/mediacapabilities';
import { extensions as deviceExtensions, interfaces as mediastream } from './generated/mediastream';
import { interfaces as webaudio } from './generated/webaudio';
import { interfaces as webcodecs } from './generated/webcodecs';
import { interfaces as webrtc } from './generated/webrtc';
import type { Core } from './host/Core';
import { cloneables as codecCloneables } from './webcodecs/cloneables';
import { drawableOf } from './webcodecs/drawable';
import { cloneables as connectionCloneables } from './webrtc/api/cloneables';
import { defineHidden, extend } from './webidl';

const interfaces: Core['interfaces'] = [...mediacapabilities, ...mediastream, ...webaudio, ...webcodecs, ...webrtc];
const extensions = [...capabilityExtensions, ...deviceExtensions];

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
    // Every kind of Worker is a Worker.
    const globalNames = ['*', exposed, ...(exposed.endsWith('Worker') ? ['Worker'] : [])];
    for (const entry of interfaces) {
      if (!entry.exposed.some((name) => globalNames.includes(name))) continue;
      if (entry.secureContext && !host.isSecureContext) continue;
      if (onlyMissing && entry.name in global) continue;
      defineHidden(global, entry.name, entry.interface, true);
      names.push(entry.name);
    }
    const navigatorName = exposed === 'Window' ? 'Navigator' : 'WorkerNavigator';
    for (const extension of extensions.filter(({ name }) => name === navigatorName)) {
      const object = (global as Record<string, unknown>)[extension.property];
      if (typeof object === 'object' && object !== null) extend(object, extension, onlyMissing);
    }
    return names;
  },
};

export default core;
