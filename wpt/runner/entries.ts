import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageRoot } from './package-root';

export interface Entries {
  readonly testProcess: URL;
  readonly dedicatedWorker: URL;
}

/**
 * What test processes and threads of workers start with: beside this module in the built package. From sources it is bundled first, since starting a process
 * that compiles TypeScript would cost more than most tests.
 */
export async function childEntries(): Promise<Entries> {
  if (!import.meta.url.endsWith('.ts')) {
    return entriesIn(new URL('.', import.meta.url));
  }
  const { build } = await import('esbuild');
  const child = fileURLToPath(new URL('../child/', import.meta.url));
  const outdir = join(packageRoot(), '.tmp', `wpt-${process.pid}`);
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    entryPoints: ['test-process.worker.ts', 'dedicated-worker.worker.ts'].map((name) => join(child, name)),
    outdir, bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', logLevel: 'error',
  });
  return entriesIn(pathToFileURL(`${outdir}/`));
}

function entriesIn(directory: URL): Entries {
  return { testProcess: new URL('test-process.worker.js', directory), dedicatedWorker: new URL('dedicated-worker.worker.js', directory) };
}
