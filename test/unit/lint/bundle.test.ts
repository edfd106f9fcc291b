import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { realmNames } from '../../../src/host/realm';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('the build refuses a free name, and names it', () => {
  const program = `
    import { checkFreeNames } from './tools/lint/bundle.mjs';
    console.log(checkFreeNames('const a = 1; function f(b) { return a + b + Math.PI + host.now() } f(setInterval); typeof navigator;'));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8' });
  assert.match(stdout, '`setInterval`', stderr);
  assert.match(stdout, '`navigator`');
  assert.is(stdout.match(/is neither a name/g)?.length, 2);
});

test('the bundle takes every name of the realm, and nothing twice', () => {
  const head = readFileSync(new URL('../../../dist/core.js', import.meta.url), 'utf8').slice(0, 2000);
  assert.match(head, /^export default function mediant\(realm, host\) \{\n"use strict";\n/);
  assert.ok(head.includes(`const { ${realmNames.join(', ')} } = realm;`));
  assert.is(new Set(realmNames).size, realmNames.length);
});

test.run();
