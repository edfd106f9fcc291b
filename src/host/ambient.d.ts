/** Bound by the bundle's wrapper; see rollup.config.js. */
declare const ErrorEvent: unknown;
declare const host: import('./Host').Host;
