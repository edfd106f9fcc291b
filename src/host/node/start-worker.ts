import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a Worker of the package's own. Its program is `<name>.worker.js`, beside this module in the bundle; in the sources it is
 * TypeScript, at `path` from here.
 */
export function startWorker(name: keyof typeof programs, workerData: unknown, options: WorkerOptions = {}): Worker {
  // None of the flags this process was started with: some of them a Worker may not have.
  const all: WorkerOptions = { name: `mediant ${name}`, execArgv: [], workerData, ...options };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.worker.js`, import.meta.url), all);

  // A Worker does not inherit tsx, under which the sources run in tests.
  const program = new URL(programs[name], import.meta.url).href;
  const loader = import.meta.resolve('tsx/esm/api');
  const script = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(program)}); });`;
  return new Worker(script, { ...all, eval: true });
}

const programs = {
  codec: './codecs/codec.worker.ts',
  media: './net/media.worker.ts',
  worklet: './worklet/worklet.worker.ts',
} as const;
