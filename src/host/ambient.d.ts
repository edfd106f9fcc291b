/** Bound by the bundle's wrapper; see rollup.config.js. */
declare const host: import('./Host').Host;
