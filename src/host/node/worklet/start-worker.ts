import { getHeapStatistics } from 'node:v8';
import vm from 'node:vm';
import { Worker, type MessagePort } from 'node:worker_threads';
import type { WorkletStart } from './messages';

const name = 'mediant audioworklet';

/** Module scripts are evaluated by `vm.SourceTextModule`. */
const execArgv = ['--experimental-vm-modules', '--no-warnings'];

let languageGlobals: readonly string[] | undefined;

/** Heap of one AudioWorklet, where the addon can't lower it (native/addon/HeapGuard.h). Typed arrays and WebAssembly's memory don't count. */
const heapMegabytes = Math.min(1024, getHeapStatistics().heap_size_limit / 2 ** 20);

/** The Worker's program lies beside this module: `worklet.worker.js` in the bundle, TypeScript in the sources. */
export function startWorkletWorker(start: Omit<WorkletStart, 'languageGlobals'>, transferList: MessagePort[]): Worker {
  // Found out here, once a process: it takes a context of its own.
  languageGlobals ??= vm.runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[];
  const workerData: WorkletStart = { ...start, languageGlobals: [...languageGlobals] };
  const options = { name, execArgv, workerData, transferList, resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worklet.worker.js', import.meta.url), options);

  // A Worker does not inherit tsx, under which the sources run in tests.
  const program = new URL('./worklet.worker.ts', import.meta.url).href;
  const loader = import.meta.resolve('tsx/esm/api');
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(program)}); });`;
  return new Worker(script, { ...options, eval: true });
}
