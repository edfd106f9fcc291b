import { Worker } from 'node:worker_threads';

const name = 'mediant codecs';

/** The Worker's program lies beside this module: `codec.worker.js` in the bundle, TypeScript in the sources. */
export function startCodecWorker(): Worker {
  // None of the flags this process was started with: some of them a Worker may not have.
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./codec.worker.js', import.meta.url), { name, execArgv: [] });

  // A Worker does not inherit tsx, under which the sources run in tests.
  const program = new URL('./codec.worker.ts', import.meta.url).href;
  const loader = import.meta.resolve('tsx/esm/api');
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(program)}); });`;
  return new Worker(script, { name, execArgv: [], eval: true });
}
