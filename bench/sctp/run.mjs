/** Bundles `back-to-back.ts` and runs it with the options given. With `--cpu-prof` first among them Node writes a profile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const directory = mkdtempSync(join(tmpdir(), 'bench-sctp-'));
const outfile = join(directory, 'back-to-back.mjs');
await build({ entryPoints: [fileURLToPath(new URL('back-to-back.ts', import.meta.url))], bundle: true, platform: 'node', format: 'esm', target: 'es2022', outfile });
const options = process.argv.slice(2);
const nodeOptions = options[0] === '--cpu-prof' ? options.splice(0, 1) : [];
const { status } = spawnSync(process.execPath, [...nodeOptions, outfile, ...options], { stdio: 'inherit' });
rmSync(directory, { recursive: true });
process.exitCode = status ?? 1;
