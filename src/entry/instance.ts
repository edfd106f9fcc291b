/** The instance of Node's own realm; every entry that speaks of that realm shares it. */
import mediant from '#core';
import type { Core } from '../host/Core';
import { hasNodeEvents, quickMessageEvent } from '../host/node/MessageEvent';
import { realmOf } from '../host/realm';
import { processHost } from '../host/window/process-host';

/** Instances by the EventTarget they inherit from: a test runner may populate the global with another DOM for each test file. */
const cores = new WeakMap<object, Core>();

/** The instance whose interfaces fit the present `EventTarget` of `global`, made on first use. */
export function coreOf(global: object): Core {
  const realm = realmOf(global);
  let core = cores.get(realm.EventTarget);
  if (!core) {
    core = mediant(hasNodeEvents(realm) ? { ...realm, MessageEvent: quickMessageEvent(realm) } : realm, processHost());
    cores.set(realm.EventTarget, core);
  }
  return core;
}

/**
 * Defines on `global` the interfaces it lacks, as a browser defines them: writable, configurable, not enumerable. Returns the names
 * that were defined. Call it again where the environment has been replaced since; `mediant/jsdom` equips windows.
 */
export function install(global: object = globalThis): string[] {
  return coreOf(global).install(global, { onlyMissing: true });
}

/** The instance of Node's own realm. */
export const core: Core = coreOf(globalThis);

/** The interface objects by name. */
export const interfaces: { readonly [name: string]: any } = Object.fromEntries(
  core.interfaces.map((entry) => [entry.name, entry.interface]),
);
