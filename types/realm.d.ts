import type { Core } from './generated/Core.js';
import type { Host } from './generated/Host.js';
import type { Realm } from './generated/realm.js';

export * from './generated/Core.js';
export * from './generated/Host.js';
export * from './generated/realm.js';

/** The completion value of `script`. */
export type Mediant = (realm: Realm, host: Host) => Core;

/** A classic script, to be evaluated in the realm that is to have the platform. `mediant/realm.script.js` is the same as a file. */
export const script: string;
