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
  // Workers of Mediant get none of the process's flags, but what the environment says.
  const options = `${process.env['NODE_OPTIONS'] ?? ''} --import=${hideNodeAv}`;
  const { status } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(url)], { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: options, [isChild]: '1' } });
  process.exitCode = status ?? 1;
  return false;
}
