import type { Core } from './generated/Core.js';

export * from './mediacapabilities.js';
export * from './mediastream.js';
export * from './webaudio.js';
export * from './webcodecs.js';
export * from './webrtc.js';

/** What makes up the package in Node's own realm, for programs that embed it: interfaces by exposure, and what structured cloning carries. */
export const core: Core;

/** Defines on `global` (by default `globalThis`) the interfaces it lacks, and returns their names. */
export function install(global?: object): string[];
