/** What `npm pack` puts into the package is whole: files that it names, and declarations that refer to one another. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: fileURLToPath(root), encoding: 'utf8' }));
const packed = new Set<string>(files.map(({ path }: { path: string }) => path));

/** The strings in a value of the manifest, which are files. */
const filesOf = (value: unknown): string[] => (typeof value === 'string' ? [posix.normalize(value)] : Object.values(value as object).flatMap(filesOf));

test('all that the manifest names is there', () => {
  const named = [manifest.exports, manifest.imports, manifest.bin].flatMap(filesOf);
  assert.equal(named.filter((path) => !packed.has(path)), []);
});

test('declarations and modules find what they import', () => {
  const missing: string[] = [];
  for (const path of packed) {
    if (!/\.(d\.ts|js)$/.test(path)) continue;
    for (const [, specifier] of readFileSync(new URL(path, root), 'utf8').matchAll(/^(?:import|export)\b[^'"\n]*?['"](\.{1,2}\/[^'"]+)['"];$/gm)) {
      const named = posix.join(posix.dirname(path), specifier);
      const target = path.endsWith('.d.ts') ? named.replace(/\.js$/, '.d.ts') : named;
      if (!packed.has(target)) missing.push(`${path}: ${target}`);
    }
  }
  assert.equal(missing, []);
});

test('what is not committed is built before', () => {
  assert.is(manifest.scripts.prepack, 'npm run build');
});

test.run();
