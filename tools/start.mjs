/** `npm start -- [FILE]`: builds what is missing or stale, then `mediant play`. One process, so that Ctrl-C has one receiver. */
import { ensureBuilt } from './ensure-built.mjs';

try {
  ensureBuilt();
  process.argv.splice(2, 0, 'play');
  await import('../dist/cli.js');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
