import { networkOf } from '../environment/network';
import { startWorkerScope } from '../environment/worker/worker-scope';
import { Server } from '../server/server';
import { carryPlatformObjects } from './cloneables';
import { loadCore, type WorkerThreadData } from './run-test';
import { harnessFiles } from './testharness-files';

/** The entry of a dedicated worker's thread in a test process. */
await startWorkerScope(
  (data) => {
    const { root, timeoutMultiplier } = data as WorkerThreadData;
    return networkOf(new Server(root, harnessFiles(timeoutMultiplier)));
  },
  new URL(import.meta.url),
  async (global) => {
    const core = await loadCore();
    if (core === undefined) return;
    core.install(global, { exposed: 'DedicatedWorker' });
    carryPlatformObjects(core, global);
  },
);
