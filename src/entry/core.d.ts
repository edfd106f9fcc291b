/** Made by rollup.config.js: the bundle of the core, and its text as a classic script. */
declare module '#core' {
  const mediant: (realm: import('../host/realm').Realm, host: import('../host/Host').Host) => import('../host/Core').Core;
  export default mediant;
}

declare module '#realm-text' {
  export const script: string;
}
