import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A module that hides node-av from the process that imports it. */
export const hideNodeAv = new URL('hide-node-av.mjs', import.meta.url).href;

const isChild = 'MEDIANT_TEST_WITHOUT_NODE_AV';

/**
 * Runs a test file once more in a process that finds no node-av, in the first process; true in the second.
 * @param url of the test file
 */
export function isWithoutNodeAv(url: string): boolean {
  if (process.env[isChild]) return true;
  const { status } = spawnSync(process.execPath, [...process.execArgv, '--import', hideNodeAv, fileURLToPath(url)], {
    stdio: 'inherit', env: { ...process.env, [isChild]: '1' },
  });
  process.exitCode = status ?? 1;
  return false;
}
