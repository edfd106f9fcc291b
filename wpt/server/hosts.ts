/** The hosts and ports that web-platform-tests are written against. Every host answers with the same tree. */
export const host = 'web-platform.test';
const alternateHost = 'not-web-platform.test';

const subdomains = ['www', 'www1', 'www2', '天気の良い日', 'élève'];

export const ports: Readonly<Record<string, readonly number[]>> = {
  http: [8000, 8001],
  https: [8443, 8444],
  h2: [9000],
  ws: [8666],
  wss: [8667],
};

export const origin = `http://${host}:${ports.http?.[0]}`;
export const secureOrigin = `https://${host}:${ports.https?.[0]}`;

/** The ASCII domain of a subdomain (`''` for the host itself) of `''`, the main host, or `alt`, the one of another site. */
export function domain(subdomain: string, site = ''): string {
  const base = site === 'alt' ? alternateHost : host;
  return subdomain === '' ? base : new URL(`http://${subdomain}.${base}`).hostname;
}

const known = new Set(['', 'alt'].flatMap((site) => ['', ...subdomains].map((name) => domain(name, site))));

export function isServed(url: URL): boolean {
  return known.has(url.hostname) && (url.protocol === 'http:' || url.protocol === 'https:');
}
