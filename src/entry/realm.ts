/** `mediant/realm`: the core as a script, for hosts that evaluate it in a realm of their own (docs/architecture.md). */
export { script } from '#realm-text';
export { realmNames, realmOf } from '../host/realm';
export type { Realm } from '../host/realm';
export { isHostError } from '../host/Host';
export type { AudioHost, CodecHost, Host, HostError } from '../host/Host';
export type { Core, InstallOptions } from '../host/Core';
