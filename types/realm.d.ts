import type { Core } from './generated/Core';
import type { Host } from './generated/Host';
import type { Realm } from './generated/realm';

export * from './generated/Core';
export * from './generated/Host';
export * from './generated/realm';

/** The completion value of `script`. */
export type Mediant = (realm: Realm, host: Host) => Core;

/** A classic script, to be evaluated in the realm that is to have the platform. `mediant/realm.script.js` is the same as a file. */
export const script: string;
