/** Each program of a folder uses a library as it is published, in a Node of its own, which must end by itself with status 0. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addonIsBuilt } from '../modes/support/user-folder';

const limitMilliseconds = 60_000;

export function testPrograms(folder: string): void {
  const programs = fileURLToPath(new URL(folder, import.meta.url));
  if (!addonIsBuilt) console.log('skipped: the native addon is not built');
  for (const name of addonIsBuilt ? readdirSync(programs).filter((entry) => entry.endsWith('.mjs')) : []) {
    test(name, () => {
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, [name], {
        cwd: programs, encoding: 'utf8', timeout: limitMilliseconds, env: { ...process.env, MEDIANT_AUDIO: 'silent', NODE_OPTIONS: '' },
      });
      assert.is(status ?? signal, 0, stdout + stderr);
    });
  }
  test.run();
}
