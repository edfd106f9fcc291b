/**
 * The directory a test URL is reported and its expectations are kept under: the first part of the path, the second level of
 * webaudio, and four levels of html, which is too large to be one.
 */
export function directoryOf(url: string): string {
  const parts = url.replace(/[?#].*$/, '').split('/').slice(1, -1);
  const depth = parts[0] === 'html' ? 4 : parts[0] === 'webaudio' ? 3 : 1;
  return parts.slice(0, depth).join('/');
}

/** idlharness files weigh far more subtests than they are worth, so they are reported apart. */
export function isIDLHarness(url: string): boolean {
  return /\/idlharness\./.test(url);
}
