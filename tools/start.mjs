/** `mediant` in a checkout: builds what is missing or stale, then runs the command. One process, so that Ctrl-C has one receiver. */
import { ensureBuilt } from './ensure-built.mjs';

try {
  ensureBuilt();
  await import('../dist/cli.js');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
