import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

/** Rows `| package | version | licence | why |` of docs/dependencies.md. */
const rows = new Map([...read('docs/dependencies.md').matchAll(/^\| ([^|]+?) \| ([^|]+?) \|/gm)].map((row) => [row[1], row[2]]));

test('every dependency is pinned and in docs/dependencies.md with its version', () => {
  for (const [name, version] of Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    if (name === 'jsdom' || name === 'happy-dom') assert.match(rows.get('jsdom, happy-dom (the user\'s)')!, version);
    assert.is(rows.get(name), version, name);
  }
});

test('what is installed with Mediant runs nothing when it is installed', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { dependencies?: Record<string, string>; hasInstallScript?: boolean }> };
  const installed = new Set(Object.keys(manifest['dependencies']));
  for (const name of installed) {
    const { dependencies = {}, hasInstallScript } = packages[`node_modules/${name}`];
    assert.is(hasInstallScript, undefined, name);
    for (const each of Object.keys(dependencies)) installed.add(each);
  }
});

test('peers are there too', () => {
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
