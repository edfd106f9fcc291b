export * from './mediastream.js';
export * from './webaudio.js';
export * from './webrtc.js';

/** Defines on `global` (by default `globalThis`) the interfaces it lacks, and returns their names. */
export function install(global?: object): string[];
