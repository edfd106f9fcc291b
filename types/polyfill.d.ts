/**
 * Importing `mediant/polyfill` has done this once for `globalThis`, and has defined `window`, `self`, `isSecureContext`,
 * `requestAnimationFrame` and `cancelAnimationFrame` where they were missing. Defines on `global` the interfaces it lacks and returns their names;
 * call it again where the environment has been replaced since.
 */
export function install(global?: object): string[];
