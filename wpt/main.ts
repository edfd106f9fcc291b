/** Runs the runner from sources: `npx tsx wpt/main.ts …`, the same as `mediant wpt …`. */
import { HelpRequest, UsageError } from '../src/cli/Command';
import { runWpt } from './run';
import { usage } from './runner/options';

runWpt(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: Error) => {
    if (error instanceof HelpRequest) {
      process.stdout.write(usage);
      process.exit(0);
    }
    process.stderr.write(`mediant wpt: ${error instanceof UsageError ? error.message : error.stack}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
