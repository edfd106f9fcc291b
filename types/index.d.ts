export * from './mediastream.js';
export * from './webaudio.js';

/** Defines on `global` (by default `globalThis`) the interfaces it lacks, and returns their names. */
export function install(global?: object): string[];
