import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

/** Rows `| package | version | licence | why |` of docs/dependencies.md. */
const rows = new Map([...read('docs/dependencies.md').matchAll(/^\| ([^|]+?) \| ([^|]+?) \|/gm)].map((row) => [row[1], row[2]]));

test('every development dependency is pinned and in docs/dependencies.md with its version', () => {
  for (const [name, version] of Object.entries(manifest['devDependencies'])) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    if (name === 'jsdom' || name === 'happy-dom') assert.match(rows.get('jsdom, happy-dom (the user\'s)')!, version);
    assert.is(rows.get(name), version, name);
  }
});

test('peers are there too, and nothing is installed by force', () => {
  assert.is(manifest['dependencies'], undefined);
  for (const [name, range] of Object.entries(manifest['peerDependencies'])) assert.is(rows.get(`${name} (optional peer)`), range);
});

test('what benchmarks compare with is pinned and there too', () => {
  const { dependencies } = JSON.parse(read('bench/package.json')) as { dependencies: Record<string, string> };
  for (const [name, version] of Object.entries(dependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.match(read('docs/dependencies.md'), `| ${name} | ${version} |`);
  }
});

test.run();
