// timeout: 240 s
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserFolder, addonIsBuilt } from './support/user-folder';

/** The sample project of test/interop/vitest, in a folder that has the package installed. */
const user = new UserFolder().install(['vitest', 'jsdom', 'happy-dom']);
cpSync(fileURLToPath(new URL('../vitest/', import.meta.url)), user.directory, { recursive: true });

if (!addonIsBuilt) console.log('skipped: the native addon is not built');

const runs = [
  { environment: 'jsdom', isolate: true },
  { environment: 'jsdom', isolate: false },
  { environment: 'happy-dom', isolate: true },
];

for (const { environment, isolate } of addonIsBuilt ? runs : []) {
  test(`vitest with ${environment}, isolate ${isolate}`, () => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', `--environment=${environment}`, `--isolate=${isolate}`];
    const { status, stdout, stderr } = user.node(args, { CI: '1', NO_COLOR: '1' });
    assert.is(status, 0, stdout + stderr);
    assert.match(stdout, /Test Files\s+2 passed/);
  });
}

test.after(() => user.remove());

test.run();
