import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCandidate, testURLsOf, type TestURL } from './source-file';

/**
 * Lists the test URLs under `root` that begin with one of `prefixes` (all when there is none), in order of URL. Directories
 * that no prefix can reach are not entered, so a run of one directory reads only that.
 */
export function discover(root: string, prefixes: readonly string[]): TestURL[] {
  const wanted = prefixes.map((prefix) => `/${prefix.replace(/^\/+/, '')}`);
  const tests: TestURL[] = [];
  visit('');
  return tests.sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0));

  function visit(directory: string): void {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const path = directory + entry.name;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && reachable(`/${path}/`)) {
          visit(`${path}/`);
        }
      } else if (isCandidate(path)) {
        const urls = testURLsOf(path, readFileSync(join(root, path), 'utf8'));
        tests.push(...urls.filter(({ url }) => selected(url)));
      }
    }
  }

  function reachable(directory: string): boolean {
    return wanted.length === 0 || wanted.some((prefix) => prefix.startsWith(directory) || directory.startsWith(prefix));
  }

  function selected(url: string): boolean {
    return wanted.length === 0 || wanted.some((prefix) => url.startsWith(prefix));
  }
}
