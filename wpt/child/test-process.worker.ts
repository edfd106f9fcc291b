import type { FromTestProcess, ToTestProcess } from './messages';
import { loadInstall, runTest } from './run-test';

/** The entry of a test process: loads everything, says it is ready, runs the one test it is sent, reports and exits. */
const send = (message: FromTestProcess, done?: () => void) => process.send?.(message, undefined, undefined, done);

const install = await loadInstall();
process.once('message', (request: ToTestProcess) => {
  runTest(request, { install, workerEntry: new URL('./dedicated-worker.worker.js', import.meta.url) }).then(
    (report) => send({ kind: 'report', report }, () => process.exit(0)),
    (error: Error) => send({ kind: 'failure', message: String(error?.stack ?? error) }, () => process.exit(0)),
  );
});
process.once('disconnect', () => process.exit(0));
send({ kind: 'ready', installed: install !== undefined });
